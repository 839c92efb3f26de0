#include "net/http_message.h"

#include "base/ascii.h"

namespace squall::net {

std::string_view header(const HttpHeaders& headers, std::string_view name) {
  for (const auto& [field, value] : headers) {
    if (equal_ignoring_case(field, name)) return value;
  }
  return {};
}

void set_header(HttpHeaders& headers, std::string_view name, std::string value) {
  erase_header(headers, name);
  headers.emplace_back(std::string(name), std::move(value));
}

void erase_header(HttpHeaders& headers, std::string_view name) {
  std::erase_if(headers, [&](const auto& field) { return equal_ignoring_case(field.first, name); });
}

std::string Origin::authority() const {
  std::string text = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port != (tls ? 443 : 80)) text += ":" + std::to_string(port);
  return text;
}

}  // namespace squall::net
