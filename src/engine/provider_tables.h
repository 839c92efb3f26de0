// The tables of squall.* that the provider shows of itself (squall.limits, squall.credentials), for one session.
//
// Eponymous-only virtual tables, registered when a statement names one. The rows are taken when a statement first looks,
// and stay the same until its end. Owned by the session, which must close its connection first; session thread only.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "provider/system_table.h"
#include "sqlite/sqlite.h"

namespace squall::engine {

class ProviderTables {
 public:
  explicit ProviderTables(std::vector<provider::SystemTable> tables);

  bool has(std::string_view name) const { return states_.find(name) != states_.end(); }
  // REQUIRES: has(name). Does nothing the second time; false then.
  Result<bool> register_in(sqlite::Connection& connection, std::string_view name);
  // The next statement looks anew.
  void begin_statement(std::stop_token stop);

  struct State {
    provider::SystemTable table;
    std::string declaration;
    std::stop_token stop = {};
    bool registered = false;
    std::optional<std::vector<provider::SystemRow>> rows = {};
  };

 private:
  std::map<std::string, std::unique_ptr<State>, std::less<>> states_;
};

}  // namespace squall::engine
