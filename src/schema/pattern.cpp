#define PCRE2_CODE_UNIT_WIDTH 8
#include "schema/pattern.h"

#include <pcre2.h>

#include <algorithm>
#include <cstdint>

#include "schema/java_pattern.h"

namespace squall::schema {

namespace {

// PCRE2's own limits are for one position at which a match may start, so that a long text may take a million times as
// much; a callout before each item of the expression counts through all of them.
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
Compiled compile(std::string_view expression, std::uint32_t more_options) {
  int error = 0;
  PCRE2_SIZE offset = 0;
  const std::uint32_t options = PCRE2_UTF | PCRE2_ALT_BSUX | more_options;
  return Compiled(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(expression.data()), expression.size(), options, &error,
                                &offset, nullptr));
}

// What is left to do in a search, and where it was last.
struct Search {
  std::size_t& work_left;
  std::size_t position = 0;
};

// Items that repeat pass over many characters in one step.
int count_work(pcre2_callout_block* block, void* data) {
  Search& search = *static_cast<Search*>(data);
  const std::size_t now = block->current_position;
  const std::size_t work = 1 + (now > search.position ? now - search.position : search.position - now);
  search.position = now;
  if (work > search.work_left) {
    search.work_left = 0;
    return PCRE2_ERROR_CALLOUT;
  }
  search.work_left -= work;
  return 0;
}

}  // namespace

struct Pattern::Code {
  Compiled compiled;
  bool counts;  // its work; false: it would become too large
};

Pattern::Pattern(std::string_view expression) {
  const auto rewritten = pcre2_form(expression);
  for (const std::uint32_t counting : {std::uint32_t{PCRE2_AUTO_CALLOUT}, std::uint32_t{0}}) {
    auto compiled = compile(expression, counting);
    if (compiled == nullptr && rewritten) compiled = compile(*rewritten, counting);
    if (compiled == nullptr) continue;
    code_ = std::make_unique<Code>(Code{std::move(compiled), counting != 0});
    return;
  }
}

Pattern::~Pattern() = default;
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;

bool Pattern::compiles() const { return code_ != nullptr; }

std::optional<bool> Pattern::is_found_in(std::string_view text) const {
  std::size_t work_left = kPatternWorkMax;
  return is_found_in(text, work_left);
}

std::optional<bool> Pattern::is_found_in(std::string_view text, std::size_t& work_left) const {
  // To look at a text at all costs its length.
  if (code_ == nullptr || work_left <= text.size()) return std::nullopt;
  work_left -= text.size();
  Search search{work_left};
  const std::unique_ptr<pcre2_match_context, FreeContext> context(pcre2_match_context_create(nullptr));
  const std::unique_ptr<pcre2_match_data, FreeData> data(
      pcre2_match_data_create_from_pattern(code_->compiled.get(), nullptr));
  if (context == nullptr || data == nullptr) return std::nullopt;
  // Of what cannot be counted the worst is assumed: so much at every place, each step through all that follows.
  const std::size_t steps_max = code_->counts ? kMatchStepsMax : work_left / (text.size() + 1);
  pcre2_set_match_limit(context.get(), static_cast<std::uint32_t>(std::min<std::size_t>(steps_max, kMatchStepsMax)));
  pcre2_set_depth_limit(context.get(), kDepthMax);
  pcre2_set_callout(context.get(), count_work, &search);
  pcre2_set_heap_limit(context.get(), kHeapKibMax);
  const int code = pcre2_match(code_->compiled.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, 0,
                               data.get(), context.get());
  if (code >= 0) return true;
  if (code == PCRE2_ERROR_NOMATCH) return false;
  return std::nullopt;
}

}  // namespace squall::schema
