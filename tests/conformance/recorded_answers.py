#!/usr/bin/python3
"""Answers of AWS that are on record, told again by the local cloud, as botocore's client and its waiter see them."""
import json
import re

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, WaiterError

import server

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
BUCKET = "AWS::S3::Bucket"


class RecordedAnswers(server.LocalCloud):
    def setUp(self):
        self.cloud = boto3.client("cloudcontrol", region_name="us-east-1", endpoint_url=self.endpoint,
                                  config=Config(retries={"total_max_attempts": 1}))
        self.addCleanup(self.cloud.close)

    def refusal(self, operation, **arguments):
        """(code, text with <uuid> for tokens, HTTP status) of the error as the client sees it."""
        with self.assertRaises(ClientError) as raised:
            getattr(self.cloud, operation)(**arguments)
        response = raised.exception.response
        return (response["Error"]["Code"], re.sub(UUID, "<uuid>", response["Error"]["Message"]),
                response["ResponseMetadata"]["HTTPStatusCode"])

    def bucket(self, name, **arguments):
        return self.cloud.create_resource(TypeName=BUCKET, DesiredState=json.dumps({"BucketName": name}), **arguments)["ProgressEvent"]

    def event(self, token):
        return self.cloud.get_resource_request_status(RequestToken=token)["ProgressEvent"]

    def patch(self, **operation):
        return self.refusal("update_resource", TypeName=BUCKET, Identifier="bucket", PatchDocument=json.dumps([operation]))

    def test_an_unknown_type_in_every_operation(self):
        name = "AWS::LocalStack::DoesNotExist"
        expected = ("TypeNotFoundException", f"The type '{name}' cannot be found.", 400)
        self.assertEqual(self.refusal("create_resource", TypeName=name, DesiredState="{}"), expected)
        self.assertEqual(self.refusal("get_resource", TypeName=name, Identifier="i"), expected)
        self.assertEqual(self.refusal("update_resource", TypeName=name, Identifier="i", PatchDocument="[]"), expected)
        self.assertEqual(self.refusal("delete_resource", TypeName=name, Identifier="i"), expected)
        self.assertEqual(self.refusal("list_resources", TypeName=name), expected)

    def test_a_missing_bucket(self):
        expected = ("ResourceNotFoundException", "AWS::S3::Bucket Handler returned status FAILED: Bucket not found "
                    "(HandlerErrorCode: NotFound, RequestToken: <uuid>)", 400)
        self.assertEqual(self.refusal("get_resource", TypeName=BUCKET, Identifier="missing"), expected)
        self.assertEqual(self.refusal("update_resource", TypeName=BUCKET, Identifier="missing", PatchDocument="[]"), expected)
        begun = self.cloud.delete_resource(TypeName=BUCKET, Identifier="missing")["ProgressEvent"]
        self.assertEqual(begun["OperationStatus"], "IN_PROGRESS")
        ended = self.event(begun["RequestToken"])
        self.assertEqual((ended["OperationStatus"], ended["ErrorCode"]), ("FAILED", "NotFound"))

    def test_unknown_tokens(self):
        expected = ("RequestTokenNotFoundException", "Request with token DOESNOTEXIST was not found", 400)
        self.assertEqual(self.refusal("get_resource_request_status", RequestToken="DOESNOTEXIST"), expected)
        self.assertEqual(self.refusal("cancel_resource_request", RequestToken="DOESNOTEXIST"), expected)

    def test_a_token_that_is_used_again(self):
        first = self.bucket("token-1", ClientToken="token")
        self.assertEqual(self.bucket("token-1", ClientToken="token")["RequestToken"], first["RequestToken"])
        with self.assertRaises(ClientError) as raised:
            self.bucket("token-2", ClientToken="token")
        self.assertEqual(raised.exception.response["Error"],
                         {"Code": "ClientTokenConflictException",
                          "Message": "ClientToken token is already associated with an existing operation with RequestToken "
                                     + first["RequestToken"]})

    def test_models_that_do_not_fit(self):
        for model, fault in (({"DOESNOTEXIST": "x"}, "#: extraneous key [DOESNOTEXIST] is not permitted"),
                             ({"BucketName": True}, "#/BucketName: expected type: String, found: Boolean")):
            self.assertEqual(self.refusal("create_resource", TypeName=BUCKET, DesiredState=json.dumps(model)),
                             ("ValidationException", f"Model validation failed ({fault})", 400))

    def test_patches_of_what_cannot_be_updated(self):
        self.bucket("bucket")
        self.assertEqual(self.patch(op="replace", path="/BucketName", value="other"),
                         ("NotUpdatableException", "Invalid patch update: createOnlyProperties [/properties/BucketName] cannot be updated", 400))
        self.assertEqual(self.patch(op="replace", path="/Arn", value="arn:aws:s3:::b2"),
                         ("ValidationException", "Invalid patch update: readOnlyProperties [/properties/Arn] cannot be updated", 400))
        trust = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
        self.cloud.create_resource(TypeName="AWS::IAM::Role", DesiredState=json.dumps({"RoleName": "r", "AssumeRolePolicyDocument": trust}))
        self.cloud.create_resource(TypeName="AWS::Lambda::Function", DesiredState=json.dumps(
            {"FunctionName": "f", "Role": "arn:aws:iam::123456789012:role/r", "Runtime": "python3.12", "Handler": "a.b",
             "Code": {"ZipFile": "x"}}))
        self.assertEqual(self.refusal("update_resource", TypeName="AWS::Lambda::Function", Identifier="f", PatchDocument=json.dumps(
            [{"op": "replace", "path": "/Code/ZipFile", "value": "y"}])),
            ("ValidationException", "Invalid patch update: writeOnlyProperties [/Code/ZipFile] can only be updated using 'add' operation", 400))

    def test_cancelling_what_has_ended(self):
        token = self.bucket("ended")["RequestToken"]
        self.assertEqual(self.refusal("cancel_resource_request", RequestToken=token),
                         ("ValidationException", "Request <uuid> is already in status SUCCESS", 400))

    def test_a_duplicate_create(self):
        begun = self.bucket("twice")
        self.assertEqual(sorted(begun), ["EventTime", "Identifier", "Operation", "OperationStatus", "RequestToken", "TypeName"])
        self.assertEqual((begun["Identifier"], begun["OperationStatus"]), ("twice", "IN_PROGRESS"))
        again = self.bucket("twice")
        with self.assertRaises(WaiterError):
            self.cloud.get_waiter("resource_request_success").wait(RequestToken=again["RequestToken"])
        ended = self.event(again["RequestToken"])
        self.assertEqual((ended["OperationStatus"], ended["ErrorCode"], ended["StatusMessage"], ended["Identifier"]),
                         ("FAILED", "AlreadyExists", "The bucket Already Exists", "twice"))

    def test_no_such_handler(self):
        self.assertEqual(self.refusal("update_resource", TypeName="AWS::Lambda::LayerVersion", Identifier="i", PatchDocument="[]"),
                         ("UnsupportedActionException", "Resource type AWS::Lambda::LayerVersion does not support UPDATE action", 400))

    def test_a_list_without_its_parent(self):
        self.assertEqual(self.refusal("list_resources", TypeName="AWS::EKS::Nodegroup"),
                         ("InvalidRequestException", "Missing or invalid ResourceModel property in AWS::EKS::Nodegroup list handler "
                          "request input.Required property:  (#: required key [ClusterName] not found)", 400))

    def test_requests_are_listed(self):
        token = self.bucket("listed")["RequestToken"]
        told = self.cloud.list_resource_requests(ResourceRequestStatusFilter={"Operations": ["CREATE"], "OperationStatuses": ["SUCCESS"]})
        self.assertIn(token, [event["RequestToken"] for event in told["ResourceRequestStatusSummaries"]])
        told = self.cloud.list_resource_requests(ResourceRequestStatusFilter={"Operations": ["UPDATE"]})
        self.assertNotIn(token, [event["RequestToken"] for event in told["ResourceRequestStatusSummaries"]])


class SlowChanges(server.LocalCloud):
    """Changes that never end while the test runs."""
    serve_options = ("--duration", "86400000")

    def setUp(self):
        self.cloud = boto3.client("cloudcontrol", region_name="us-east-1", endpoint_url=self.endpoint,
                                  config=Config(retries={"total_max_attempts": 1}))
        self.addCleanup(self.cloud.close)

    def test_a_change_that_runs_can_be_cancelled_twice(self):
        begun = self.cloud.create_resource(TypeName=BUCKET, DesiredState='{"BucketName":"slow"}')["ProgressEvent"]
        self.assertEqual(begun["OperationStatus"], "PENDING")
        self.assertGreater(begun["RetryAfter"], begun["EventTime"])
        with self.assertRaises(ClientError) as raised:
            self.cloud.delete_resource(TypeName=BUCKET, Identifier="slow")
        error = raised.exception.response["Error"]
        self.assertEqual(error["Code"], "ConcurrentOperationException")
        self.assertEqual(re.search(r"RequestToken\s+([a-fA-F0-9-]+)", error["Message"]).group(1), begun["RequestToken"])
        first = self.cloud.cancel_resource_request(RequestToken=begun["RequestToken"])["ProgressEvent"]
        again = self.cloud.cancel_resource_request(RequestToken=begun["RequestToken"])["ProgressEvent"]
        self.assertEqual(first["OperationStatus"], "CANCEL_COMPLETE")
        self.assertEqual(again, first)
        with self.assertRaises(ClientError):
            self.cloud.get_resource(TypeName=BUCKET, Identifier="slow")


if __name__ == "__main__":
    server.main()
