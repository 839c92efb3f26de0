#include "engine/error_table.h"

#include "engine/call_errors.h"

namespace squall::engine {

SnapshotTable ErrorTable::table() const {
  constexpr DataType kText = DataType::string;
  constexpr std::size_t kAccount = 1;
  return {.name = "squall.errors",
          .columns = {{"profile", kText},
                      {"account_id", kText},
                      {"region", kText},
                      {"resource", kText},
                      {"operation", kText},
                      {"identifier", kText},
                      {"code", kText},
                      {"message", kText},
                      {"retryable", DataType::boolean},
                      {"request_id", kText}},
          .snapshot = [this](const SnapshotScan& scan) -> Result<SnapshotRows> { return rows(scan.uses(kAccount)); }};
}

std::string ErrorTable::account_of(const Error& error) const {
  if (!error.account_id.empty()) return error.account_id;
  const auto told = provider_.account_id(error.profile, stop_);
  return told ? *told : std::string();
}

SnapshotRows ErrorTable::rows(bool asks_account) const {
  SnapshotRows rows;
  const auto add = [&rows](std::string text) {
    if (text.empty())
      rows.add(Value::null());
    else
      rows.add(std::move(text));
  };
  for (const Error& error : errors_) {
    add(error.profile);
    add(asks_account ? account_of(error) : std::string());
    add(error.region);
    add(resource_of(catalogue_, error.type_name));
    add(error.operation);
    add(error.identifier);
    add(code_of(error));
    add(error.message);
    rows.add(error.retryable);
    add(error.request_id);
  }
  return rows;
}

std::string resource_of(const catalogue::Catalogue& catalogue, const std::string& type_name) {
  const auto type = catalogue.find_type(type_name);
  return type ? "aws." + std::string(type->service()) + "." + std::string(type->plural()) : type_name;
}

}  // namespace squall::engine
