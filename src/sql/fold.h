// Folding: a dotted resource name becomes the one quoted name that SQLite knows it by, and a source map remembers where
// everything stood, so that errors point into the user's own text.
//
//   SELECT i.version FROM aws.sagemaker.image_versions AS i
//   SELECT i.version FROM "aws.sagemaker.image_versions" AS i
//   aws.sagemaker.images.image_name -> "aws.sagemaker.images".image_name
//
// Any quoting of the parts, white space and comments around the dots, and any case are accepted; the folded name is in
// lower case. `awscc` becomes `aws`. Two-part names of the schema squall (`squall.types`) fold likewise.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace squall::sql {

// From offsets in the folded text to offsets in the text it was made from.
class SourceMap {
 public:
  std::size_t to_source(std::size_t folded_offset) const;
  // For fold(): bytes from here on stand at `source`, byte for byte (exact) or as one replaced stretch.
  void add(std::size_t folded, std::size_t source, bool exact);

 private:
  struct Segment {
    std::size_t folded;
    std::size_t source;
    bool exact;
  };
  std::vector<Segment> segments_;
};

// One dotted name that was folded.
struct FoldedName {
  std::string name;          // "aws.sagemaker.image_versions"
  std::size_t source_begin;  // in the original text
  std::size_t source_end;
};

struct FoldedText {
  std::string text;
  SourceMap map;
  std::vector<FoldedName> names;  // in order of appearance, repeated ones too
};

FoldedText fold(std::string_view statement);

// For messages and column headings: `"aws.sagemaker.images".x` and `aws.sagemaker.images.x` both read as the latter.
std::string unfold(std::string_view text);

}  // namespace squall::sql
