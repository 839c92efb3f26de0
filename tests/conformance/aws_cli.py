#!/usr/bin/python3
"""Debian's AWS CLI and curl, with its own SigV4, against the local cloud; what they make, SQL reads."""
import json

import server

LINES = """\
{"TypeName":"AWS::SageMaker::Image","region":"us-east-1","Properties":{"ImageName":"base","ImageRoleArn":"arn:aws:iam::123456789012:role/images"}}
{"TypeName":"AWS::SageMaker::ImageVersion","region":"us-east-1","Properties":{"ImageName":"base","BaseImage":"repository/base:1","VendorGuidance":"STABLE"}}
{"TypeName":"AWS::SageMaker::ImageVersion","region":"us-east-1","Properties":{"ImageName":"base","BaseImage":"repository/base:2"}}
"""
VERSION = "arn:aws:sagemaker:us-east-1:123456789012:image-version/base/"


class Programs(server.LocalCloud):
    serve_options = ("--page-size", "1")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        loaded = cls.run_program(cls, server.SQUALL, "cloud", "load", "--store", str(cls.folder / "cloud.db"), "-", stdin=LINES)
        if loaded.returncode:
            raise AssertionError(loaded.stderr)

    def aws(self, *arguments):
        return self.run_program("/usr/bin/aws", "cloudcontrol", *arguments, "--endpoint-url", self.endpoint, "--output", "json")

    def test_aws_gets_a_resource(self):
        done = self.aws("get-resource", "--type-name", "AWS::SageMaker::ImageVersion", "--identifier", VERSION + "1")
        self.assertEqual(done.returncode, 0, done.stderr)
        answer = json.loads(done.stdout)["ResourceDescription"]
        self.assertEqual(answer["Identifier"], VERSION + "1")
        self.assertEqual(json.loads(answer["Properties"])["VendorGuidance"], "STABLE")

    def test_aws_follows_the_pages_of_a_list(self):
        done = self.aws("list-resources", "--type-name", "AWS::SageMaker::ImageVersion", "--resource-model", '{"ImageName":"base"}')
        self.assertEqual(done.returncode, 0, done.stderr)
        identifiers = [entry["Identifier"] for entry in json.loads(done.stdout)["ResourceDescriptions"]]
        self.assertEqual(sorted(identifiers), [VERSION + "1", VERSION + "2"])

    def test_aws_tells_a_refusal(self):
        done = self.aws("get-resource", "--type-name", "AWS::SageMaker::ImageVersion", "--identifier", VERSION + "9")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("An error occurred (ResourceNotFoundException) when calling the GetResource operation", done.stderr)

    def test_what_aws_creates_sql_reads(self):
        done = self.aws("create-resource", "--type-name", "AWS::S3::Bucket", "--desired-state", '{"BucketName":"made-by-aws"}')
        self.assertEqual(done.returncode, 0, done.stderr)
        token = json.loads(done.stdout)["ProgressEvent"]["RequestToken"]
        done = self.aws("wait", "resource-request-success", "--request-token", token)
        self.assertEqual(done.returncode, 0, done.stderr)
        done = self.run_program(server.SQUALL, "--endpoint-url", self.endpoint, "exec", "-o", "json",
                                "SELECT bucket_name FROM aws.s3.buckets")
        self.assertEqual((json.loads(done.stdout), done.stderr), ([{"bucket_name": "made-by-aws"}], ""))

    def test_curl_lists_with_its_own_signature(self):
        done = self.run_program("/usr/bin/curl", "--silent", "--show-error", "--aws-sigv4", "aws:amz:us-east-1:cloudcontrolapi",
                                "--user", "AKIDEXAMPLE:secret", "--header", "X-Amz-Target: CloudApiService.ListResources",
                                "--header", "Content-Type: application/x-amz-json-1.0", "--data", '{"TypeName":"AWS::SageMaker::Image"}',
                                self.endpoint + "/")
        self.assertEqual(done.returncode, 0, done.stderr)
        answer = json.loads(done.stdout)
        self.assertEqual([entry["Identifier"] for entry in answer["ResourceDescriptions"]],
                         ["arn:aws:sagemaker:us-east-1:123456789012:image/base"])


if __name__ == "__main__":
    server.main()
