#define PCRE2_CODE_UNIT_WIDTH 8
#include "schema/pattern.h"

#include <pcre2.h>

#include <cstdint>

#include "schema/java_pattern.h"

namespace squall::schema {

namespace {

// A text of 256 KB against a pattern without backtracking stays far below; `(a+)+$` reaches it within milliseconds.
constexpr std::uint32_t kMatchStepsMax = 1'000'000;
constexpr std::uint32_t kDepthMax = 10'000;
constexpr std::uint32_t kHeapKibMax = 20'000;

struct FreeCode {
  void operator()(pcre2_code* code) const { pcre2_code_free(code); }
};
struct FreeContext {
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};
struct FreeData {
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};

using Compiled = std::unique_ptr<pcre2_code, FreeCode>;

// Null: PCRE2 refuses the expression.
Compiled compile(std::string_view expression) {
  int error = 0;
  PCRE2_SIZE offset = 0;
  constexpr std::uint32_t kOptions = PCRE2_UTF | PCRE2_ALT_BSUX;
  return Compiled(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(expression.data()), expression.size(), kOptions, &error,
                                &offset, nullptr));
}

}  // namespace

struct Pattern::Code {
  Compiled compiled;
};

Pattern::Pattern(std::string_view expression) {
  auto compiled = compile(expression);
  if (compiled == nullptr) {
    if (const auto rewritten = pcre2_form(expression)) compiled = compile(*rewritten);
  }
  if (compiled == nullptr) return;
  code_ = std::make_unique<Code>();
  code_->compiled = std::move(compiled);
}

Pattern::~Pattern() = default;
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;

bool Pattern::compiles() const { return code_ != nullptr; }

std::optional<bool> Pattern::is_found_in(std::string_view text) const {
  if (code_ == nullptr) return std::nullopt;
  const std::unique_ptr<pcre2_match_context, FreeContext> context(pcre2_match_context_create(nullptr));
  const std::unique_ptr<pcre2_match_data, FreeData> data(
      pcre2_match_data_create_from_pattern(code_->compiled.get(), nullptr));
  if (context == nullptr || data == nullptr) return std::nullopt;
  pcre2_set_match_limit(context.get(), kMatchStepsMax);
  pcre2_set_depth_limit(context.get(), kDepthMax);
  pcre2_set_heap_limit(context.get(), kHeapKibMax);
  const int code = pcre2_match(code_->compiled.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, 0,
                               data.get(), context.get());
  if (code >= 0) return true;
  if (code == PCRE2_ERROR_NOMATCH) return false;
  return std::nullopt;
}

}  // namespace squall::schema
