"""What stands before the local cloud's port: signatures, the rate limit, faults on purpose; met by curl, boto3 and Squall."""
import http.client
import json

import boto3
import botocore.config
import botocore.exceptions

from server import CREDENTIALS, SQUALL, LocalCloud, main

KEY, SECRET = CREDENTIALS["AWS_ACCESS_KEY_ID"], CREDENTIALS["AWS_SECRET_ACCESS_KEY"]


class Door(LocalCloud):
    def client(self, secret=SECRET, key=KEY):
        once = botocore.config.Config(retries={"max_attempts": 0}, read_timeout=60)
        return boto3.client("cloudcontrol", endpoint_url=self.endpoint, region_name="us-east-1", aws_access_key_id=key,
                            aws_secret_access_key=secret, config=once)

    def code(self, call):
        """The code that a call is refused with; None where it is not."""
        try:
            call()
        except botocore.exceptions.ClientError as error:
            return error.response["Error"]["Code"]
        return None

    def list_buckets(self, **keys):
        return lambda: self.client(**keys).list_resources(TypeName="AWS::S3::Bucket")

    def raw(self, type_name="AWS::S3::Bucket", **headers):
        """Status and error code of an unsigned request."""
        connection = http.client.HTTPConnection(self.endpoint.split("/")[-1], timeout=60)
        connection.request("POST", "/", json.dumps({"TypeName": type_name}),
                           {"X-Amz-Target": "CloudApiService.ListResources", "Content-Type": "application/x-amz-json-1.0", **headers})
        answer = connection.getresponse()
        body = json.loads(answer.read())
        connection.close()
        self.message = body.get("Message", "")
        return answer.status, body.get("__type", "").split("#")[-1]


class Signatures(Door):
    serve_options = ("--verify-signatures", "--key", f"{KEY}:{SECRET}")

    def test_a_right_signature_is_taken(self):
        self.assertIsNone(self.code(self.list_buckets()))
        done = self.run_program("curl", "--silent", "--show-error", "--fail-with-body", "--aws-sigv4", "aws:amz:us-east-1:cloudcontrolapi",
                                "--user", f"{KEY}:{SECRET}", "-H", "X-Amz-Target: CloudApiService.ListResources",
                                "-H", "Content-Type: application/x-amz-json-1.0", "--data", '{"TypeName":"AWS::S3::Bucket"}', self.endpoint)
        self.assertEqual((done.returncode, json.loads(done.stdout)["TypeName"]), (0, "AWS::S3::Bucket"), done.stdout + done.stderr)
        ours = self.run_program(SQUALL, "--endpoint-url", self.endpoint, "exec", "-o", "csv", "-H", "SELECT count(*) FROM aws.s3.buckets")
        self.assertEqual((ours.stdout, ours.stderr), ("0\n", ""))

    def test_a_wrong_secret_and_an_unknown_key_are_refused(self):
        self.assertEqual(self.code(self.list_buckets(secret="wrong")), "InvalidSignatureException")
        self.assertEqual(self.code(self.list_buckets(key="AKIDOTHER")), "UnrecognizedClientException")

    def test_what_is_no_signature_is_refused(self):
        self.assertEqual(self.raw(), (400, "MissingAuthenticationTokenException"))
        self.assertEqual(self.raw(Authorization="AWS4-HMAC-SHA256 Credential=x"), (400, "IncompleteSignatureException"))

    def test_an_old_date_is_refused(self):
        head = f"AWS4-HMAC-SHA256 Credential={KEY}/20150830/us-east-1/cloudcontrolapi/aws4_request, SignedHeaders=host;x-amz-date;x-amz-target, Signature={'0' * 64}"
        self.assertEqual(self.raw(Authorization=head, **{"X-Amz-Date": "20150830T123600Z"}), (400, "InvalidSignatureException"))
        self.assertTrue(self.message.startswith("Signature expired: 20150830T123600Z is now earlier than "), self.message)


class RateLimit(Door):
    serve_options = ("--tps", "0.0001")  # one, and the next in hours

    def test_more_than_the_limit_is_throttled_each_region_by_itself(self):
        codes = [self.code(self.list_buckets()) for _ in range(3)]
        self.assertEqual(codes, [None, "ThrottlingException", "ThrottlingException"])
        elsewhere = boto3.client("cloudcontrol", endpoint_url=self.endpoint, region_name="eu-west-1")
        self.assertIsNone(self.code(lambda: elsewhere.list_resources(TypeName="AWS::S3::Bucket")))


class Faults(Door):
    serve_options = ("--faults", "throttle:0.5:AWS::S3::Bucket,handler-NotStabilized:1:AWS::SQS::Queue,error500:1:AWS::SNS::Topic,"
                     "reset:1:AWS::EC2::VPC,truncate:1:AWS::Logs::LogGroup,seed:7")

    def test_each_kind_is_what_its_name_says(self):
        client = self.client()
        self.assertEqual(self.code(lambda: client.list_resources(TypeName="AWS::SQS::Queue")), "NotStabilizedException")
        self.assertEqual(self.code(lambda: client.list_resources(TypeName="AWS::SNS::Topic")), "InternalFailure")
        with self.assertRaises(botocore.exceptions.HTTPClientError):
            client.list_resources(TypeName="AWS::EC2::VPC")
        # botocore makes do with half of a body; the wire tells.
        with self.assertRaises(http.client.IncompleteRead):
            self.raw(type_name="AWS::Logs::LogGroup")
        self.assertIsNone(self.code(lambda: client.list_resources(TypeName="AWS::IAM::Role")))


class Dice(Door):
    serve_options = ("--faults", "throttle:0.5,seed:7")

    def test_the_dice_fall_as_the_seed_says(self):
        codes = [self.code(self.list_buckets()) is None for _ in range(20)]
        self.assertEqual("".join("." if taken else "T" for taken in codes), "..T.TT..T...TT.T...T")


if __name__ == "__main__":
    main()
