SELECT region, image_name, version FROM aws.sagemaker.image_versions WHERE region IN ('us-east-1','eu-west-1');
