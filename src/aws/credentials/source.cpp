#include "aws/credentials/source.h"

#include <simdjson.h>

#include "aws/endpoint.h"
#include "base/ascii.h"

namespace squall::aws {

Error credentials_error(std::string message, std::string hint) {
  return {.kind = ErrorKind::credentials, .message = std::move(message), .hint = std::move(hint)};
}

std::string json_field(std::string_view json, std::string_view name) {
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  std::string_view text;
  if (parser.parse(simdjson::padded_string(json)).get(document) != simdjson::SUCCESS) return {};
  if (document[name].get_string().get(text) != simdjson::SUCCESS) return {};
  return std::string(text);
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (char c : text) {
    if (is_ascii_alnum(c) || c == '-' || c == '_' || c == '.' || c == '~') {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += kDigits[byte >> 4U];
    encoded += kDigits[byte & 15U];
  }
  return encoded;
}

Result<net::HttpRequest> service_request(const SourceContext& context, std::string_view service,
                                         std::string_view host_prefix, std::string_view region) {
  const std::string custom = configured_endpoint({}, service, context.files, context.profile.name, context.environment);
  const auto url = TRY(resolve_endpoint({.host_prefix = host_prefix,
                                         .region = region,
                                         .custom_url = custom,
                                         .fips = custom.empty() && context.settings.use_fips,
                                         .dual_stack = custom.empty() && context.settings.use_dual_stack}));
  return net::HttpRequest{.origin = url.origin, .target = url.path};
}

}  // namespace squall::aws
