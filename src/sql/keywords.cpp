#include "sql/keywords.h"

#include <algorithm>
#include <array>

namespace squall::sql {
namespace {

constexpr std::array<std::string_view, 58> kReservedWords = {
    "ADD",     "ALL",     "ALTER",      "AND",    "AS",      "AUTOINCREMENT", "BETWEEN", "CASE",       "CHECK",
    "COLLATE", "COMMIT",  "CONSTRAINT", "CREATE", "DEFAULT", "DEFERRABLE",    "DELETE",  "DISTINCT",   "DROP",
    "ELSE",    "ESCAPE",  "EXCEPT",     "EXISTS", "FOREIGN", "FROM",          "GROUP",   "HAVING",     "IN",
    "INDEX",   "INSERT",  "INTERSECT",  "INTO",   "IS",      "ISNULL",        "JOIN",    "LIMIT",      "NOT",
    "NOTHING", "NOTNULL", "NULL",       "ON",     "OR",      "ORDER",         "PRIMARY", "REFERENCES", "RETURNING",
    "SELECT",  "SET",     "TABLE",      "THEN",   "TO",      "TRANSACTION",   "UNION",   "UNIQUE",     "UPDATE",
    "USING",   "VALUES",  "WHEN",       "WHERE"};
constexpr std::size_t kLongestWord = 13;  // AUTOINCREMENT

}  // namespace

std::span<const std::string_view> reserved_words() { return kReservedWords; }

bool is_reserved_word(std::string_view word) {
  if (word.size() > kLongestWord) return false;
  std::array<char, kLongestWord> upper{};
  std::transform(word.begin(), word.end(), upper.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return std::binary_search(kReservedWords.begin(), kReservedWords.end(), std::string_view(upper.data(), word.size()));
}

}  // namespace squall::sql
