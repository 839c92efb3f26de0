#include "sql/dml.h"

#include <gtest/gtest.h>

namespace squall::sql {
namespace {

std::string names(const std::vector<NamedSpan>& spans) {
  std::string text;
  for (const NamedSpan& span : spans) text += (text.empty() ? "" : ",") + span.name;
  return text;
}

std::string shown(const std::vector<Assignment>& assignments, std::string_view source) {
  std::string text;
  for (const Assignment& each : assignments) {
    text += " [" + names(each.columns) + "=" + std::string(each.expression.in(source)) + "]";
  }
  return text;
}

// All parts that are there, as "part[text]"; an error as "error at N: text"; "-" for nothing.
std::string framed(std::string_view source) {
  const auto result = frame(source);
  if (!result) return "error at " + std::to_string(*result.error().position) + ": " + result.error().message;
  if (!result.value()) return "-";
  const DmlStatement& s = *result.value();
  constexpr std::string_view kKinds[] = {"INSERT", "UPDATE", "DELETE"};
  std::string text(kKinds[static_cast<int>(s.kind)]);
  text += " " + s.table;
  const auto part = [&](std::string_view name, Span span) {
    if (!span.empty()) text += " " + std::string(name) + "[" + std::string(span.in(source)) + "]";
  };
  part("with", s.with);
  if (!s.alias.name.empty()) text += " as[" + s.alias.name + "]";
  part("or", s.conflict_action);
  if (s.has_columns) text += " columns[" + names(s.columns) + "]";
  part("source", s.source);
  if (s.default_values) text += " default";
  part("conflict", s.on_conflict);
  if (!s.conflict_target.empty()) text += " on[" + names(s.conflict_target) + "]";
  if (s.conflict_do_nothing) text += " nothing";
  text += shown(s.conflict_assignments, source);
  part("conflict_where", s.conflict_where);
  text += shown(s.assignments, source);
  part("from", s.from);
  part("where", s.where);
  part("returning", s.returning);
  part("order", s.order_limit);
  if (s.nowait) text += " nowait";
  return text;
}

std::string inner(std::string_view source, std::string_view select_list = "id") {
  const auto result = frame(source);
  if (!result || !result.value()) return "not framed";
  return inner_query(source, *result.value(), select_list).text();
}

TEST(Dml, SplitsAnInsert) {
  EXPECT_EQ(framed("INSERT INTO aws.sagemaker.image_versions (ImageName, region) SELECT 'base', 'us-east-1' "
                   "RETURNING Identifier, OperationStatus;"),
            "INSERT aws.sagemaker.image_versions columns[ImageName,region] source[SELECT 'base', 'us-east-1'] "
            "returning[Identifier, OperationStatus]");
  EXPECT_EQ(framed("insert into AWSCC.S3 . \"Buckets\" values (1, (SELECT 2 WHERE 1)), (3, 4)"),
            "INSERT aws.s3.buckets source[values (1, (SELECT 2 WHERE 1)), (3, 4)]");
  EXPECT_EQ(framed("REPLACE INTO main.t AS x DEFAULT VALUES"), "INSERT main.t as[x] or[REPLACE] default");
  EXPECT_EQ(framed("INSERT OR IGNORE INTO t VALUES (1)"), "INSERT t or[OR IGNORE] source[VALUES (1)]");
}

TEST(Dml, SplitsAnUpdate) {
  EXPECT_EQ(
      framed("UPDATE aws.sagemaker.image_versions SET vendor_guidance = 'ARCHIVED' WHERE region = 'us-east-1' "
             "AND version < 5 RETURNING image_version_arn"),
      "UPDATE aws.sagemaker.image_versions [vendor_guidance='ARCHIVED'] where[region = 'us-east-1' AND version < 5] "
      "returning[image_version_arn]");
  EXPECT_EQ(
      framed("UPDATE t AS x SET a = b.c, (d, e) = (SELECT 1, 2 FROM u WHERE 1) FROM b JOIN c ON 1 ORDER BY a LIMIT 3"),
      "UPDATE t as[x] [a=b.c] [d,e=(SELECT 1, 2 FROM u WHERE 1)] from[b JOIN c ON 1] order[ORDER BY a LIMIT 3]");
}

TEST(Dml, SplitsADelete) {
  EXPECT_EQ(framed("DELETE FROM aws.s3.buckets AS b WHERE b.region = 'a' -- that's all"),
            "DELETE aws.s3.buckets as[b] where[b.region = 'a']");
  EXPECT_EQ(framed("DELETE FROM t"), "DELETE t");
}

TEST(Dml, FindsTheVerbBehindWith) {
  EXPECT_EQ(
      framed("WITH RECURSIVE a(x) AS (SELECT 1), \"update\" AS NOT MATERIALIZED (SELECT 2) DELETE FROM t WHERE x"),
      "DELETE t with[WITH RECURSIVE a(x) AS (SELECT 1), \"update\" AS NOT MATERIALIZED (SELECT 2)] where[x]");
  EXPECT_EQ(framed("WITH a AS (SELECT 1) SELECT * FROM a"), "-");
  EXPECT_EQ(framed("WITH replace AS (SELECT 1) SELECT * FROM replace"), "-");
}

TEST(Dml, KeywordsInNamesStringsAndExpressionsAreNoClauses) {
  EXPECT_EQ(
      framed("UPDATE t SET a = ' WHERE ', \"where\" = [from], c = a IS NOT DISTINCT FROM b FROM u WHERE x /* WHERE */"),
      "UPDATE t [a=' WHERE '] [where=[from]] [c=a IS NOT DISTINCT FROM b] from[u] where[x]");
  EXPECT_EQ(framed("UPDATE t SET a = CASE WHEN (SELECT 1 FROM u WHERE 2) THEN t.order ELSE (SELECT count(*) FILTER "
                   "(WHERE 1)) END "
                   "WHERE 3"),
            "UPDATE t [a=CASE WHEN (SELECT 1 FROM u WHERE 2) THEN t.order ELSE (SELECT count(*) FILTER (WHERE 1)) END] "
            "where[3]");
}

TEST(Dml, ReservedWordsAreNamesWhereTheyAreAssigned) {
  EXPECT_EQ(framed("UPDATE aws.s3.buckets SET group = 1, where = 2 WHERE group = 3"),
            "UPDATE aws.s3.buckets [group=1] [where=2] where[group = 3]");
  EXPECT_EQ(framed("INSERT INTO aws.a.b (values, group) VALUES (1, 2)"),
            "INSERT aws.a.b columns[values,group] source[VALUES (1, 2)]");
}

TEST(Dml, SplitsAnUpsert) {
  EXPECT_EQ(framed("INSERT INTO t (a) SELECT a FROM u JOIN v ON conflict = 1 WHERE true ON CONFLICT (a) DO UPDATE "
                   "SET b = excluded.b, c = 1 WHERE b <> 2 RETURNING a"),
            "INSERT t columns[a] source[SELECT a FROM u JOIN v ON conflict = 1 WHERE true] conflict[ON CONFLICT (a) DO "
            "UPDATE "
            "SET b = excluded.b, c = 1 WHERE b <> 2] on[a] [b=excluded.b] [c=1] conflict_where[b <> 2] returning[a]");
  EXPECT_EQ(framed("INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING"),
            "INSERT t source[VALUES (1)] conflict[ON CONFLICT DO NOTHING] nothing");
}

TEST(Dml, ReadsHints) {
  EXPECT_EQ(framed("DELETE /*+ NOWAIT */ FROM t"), "DELETE t nowait");
  EXPECT_EQ(framed("DELETE /*+ await */ FROM t"), "DELETE t");
  EXPECT_EQ(framed("DELETE /* NOWAIT */ FROM t"), "DELETE t");
  EXPECT_EQ(framed("DELETE /*+ FAST */ FROM aws.a.b"), "error at 11: there is no hint FAST");
}

TEST(Dml, TellsWhatIsWrongInAChangeOfACloudTable) {
  EXPECT_EQ(framed("UPDATE aws.a.b SET a = 1 RETURNING a WHERE b"),
            "error at 37: near \"WHERE\": ORDER, LIMIT, or the statement's end is expected here");
  EXPECT_EQ(framed("UPDATE aws.a.b SET a = "), "error at 23: the statement ends where an expression is expected");
  EXPECT_EQ(framed("UPDATE aws.a.b SET a + 1"), "error at 21: near \"+\": = is expected here");
  EXPECT_EQ(framed("UPDATE aws.a.b x SET a = 1"), "error at 15: near \"x\": SET is expected here");
  EXPECT_EQ(framed("UPDATE aws.a.b SET (a, b) = (1)"), "error at 28: 2 columns are assigned 1 value");
  EXPECT_EQ(framed("UPDATE aws.a.b SET a = (1"), "error at 23: this ( is never closed");
  EXPECT_EQ(framed("DELETE FROM aws.a.b WHERE a) = 1"), "error at 27: a ) without its (");
  EXPECT_EQ(framed("DELETE FROM aws.a.b WHERE"), "error at 20: nothing stands behind WHERE");
  EXPECT_EQ(framed("DELETE FROM aws.a.b WHERE a = 'x"), "error at 30: unrecognized token: \"'x\"");
  EXPECT_EQ(framed("INSERT INTO aws.a.b (a, 1) VALUES (1)"), "error at 24: near \"1\": a column is expected here");
  EXPECT_EQ(framed("INSERT INTO aws.a.b"), "error at 19: the statement ends where VALUES or SELECT is expected");
  EXPECT_EQ(framed("UPDATE aws.a.b SET a = count(*)"), "error at 23: misuse of aggregate: count()");
  EXPECT_EQ(framed("UPDATE aws.a.b SET (a, b) = (SELECT ?, 1)"),
            "error at 36: a parameter in a row of several columns needs a number or a name");
}

TEST(Dml, LeavesMistakesOnOtherTablesToSqlite) {
  EXPECT_EQ(framed("UPDATE t SET a = "), "-");
  EXPECT_EQ(framed("INSERT INTO"), "-");
  EXPECT_EQ(framed("INSERT INTO t VALUES (1) ON CONFLICT (a) DO NOTHING ON CONFLICT DO NOTHING"), "-");
  EXPECT_EQ(framed("EXPLAIN DELETE FROM t"), "-");
  EXPECT_EQ(framed("CREATE TRIGGER x AFTER INSERT ON t BEGIN DELETE FROM u; END"), "-");
  EXPECT_EQ(framed(""), "-");
}

TEST(Dml, MakesTheQueryInside) {
  EXPECT_EQ(inner("UPDATE t AS x SET a = 1+2, (b, c) = (3, (4)) FROM u, v WHERE x.d RETURNING 1 LIMIT 2"),
            "SELECT id, (1+2), (3), ((4)) FROM t AS x, u, v WHERE x.d LIMIT 2");
  EXPECT_EQ(inner("UPDATE t SET (a, b) = (SELECT c, d FROM u)"),
            "SELECT id, (WITH \"squall row\"(c0, c1) AS (SELECT c, d FROM u) SELECT c0 FROM \"squall row\"), "
            "(WITH \"squall row\"(c0, c1) AS (SELECT c, d FROM u) SELECT c1 FROM \"squall row\") FROM t");
  EXPECT_EQ(inner("UPDATE t SET a = u.b FROM u JOIN v USING (k)"), "SELECT id, (u.b) FROM t, (u JOIN v USING (k))");
  EXPECT_EQ(inner("WITH c AS (SELECT 1) DELETE FROM t NOT INDEXED WHERE a IN c"),
            "WITH c AS (SELECT 1) SELECT id FROM t NOT INDEXED WHERE a IN c");
  EXPECT_EQ(inner("WITH c AS (SELECT 1) INSERT INTO t SELECT * FROM c"), "WITH c AS (SELECT 1) SELECT * FROM c");
  EXPECT_EQ(inner("WITH c AS (SELECT 1) INSERT INTO t WITH d AS (SELECT 2) SELECT * FROM d"),
            "WITH c AS (SELECT 1) SELECT * FROM (WITH d AS (SELECT 2) SELECT * FROM d)");
}

TEST(Dml, PlacesInTheQueryInsideLeadBackToTheStatement) {
  constexpr std::string_view kSource = "UPDATE t SET a = bad + 1 WHERE worse > 2";
  const auto statement = frame(kSource);
  const ComposedText query = inner_query(kSource, *statement.value(), "rowid");
  const auto at = [&](std::string_view word) {
    Error error = sql_error("x").at(query.text().find(word), 100);
    return query.in_source(error);
  };
  EXPECT_EQ(at("bad").position, kSource.find("bad"));
  EXPECT_EQ(at("bad").length, std::string_view("bad + 1").size());
  EXPECT_EQ(at("worse").position, kSource.find("worse"));
  EXPECT_EQ(at("FROM").position, kSource.find("bad"));  // a word of ours: the piece before it
}

std::string equalities(std::string_view where) {
  const auto terms = plain_equalities(where, {0, where.size()});
  if (!terms) return "-";
  std::string text;
  for (const auto& [column, values] : *terms) {
    text += column.name + ":";
    for (const Span value : values) text += std::string(value.in(where)) + ";";
    text += " ";
  }
  return text;
}

TEST(Dml, ReadsAWhereOfPlainEqualities) {
  EXPECT_EQ(equalities("data__Identifier = 'a' AND \"region\" == :r"), "data__Identifier:'a'; region::r; ");
  EXPECT_EQ(equalities("a IN (1, -2, @x) and 'y' = b"), "a:1;-2;@x; b:'y'; ");
  for (const char* where : {"a = 1 OR b = 2", "a = b", "a > 1", "a = 1 AND", "a = 1 AND b", "NOT a = 1", "(a = 1)",
                            "a = 1 + 1", "a NOT IN (1)", "a IN (SELECT 1)", "a IN ()", "t.a = 1", "a = 1 AND A = 2",
                            "a = 1 COLLATE nocase", "a = \"b\"", "a BETWEEN 1 AND 2", "a = (1)", "a = 1, 2", ""}) {
    EXPECT_EQ(equalities(where), "-") << where;
  }
}

}  // namespace
}  // namespace squall::sql
