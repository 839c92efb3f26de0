#include "engine/scan_context.h"

#include "engine/result_cache.h"

namespace squall::engine {

Result<std::unique_ptr<provider::ResourceStream>> start_scan(ScanContext& context, provider::ScanRequest request) {
  const auto age_max = context.settings.cache_seconds;
  // The state of a request is of the moment.
  const bool fresh = context.fresh_only || provider::reads_requests(request.operation);
  if (age_max.count() == 0 || fresh) return context.provider.scan(std::move(request));
  return context.results->scan(context.provider, std::move(request), age_max);
}

}  // namespace squall::engine
