#include "sql/composed_text.h"

#include <algorithm>

namespace squall::sql {

void ComposedText::add_source(std::string_view source, Span span) {
  const std::string_view piece = span.in(source);
  if (piece.empty()) return;
  pieces_.push_back({text_.size(), text_.size() + piece.size(), span.begin, span.begin + piece.size()});
  text_ += piece;
}

void ComposedText::add(std::string_view words) { text_ += words; }

void ComposedText::add_for(std::string_view words, Span span) {
  pieces_.push_back({text_.size(), text_.size() + words.size(), span.begin, span.end});
  text_ += words;
}

// The last piece that begins at or before the offset; the first one for what is before all.
const ComposedText::Piece* ComposedText::piece_at(std::size_t offset) const {
  if (pieces_.empty()) return nullptr;
  const auto after = std::upper_bound(pieces_.begin(), pieces_.end(), offset,
                                      [](std::size_t at, const Piece& piece) { return at < piece.begin; });
  return after == pieces_.begin() ? &pieces_.front() : &*(after - 1);
}

std::size_t ComposedText::to_source(std::size_t offset) const {
  const Piece* const piece = piece_at(offset);
  if (piece == nullptr) return 0;
  return offset >= piece->begin && offset < piece->end
             ? std::min(piece->source + (offset - piece->begin), piece->source_end)
             : piece->source;
}

Error ComposedText::in_source(Error error) const {
  if (!error.position) return error;
  const std::size_t offset = *error.position;
  const Piece* const piece = piece_at(offset);
  error.position = to_source(offset);
  const bool inside = piece != nullptr && offset >= piece->begin && offset < piece->end;
  error.length = inside ? std::min(error.length, piece->source_end - *error.position) : 1;
  return error;
}

}  // namespace squall::sql
