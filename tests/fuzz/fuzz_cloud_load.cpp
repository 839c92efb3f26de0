// What `cloud load` is given: lines of a dump, or a template. Loading ends, all or nothing, and what was loaded can be
// dumped.
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>

#include "catalogue/embedded.h"
#include "local_cloud/local_cloud.h"

namespace {

std::size_t lines_of(squall::local_cloud::LocalCloud& cloud) {
  std::ostringstream out;
  if (!cloud.dump(out).ok()) __builtin_trap();
  std::size_t lines = 0;
  for (const char c : out.str()) lines += c == '\n' ? 1 : 0;
  return lines;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 50'000) return 0;
  static const auto catalogue = squall::catalogue::Catalogue::open(squall::catalogue::embedded_blob()).value();
  static const squall::SystemClock clock;
  static squall::local_cloud::LocalCloud cloud(catalogue, clock, {});
  if (!cloud.reset().ok()) __builtin_trap();
  std::istringstream in(std::string(reinterpret_cast<const char*>(data), size));
  const auto loaded = cloud.load(in);
  const std::size_t lines = lines_of(cloud);
  // A VPC brings more than itself.
  if (loaded ? lines < *loaded : lines != 0) __builtin_trap();
  return 0;
}
