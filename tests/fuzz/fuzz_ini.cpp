// AWS configuration files: any text gives sections or an error that names a line, and what was read can be asked for.
#include <cstdint>
#include <cstdlib>

#include "aws/config/client_settings.h"
#include "aws/config/config_files.h"
#include "aws/credentials/words.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace squall;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const Environment none = [](const std::string&) { return std::nullopt; };
  const auto files = aws::ConfigFiles::load(
      none, [&text](const std::string&) -> Result<std::optional<std::string>> { return std::optional(text); });
  if (!files) {
    if (files.error().message.find(':') == std::string::npos) std::abort();
    return 0;
  }
  for (const std::string& profile : files->profile_names()) {
    if (!files->has_profile(profile)) std::abort();
    if (const auto settings = aws::client_settings(*files, profile, none);
        !settings && settings.error().message.empty())
      std::abort();
    if (const auto command = files->find(profile, "credential_process")) aws::split_words(command->text);
    aws::configured_endpoint({}, "cloudcontrol", *files, profile, none);
  }
  return 0;
}
