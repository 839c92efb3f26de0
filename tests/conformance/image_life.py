#!/usr/bin/python3
"""The whole life of an image and its versions, led by boto3 and by the AWS CLI; wrong orders get AWS's refusals."""
import json

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

import server

IMAGE = "AWS::SageMaker::Image"
VERSION = "AWS::SageMaker::ImageVersion"
ROLE = "arn:aws:iam::123456789012:role/images"
BASE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/base:1"
ARN = "arn:aws:sagemaker:us-east-1:123456789012:"


class Boto3Life(server.LocalCloud):
    serve_options = ("--page-size", "2")

    def setUp(self):
        self.cloud = boto3.client("cloudcontrol", endpoint_url=self.endpoint, config=Config(retries={"total_max_attempts": 1}))
        self.addCleanup(self.cloud.close)

    def event(self, operation, **arguments):
        begun = getattr(self.cloud, f"{operation}_resource")(**arguments)["ProgressEvent"]
        return self.cloud.get_resource_request_status(RequestToken=begun["RequestToken"])["ProgressEvent"]

    def shown(self, type_name, identifier):
        try:
            answer = self.cloud.get_resource(TypeName=type_name, Identifier=identifier)
        except ClientError as error:
            self.assertEqual(error.response["Error"]["Code"], "ResourceNotFoundException")
            return None
        return json.loads(answer["ResourceDescription"]["Properties"])

    def listed(self, type_name, model):
        pages = self.cloud.get_paginator("list_resources").paginate(TypeName=type_name, ResourceModel=json.dumps(model))
        return [entry["Identifier"] for page in pages for entry in page["ResourceDescriptions"]]

    def create(self, type_name, properties):
        return self.event("create", TypeName=type_name, DesiredState=json.dumps(properties))

    def update(self, identifier, *operations):
        return self.event("update", TypeName=VERSION, Identifier=identifier, PatchDocument=json.dumps(list(operations)))

    def delete(self, type_name, identifier):
        return self.event("delete", TypeName=type_name, Identifier=identifier)

    def succeeds(self, event, identifier):
        self.assertEqual((event["OperationStatus"], event.get("StatusMessage")), ("SUCCESS", None))
        self.assertEqual(event["Identifier"], identifier)

    def fails(self, event, code, text):
        self.assertEqual((event["OperationStatus"], event["ErrorCode"]), ("FAILED", code))
        self.assertRegex(event["StatusMessage"], text)

    def test_the_whole_life(self):
        image = f"{ARN}image/kernels"
        first, second, third, fourth = (f"{ARN}image-version/kernels/{number}" for number in (1, 2, 3, 4))
        version = {"ImageName": "kernels", "BaseImage": BASE}

        # A version before its image.
        self.fails(self.create(VERSION, version), "InvalidRequest",
                   r"^Invalid request provided: Image: \[kernels\] not found\. Failed to create Image Version$")
        self.succeeds(self.create(IMAGE, {"ImageName": "kernels", "ImageRoleArn": ROLE}), image)
        self.fails(self.create(IMAGE, {"ImageName": "kernels", "ImageRoleArn": ROLE}), "AlreadyExists",
                   rf"^Resource of type '{IMAGE}' with identifier '{image}' already exists\.$")

        self.succeeds(self.create(VERSION, {**version, "Aliases": ["live"]}), first)
        self.succeeds(self.create(VERSION, version), second)
        self.succeeds(self.create(VERSION, {**version, "Alias": "next"}), third)
        self.assertEqual(self.listed(VERSION, {"ImageName": "kernels"}), [first, second, third])
        self.assertEqual(self.listed(VERSION, {"ImageName": "other"}), [])

        # An alias names one version: it moves by being taken away first.
        taken = {"op": "add", "path": "/Aliases", "value": ["live"]}
        self.fails(self.update(second, taken), "ResourceConflict", r"Reason: Alias: \[live\] is in use\.$")
        self.succeeds(self.update(first, {"op": "add", "path": "/Aliases", "value": []}), first)
        self.succeeds(self.update(second, taken), second)
        self.fails(self.create(VERSION, {**version, "Aliases": ["live"]}), "ResourceConflict", r"is in use\.$")

        self.succeeds(self.update(first, {"op": "add", "path": "/VendorGuidance", "value": "ARCHIVED"}), first)
        shown = self.shown(VERSION, first)
        self.assertEqual((shown["VendorGuidance"], shown["Version"], shown["ImageArn"]), ("ARCHIVED", 1, image))
        self.assertNotIn("Aliases", shown)

        # A number is never used again.
        self.succeeds(self.delete(VERSION, third), third)
        self.fails(self.delete(VERSION, third), "NotFound", r"was not found\.$")
        self.succeeds(self.create(VERSION, {**version, "Alias": "next"}), fourth)
        self.assertEqual(self.listed(VERSION, {"ImageName": "kernels"}), [first, second, fourth])

        # The image goes, and its versions with it; its name is free again.
        self.succeeds(self.delete(IMAGE, image), image)
        for gone in (image, first, second, fourth):
            self.assertIsNone(self.shown(IMAGE if gone == image else VERSION, gone))
        self.assertEqual(self.listed(VERSION, {"ImageName": "kernels"}), [])
        self.succeeds(self.create(IMAGE, {"ImageName": "kernels", "ImageRoleArn": ROLE}), image)


class AwsCliLife(server.LocalCloud):
    """Shorter, for every call is a process: a change is told by what is there after it."""

    def aws(self, operation, *options):
        done = self.run_program("/usr/bin/aws", "--endpoint-url", self.endpoint, "--output", "json", "cloudcontrol", operation, *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def create(self, type_name, **properties):
        return self.aws("create-resource", "--type-name", type_name, "--desired-state", json.dumps(properties))["ProgressEvent"]

    def update(self, identifier, path, value):
        operations = json.dumps([{"op": "add", "path": path, "value": value}])
        self.aws("update-resource", "--type-name", VERSION, "--identifier", identifier, "--patch-document", operations)

    def listed(self):
        found = self.aws("list-resources", "--type-name", VERSION, "--resource-model", '{"ImageName":"kernels"}')
        return [entry["Identifier"] for entry in found["ResourceDescriptions"]]

    def test_the_whole_life(self):
        first, second, third = (f"{ARN}image-version/kernels/{number}" for number in (1, 2, 3))
        self.create(IMAGE, ImageName="kernels", ImageRoleArn=ROLE)
        for aliases in (["live"], [], ["next"]):
            self.create(VERSION, ImageName="kernels", BaseImage=BASE, Aliases=aliases)
        self.assertEqual(self.listed(), [first, second, third])
        self.update(first, "/Aliases", [])
        self.update(second, "/Aliases", ["live"])
        self.update(first, "/VendorGuidance", "ARCHIVED")
        shown = self.aws("get-resource", "--type-name", VERSION, "--identifier", first)["ResourceDescription"]["Properties"]
        self.assertEqual(json.loads(shown)["VendorGuidance"], "ARCHIVED")
        begun = self.create(VERSION, ImageName="kernels", BaseImage=BASE, Aliases=["live"])
        ended = self.aws("get-resource-request-status", "--request-token", begun["RequestToken"])["ProgressEvent"]
        self.assertEqual((ended["OperationStatus"], ended["ErrorCode"]), ("FAILED", "ResourceConflict"))
        self.assertIn(second, ended["StatusMessage"], "the alias has moved")
        self.aws("delete-resource", "--type-name", VERSION, "--identifier", third)
        self.assertEqual(self.listed(), [first, second])
        self.aws("delete-resource", "--type-name", IMAGE, "--identifier", f"{ARN}image/kernels")
        self.assertEqual(self.listed(), [])


if __name__ == "__main__":
    server.main()
