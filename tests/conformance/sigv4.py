"""Our signature beside those of botocore and curl, over the requests that were really sent."""
import subprocess
import tempfile
import unittest

import botocore.auth
import botocore.awsrequest
import botocore.credentials

from server import CREDENTIALS, SECONDS_MAX, SQUALL, clean_environment, main
from standin import StandIn, http

SELECT = "SELECT bucket_name FROM aws.s3.buckets WHERE region = 'eu-west-1' AND data__Identifier = 'ä b'"


class Signatures(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="squall-sigv4-")
        self.addCleanup(folder.cleanup)
        self.environment = {**clean_environment(folder.name), **CREDENTIALS}
        self.service = StandIn(lambda request: http("oops", 500) if len(self.service.requests) == 1 else http(
            '{"ResourceDescription":{"Identifier":"x","Properties":"{}"}}'))
        self.addCleanup(self.service.close)

    def signed_by_botocore(self, request, token, service="cloudcontrolapi"):
        """The Authorization header that botocore gives the same request at the same time."""
        names = request.headers["authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
        kept = {name: request.headers[name] for name in names if name not in ("x-amz-date", "x-amz-security-token")}
        again = botocore.awsrequest.AWSRequest(method=request.method, url=self.service.url + request.target, data=request.body,
                                               headers=kept)
        keys = botocore.credentials.Credentials(CREDENTIALS["AWS_ACCESS_KEY_ID"], CREDENTIALS["AWS_SECRET_ACCESS_KEY"], token)
        signer = botocore.auth.SigV4Auth(keys, service, "eu-west-1")
        again.context["timestamp"] = request.headers["x-amz-date"]
        signer._modify_request_before_signing(again)
        string_to_sign = signer.string_to_sign(again, signer.canonical_request(again))
        signer._inject_signature_to_request(again, signer.signature(string_to_sign, again))
        return again.headers["Authorization"]

    def test_ours_is_botocores_with_and_without_a_session_token_and_at_each_retry(self):
        for token in (None, "a/session+token=="):
            self.service.requests.clear()
            environment = dict(self.environment, **({"AWS_SESSION_TOKEN": token} if token else {}))
            done = subprocess.run([SQUALL, "--endpoint-url", self.service.url, "exec", SELECT], env=environment,
                                  capture_output=True, text=True, timeout=SECONDS_MAX, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(len(self.service.requests), 2)  # the first one failed
            for request in self.service.requests:
                self.assertEqual(request.headers.get("x-amz-security-token"), token)
                self.assertEqual(request.headers["authorization"], self.signed_by_botocore(request, token))

    def test_curls_is_botocores_for_the_same_request(self):
        subprocess.run([SQUALL, "--endpoint-url", self.service.url, "exec", SELECT], env=self.environment,
                       capture_output=True, timeout=SECONDS_MAX, check=True)
        ours = self.service.requests[-1]
        keys = CREDENTIALS["AWS_ACCESS_KEY_ID"] + ":" + CREDENTIALS["AWS_SECRET_ACCESS_KEY"]
        curl = ["curl", "-s", "--aws-sigv4", "aws:amz:eu-west-1:cloudcontrolapi", "--user", keys, "--data-binary", "@-",
                "-H", "Content-Type: " + ours.headers["content-type"], "-H", "X-Amz-Target: " + ours.headers["x-amz-target"],
                self.service.url + "/"]
        subprocess.run(curl, input=ours.body, env=self.environment, capture_output=True, timeout=SECONDS_MAX, check=True)
        theirs = self.service.requests[-1]
        self.assertEqual(theirs.body, ours.body)
        expected = self.signed_by_botocore(theirs, None)
        signature = theirs.headers["authorization"].split("Signature=")[1]
        self.assertEqual(signature, expected.split("Signature=")[1])


if __name__ == "__main__":
    main()
