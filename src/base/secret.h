// A text that cannot be printed by accident: a secret key, a session token.
//
// It formats and streams as ***; reveal() is the one way to the text, and is called only where it is signed or sent.
#pragma once

#include <fmt/format.h>

#include <ostream>
#include <string>
#include <utility>

namespace squall {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  const std::string& reveal() const { return text_; }
  bool empty() const { return text_.empty(); }
  friend bool operator==(const Secret&, const Secret&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Secret&) { return out << "***"; }

 private:
  std::string text_;
};

}  // namespace squall

template <>
struct fmt::formatter<squall::Secret> : fmt::formatter<std::string_view> {
  template <typename Context>
  auto format(const squall::Secret&, Context& context) const {
    return fmt::formatter<std::string_view>::format("***", context);
  }
};
