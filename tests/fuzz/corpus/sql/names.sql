SELECT "aws".[s3].`buckets`.*, AWSCC . /* x */ iam
. group . group FROM squall.types t, aws.s3.buckets"b""c"
