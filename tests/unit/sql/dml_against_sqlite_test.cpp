// Changes of ordinary tables, once carried out by SQLite and once by the query inside and its effects row by row: the tables
// and what RETURNING gives must be the same. The statements are random, of one seed, and full of words that look like clauses.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "sql/dml.h"
#include "sql/lexer.h"
#include "sqlite/sqlite.h"

namespace squall::sql {
namespace {

constexpr int kStatements = 4000;

constexpr const char* kTables = R"sql(
CREATE TABLE t(id INTEGER PRIMARY KEY, a, b, "where", c);
CREATE TABLE u(k INTEGER PRIMARY KEY, x, "from", y);
INSERT INTO t VALUES (1,1,'one',3,NULL),(2,2,'WHERE',NULL,5),(3,NULL,'x',1,2),(4,4,'y;z',0,'SET'),(5,5,'--',7,1),(6,2,'/*',2,2);
INSERT INTO u VALUES (1,10,'ten',1),(2,20,NULL,2),(3,30,'FROM',2),(4,NULL,'f',4),(7,70,'s',1);
)sql";

using Random = std::mt19937;

int below(Random& random, int bound) { return static_cast<int>(random() % static_cast<unsigned>(bound)); }

// Random statements in plain spelling.
class StatementWriter {
 public:
  explicit StatementWriter(Random& random) : random_(random) {}

  std::string write() {
    has_cte_ = chance(4);
    const std::string with = has_cte_ ? common_table() : "";
    switch (below(random_, 3)) {
      case 0: return with + insert();
      case 1: return with + update();
      default: return with + delete_();
    }
  }

 private:
  bool chance(int of) { return below(random_, of) == 0; }
  std::string pick(std::initializer_list<const char*> of) {
    return *(of.begin() + below(random_, static_cast<int>(of.size())));
  }

  std::string common_table() {
    return pick({"WITH ", "WITH RECURSIVE "}) + pick({"cte", "\"cte\"", "[cte]"}) + "(n, m)" +
           pick({" AS ", " AS MATERIALIZED ", " AS NOT MATERIALIZED "}) + "(SELECT k, x FROM u WHERE k < 5) " +
           pick({"", ", \"delete\" AS (VALUES (1)) "});
  }

  // Over the columns of the target, which the statement calls q, and of u where it is joined.
  std::string expression(int depth) {
    if (depth <= 0 || chance(4)) return leaf();
    const auto part = [&] { return expression(depth - 1); };
    switch (below(random_, 9)) {
      case 0:
        return "(" + part() + pick({" + ", " || ", " = ", " < ", " AND ", " OR ", " IS NOT ", " * ", " <> "}) + part() +
               ")";
      case 1: return "CASE WHEN " + part() + " THEN " + part() + " ELSE " + part() + " END";
      case 2: return part() + pick({" IS DISTINCT FROM ", " IS NOT DISTINCT FROM "}) + leaf();
      case 3: return "coalesce(" + part() + ", " + part() + ", 'FROM')";
      case 4: return part() + pick({" IN (1, 2, ", " NOT IN ("}) + part() + ")";
      case 5: return "(SELECT count(*) FILTER (WHERE k > 1) FROM u)";
      case 6: return "(SELECT sum(x) OVER (ORDER BY k) FROM u ORDER BY k LIMIT 1)";
      case 7: return "EXISTS " + subquery();
      default: return subquery();
    }
  }
  std::string leaf() {
    switch (below(random_, 4)) {
      case 0: return pick({"1", "2", "-3", "0.5", "NULL", "x'4142'"});
      case 1: return pick({"' FROM t WHERE '", "'it''s'", "'SET a = '", "'('", "')'", "'--'", "'/*'"});
      case 2: return q_ + "." + pick({"a", "\"where\"", "[c]", "`b`", "id"});
      default: return joined_ ? pick({"u.x", "u.\"from\"", "[y]", "a"}) : pick({"a", "\"where\"", "[c]", "`b`", "id"});
    }
  }
  std::string subquery() {
    const std::string from =
        has_cte_ && chance(2) ? "(SELECT n + m FROM cte WHERE n >= " : "(SELECT i.x FROM u AS i WHERE i.k >= ";
    return from + q_ + ".id" + pick({" ORDER BY 1 LIMIT 1)", ")"});
  }

  std::string insert() {
    const std::string head =
        pick({"INSERT INTO ", "INSERT INTO ", "REPLACE INTO ", "INSERT OR REPLACE INTO ", "INSERT OR IGNORE INTO "}) +
        pick({"t", "\"t\"", "main.t", "main.[t]"}) + pick({"", "", " AS tt"}) +
        pick({"(id, a, b, \"where\") ", "(id, [a], `b`, c)", "(\"id\", a, \"where\", c) "});
    return head + (chance(2) ? values() : query()) + returning();
  }
  std::string values() {
    std::string rows;
    for (int row = 0; row <= below(random_, 3); ++row) {
      rows += (row == 0 ? "VALUES (" : ", (") + std::to_string(50 + row) + ", (SELECT max(x) FROM u WHERE k < 4), " +
              pick({"'RETURNING'", "'ON CONFLICT'", "NULL", "CASE WHEN 1 THEN 'a' END"}) + ", " +
              pick({"1", "2.5", "'z'"}) + ")";
    }
    return rows;
  }
  std::string query() {
    const std::string with = chance(4) ? "WITH own(k) AS (SELECT k FROM u) " : "";
    return with + "SELECT 100 + k, x, \"from\", y FROM u " +
           pick({"WHERE k IS NOT DISTINCT FROM k ORDER BY k", "WHERE k > 1", "", "WHERE 0",
                 "UNION ALL SELECT 200, 1, 2, 3"});
  }

  std::string update() {
    joined_ = chance(3);
    const bool alias = chance(3);
    q_ = alias ? pick({"z", "\"set\""}) : std::string("t");
    std::string text = "UPDATE " + pick({"t", "[t]", "main.t"}) + (alias ? " AS " + q_ : "") +
                       pick({"", "", " NOT INDEXED"}) + " SET ";
    for (int i = 0; i <= below(random_, 3); ++i) text += (i > 0 ? ", " : "") + assignment();
    if (joined_) {
      text += pick({" FROM u", " FROM u AS u", " FROM (SELECT * FROM u WHERE k > 0) AS u",
                    " FROM u JOIN (SELECT 1 AS one) ON 1",
                    " FROM u NATURAL JOIN (SELECT 1 AS k, 2 AS id UNION SELECT 3, 4) AS j",
                    " FROM u LEFT JOIN (SELECT 2 AS id, 5 AS five) AS j ON j.id = u.k"});
      text += " WHERE " + q_ + ".id = u.k" + (chance(2) ? " AND " + expression(2) : "");
    } else if (!chance(4)) {
      text += " WHERE " + expression(3);
    }
    text += returning() + (!joined_ && chance(5) ? " ORDER BY id DESC LIMIT 3" : "");
    joined_ = false;
    return text;
  }
  std::string assignment() {
    if (!chance(4)) return pick({"a", "\"b\"", "[c]", "\"where\""}) + pick({" = ", " == "}) + expression(3);
    const std::string columns = pick({"(a, \"b\") = ", "([c], `where`) = ", "(b, a) = "});
    switch (below(random_, 3)) {
      case 0: return columns + "(" + expression(2) + ", " + expression(2) + ")";
      case 1: return columns + "((" + expression(2) + ", " + expression(2) + "))";
      default:
        return columns + "(SELECT k, x FROM u WHERE k > " + q_ + ".id" + pick({" ORDER BY k)", " ORDER BY k DESC)"});
    }
  }

  std::string delete_() {
    const bool alias = chance(3);
    q_ = alias ? "zz" : "t";
    return "DELETE FROM " + pick({"t", "\"t\"", "main.t"}) + (alias ? " AS zz" : "") +
           (chance(6) ? "" : " WHERE " + expression(3)) + returning() +
           pick({"", "", "", " ORDER BY id LIMIT 2", " ORDER BY id DESC LIMIT 1 OFFSET 1", " LIMIT 0"});
  }

  std::string returning() {
    return pick({"", "", " RETURNING *", " RETURNING id, a + 1 AS n", " RETURNING id, 'WHERE' || b",
                 " RETURNING id, CASE WHEN a THEN b ELSE c END", " RETURNING \"where\", id",
                 " RETURNING id, (SELECT max(x) FROM u WHERE k < id)"});
  }

  Random& random_;
  std::string q_ = "t";
  bool joined_ = false;
  bool has_cte_ = false;
};

// The same statement in another spelling: case, white space and comments between all tokens.
std::string respelled(const std::string& statement, Random& random) {
  constexpr const char* kSpaces[] = {
      " ", " ", "\n", "\t ", " /* FROM x WHERE ( */ ", " -- RETURNING ' SET\n", "/**/", " /* \" */ "};
  std::string text;
  for (const Token& token : tokenize(statement)) {
    const bool space = token.kind == TokenKind::space;
    if (token.kind == TokenKind::name && below(random, 3) == 0) {
      for (const char c : token.in(statement))
        text += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
    } else if (!space) {
      text += token.in(statement);
    }
    if (space || below(random, 4) == 0) text += kSpaces[below(random, 8)];
  }
  return text;
}

using Rows = std::vector<std::string>;

std::string row_text(const sqlite::Statement& row) {
  std::string text;
  for (int i = 0; i < row.column_count(); ++i) {
    constexpr const char* kTypes[] = {"", "i", "r", "t", "b", "n"};
    text += kTypes[sqlite3_column_type(row.handle(), i)] + std::string(row.text(i)) + "|";
  }
  return text;
}

Result<Rows> rows_of(sqlite::Connection& connection, std::string_view sql) {
  sqlite::Statement statement = TRY(connection.prepare(sql));
  Rows rows;
  while (TRY(statement.step())) rows.push_back(row_text(statement));
  std::sort(rows.begin(), rows.end());
  return rows;
}

sqlite::Connection fresh() {
  auto connection = sqlite::Connection::open(":memory:").value();
  EXPECT_TRUE(connection.run(kTables));
  return connection;
}

// Carries a statement out as the engine does: its query first, then one effect a row.
class Emulation {
 public:
  Emulation(sqlite::Connection& connection, std::string_view source, const DmlStatement& statement)
      : connection_(connection), source_(source), statement_(statement) {}

  Result<Rows> run() {
    TRY(connection_.run("DROP TABLE IF EXISTS temp.found"));
    const std::string id = (statement_.alias.name.empty() ? "t" : quote_name(statement_.alias.name)) + ".rowid";
    const ComposedText query = inner_query(source_, statement_, id);
    // Values keep their class in columns without a type.
    sqlite::Statement found = TRY(connection_.prepare(query.text()));
    std::vector<std::vector<Cell>> rows;
    while (TRY(found.step())) {
      rows.emplace_back();
      for (int i = 0; i < found.column_count(); ++i) rows.back().push_back(cell(found, i));
    }
    Rows returned;
    for (const auto& row : rows) TRY(effect(row, returned));
    std::sort(returned.begin(), returned.end());
    return returned;
  }

 private:
  struct Cell {
    Value value;
    std::string text;
  };
  static Cell cell(const sqlite::Statement& row, int column) {
    Cell result{row.value(column), std::string(row.text(column))};
    return result;
  }

  Status effect(const std::vector<Cell>& row, Rows& returned) {
    switch (statement_.kind) {
      case DmlStatement::Kind::insert: return insert(row, returned);
      case DmlStatement::Kind::update: TRY(update(row)); return give(row[0], returned);
      case DmlStatement::Kind::delete_: break;
    }
    TRY(give(row[0], returned));
    return execute("DELETE FROM t WHERE rowid = ?", {row[0]});
  }

  Status insert(const std::vector<Cell>& row, Rows& returned) {
    std::string columns;
    std::string values;
    for (const NamedSpan& column : statement_.columns) {
      columns += (columns.empty() ? "" : ", ") + quote_name(column.name);
      values += values.empty() ? "?" : ", ?";
    }
    std::string verb = "INSERT ";
    if (!statement_.conflict_action.empty()) verb += std::string(statement_.conflict_action.in(source_)) + " ";
    if (is_replace()) verb = "INSERT OR REPLACE ";
    const auto before = sqlite3_total_changes(connection_.handle());
    TRY(execute(verb + "INTO t(" + columns + ") VALUES (" + values + ")", row));
    if (sqlite3_total_changes(connection_.handle()) == before) return {};
    return give(row[0], returned);
  }
  bool is_replace() const {
    const auto tokens = tokenize(statement_.conflict_action.in(source_));
    return !tokens.empty() && is_keyword(tokens[0], statement_.conflict_action.in(source_), "REPLACE");
  }

  // A column that is assigned twice keeps the last value.
  Status update(const std::vector<Cell>& row) {
    std::size_t value = 1;
    for (const Assignment& assignment : statement_.assignments) {
      for (const NamedSpan& column : assignment.columns) {
        TRY(execute("UPDATE t SET " + quote_name(column.name) + " = ? WHERE rowid = ?", {row[value++], row[0]}));
      }
    }
    return {};
  }

  Status give(const Cell& id, Rows& returned) {
    if (statement_.returning.empty()) return {};
    const std::string name = statement_.alias.name.empty() ? "t" : quote_name(statement_.alias.name);
    const std::string list(statement_.returning.in(source_));
    const std::string with(statement_.with.in(source_));
    const auto rows = TRY(rows_of(
        connection_, with + " SELECT " + list + " FROM t AS " + name + " WHERE " + name + ".rowid = " + id.text));
    returned.insert(returned.end(), rows.begin(), rows.end());
    return {};
  }

  Status execute(const std::string& sql, const std::vector<Cell>& values) {
    sqlite::Statement statement = TRY(connection_.prepare(sql));
    for (std::size_t i = 0; i < values.size(); ++i) {
      Value value = values[i].value;
      value.text = values[i].text;
      TRY(statement.bind(static_cast<int>(i) + 1, value));
    }
    TRY(statement.step());
    return {};
  }

  sqlite::Connection& connection_;
  std::string_view source_;
  const DmlStatement& statement_;
};

constexpr const char* kEverything = "SELECT * FROM t";

TEST(DmlAgainstSqlite, TheQueryInsideAndItsEffectsAreTheStatement) {
  Random random(20230);
  StatementWriter writer(random);
  int carried_out = 0;
  for (int i = 0; i < kStatements; ++i) {
    const std::string source = respelled(writer.write(), random);
    auto native = fresh();
    auto ours = fresh();
    const auto expected = rows_of(native, source);
    const auto statement = frame(source);
    ASSERT_TRUE(statement && statement.value()) << source;
    const auto returned = Emulation(ours, source, *statement.value()).run();
    ASSERT_EQ(expected.ok(), returned.ok()) << source << "\n"
                                            << (expected ? returned.error().message : expected.error().message);
    if (!expected) continue;
    ++carried_out;
    ASSERT_EQ(expected.value(), returned.value()) << source;
    ASSERT_EQ(rows_of(native, kEverything).value(), rows_of(ours, kEverything).value()) << source;
  }
  EXPECT_EQ(carried_out, kStatements);
}

}  // namespace
}  // namespace squall::sql
