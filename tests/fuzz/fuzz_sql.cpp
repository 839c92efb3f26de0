// Text of any kind through the lexer, the splitter, the folder, the framing of changes and the carets. What must hold: tokens
// cover the text, folding twice is folding once, statements survive their own extraction, and offsets stay within the text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "sql/caret.h"
#include "sql/dml.h"
#include "sql/fold.h"
#include "sql/lexer.h"
#include "sql/script.h"

namespace {

using namespace squall::sql;

void require(bool condition) {
  if (!condition) std::abort();
}

void check_tokens(std::string_view text) {
  std::size_t at = 0;
  for (const Token& token : tokenize(text)) {
    require(token.begin == at && token.end > at);
    at = token.end;
    (void)name_of(token, text);
  }
  require(at == text.size());
}

void check_fold(std::string_view text) {
  const FoldedText folded = fold(text);
  for (std::size_t offset = 0; offset <= folded.text.size(); ++offset)
    require(folded.map.to_source(offset) <= text.size());
  for (const FoldedName& name : folded.names)
    require(name.source_begin < name.source_end && name.source_end <= text.size());
  require(fold(folded.text).text == folded.text);
  (void)unfold(text);
}

void check_split(std::string_view text) {
  std::size_t at = 0;
  for (const StatementSpan& span : split_statements(text)) {
    require(at <= span.begin && span.begin < span.end && span.end <= text.size());
    at = span.end;
    const std::string_view statement = text.substr(span.begin, span.end - span.begin);
    const auto again = split_statements(statement);
    require(again.size() == 1 && again[0].begin == 0 && again[0].end == statement.size());
  }
}

void check_span(Span span, std::string_view text) { require(span.begin <= span.end && span.end <= text.size()); }

void check_frame(std::string_view text) {
  const auto framed = frame(text);
  if (!framed) {
    require(framed.error().position && *framed.error().position <= text.size());
    return;
  }
  if (!framed.value()) return;
  const DmlStatement& statement = *framed.value();
  for (const Span span : {statement.with, statement.target, statement.reference, statement.conflict_action,
                          statement.source, statement.on_conflict, statement.conflict_where, statement.from,
                          statement.where, statement.returning, statement.order_limit}) {
    check_span(span, text);
  }
  require(!statement.target.empty());
  require((statement.kind == DmlStatement::Kind::update) == !statement.assignments.empty());
  (void)plain_equalities(text, statement.where);
  if (statement.default_values) return;
  const ComposedText query = inner_query(text, statement, "rowid");
  for (std::size_t offset = 0; offset <= query.text().size(); ++offset) {
    require(query.to_source(offset) <= text.size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_tokens(text);
  check_fold(text);
  check_split(text);
  check_frame(text);
  (void)caret_lines(text, size / 2, size % 7);
  return 0;
}
