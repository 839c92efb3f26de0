// The clauses of INSERT, UPDATE and DELETE, found by their place in the text, and the query inside such a statement.
//
// SQLite does not carry out changes of cloud resources: the engine runs the query inside, and makes a change of each of its
// rows. All positions are bytes of the text as the user wrote it, before fold(). Nothing here knows a catalogue.
// A statement that cannot be split is an error only where it changes a cloud table; of everything else SQLite is the judge.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "sql/composed_text.h"
#include "sql/span.h"

namespace squall::sql {

// SET a = e; SET (a, b) = (e, f) and SET (a, b) = (SELECT …) have several columns.
struct Assignment {
  std::vector<NamedSpan> columns;
  Span expression;
};

struct DmlStatement {
  enum class Kind : std::uint8_t { insert, update, delete_ };
  Kind kind = Kind::insert;
  bool has_columns = false;
  bool default_values = false;
  bool conflict_do_nothing = false;
  bool nowait = false;   // a comment /*+ NOWAIT */; /*+ AWAIT */ is what happens anyway
  Span with;             // "WITH …" up to the verb; empty: none
  Span target;           // the table's (dotted) name as written
  std::string table;     // as fold() names it: "aws.sagemaker.image_versions"; a local table's parts joined by dots
  NamedSpan alias;       // empty name: none
  Span reference;        // the target with AS and INDEXED BY, as it can stand in a FROM
  Span conflict_action;  // INSERT OR REPLACE, REPLACE INTO, UPDATE OR …: the words; empty: none
  std::vector<NamedSpan> columns;  // INSERT INTO t (a, b)
  Span source;                     // INSERT: VALUES … or SELECT …; empty with default_values
  // "ON CONFLICT …" whole; empty: none. A cloud table's has one such clause, a local one's may have more, of which the first
  // is taken apart.
  Span on_conflict;
  std::vector<NamedSpan> conflict_target;
  std::vector<Assignment> conflict_assignments;  // DO UPDATE SET
  Span conflict_where;                           // … WHERE
  std::vector<Assignment> assignments;           // UPDATE's SET
  Span from, where, returning;                   // the text behind the keyword
  Span order_limit;                              // with the keywords ORDER BY and LIMIT
};

// Nothing: none of the three verbs (after WITH too), or not a cloud table and SQLite shall say what is wrong. An error has
// its position.
Result<std::optional<DmlStatement>> frame(std::string_view statement);

// The query that yields what is to be changed. `select_list` are the caller's own leading expressions.
//   UPDATE: WITH … SELECT <select_list>, (e1), (e2) FROM target AS alias, from WHERE … ORDER BY … LIMIT …
//           one expression a column of SET, in their order
//   DELETE: WITH … SELECT <select_list> FROM target AS alias WHERE … ORDER BY … LIMIT …
//   INSERT: WITH … source (without the select_list)
// Not for DEFAULT VALUES, which has no query. The text is not folded yet.
ComposedText inner_query(std::string_view source, const DmlStatement& statement, std::string_view select_list);

// A WHERE that is nothing but `column = value [AND …]` or `column IN (values)`, the values literals or parameters and no
// column named twice: each column with the places of its values. Nothing where it says anything else.
using PlainEqualities = std::vector<std::pair<NamedSpan, std::vector<Span>>>;
std::optional<PlainEqualities> plain_equalities(std::string_view source, Span where);

}  // namespace squall::sql
