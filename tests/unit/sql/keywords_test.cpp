#include "sql/keywords.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "sqlite/sqlite.h"

namespace squall::sql {
namespace {

TEST(Keywords, AreSorted) {
  const auto words = reserved_words();
  EXPECT_TRUE(std::is_sorted(words.begin(), words.end()));
}

TEST(Keywords, AreFoundInAnyCase) {
  EXPECT_TRUE(is_reserved_word("group"));
  EXPECT_TRUE(is_reserved_word("GROUP"));
  EXPECT_TRUE(is_reserved_word("autoincrement"));
  EXPECT_FALSE(is_reserved_word("key"));
  EXPECT_FALSE(is_reserved_word("autoincrements"));
  EXPECT_FALSE(is_reserved_word(""));
}

// Each keyword of the SQLite we run with is tried as a column behind a dot.
TEST(Keywords, AreThoseThatSqliteRefusesBehindADot) {
  auto db = sqlite::Connection::open(":memory:");
  ASSERT_TRUE(db.ok());
  for (int i = 0; i < sqlite3_keyword_count(); ++i) {
    const char* begin = nullptr;
    int size = 0;
    sqlite3_keyword_name(i, &begin, &size);
    const std::string word(begin, static_cast<std::size_t>(size));
    const bool accepted = db->prepare("SELECT t." + word + " FROM (SELECT 1 AS \"" + word + "\") AS t").ok();
    EXPECT_EQ(is_reserved_word(word), !accepted) << word;
  }
}

}  // namespace
}  // namespace squall::sql
