#!/usr/bin/python3
"""The whole life of an image and its versions, led by boto3 and by the AWS CLI; wrong orders get AWS's refusals."""
import json
import re
import subprocess
import sys
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

import server

IMAGE = "AWS::SageMaker::Image"
VERSION = "AWS::SageMaker::ImageVersion"
ROLE = "arn:aws:iam::123456789012:role/images"
BASE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/base:1"
ARN = "arn:aws:sagemaker:us-east-1:123456789012:"


class Refused(Exception):
    """What the client tells of a call that AWS refuses."""


class Life:
    """What is asked of either client; `call(operation, **parameters)` answers, or raises Refused."""

    serve_options = ("--page-size", "2")

    def event(self, operation, **parameters):
        begun = self.call(f"{operation}_resource", **parameters)["ProgressEvent"]
        return self.call("get_resource_request_status", RequestToken=begun["RequestToken"])["ProgressEvent"]

    def shown(self, type_name, identifier):
        try:
            answer = self.call("get_resource", TypeName=type_name, Identifier=identifier)
        except Refused as refused:
            self.assertIn("ResourceNotFoundException", str(refused))
            return None
        return json.loads(answer["ResourceDescription"]["Properties"])

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


class Boto3Life(Life, server.LocalCloud):
    def setUp(self):
        self.cloud = boto3.client("cloudcontrol", endpoint_url=self.endpoint, config=Config(retries={"total_max_attempts": 1}))
        self.addCleanup(self.cloud.close)

    def call(self, operation, **parameters):
        try:
            return getattr(self.cloud, operation)(**parameters)
        except ClientError as error:
            raise Refused(str(error)) from error

    def listed(self, type_name, model):
        pages = self.cloud.get_paginator("list_resources").paginate(TypeName=type_name, ResourceModel=json.dumps(model))
        return [entry["Identifier"] for page in pages for entry in page["ResourceDescriptions"]]


class AwsCliLife(Life, server.LocalCloud):
    """The AWS CLI itself, started once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        program = Path(__file__).with_name("aws_cli_driver.py")
        cls.cli = subprocess.Popen([sys.executable, "-B", str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                   env=cls.environment)
        cls.addClassCleanup(cls.cli.communicate, timeout=server.SECONDS_MAX)

    def call(self, operation, **parameters):
        command = ["--endpoint-url", self.endpoint, "--output", "json", "cloudcontrol", operation.replace("_", "-")]
        for name, value in parameters.items():
            command += ["--" + re.sub("(?<!^)([A-Z])", r"-\1", name).lower(), value]
        self.cli.stdin.write(json.dumps(command) + "\n")
        self.cli.stdin.flush()
        code, out, err = json.loads(self.cli.stdout.readline())
        if code != 0:
            raise Refused(err)
        return json.loads(out)

    # It follows the pages by itself.
    def listed(self, type_name, model):
        found = self.call("list_resources", TypeName=type_name, ResourceModel=json.dumps(model))
        return [entry["Identifier"] for entry in found["ResourceDescriptions"]]


if __name__ == "__main__":
    server.main()
