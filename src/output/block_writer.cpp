#include "output/block_writer.h"

#include <algorithm>
#include <ostream>

namespace squall::output {
namespace {

constexpr std::size_t kBlockBytesMax = 64 * 1024;

}  // namespace

BlockWriter::~BlockWriter() {
  if (!text_.empty()) (void)flush();
}

Status BlockWriter::row_done() {
  if (text_.size() < block_bytes_) return {};
  block_bytes_ = std::min(std::max<std::size_t>(block_bytes_ * 2, 512), kBlockBytesMax);
  return flush();
}

Status BlockWriter::flush() {
  if (!failed_) {
    try {
      out_.write(text_.data(), static_cast<std::streamsize>(text_.size()));
      out_.flush();
      failed_ = !out_;
    } catch (const std::ios_base::failure&) {
      failed_ = true;
    }
  }
  text_.clear();
  if (failed_) return data_error("the output cannot be written", "the reader has closed the pipe, or the disk is full");
  return {};
}

}  // namespace squall::output
