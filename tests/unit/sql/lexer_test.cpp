#include "sql/lexer.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "sqlite/sqlite.h"

namespace squall::sql {
namespace {

// Tokens as "kind:text", separated by spaces; those of white space are left out.
std::string shown(std::string_view text) {
  constexpr std::string_view kKinds[] = {"space",  "comment",   "name", "quoted", "string", "blob",
                                         "number", "parameter", "op",   "end",    "illegal"};
  std::string result;
  for (const Token& token : tokenize(text)) {
    if (token.kind == TokenKind::space) continue;
    if (!result.empty()) result += ' ';
    result += std::string(kKinds[static_cast<int>(token.kind)]) + ":" + std::string(token.in(text));
  }
  return result;
}

TEST(Lexer, KnowsNamesInEveryQuoting) {
  EXPECT_EQ(shown(R"(a _b "c d" [e f] `g` h$1 über)"),
            R"(name:a name:_b quoted:"c d" quoted:[e f] quoted:`g` name:h$1 name:über)");
}

TEST(Lexer, TakesDoubledQuotesAsPartOfTheToken) {
  EXPECT_EQ(shown(R"('it''s' "a""b" `c``d`)"), R"(string:'it''s' quoted:"a""b" quoted:`c``d`)");
}

TEST(Lexer, KnowsNumbers) {
  EXPECT_EQ(shown("1 1.5 .5 1. 1e5 1E+5 1.5e-3 0x1F"),
            "number:1 number:1.5 number:.5 number:1. number:1e5 number:1E+5 number:1.5e-3 number:0x1F");
}

TEST(Lexer, RefusesNumbersThatRunIntoNames) {
  EXPECT_EQ(shown("1a"), "illegal:1a");
  EXPECT_EQ(shown("0x"), "illegal:0x");
  EXPECT_EQ(shown("0x1g"), "number:0x1 name:g");
  EXPECT_EQ(shown("1e+"), "illegal:1e op:+");
}

TEST(Lexer, KnowsParameters) {
  EXPECT_EQ(shown("? ?12 :a @b $c $d::e(f) #1"),
            "parameter:? parameter:?12 parameter::a parameter:@b parameter:$c parameter:$d::e(f) parameter:#1");
  EXPECT_EQ(shown(": $a(b c"), "illegal:: illegal:$a(b name:c");
}

TEST(Lexer, KnowsOperatorsOfSeveralCharacters) {
  EXPECT_EQ(shown("a->b->>c||d<<e>>f<>g!=h==i<=j>=k"),
            "name:a op:-> name:b op:->> name:c op:|| name:d op:<< name:e op:>> name:f op:<> name:g op:!= name:h op:== "
            "name:i op:<= name:j op:>= name:k");
  EXPECT_EQ(shown("a.b.*"), "name:a op:. name:b op:. op:*");
  EXPECT_EQ(shown("a!b"), "name:a illegal:! name:b");
}

TEST(Lexer, KnowsBlobs) {
  EXPECT_EQ(shown("x'0aF1' X'' x"), "blob:x'0aF1' blob:X'' name:x");
  EXPECT_EQ(shown("x'0' 1"), "illegal:x'0' number:1");
  EXPECT_EQ(shown("x'zz' 1"), "illegal:x'zz' number:1");
}

TEST(Lexer, KnowsComments) {
  EXPECT_EQ(shown("a -- b\nc /* d\n; */ e"), "name:a comment:-- b name:c comment:/* d\n; */ name:e");
  EXPECT_EQ(shown("a /**/ b"), "name:a comment:/**/ name:b");
  EXPECT_EQ(shown("a /*/ b */ c"), "name:a comment:/*/ b */ name:c");
}

TEST(Lexer, LetsAnUnterminatedCommentReachToTheEnd) {
  EXPECT_EQ(shown("a /* b ; c"), "name:a comment:/* b ; c");
  EXPECT_EQ(shown("a /*"), "name:a op:/ op:*");
}

TEST(Lexer, MarksUnterminatedQuotesAsIllegalToTheEnd) {
  EXPECT_EQ(shown("a 'b ; c"), "name:a illegal:'b ; c");
  EXPECT_EQ(shown("a \"b"), "name:a illegal:\"b");
  EXPECT_EQ(shown("a [b"), "name:a illegal:[b");
}

TEST(Lexer, GivesTheNameWithoutItsQuotes) {
  const auto name = [](std::string_view text) { return name_of(tokenize(text).at(0), text); };
  EXPECT_EQ(name("Abc"), "Abc");
  EXPECT_EQ(name(R"("a""b")"), R"(a"b)");
  EXPECT_EQ(name("[a]"), "a");
  EXPECT_EQ(name("`a``b`"), "a`b");
  EXPECT_EQ(name(R"("")"), "");
}

TEST(Lexer, QuotesAName) {
  EXPECT_EQ(quote_name("a"), R"("a")");
  EXPECT_EQ(quote_name(R"(a"b)"), R"("a""b")");
}

TEST(Lexer, ComparesKeywordsInAnyCaseButNotQuotedOnes) {
  EXPECT_TRUE(is_keyword(tokenize("SeLect").at(0), "SeLect", "SELECT"));
  EXPECT_FALSE(is_keyword(tokenize("\"select\"").at(0), "\"select\"", "SELECT"));
}

rc::Gen<std::string> sql_like_text() {
  return rc::gen::container<std::string>(
      rc::gen::elementOf(std::string("aAxX019eE.'\"`[]/*-+:$@#?(){};|<>=! \n\t\v\xC3\xA9")));
}

TEST(Lexer, CoversEveryText) {
  EXPECT_TRUE(rc::check([] {
    const std::string text = *sql_like_text();
    std::size_t at = 0;
    for (const Token& token : tokenize(text)) {
      RC_ASSERT(token.begin == at);
      RC_ASSERT(token.end > at);
      at = token.end;
    }
    RC_ASSERT(at == text.size());
  }));
}

// SQLite names the first token that it cannot read; ours must be the same one.
TEST(Lexer, RefusesTheTokensThatSqliteRefuses) {
  auto opened = sqlite::Connection::open(":memory:");
  ASSERT_TRUE(opened.ok());
  sqlite3* db = opened->handle();
  EXPECT_TRUE(rc::check([db] {
    const std::string text = *rc::gen::nonEmpty(sql_like_text());
    const std::string token(tokenize(text).at(0).in(text));
    const auto tokens = tokenize(token);
    RC_PRE(tokens.size() == 1u);
    sqlite3_stmt* statement = nullptr;
    const std::string sql = "SELECT(" + token;
    sqlite3_prepare_v2(db, sql.c_str(), -1, &statement, nullptr);
    const std::string message = sqlite3_errmsg(db);
    sqlite3_finalize(statement);
    const bool refused = message == "unrecognized token: \"" + token + "\"";
    RC_ASSERT(refused == (tokens[0].kind == TokenKind::illegal));
  }));
}

}  // namespace
}  // namespace squall::sql
