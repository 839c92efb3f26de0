// A text put together of pieces of a source and of words of our own, which remembers where the pieces stood, so that what
// SQLite says about it can be shown in the user's text. No separators are added: the caller's words bring the spaces.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "sql/span.h"

namespace squall::sql {

class ComposedText {
 public:
  void add_source(std::string_view source, Span span);
  void add(std::string_view words);
  // Words of our own for a piece of the source.
  void add_for(std::string_view words, Span span);

  const std::string& text() const { return text_; }
  // Own words stand where the piece before them begins (where the first piece does, if none is before them).
  std::size_t to_source(std::size_t offset) const;
  // The error with its position moved to the source.
  Error in_source(Error error) const;

 private:
  struct Piece {
    std::size_t begin;  // in text_
    std::size_t end;
    std::size_t source;
    std::size_t source_end;
  };
  const Piece* piece_at(std::size_t offset) const;

  std::string text_;
  std::vector<Piece> pieces_;
};

}  // namespace squall::sql
