"""Sources of credentials against stand-ins of their services: the program asks them over real sockets."""
import subprocess
import tempfile
import unittest

from server import SECONDS_MAX, SQUALL, clean_environment, main
from standin import StandIn, http

ROLE = ("<AssumeRoleResponse><AssumeRoleResult><AssumedRoleUser><Arn>arn:aws:sts::111122223333:assumed-role/r/s</Arn>"
        "</AssumedRoleUser><Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>topsecret</SecretAccessKey>"
        "<SessionToken>hidden</SessionToken><Expiration>2125-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult>"
        "</AssumeRoleResponse>")
METADATA = '{"AccessKeyId":"ASIA","SecretAccessKey":"topsecret","Token":"hidden","Expiration":"2125-01-01T00:00:00Z"}'


class Credentials(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="squall-credentials-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.environment = clean_environment(folder.name)
        for name in [name for name in self.environment if name.startswith("AWS_")]:
            del self.environment[name]

    def stand_in(self, answer):
        service = StandIn(answer)
        self.addCleanup(service.close)
        return service

    def config(self, text):
        path = f"{self.folder}/config"
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        self.environment["AWS_CONFIG_FILE"] = path

    def auth(self, *arguments):
        done = subprocess.run([SQUALL, *arguments, "auth"], env=self.environment, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=SECONDS_MAX, check=False)
        self.assertNotIn("topsecret", done.stdout + done.stderr)
        self.assertNotIn("hidden", done.stdout + done.stderr)
        return done

    def test_instance_metadata_and_the_account_by_sts(self):
        def answer(request):
            if request.method == "PUT":
                return http("TOKEN")
            if request.target.endswith("security-credentials/"):
                return http("my-role")
            return http(METADATA if request.headers.get("x-aws-ec2-metadata-token") == "TOKEN" else "", 200)
        self.environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = self.stand_in(answer).url
        sts = self.stand_in(lambda request: http("<Account>111122223333</Account>"))
        self.environment["AWS_ENDPOINT_URL_STS"] = sts.url
        done = self.auth()
        self.assertIn("* instance metadata: instance metadata (my-role)\n  account: 111122223333\n  expires: 2125-01-01T00:00:00Z\n",
                      done.stdout)
        self.assertEqual((done.stderr, done.returncode), ("", 0))
        self.assertIn("Credential=ASIA/", sts.requests[0].headers["authorization"])

    def test_a_container_and_its_token_file(self):
        service = self.stand_in(lambda request: http(METADATA.replace("}", ',"AccountId":"111122223333"}')))
        with open(f"{self.folder}/token", "w", encoding="utf-8") as file:
            file.write("bearer")
        self.environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = service.url + "/creds"
        self.environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = f"{self.folder}/token"
        done = self.auth()
        self.assertIn("* container: container\n  account: 111122223333\n", done.stdout)
        self.assertEqual((service.requests[0].target, service.requests[0].headers["authorization"]), ("/creds", "bearer"))

    def test_a_role_by_keys_and_by_web_identity(self):
        sts = self.stand_in(lambda request: http(ROLE))
        with open(f"{self.folder}/jwt", "w", encoding="utf-8") as file:
            file.write("ey.J")
        self.config(f"[profile r]\nregion=eu-west-1\nrole_arn=arn:aws:iam::111122223333:role/r\nsource_profile=k\nendpoint_url={sts.url}\n"
                    "[profile k]\naws_access_key_id=KEY\naws_secret_access_key=topsecret\n"
                    f"[profile w]\nrole_arn=arn:aws:iam::111122223333:role/w\nweb_identity_token_file={self.folder}/jwt\n"
                    f"endpoint_url={sts.url}\n")
        self.assertIn("* assume role: assume-role (arn:aws:iam::111122223333:role/r)\n  account: 111122223333\n",
                      self.auth("--profile", "r").stdout)
        self.assertIn("Credential=KEY/", sts.requests[0].headers["authorization"])
        self.assertIn("* web identity: web identity (arn:aws:iam::111122223333:role/w)", self.auth("--profile", "w").stdout)
        self.assertIn(b"WebIdentityToken=ey.J", sts.requests[1].body)
        self.assertNotIn("authorization", sts.requests[1].headers)

    def test_a_proxy_is_used_for_what_is_not_this_machine(self):
        proxy = self.stand_in(lambda request: http("denied", 403, "X-Close: 1\r\n"))
        self.environment.update({"HTTPS_PROXY": proxy.url, "AWS_ACCESS_KEY_ID": "K", "AWS_SECRET_ACCESS_KEY": "s"})
        done = subprocess.run([SQUALL, "exec", "SELECT bucket_name FROM aws.s3.buckets WHERE region = 'eu-west-1'"],
                              env=self.environment, capture_output=True, text=True, timeout=SECONDS_MAX, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("does not connect to cloudcontrolapi.eu-west-1.amazonaws.com:443: it answered with status 403", done.stderr)
        self.assertEqual([(request.method, request.target) for request in proxy.requests],
                         [("CONNECT", "cloudcontrolapi.eu-west-1.amazonaws.com:443")])


if __name__ == "__main__":
    main()
