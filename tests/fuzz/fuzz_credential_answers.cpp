// Answers of STS, SSO, OIDC, metadata endpoints and credential programs, and times and dates: any bytes give credentials
// with a key, or an error. The first byte chooses which.
#include <cstdint>
#include <cstdlib>

#include "aws/credentials/metadata_answer.h"
#include "aws/credentials/source.h"
#include "aws/credentials/sso_token.h"
#include "aws/credentials/sts.h"
#include "aws/time_text.h"

namespace {

class StillClock final : public squall::Clock {
 public:
  Time now() const override { return Time(std::chrono::seconds(1'440'938'160)); }
};

void check(const squall::Result<squall::aws::Lookup>& lookup) {
  if (!lookup || !lookup->found) return;
  if (lookup->found->key.access_key_id.empty() || lookup->found->key.secret_access_key.empty()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace squall;
  using namespace squall::aws;
  if (size == 0) return 0;
  const std::string body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const StillClock clock;
  const Environment none = [](const std::string&) { return std::nullopt; };
  const std::string config =
      "[profile r]\nrole_arn=arn:aws:iam::1:role/r\nsource_profile=k\n[profile k]\naws_access_key_id=K\n"
      "aws_secret_access_key=k\n[profile s]\nsso_session=x\nsso_account_id=1\nsso_role_name=r\n"
      "[sso-session x]\nsso_region=eu-west-1\n[profile p]\ncredential_process=x\n";
  const auto read = [&](const std::string& path) -> Result<std::optional<std::string>> {
    if (path.find("config") != std::string::npos) return std::optional(config);
    if (path.find("sso") == std::string::npos) return std::optional<std::string>();
    return std::optional<std::string>(R"({"accessToken":"t","expiresAt":"2016-01-01T00:00:00Z"})");
  };
  SourceContext context{.environment = none,
                        .files = ConfigFiles::load(none, read).value(),
                        .profile = {},
                        .settings = {},
                        .clock = clock,
                        .read_file = read,
                        .write_file = [](const std::string&, const std::string&) -> Status { return {}; },
                        .call = [&](const net::HttpRequest&) -> Result<net::HttpResponse> {
                          return net::HttpResponse{.status = 200, .body = body};
                        },
                        .run_program = [&](const std::vector<std::string>&) -> Result<std::string> { return body; },
                        .ask_mfa = [](const std::string&) -> Result<std::string> { return std::string("1"); }};
  const auto with = [&](const char* profile) {
    context.profile = {.name = profile, .is_explicit = true};
    return context;
  };
  switch (data[0] % 6) {
    case 0: check(find_by_assumed_role(with("r"))); break;
    case 1: check(find_by_sso(with("s"))); break;
    case 2: check(find_by_process(with("p"))); break;
    case 3: check(find_on_instance(with("none"))); break;
    case 4:
      if (const auto token = parse_sso_token(body); token && !parse_sso_token(sso_token_json(*token))) std::abort();
      break;
    default:
      if (const auto time = parse_iso_time(body)) iso_time(*time);
      parse_http_date(body);
      break;
  }
  return 0;
}
