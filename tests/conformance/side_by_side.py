#!/usr/bin/python3
"""One resource through boto3, the AWS CLI and SQL side by side: what one does, the others see."""
import json

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

import server

GROUP = "AWS::Logs::LogGroup"


class SideBySide(server.LocalCloud):
    def setUp(self):
        self.cloud = boto3.client("cloudcontrol", region_name="us-east-1", endpoint_url=self.endpoint,
                                  config=Config(retries={"total_max_attempts": 1}))
        self.addCleanup(self.cloud.close)

    def aws(self, *arguments):
        return self.run_program("/usr/bin/aws", "cloudcontrol", *arguments, "--endpoint-url", self.endpoint, "--output", "json")

    def aws_change(self, *arguments):
        """A change by the AWS CLI, waited for by it."""
        done = self.aws(*arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        token = json.loads(done.stdout)["ProgressEvent"]["RequestToken"]
        done = self.aws("wait", "resource-request-success", "--request-token", token)
        self.assertEqual(done.returncode, 0, done.stderr)

    def boto3_change(self, operation, **arguments):
        event = getattr(self.cloud, operation)(TypeName=GROUP, **arguments)["ProgressEvent"]
        self.cloud.get_waiter("resource_request_success").wait(RequestToken=event["RequestToken"])

    def sql_change(self, statement):
        """A change by SQL, with the identifier and status that it returns."""
        done = self.run_program(server.SQUALL, "--endpoint-url", self.endpoint, "exec", "-o", "json",
                                statement + " RETURNING Identifier, OperationStatus")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([row["OperationStatus"] for row in json.loads(done.stdout)], ["SUCCESS"])

    def seen(self, name):
        """RetentionInDays as each of the three sees it, by a get and (SQL) by a list; None where there is none."""
        try:
            properties = json.loads(self.cloud.get_resource(TypeName=GROUP, Identifier=name)["ResourceDescription"]["Properties"])
            by_boto3 = properties["RetentionInDays"]
        except ClientError as error:
            self.assertEqual(error.response["Error"]["Code"], "ResourceNotFoundException")
            by_boto3 = None
        done = self.aws("get-resource", "--type-name", GROUP, "--identifier", name)
        if done.returncode:
            self.assertIn("(ResourceNotFoundException)", done.stderr)
            by_aws = None
        else:
            by_aws = json.loads(json.loads(done.stdout)["ResourceDescription"]["Properties"])["RetentionInDays"]
        rows = []
        for table, column in (("log_group", "data__Identifier"), ("log_groups", "log_group_name")):
            done = self.run_program(server.SQUALL, "--endpoint-url", self.endpoint, "exec", "-o", "json",
                                    f"SELECT retention_in_days AS days FROM aws.logs.{table} WHERE {column} = '{name}'")
            self.assertEqual(done.stderr, "")
            rows.append([row["days"] for row in json.loads(done.stdout)])
        self.assertEqual(rows[0], rows[1])
        return by_boto3, by_aws, rows[0][0] if rows[0] else None

    def listed(self):
        by_boto3 = [entry["Identifier"] for entry in self.cloud.list_resources(TypeName=GROUP)["ResourceDescriptions"]]
        done = self.aws("list-resources", "--type-name", GROUP)
        by_aws = [entry["Identifier"] for entry in json.loads(done.stdout)["ResourceDescriptions"]]
        self.assertEqual(by_boto3, by_aws)
        return by_boto3

    def test_what_one_does_the_others_see(self):
        self.boto3_change("create_resource", DesiredState=json.dumps({"LogGroupName": "by-boto3", "RetentionInDays": 7}))
        self.aws_change("create-resource", "--type-name", GROUP, "--desired-state", '{"LogGroupName":"by-aws","RetentionInDays":14}')
        self.sql_change("INSERT INTO aws.logs.log_groups (log_group_name, retention_in_days) VALUES ('by-sql', 5)")
        self.assertEqual(self.seen("by-boto3"), (7, 7, 7))
        self.assertEqual(self.seen("by-aws"), (14, 14, 14))
        self.assertEqual(self.seen("by-sql"), (5, 5, 5))
        self.assertEqual(self.listed(), ["by-boto3", "by-aws", "by-sql"])

        self.boto3_change("update_resource", Identifier="by-aws",
                          PatchDocument=json.dumps([{"op": "replace", "path": "/RetentionInDays", "value": 30}]))
        self.aws_change("update-resource", "--type-name", GROUP, "--identifier", "by-boto3", "--patch-document",
                        '[{"op":"replace","path":"/RetentionInDays","value":60}]')
        self.sql_change("UPDATE aws.logs.log_groups SET retention_in_days = retention_in_days * 18 WHERE log_group_name = 'by-sql'")
        self.assertEqual(self.seen("by-sql"), (90, 90, 90))
        self.assertEqual(self.seen("by-aws"), (30, 30, 30))
        self.assertEqual(self.seen("by-boto3"), (60, 60, 60))

        # Each deletes what another made.
        self.boto3_change("delete_resource", Identifier="by-sql")
        self.aws_change("delete-resource", "--type-name", GROUP, "--identifier", "by-boto3")
        self.sql_change("DELETE FROM aws.logs.log_groups WHERE log_group_name = 'by-aws'")
        self.assertEqual(self.seen("by-sql"), (None, None, None))
        self.assertEqual(self.seen("by-aws"), (None, None, None))
        self.assertEqual(self.seen("by-boto3"), (None, None, None))
        self.assertEqual(self.listed(), [])

    def test_aws_sees_the_refusals_on_record(self):
        done = self.aws("create-resource", "--type-name", GROUP, "--desired-state", '{"DOESNOTEXIST":"x"}')
        self.assertIn("An error occurred (ValidationException) when calling the CreateResource operation: "
                      "Model validation failed (#: extraneous key [DOESNOTEXIST] is not permitted)", done.stderr)
        self.boto3_change("create_resource", DesiredState='{"LogGroupName":"fixed"}')
        done = self.aws("update-resource", "--type-name", GROUP, "--identifier", "fixed", "--patch-document",
                        '[{"op":"replace","path":"/LogGroupName","value":"x"}]')
        self.assertIn("An error occurred (NotUpdatableException) when calling the UpdateResource operation: "
                      "Invalid patch update: createOnlyProperties [/properties/LogGroupName] cannot be updated", done.stderr)
        self.boto3_change("delete_resource", Identifier="fixed")


if __name__ == "__main__":
    server.main()
