// DELETE FROM aws.cloud_control.resource_requests WHERE RequestToken = '…': a running request is cancelled (CancelResourceRequest).
//
// Only by RequestToken, with region and profile beside it: the API knows no other way to name requests to cancel. What the request
// has done already stays. Session thread only.
#pragma once

#include <functional>
#include <stop_token>
#include <string_view>

#include "engine/session.h"
#include "provider/provider.h"
#include "sql/dml.h"

namespace squall::engine {

bool is_request_table(std::string_view table);

// `run`: the session's, for the values of WHERE.
Result<StatementOutcome> cancel_requests(
    std::string_view source, const sql::DmlStatement& statement, provider::Provider& provider,
    const std::function<Result<StatementOutcome>(std::string_view sql, RowSink& sink)>& run, std::stop_token stop);

}  // namespace squall::engine
