#include "sql/fold.h"

#include <algorithm>

#include "base/ascii.h"
#include "sql/keywords.h"
#include "sql/lexer.h"

namespace squall::sql {
namespace {

// Walks over a statement's tokens and writes the folded text beside them.
class Folder {
 public:
  explicit Folder(std::string_view statement) : source_(statement) {
    for (const Token& token : tokenize(statement)) {
      if (token.kind != TokenKind::space && token.kind != TokenKind::comment) tokens_.push_back(token);
    }
  }

  FoldedText run() {
    for (std::size_t i = 0; i < tokens_.size();) {
      const std::size_t parts = is_dot(i - 1) ? 0 : foldable_parts(i);
      if (parts > 0) {
        fold_name(i, parts);
        i += 2 * parts - 1;
      } else {
        if (needs_quotes(i)) replace(tokens_[i].begin, tokens_[i].end, quote_name(tokens_[i].in(source_)));
        ++i;
      }
    }
    copy_until(source_.size());
    folded_.map.add(folded_.text.size(), source_.size(), true);
    return std::move(folded_);
  }

 private:
  // Tokens before the first and behind the last read as none.
  bool exists(std::size_t i) const { return i < tokens_.size(); }
  bool is_name(std::size_t i) const {
    return exists(i) && (tokens_[i].kind == TokenKind::name || tokens_[i].kind == TokenKind::quoted_name);
  }
  bool is_punctuation(std::size_t i, char c) const {
    return exists(i) && tokens_[i].kind == TokenKind::punctuation && tokens_[i].in(source_) == std::string_view(&c, 1);
  }
  bool is_dot(std::size_t i) const { return is_punctuation(i, '.'); }
  bool is_word(std::size_t i, std::string_view keyword) const {
    return exists(i) && is_keyword(tokens_[i], source_, keyword);
  }
  bool is_reserved(std::size_t i) const {
    return exists(i) && tokens_[i].kind == TokenKind::name && is_reserved_word(tokens_[i].in(source_));
  }

  // A reserved word is a name only where it touches its dot: `FROM aws.s3. WHERE` is an unfinished name, and SQLite
  // shall say so.
  bool is_part(std::size_t i) const {
    return is_name(i) && is_dot(i - 1) && (!is_reserved(i) || tokens_[i - 1].end == tokens_[i].begin);
  }

  // How many dotted parts from here on become one name; 0: none.
  std::size_t foldable_parts(std::size_t i) const {
    if (!is_name(i)) return 0;
    const std::string first = ascii_lower(name_of(tokens_[i], source_));
    if (first == "squall") return is_part(i + 2) ? 2 : 0;
    if (first != "aws" && first != "awscc") return 0;
    return is_part(i + 2) && is_part(i + 4) ? 3 : 0;
  }

  void fold_name(std::size_t first, std::size_t parts) {
    std::string name;
    for (std::size_t part = 0; part < parts; ++part) {
      if (part > 0) name += '.';
      name += ascii_lower(name_of(tokens_[first + 2 * part], source_));
    }
    if (name.starts_with("awscc.")) name.erase(3, 2);
    const std::size_t begin = tokens_[first].begin;
    const std::size_t end = tokens_[first + 2 * parts - 2].end;
    replace(begin, end, quote_name(name));
    folded_.names.push_back({std::move(name), begin, end});
  }

  // Names that SQLite reserves are quoted where they can only be names: behind a dot, in a list of columns and as the
  // target of an assignment.
  bool needs_quotes(std::size_t i) {
    follow_column_list(i);
    if (!is_reserved(i)) return false;
    if (is_part(i)) return true;
    if (in_column_list_) return true;
    // `SELECT a, NULL = 1` is an expression.
    return (is_word(i - 1, "SET") || is_punctuation(i - 1, ',')) && is_punctuation(i + 1, '=') && !is_word(i, "NULL");
  }

  // Sets in_column_list_ for the tokens between the parentheses of INSERT INTO t (a, b), SET (a, b) = and
  // ON CONFLICT (a).
  void follow_column_list(std::size_t i) {
    if (is_word(i, "INTO")) {
      expect_list_after_name_ = true;
    } else if (expect_list_after_name_ && !is_target_part(i)) {
      expect_list_after_name_ = false;
      if (is_punctuation(i, '(')) in_column_list_ = is_list_of_names(i);
    }
    if (is_punctuation(i, '(') && (is_word(i - 1, "SET") || is_word(i - 1, "CONFLICT"))) {
      in_column_list_ = is_list_of_names(i);
    }
    if (is_punctuation(i, ')')) in_column_list_ = false;
  }

  // Part of `aws.x.y AS a`, behind INTO.
  bool is_target_part(std::size_t i) const {
    return is_dot(i) || is_word(i, "AS") || (is_name(i) && (!is_reserved(i) || is_part(i)));
  }

  // Whether ( name , name … ) begins here. Without this check `INTO t (SELECT 1)` would become a name.
  bool is_list_of_names(std::size_t open) const {
    for (std::size_t i = open + 1;; i += 2) {
      if (!is_name(i)) return false;
      if (is_punctuation(i + 1, ')')) return true;
      if (!is_punctuation(i + 1, ',')) return false;
    }
  }

  void copy_until(std::size_t source_end) {
    if (source_end <= copied_) return;
    folded_.map.add(folded_.text.size(), copied_, true);
    folded_.text += source_.substr(copied_, source_end - copied_);
    copied_ = source_end;
  }

  // A quote of the source right beside the new ones is kept apart, for "a""b" is one name.
  void replace(std::size_t source_begin, std::size_t source_end, std::string_view with) {
    copy_until(source_begin);
    folded_.map.add(folded_.text.size(), source_begin, false);
    if (folded_.text.ends_with('"')) folded_.text += ' ';
    folded_.text += with;
    if (source_.substr(source_end).starts_with('"')) folded_.text += ' ';
    copied_ = source_end;
  }

  std::string_view source_;
  std::vector<Token> tokens_;  // without space and comments
  FoldedText folded_;
  std::size_t copied_ = 0;  // how much of the source is in the folded text
  bool expect_list_after_name_ = false;
  bool in_column_list_ = false;
};

// The length of `"aws.a.b"` or `"squall.a"` at the beginning of a text; 0: something else stands there.
std::size_t folded_name_length(std::string_view text) {
  if (!text.starts_with("\"aws.") && !text.starts_with("\"squall.")) return 0;
  const std::size_t close = text.find('"', 1);
  if (close == std::string_view::npos) return 0;
  const std::string_view name = text.substr(1, close - 1);
  if (name.ends_with('.')) return 0;
  const auto is_plain = [](char c) { return is_ascii_alnum(c) || c == '_' || c == '.'; };
  return std::all_of(name.begin(), name.end(), is_plain) ? close + 1 : 0;
}

// The length of `."group"` at the beginning of a text, if fold() may have put the quotes there; else 0.
std::size_t quoted_part_length(std::string_view text) {
  if (!text.starts_with(".\"")) return 0;
  const std::size_t close = text.find('"', 2);
  if (close == std::string_view::npos || !is_reserved_word(text.substr(2, close - 2))) return 0;
  return close + 1;
}

}  // namespace

void SourceMap::add(std::size_t folded, std::size_t source, bool exact) {
  segments_.push_back({folded, source, exact});
}

std::size_t SourceMap::to_source(std::size_t folded_offset) const {
  const auto after =
      std::upper_bound(segments_.begin(), segments_.end(), folded_offset,
                       [](std::size_t offset, const Segment& segment) { return offset < segment.folded; });
  if (after == segments_.begin()) return folded_offset;
  const Segment& segment = *(after - 1);
  return segment.exact ? segment.source + (folded_offset - segment.folded) : segment.source;
}

FoldedText fold(std::string_view statement) { return Folder(statement).run(); }

std::string unfold(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view rest = text.substr(i);
    if (const std::size_t length = folded_name_length(rest)) {
      plain += rest.substr(1, length - 2);
      i += length;
    } else if (const std::size_t part = quoted_part_length(rest)) {
      plain += '.';
      plain += rest.substr(2, part - 3);
      i += part;
    } else {
      plain += text[i++];
    }
  }
  return plain;
}

}  // namespace squall::sql
