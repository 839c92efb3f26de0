"""The program against a service that misbehaves on purpose: the right rows or a clear error, never a short answer."""
import json
import subprocess
import tempfile
import unittest

from server import CREDENTIALS, SECONDS_MAX, SQUALL, clean_environment, main
from standin import StandIn, http

SELECT = "SELECT bucket_name FROM aws.s3.buckets WHERE region = 'us-east-1'"


def page(names, token=None) -> str:
    entries = [{"Identifier": name, "Properties": json.dumps({"BucketName": name})} for name in names]
    answer = {"TypeName": "AWS::S3::Bucket", "ResourceDescriptions": entries}
    if token:
        answer["NextToken"] = token
    return json.dumps(answer)


def refusal(code: str, text: str, status: int = 400) -> bytes:
    return http(json.dumps({"__type": f"com.amazon.cloudapiservice#{code}", "Message": text}), status)


class Faults(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="squall-faults-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.environment = {**clean_environment(folder.name), **CREDENTIALS}

    def run_squall(self, *arguments):
        return subprocess.run([SQUALL, *arguments], env=self.environment, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=SECONDS_MAX, check=False)

    def select(self, *answers, sql=SELECT):
        """The outcome against a service that gives these answers in order (the last one for ever)."""
        rest = list(answers)
        service = StandIn(lambda request: rest.pop(0) if len(rest) > 1 else rest[0])
        self.addCleanup(service.close)
        self.service = service
        return self.run_squall("--endpoint-url", service.url, "exec", "-o", "csv", "-H", sql)

    def assert_rows(self, done, *names):
        self.assertEqual((done.stdout.split(), done.stderr, done.returncode), (list(names), "", 0))

    def assert_error(self, done, text):
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertTrue(done.stderr.startswith("error: "), done.stderr)
        self.assertIn(text, done.stderr)

    def test_a_page_that_fails_three_times_then_works(self):
        bad = [http("oops", 500), http("<html><h1>502 Bad Gateway</h1></html>", 502), None]
        done = self.select(http(page(["a"], "t")), *bad, http(page(["b"])))
        self.assert_rows(done, "a", "b")
        self.assertEqual(len(self.service.requests), 5)
        # The page was asked for again, not the statement from its beginning; and each time signed anew.
        self.assertEqual([b"NextToken" in request.body for request in self.service.requests], [False] + [True] * 4)

    def test_service_unavailable_for_good(self):
        self.assert_error(self.select(http("busy", 503)), "HTTP 503")

    def test_reset_in_the_middle_of_a_body(self):
        self.assert_error(self.select(self.cut(http(page(["a", "b"])))), "in the middle of the answer")

    @staticmethod
    def cut(answer: bytes) -> bytes:
        return answer.replace(b"\r\n\r\n", b"\r\nX-Close: 1\r\n\r\n", 1)[:-20]

    def test_truncated_json(self):
        self.assert_error(self.select(http(page(["a", "b"])[:-10])), "not what the API promises")

    def test_a_wrong_content_length(self):
        body = page(["a"])
        longer = f"HTTP/1.1 200 OK\r\nX-Close: 1\r\nContent-Length: {len(body) + 9}\r\n\r\n{body}".encode()
        self.assert_error(self.select(longer), "in the middle of the answer")
        shorter = f"HTTP/1.1 200 OK\r\nX-Close: 1\r\nContent-Length: {len(body) - 9}\r\n\r\n{body}".encode()
        self.assert_error(self.select(shorter), "not what the API promises")

    def test_an_html_page_with_status_200(self):
        self.assert_error(self.select(http("<html>log in to the hotel's network</html>")), "not what the API promises")

    def test_no_http_at_all(self):
        self.assert_error(self.select(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), "is not HTTP")

    def test_a_repeated_token(self):
        self.assert_error(self.select(http(page(["a"], "same"))), "NextToken")

    def test_refused_and_unknown_hosts(self):
        service = StandIn(lambda request: None)
        service.close()
        self.environment["AWS_MAX_ATTEMPTS"] = "2"
        self.assert_error(self.run_squall("--endpoint-url", service.url, "exec", SELECT), "connection refused")
        self.assert_error(self.run_squall("--endpoint-url", "http://no-such-host.invalid", "exec", SELECT),
                          "no-such-host.invalid")

    def test_access_denied_is_not_sent_again(self):
        self.assert_error(self.select(refusal("AccessDeniedException", "no identity-based policy allows it")), "policy")
        self.assertEqual(len(self.service.requests), 1)

    def test_an_unsupported_type_is_no_empty_list(self):
        self.assert_error(self.select(refusal("UnsupportedActionException", "does not support LIST action")), "LIST")

    def test_a_failing_detail_in_the_middle_fails_the_statement(self):
        listed = http(page(["a"]))

        def answer(request):
            if request.headers["x-amz-target"].endswith("ListResources"):
                return listed
            return refusal("AccessDeniedException", "not this one")
        service = StandIn(answer)
        self.addCleanup(service.close)
        self.assert_error(self.run_squall("--endpoint-url", service.url, "exec", "SELECT arn FROM aws.s3.buckets WHERE region = 'us-east-1'"),
                          "not this one")

    def refusing_ireland(self):
        def answer(request):
            if "/eu-west-1/" in request.headers["authorization"]:
                return refusal("AccessDeniedException", "not there")
            return http(page(["a"]))
        service = StandIn(answer)
        self.addCleanup(service.close)
        return service.url

    def test_what_could_be_had_exits_with_3(self):
        sql = "SELECT bucket_name FROM aws.s3.buckets WHERE region IN ('us-east-1', 'eu-west-1'); SELECT region, code FROM squall.errors"
        done = self.run_squall("--endpoint-url", self.refusing_ireland(), "exec", "--on-error", "warn", "-o", "csv", "-H", sql)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertEqual(done.stdout, "a\neu-west-1,AccessDeniedException\n")
        self.assertIn("the answer is incomplete: 1 AccessDeniedException (ListResources in eu-west-1)", done.stderr)

    def test_timing_tells_what_each_scan_cost(self):
        rest = [refusal("ThrottlingException", "slow down"), http(page(["a"], "t")), http(page(["b"]))]
        service = StandIn(lambda request: rest.pop(0))
        self.addCleanup(service.close)
        done = self.run_squall("--endpoint-url", service.url, "exec", "--timing", "-o", "csv", "-H", SELECT)
        self.assertEqual((done.stdout, done.returncode), ("a\nb\n", 0), done.stderr)
        self.assertRegex(done.stderr, r"timing: 2 calls, 2 pages with 2 resources, \d+ ms\n"
                         r"  aws\.s3\.buckets: 2 calls, 2 pages, 2 resources, 1 throttled, 1 retried, \d+ ms waited, \d\d+ bytes\n")

    def test_credentials_that_expire_in_mid_statement_are_asked_for_again(self):
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            self.environment.pop(name)
        program = f"{self.folder}/keys"
        with open(program, "w", encoding="utf-8") as file:
            file.write('#!/bin/sh\necho x >> "$0.asked"\nprintf \'{"Version":1,"AccessKeyId":"K%d","SecretAccessKey":"s"}\' '
                       '"$(wc -l < "$0.asked")"\n')
        subprocess.run(["chmod", "+x", program], check=True)
        with open(f"{self.folder}/config", "w", encoding="utf-8") as file:
            file.write(f"[profile p]\ncredential_process = {program}\n")
        self.environment["AWS_CONFIG_FILE"] = f"{self.folder}/config"

        def answer(request):
            second = b"NextToken" in request.body
            if second and "Credential=K1/" in request.headers["authorization"]:
                return refusal("ExpiredTokenException", "The security token included in the request is expired")
            return http(page(["b"])) if second else http(page(["a"], "t"))
        service = StandIn(answer)
        self.addCleanup(service.close)
        done = self.run_squall("--profile", "p", "--endpoint-url", service.url, "exec", "-o", "csv", "-H", SELECT)
        self.assert_rows(done, "a", "b")
        self.assertEqual(len(service.requests), 3)

    def test_a_slow_drip_is_still_an_answer(self):
        answer = http(page([f"bucket-{i}" for i in range(20)]))
        service = StandIn(lambda request: [answer[i:i + 1] for i in range(len(answer))])
        self.addCleanup(service.close)
        done = self.run_squall("--endpoint-url", service.url, "exec", "-o", "csv", "-H", SELECT)
        self.assert_rows(done, *[f"bucket-{i}" for i in range(20)])

    def test_bodies_without_end_are_cut_off(self):
        self.environment["AWS_MAX_ATTEMPTS"] = "1"
        # Known beforehand, and found out on the way.
        told = b"HTTP/1.1 200 OK\r\nX-Close: 1\r\nContent-Length: 999999999999\r\n\r\n{"
        self.assert_error(self.select(told), "is larger than")
        megabyte = b"100000\r\n" + b" " * 0x100000 + b"\r\n"

        def endless():
            yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            while True:
                yield megabyte
        service = StandIn(lambda request: endless())
        self.addCleanup(service.close)
        done = subprocess.run(["/bin/sh", "-c", 'ulimit -v 1000000; exec "$@"', "sh", SQUALL, "--endpoint-url", service.url,
                               "exec", SELECT],
                              env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=SECONDS_MAX, check=False)
        self.assert_error(done, "is larger than")

    def test_buckets_of_all_regions_are_listed_once_and_read_where_they_are(self):
        homes = {"one": "us-east-1", "two": "eu-west-1", "three": "ap-south-1"}

        def answer(request):
            region = request.headers["authorization"].split("/")[2]
            if request.headers["x-amz-target"].endswith("ListResources"):
                return http(page(list(homes)))
            name = json.loads(request.body)["Identifier"]
            if homes[name] != region:
                return refusal("GeneralServiceException", f"The bucket is in this region: {homes[name]}. Please use this "
                                                          "region to retry the request")
            properties = json.dumps({"BucketName": name, "Arn": "arn:aws:s3:::" + name})
            return http(json.dumps({"ResourceDescription": {"Identifier": name, "Properties": properties}}))
        service = StandIn(answer)
        self.addCleanup(service.close)

        def rows(sql):
            done = self.run_squall("--region", "us-east-1", "--endpoint-url", service.url, "exec", "-o", "csv", "-H", sql)
            self.assertEqual((done.stderr, done.returncode), ("", 0))
            return done.stdout.split()
        columns = "SELECT bucket_name, arn, region FROM aws.s3.buckets"
        full = {name: f"{name},arn:aws:s3:::{name},{region}" for name, region in homes.items()}
        self.assertEqual(rows(f"{columns} ORDER BY 1"), [full["one"], full["three"], full["two"]])
        self.assertEqual(rows(f"{columns} WHERE region = 'eu-west-1'"), [full["two"]])
        self.assertEqual(rows(f"{columns} WHERE region IN ('us-east-1', 'eu-west-1') ORDER BY 1"), [full["one"], full["two"]])
        self.assertEqual(rows(f"{columns} WHERE region = 'us-east-1' OR region = 'eu-west-1' ORDER BY 1"), [full["one"], full["two"]])
        self.assertEqual(rows("SELECT bucket_name FROM aws.s3.buckets WHERE region IN ('us-east-1', 'eu-west-1') ORDER BY 1"),
                         ["one", "three", "two"])

    def test_an_unsupported_detail_is_asked_for_once(self):
        names = [f"b{i}" for i in range(50)]

        def answer(request):
            if request.headers["x-amz-target"].endswith("ListResources"):
                return http(page(names))
            return refusal("UnsupportedActionException", "does not support READ action")
        service = StandIn(answer)
        self.addCleanup(service.close)
        done = self.run_squall("--endpoint-url", service.url, "exec",
                               "SELECT arn FROM aws.s3.buckets WHERE region = 'us-east-1'")
        self.assert_error(done, "does not support READ action")
        # What had left before the first answer came.
        self.assertLess(len(service.requests), 1 + 50)


if __name__ == "__main__":
    main()
