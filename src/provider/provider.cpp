#include "provider/provider.h"

namespace squall::provider {

namespace {
Error read_only() { return sql_error("this provider only reads"); }
}  // namespace

Result<std::vector<ChangeOutcome>> Provider::apply(std::vector<Change>, ChangeObserver&, ApplySettings,
                                                   std::stop_token) {
  return read_only();
}

Status Provider::may_change(const std::string&, std::stop_token) { return read_only(); }

Result<ProgressEvent> Provider::cancel(const std::string&, const std::string&, const std::string&, std::stop_token) {
  return read_only();
}

Result<std::string> Provider::endpoint(const std::string&, const std::string&) { return read_only(); }

}  // namespace squall::provider
