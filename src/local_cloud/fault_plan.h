// What `--faults` says: which answers go wrong, how often, for which type.
//
//   throttle:0.1,reset:0.05:AWS::S3::Bucket,handler-NotStabilized:1,seed:7
//
// The dice are seeded, so that the same requests in the same order meet the same faults. One thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalogue/catalogue.h"

namespace squall::local_cloud {

struct Fault {
  enum class Kind : std::uint8_t { throttle, error500, reset, truncate, slow, handler };
  Kind kind = Kind::throttle;
  double rate = 0;                // of the requests, 0 to 1
  std::string type_name = {};     // empty: all
  std::string handler_code = {};  // of kind handler: a HandlerErrorCode
};

class FaultPlan {
 public:
  // Errors of kind usage name the part that is wrong, a type that the catalogue does not have among them.
  static Result<FaultPlan> parse(std::string_view spec, const catalogue::Catalogue& catalogue);

  // Whether there is no fault to choose.
  bool empty() const { return faults_.empty(); }

  // The first fault that the dice choose for a request about this type; null: none.
  const Fault* next(std::string_view type_name);

 private:
  std::vector<Fault> faults_;
  std::mt19937_64 dice_{1};
};

}  // namespace squall::local_cloud
