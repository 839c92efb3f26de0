#include "aws/config/client_settings.h"

#include <algorithm>
#include <charconv>

#include "base/ascii.h"

namespace squall::aws {

namespace {

// A setting of either place; `place` then names the variable or the file's line.
std::optional<Setting> setting_of(const ConfigFiles& files, const std::string& profile, const Environment& environment,
                                  const std::string& variable, const std::string& key) {
  if (auto value = environment(variable)) return Setting{*value, variable};
  return files.find(profile, key);
}

Error wrong(const Setting& setting, const std::string& expected) {
  return data_error(setting.place + ": '" + setting.text + "' is not " + expected);
}

Result<bool> read_flag(const std::optional<Setting>& setting) {
  if (!setting) return false;
  const std::string text = ascii_lower(setting->text);
  if (text == "true") return true;
  if (text == "false") return false;
  return wrong(*setting, "true or false");
}

Result<std::optional<int>> read_attempts(const std::optional<Setting>& setting) {
  if (!setting) return std::optional<int>();
  int number = 0;
  const char* end = setting->text.data() + setting->text.size();
  const auto [stop, failure] = std::from_chars(setting->text.data(), end, number);
  if (failure != std::errc() || stop != end || number < 1 || number > 1000)
    return wrong(*setting, "a number of attempts from 1 to 1000");
  return std::optional<int>(number);
}

Result<std::optional<RetryMode>> read_mode(const std::optional<Setting>& setting) {
  if (!setting) return std::optional<RetryMode>();
  const std::string text = ascii_lower(setting->text);
  if (text == "legacy") return std::optional<RetryMode>(RetryMode::legacy);
  if (text == "standard") return std::optional<RetryMode>(RetryMode::standard);
  if (text == "adaptive") return std::optional<RetryMode>(RetryMode::adaptive);
  return wrong(*setting, "legacy, standard or adaptive");
}

Result<std::vector<std::string>> read_accounts(const std::optional<Setting>& setting) {
  std::vector<std::string> accounts;
  if (!setting) return accounts;
  std::string account;
  const auto take = [&]() -> Status {
    if (account.empty()) return {};
    if (account.size() != 12 || !std::all_of(account.begin(), account.end(), is_ascii_digit))
      return wrong(*setting, "a list of accounts of 12 digits");
    accounts.push_back(std::move(account));
    account.clear();
    return {};
  };
  for (char c : setting->text + ",") {
    if (c == ',' || c == ' ' || c == '\n' || c == '\t') {
      TRY(take());
    } else {
      account += c;
    }
  }
  return accounts;
}

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return result;
}

bool is_true(const std::optional<std::string>& text) { return text && ascii_lower(*text) == "true"; }

}  // namespace

Result<ClientSettings> client_settings(const ConfigFiles& files, const std::string& profile,
                                       const Environment& environment) {
  const auto find = [&](const std::string& variable, const std::string& key) {
    return setting_of(files, profile, environment, variable, key);
  };
  ClientSettings settings;
  // AWS_REGION is what every client but the older Python ones reads first.
  auto region = find("AWS_REGION", "region");
  if (!environment("AWS_REGION") && environment("AWS_DEFAULT_REGION")) region = find("AWS_DEFAULT_REGION", "region");
  if (region) settings.region = region->text;
  settings.use_fips = TRY(read_flag(find("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint")));
  settings.use_dual_stack = TRY(read_flag(find("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")));
  settings.attempts_max = TRY(read_attempts(find("AWS_MAX_ATTEMPTS", "max_attempts")));
  settings.retry_mode = TRY(read_mode(find("AWS_RETRY_MODE", "retry_mode")));
  if (auto bundle = find("AWS_CA_BUNDLE", "ca_bundle")) settings.ca_bundle = expand_home(bundle->text, environment);
  settings.allowed_account_ids = TRY(read_accounts(files.find(profile, "allowed_account_ids")));
  return settings;
}

std::string configured_endpoint(const std::string& explicit_url, std::string_view service, const ConfigFiles& files,
                                const std::string& profile, const Environment& environment) {
  if (!explicit_url.empty()) return explicit_url;
  if (is_true(environment("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"))) return {};
  const auto ignored = files.find(profile, "ignore_configured_endpoint_urls");
  if (!environment("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") && ignored && is_true(ignored->text)) return {};
  if (auto url = environment("AWS_ENDPOINT_URL_" + upper(service))) return *url;
  if (auto url = environment("AWS_ENDPOINT_URL")) return *url;
  if (const auto services = files.find(profile, "services")) {
    if (auto url = files.find_service(services->text, std::string(service), "endpoint_url")) return *url;
  }
  const auto url = files.find(profile, "endpoint_url");
  return url ? url->text : std::string();
}

}  // namespace squall::aws
