// The properties of the current row, found in its JSON text by one pass at the first use.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalogue/catalogue.h"

namespace squall::engine {

// Whether a resource's JSON has all the properties, none of them null, [] or {} (which a list may show for what it leaves
// out). The text has 64 readable bytes behind its end.
bool shows_all(std::string_view properties, const std::vector<std::string>& names);

class RowCells {
 public:
  explicit RowCells(const catalogue::ResourceType& type);
  explicit RowCells(std::vector<std::string_view> names);  // of the members; they stay valid

  // A new row; nothing is read yet. The text has at least 64 readable bytes behind its end (provider.h) and stays valid
  // until the next row.
  void set_row(std::string_view properties);

  // The raw JSON of a property ("\"a\"", "12", "[…]"), or empty where the row has none. False: the text is no JSON object.
  Result<std::string_view> raw(std::size_t property);

 private:
  Status locate();

  std::vector<std::string_view> names_;  // by property
  std::vector<std::string_view> raw_;
  std::string_view properties_;
  bool located_ = false;
};

}  // namespace squall::engine
