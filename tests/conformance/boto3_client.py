#!/usr/bin/python3
"""boto3, AWS's own client for Python, finds the Cloud Control API that it was made for."""
import json

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, WaiterError

import server

ROLE = "arn:aws:iam::123456789012:role/images"
BASE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/base:1"


class Boto3(server.LocalCloud):
    serve_options = ("--page-size", "2")

    def client(self, region="us-east-1"):
        client = boto3.client("cloudcontrol", region_name=region, endpoint_url=self.endpoint,
                              config=Config(retries={"total_max_attempts": 1}))
        self.addCleanup(client.close)
        return client

    def setUp(self):
        self.cloud = self.client()

    def settle(self, event):
        """The event once the request is done."""
        token = event["ProgressEvent"]["RequestToken"]
        self.cloud.get_waiter("resource_request_success").wait(RequestToken=token)
        return self.cloud.get_resource_request_status(RequestToken=token)["ProgressEvent"]

    def create(self, type_name, properties):
        return self.settle(self.cloud.create_resource(TypeName=type_name, DesiredState=json.dumps(properties)))

    def get(self, type_name, identifier):
        answer = self.cloud.get_resource(TypeName=type_name, Identifier=identifier)
        self.assertEqual(answer["TypeName"], type_name)
        self.assertEqual(answer["ResourceDescription"]["Identifier"], identifier)
        return json.loads(answer["ResourceDescription"]["Properties"])

    def identifiers(self, type_name, **more):
        pages = self.cloud.get_paginator("list_resources").paginate(TypeName=type_name, **more)
        return [entry["Identifier"] for page in pages for entry in page["ResourceDescriptions"]]

    def refused(self, code, call, **arguments):
        """The text of the error with which AWS's client sees the call refused."""
        with self.assertRaises(ClientError) as raised:
            call(**arguments)
        self.assertEqual(raised.exception.response["Error"]["Code"], code)
        self.assertEqual(raised.exception.response["ResponseMetadata"]["HTTPStatusCode"], 400)
        return raised.exception.response["Error"]["Message"]

    def test_create_wait_get_and_list_an_image_with_versions(self):
        image = self.create("AWS::SageMaker::Image", {"ImageName": "kernels", "ImageRoleArn": ROLE})
        self.assertEqual(image["OperationStatus"], "SUCCESS")
        self.assertEqual(image["Operation"], "CREATE")
        self.assertEqual(image["Identifier"], "arn:aws:sagemaker:us-east-1:123456789012:image/kernels")

        versions = [self.create("AWS::SageMaker::ImageVersion", {"ImageName": "kernels", "BaseImage": BASE, "Aliases": [f"a{i}"]})
                    for i in (1, 2, 3)]
        expected = [f"arn:aws:sagemaker:us-east-1:123456789012:image-version/kernels/{i}" for i in (1, 2, 3)]
        self.assertEqual([event["Identifier"] for event in versions], expected)

        properties = self.get("AWS::SageMaker::ImageVersion", expected[2])
        self.assertEqual(properties["Version"], 3)
        self.assertEqual(properties["ImageArn"], image["Identifier"])
        self.assertEqual(properties["BaseImage"], BASE)
        self.assertRegex(properties["ContainerImage"], r"^123456789012\.dkr\.ecr\.us-east-1\.amazonaws\.com/base@sha256:[0-9a-f]{64}$")
        self.assertNotIn("Aliases", properties, "a write-only property is never shown")

        model = json.dumps({"ImageName": "kernels"})
        self.assertEqual(sorted(self.identifiers("AWS::SageMaker::ImageVersion", ResourceModel=model)), expected)

    def test_pages_hold_every_resource_once(self):
        names = sorted(f"page-test-{i}" for i in range(5))
        for name in names:
            self.create("AWS::S3::Bucket", {"BucketName": name})
        listed = [name for name in self.identifiers("AWS::S3::Bucket") if name.startswith("page-test-")]
        self.assertEqual(sorted(listed), names)

    def test_update_and_delete_change_what_a_get_shows(self):
        identifier = self.create("AWS::Logs::LogGroup", {"LogGroupName": "/kept", "RetentionInDays": 7})["Identifier"]
        patch = json.dumps([{"op": "replace", "path": "/RetentionInDays", "value": 90}])
        event = self.settle(self.cloud.update_resource(TypeName="AWS::Logs::LogGroup", Identifier=identifier, PatchDocument=patch))
        self.assertEqual((event["Operation"], event["OperationStatus"], event["Identifier"]), ("UPDATE", "SUCCESS", identifier))
        self.assertEqual(self.get("AWS::Logs::LogGroup", identifier)["RetentionInDays"], 90)

        event = self.settle(self.cloud.delete_resource(TypeName="AWS::Logs::LogGroup", Identifier=identifier))
        self.assertEqual((event["Operation"], event["OperationStatus"], event["Identifier"]), ("DELETE", "SUCCESS", identifier))
        self.refused("ResourceNotFoundException", self.cloud.get_resource, TypeName="AWS::Logs::LogGroup", Identifier=identifier)
        self.assertNotIn(identifier, self.identifiers("AWS::Logs::LogGroup"))
        again = self.create("AWS::Logs::LogGroup", {"LogGroupName": "/kept"})
        self.assertEqual(again["OperationStatus"], "SUCCESS", "a deleted name is free again")

    def test_missing_resources_are_refused_by_an_update_and_fail_a_delete(self):
        patch = json.dumps([{"op": "add", "path": "/Tags", "value": []}])
        text = self.refused("ResourceNotFoundException", self.cloud.update_resource, TypeName="AWS::S3::Bucket",
                            Identifier="none", PatchDocument=patch)
        self.assertRegex(text, r"^AWS::S3::Bucket Handler returned status FAILED: Bucket not found "
                               r"\(HandlerErrorCode: NotFound, RequestToken: [0-9a-f-]{36}\)$")
        event = self.cloud.delete_resource(TypeName="AWS::S3::Bucket", Identifier="none")["ProgressEvent"]
        self.assertEqual((event["OperationStatus"], event["Operation"]), ("IN_PROGRESS", "DELETE"))
        event = self.cloud.get_resource_request_status(RequestToken=event["RequestToken"])["ProgressEvent"]
        self.assertEqual((event["OperationStatus"], event["ErrorCode"]), ("FAILED", "NotFound"))

    def test_sts_tells_the_account_that_the_key_names(self):
        sts = boto3.client("sts", region_name="eu-west-1", endpoint_url=self.endpoint, aws_access_key_id="111122223333",
                           aws_secret_access_key="any")
        self.addCleanup(sts.close)
        identity = sts.get_caller_identity()
        self.assertEqual((identity["Account"], identity["Arn"]), ("111122223333", "arn:aws:iam::111122223333:root"))

    def test_regions_are_apart(self):
        self.create("AWS::SQS::Queue", {"QueueName": "here"})
        answer = self.client("eu-west-1").list_resources(TypeName="AWS::SQS::Queue")
        self.assertEqual(answer["ResourceDescriptions"], [])
        self.assertNotIn("NextToken", answer)

    def test_the_same_client_token_is_the_same_request(self):
        arguments = {"TypeName": "AWS::SQS::Queue", "DesiredState": json.dumps({"QueueName": "once"}), "ClientToken": "token-1"}
        first = self.cloud.create_resource(**arguments)["ProgressEvent"]["RequestToken"]
        again = self.cloud.create_resource(**arguments)["ProgressEvent"]["RequestToken"]
        self.assertEqual(first, again)
        arguments["DesiredState"] = json.dumps({"QueueName": "other"})
        text = self.refused("ClientTokenConflictException", self.cloud.create_resource, **arguments)
        self.assertEqual(text, f"ClientToken token-1 is already associated with an existing operation with RequestToken {first}")

    def test_a_duplicate_fails_after_it_was_accepted(self):
        self.create("AWS::S3::Bucket", {"BucketName": "taken-name"})
        event = self.cloud.create_resource(TypeName="AWS::S3::Bucket", DesiredState=json.dumps({"BucketName": "taken-name"}))
        token = event["ProgressEvent"]["RequestToken"]
        with self.assertRaises(WaiterError):
            self.cloud.get_waiter("resource_request_success").wait(RequestToken=token)
        event = self.cloud.get_resource_request_status(RequestToken=token)["ProgressEvent"]
        self.assertEqual((event["OperationStatus"], event["ErrorCode"]), ("FAILED", "AlreadyExists"))

    def test_refusals_have_the_codes_and_texts_of_aws(self):
        text = self.refused("TypeNotFoundException", self.cloud.list_resources, TypeName="AWS::LocalStack::DoesNotExist")
        self.assertEqual(text, "The type 'AWS::LocalStack::DoesNotExist' cannot be found.")

        text = self.refused("ResourceNotFoundException", self.cloud.get_resource, TypeName="AWS::SageMaker::Image",
                            Identifier="arn:aws:sagemaker:us-east-1:123456789012:image/none")
        self.assertRegex(text, r"^AWS::SageMaker::Image Handler returned status FAILED: .*\(HandlerErrorCode: NotFound, RequestToken: [0-9a-f-]{36}\)$")

        text = self.refused("RequestTokenNotFoundException", self.cloud.get_resource_request_status, RequestToken="DOESNOTEXIST")
        self.assertEqual(text, "Request with token DOESNOTEXIST was not found")

        text = self.refused("ValidationException", self.cloud.create_resource, TypeName="AWS::S3::Bucket",
                            DesiredState=json.dumps({"DOESNOTEXIST": "x"}))
        self.assertEqual(text, "Model validation failed (#: extraneous key [DOESNOTEXIST] is not permitted)")

        text = self.refused("ValidationException", self.cloud.create_resource, TypeName="AWS::S3::Bucket",
                            DesiredState=json.dumps({"BucketName": True}))
        self.assertEqual(text, "Model validation failed (#/BucketName: expected type: String, found: Boolean)")

    def test_a_list_of_children_needs_its_parent(self):
        text = self.refused("InvalidRequestException", self.cloud.list_resources, TypeName="AWS::SageMaker::ImageVersion")
        self.assertIn("required key [ImageName] not found", text)


if __name__ == "__main__":
    server.main()
