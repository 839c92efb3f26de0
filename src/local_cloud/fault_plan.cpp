#include "local_cloud/fault_plan.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace squall::local_cloud {

namespace {

struct Kind {
  std::string_view name;
  Fault::Kind kind;
};

constexpr std::array<Kind, 5> kKinds = {{{"throttle", Fault::Kind::throttle},
                                         {"error500", Fault::Kind::error500},
                                         {"reset", Fault::Kind::reset},
                                         {"truncate", Fault::Kind::truncate},
                                         {"slow", Fault::Kind::slow}}};

constexpr std::array<std::string_view, 16> kHandlerCodes = {
    "NotUpdatable",         "InvalidRequest",       "AccessDenied",   "UnauthorizedTaggingOperation",
    "InvalidCredentials",   "AlreadyExists",        "NotFound",       "ResourceConflict",
    "Throttling",           "ServiceLimitExceeded", "NotStabilized",  "GeneralServiceException",
    "ServiceInternalError", "ServiceTimeout",       "NetworkFailure", "InternalFailure"};

Error wrong(std::string_view part, const std::string& why) {
  return usage_error("--faults " + std::string(part) + ": " + why,
                     "kind:rate[:Type], the kinds being throttle, error500, reset, truncate, slow and handler-CODE "
                     "(handler-NotStabilized), and seed:N");
}

template <typename Number>
std::optional<Number> number_of(std::string_view text) {
  Number number{};
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Result<Fault> parse_fault(std::string_view part) {
  constexpr std::string_view kHandler = "handler-";
  const auto colon = part.find(':');
  if (colon == std::string_view::npos) return wrong(part, "it has no rate");
  const std::string_view name = part.substr(0, colon);
  const std::string_view rest = part.substr(colon + 1);
  const std::string_view rate = rest.substr(0, rest.find(':'));
  Fault fault;
  if (rate.size() < rest.size()) {
    fault.type_name = rest.substr(rate.size() + 1);
    if (fault.type_name.empty()) return wrong(part, "it has no type after the colon");
  }
  const auto parsed = number_of<double>(rate);
  if (!parsed || !(*parsed >= 0 && *parsed <= 1)) return wrong(part, "the rate is no number from 0 to 1");
  fault.rate = *parsed;
  if (name.starts_with(kHandler)) {
    fault.kind = Fault::Kind::handler;
    fault.handler_code = name.substr(kHandler.size());
    if (std::find(kHandlerCodes.begin(), kHandlerCodes.end(), fault.handler_code) != kHandlerCodes.end()) return fault;
    return wrong(part, fault.handler_code + " is no HandlerErrorCode");
  }
  for (const Kind& kind : kKinds) {
    if (kind.name != name) continue;
    fault.kind = kind.kind;
    return fault;
  }
  return wrong(part, "there is no such kind");
}

}  // namespace

Result<FaultPlan> FaultPlan::parse(std::string_view spec, const catalogue::Catalogue& catalogue) {
  FaultPlan plan;
  std::optional<std::string_view> rest = spec;
  for (int number = 1; rest; ++number) {
    const auto comma = rest->find(',');
    const std::string_view part = rest->substr(0, comma);
    rest = comma == std::string_view::npos ? std::nullopt : std::optional(rest->substr(comma + 1));
    if (part.empty()) return wrong(spec.empty() ? "''" : spec, "part " + std::to_string(number) + " is empty");
    if (part.starts_with("seed:")) {
      const auto seed = number_of<std::uint64_t>(part.substr(5));
      if (!seed) return wrong(part, "the seed is no number");
      plan.dice_.seed(*seed);
    } else {
      Fault fault = TRY(parse_fault(part));
      if (!fault.type_name.empty() && !catalogue.find_type(fault.type_name))
        return wrong(part, "there is no type " + fault.type_name);
      plan.faults_.push_back(std::move(fault));
    }
  }
  return plan;
}

const Fault* FaultPlan::next(std::string_view type_name) {
  const Fault* chosen = nullptr;
  // Every fault that could befall the request throws its dice, so that one more rate does not shift the others' luck.
  for (const Fault& fault : faults_) {
    if (!fault.type_name.empty() && fault.type_name != type_name) continue;
    const bool hit = std::uniform_real_distribution<double>(0.0, 1.0)(dice_) < fault.rate;
    if (hit && chosen == nullptr) chosen = &fault;
  }
  return chosen;
}

}  // namespace squall::local_cloud
