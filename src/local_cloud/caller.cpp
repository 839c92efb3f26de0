#include "local_cloud/caller.h"

#include <algorithm>

#include "base/ascii.h"

namespace squall::local_cloud {

Place caller_place(const net::HttpRequest& request) {
  Place place{std::string(kDefaultAccount), std::string(kDefaultRegion)};
  std::string_view text = net::header(request.headers, "Authorization");
  const auto start = text.find("Credential=");
  if (start == std::string_view::npos) return place;
  text = text.substr(start + 11);
  text = text.substr(0, text.find_first_of(", "));
  const std::string_view key = text.substr(0, text.find('/'));
  if (key.size() == 12 && std::all_of(key.begin(), key.end(), is_ascii_digit)) place.account = key;
  for (int i = 0; i < 2; ++i)
    text = text.find('/') == std::string_view::npos ? std::string_view() : text.substr(text.find('/') + 1);
  if (!text.empty()) place.region = text.substr(0, text.find('/'));
  return place;
}

bool is_region_name(std::string_view text) {
  constexpr std::size_t kCharactersMax = 40;
  return !text.empty() && text.size() <= kCharactersMax && std::all_of(text.begin(), text.end(), [](char c) {
    return is_ascii_digit(c) || (c >= 'a' && c <= 'z') || c == '-';
  });
}

}  // namespace squall::local_cloud
