#include "engine/scan_context.h"

#include "engine/result_cache.h"

namespace squall::engine {

Result<std::unique_ptr<provider::ResourceStream>> start_scan(ScanContext& context, provider::ScanRequest request) {
  const auto age_max = context.settings.cache_seconds;
  if (age_max.count() == 0 || context.fresh_only) return context.provider.scan(std::move(request));
  return context.results->scan(context.provider, std::move(request), age_max);
}

}  // namespace squall::engine
