#include "engine/changes/row_buffer.h"

#include <cmath>

#include "sqlite/sqlite.h"

namespace squall::engine {

std::string OwnedValue::as_text() const {
  switch (kind) {
    case Value::Kind::null: return {};
    case Value::Kind::integer: return std::to_string(integer);
    case Value::Kind::real: {
      // "%!.15g" is SQLite's own form of a REAL.
      char* formatted = sqlite3_mprintf("%!.15g", real);
      std::string copy(formatted == nullptr ? "" : formatted);
      sqlite3_free(formatted);
      return copy;
    }
    case Value::Kind::text:
    case Value::Kind::blob: break;
  }
  return text;
}

}  // namespace squall::engine
