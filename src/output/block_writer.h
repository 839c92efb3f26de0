// Text on its way to a stream, in blocks: the first row goes out at once, so that one sees it, and later ones in ever
// larger blocks up to 64 KB. What is left when the statement fails is written by the destructor; the stream outlives the
// writer.
#pragma once

#include <iosfwd>
#include <string>

#include "base/result.h"

namespace squall::output {

class BlockWriter {
 public:
  explicit BlockWriter(std::ostream& out) : out_(out) {}
  ~BlockWriter();
  BlockWriter(const BlockWriter&) = delete;
  BlockWriter& operator=(const BlockWriter&) = delete;

  // Append to it, then call row_done().
  std::string& text() { return text_; }

  // An error when the stream takes no more (closed pipe, full disk); nothing is written from then on.
  Status row_done();
  Status flush();

 private:
  std::ostream& out_;
  std::string text_;
  std::size_t block_bytes_ = 1;
  bool failed_ = false;
};

}  // namespace squall::output
