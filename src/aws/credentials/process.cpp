// credential_process: a program of the user's that prints credentials.
#include <simdjson.h>

#include "aws/credentials/source.h"
#include "aws/credentials/words.h"
#include "aws/time_text.h"

namespace squall::aws {

namespace {

Result<Credentials> read_output(const std::string& output, const std::string& place) {
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  if (parser.parse(simdjson::padded_string(output)).get(document) != simdjson::SUCCESS)
    return credentials_error(place + ": credential_process printed no JSON");
  std::int64_t version = 0;
  if (document["Version"].get_int64().get(version) != simdjson::SUCCESS || version != 1)
    return credentials_error(place + ": credential_process printed a Version other than 1");
  const auto text = [&](const char* name) {
    std::string_view value;
    return document[name].get_string().get(value) == simdjson::SUCCESS ? std::string(value) : std::string();
  };
  Credentials credentials{.key = {.access_key_id = text("AccessKeyId"),
                                  .secret_access_key = Secret(text("SecretAccessKey")),
                                  .session_token = Secret(text("SessionToken"))},
                          .source = "credential_process"};
  if (credentials.key.access_key_id.empty() || credentials.key.secret_access_key.empty())
    return credentials_error(place + ": credential_process printed no AccessKeyId and SecretAccessKey");
  if (const std::string account = text("AccountId"); !account.empty()) credentials.account_id = account;
  if (const std::string expiry = text("Expiration"); !expiry.empty()) {
    credentials.expires_at = parse_iso_time(expiry);
    if (!credentials.expires_at)
      return credentials_error(place + ": credential_process printed an Expiration that is no time: " + expiry);
  }
  return credentials;
}

}  // namespace

Result<Lookup> find_by_process(const SourceContext& context) {
  const auto command = context.files.find(context.profile.name, "credential_process");
  if (!command) return not_here("profile " + context.profile.name + " has no credential_process");
  const auto words = split_words(command->text);
  if (!words || words->empty())
    return credentials_error(command->place + ": credential_process has a quote that is not closed, or no program");
  auto output = context.run_program(*words);
  if (!output) {
    Error error = std::move(output).error();
    if (error.kind == ErrorKind::interrupted) return error;
    return credentials_error(command->place + ": credential_process failed: " + error.message);
  }
  Credentials credentials = TRY(read_output(*output, command->place));
  if (!credentials.account_id) {
    if (const auto account = context.files.find(context.profile.name, "aws_account_id"))
      credentials.account_id = account->text;
  }
  return Lookup{.found = std::move(credentials)};
}

}  // namespace squall::aws
