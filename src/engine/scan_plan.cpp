#include "engine/scan_plan.h"

#include <algorithm>
#include <charconv>

#include "base/ascii.h"
#include "engine/list_parents.h"
#include "engine/parent_walk.h"

namespace squall::engine {

namespace {

using catalogue::Handler;
using catalogue::TableKind;

constexpr double kCallCost = 100;  // of one call, in rows looked at
constexpr double kWalkCost = 1e11;
constexpr double kDefaultRegionCost = 1e7;
constexpr double kScopeLaterCost = 1e12;
constexpr std::int64_t kInListGuess = 10;
constexpr std::int64_t kListRowsGuess = 1000;

// The constraints that can feed a request, found by what their column means.
class Offers {
 public:
  Offers(const TableShape& shape, std::span<const Constraint> constraints) : shape_(shape), constraints_(constraints) {}

  std::optional<std::size_t> of_role(ColumnRole role) const {
    return find([&](const TableColumn& column) { return column.role == role; });
  }
  std::optional<std::size_t> of_key(std::string_view key) const {
    return find([&](const TableColumn& column) {
      return (column.role == ColumnRole::property || column.role == ColumnRole::list_key) && column.key == key;
    });
  }
  bool has_unusable(std::string_view key) const { return seen_unusable(key); }
  bool has_unusable_role(ColumnRole role) const {
    return std::any_of(constraints_.begin(), constraints_.end(), [&](const Constraint& constraint) {
      return constraint.equality && !constraint.usable && shape_.columns[constraint.column].role == role;
    });
  }
  // LIKE, <>, BETWEEN …: they filter rows, but cannot tell which regions to ask.
  bool has_other_operator(ColumnRole role) const {
    return std::any_of(constraints_.begin(), constraints_.end(), [&](const Constraint& constraint) {
      return !constraint.equality && !constraint.limit && shape_.columns[constraint.column].role == role;
    });
  }
  const Constraint& operator[](std::size_t index) const { return constraints_[index]; }

 private:
  template <typename Predicate>
  std::optional<std::size_t> find(Predicate wanted) const {
    std::optional<std::size_t> list;
    for (std::size_t i = 0; i < constraints_.size(); ++i) {
      const Constraint& constraint = constraints_[i];
      if (!constraint.usable || !constraint.equality || !wanted(shape_.columns[constraint.column])) continue;
      if (!constraint.in_list) return i;  // one value beats a list of them
      if (!list) list = i;
    }
    return list;
  }
  bool seen_unusable(std::string_view key) const {
    for (const Constraint& constraint : constraints_) {
      const TableColumn& column = shape_.columns[constraint.column];
      if (constraint.equality && !constraint.usable && (column.key == key || equal_ignoring_case(column.name, key)))
        return true;
    }
    return false;
  }

  const TableShape& shape_;
  std::span<const Constraint> constraints_;
};

void take(ScanPlan& plan, const Offers& offers, std::size_t constraint) {
  plan.inputs.push_back({.column = offers[constraint].column, .in_list = offers[constraint].in_list});
  plan.constraints.push_back(constraint);
}

// Constraints for all of the names, or nothing.
std::optional<std::vector<std::size_t>> all_keys(const Offers& offers, const std::vector<std::string_view>& keys) {
  std::vector<std::size_t> found;
  for (std::string_view key : keys) {
    const auto constraint = offers.of_key(key);
    if (!constraint) return std::nullopt;
    found.push_back(*constraint);
  }
  return found;
}

bool plan_get(const TableShape& shape, const Offers& offers, ScanPlan& plan) {
  const catalogue::ResourceType& type = shape.table.type;
  if (shape.table.kind == TableKind::list_only || !type.has_handler(Handler::read)) return false;
  plan.operation = ScanPlan::Operation::get;
  if (const auto identifier = offers.of_role(ColumnRole::identifier)) {
    take(plan, offers, *identifier);
    return true;
  }
  const auto parts = all_keys(offers, type.primary_identifier());
  if (!parts || parts->empty()) return false;
  for (std::size_t constraint : *parts) take(plan, offers, constraint);
  return true;
}

// A list whose keys come from the statement as far as it gives them, and from the parents for the rest.
bool plan_walk(const catalogue::ResourceType& type, const Offers& offers, ScanPlan& plan) {
  const std::vector<ListKey> keys = list_keys_of(type);
  if (keys.empty()) return false;
  std::vector<std::string> given;
  std::vector<std::size_t> constraints;
  for (const ListKey& key : keys) {
    const auto constraint = offers.of_key(key.name);
    if (!constraint) continue;
    given.push_back(key.name);
    constraints.push_back(*constraint);
  }
  if (!keys_without_parent(type, given).empty()) return false;
  for (std::size_t constraint : constraints) take(plan, offers, constraint);
  plan.walks_parents = given.size() < keys.size();
  return true;
}

// The keys of the first alternative that is given whole; an empty list where none is needed.
std::optional<MissingParameters> plan_list(const TableShape& shape, const Offers& offers, ScanPlan& plan) {
  const catalogue::ResourceType& type = shape.table.type;
  plan.operation = ScanPlan::Operation::list;
  if (!type.has_handler(Handler::list)) {
    return MissingParameters{.names = {"data__Identifier"},
                             .given_but_unusable = offers.has_unusable("data__Identifier"),
                             .cannot_list = true};
  }
  const auto alternatives = type.list_keys();
  for (const auto& alternative : alternatives) {
    if (const auto constraints = all_keys(offers, alternative)) {
      for (std::size_t constraint : *constraints) take(plan, offers, constraint);
      return std::nullopt;
    }
  }
  if (plan_walk(type, offers, plan)) return std::nullopt;
  if (alternatives.empty()) return std::nullopt;
  MissingParameters missing;
  for (std::string_view key : alternatives.front()) {
    if (offers.of_key(key)) continue;
    missing.names.emplace_back(key);
    missing.given_but_unusable = missing.given_but_unusable || offers.has_unusable(key);
  }
  return missing;
}

bool asks_region(const TableShape& shape, const ScanPlan& plan) {
  return std::any_of(plan.inputs.begin(), plan.inputs.end(),
                     [&](const PlanInput& input) { return shape.columns[input.column].role == ColumnRole::region; });
}

void estimate(const TableShape& shape, ScanPlan& plan) {
  std::int64_t calls = 1;
  for (const PlanInput& input : plan.inputs) {
    if (input.in_list) calls *= kInListGuess;
  }
  plan.rows = plan.operation == ScanPlan::Operation::get ? calls : calls * kListRowsGuess;
  plan.cost = static_cast<double>(calls) * kCallCost + static_cast<double>(plan.rows);
  // A join that gives the keys is always better.
  if (plan.walks_parents) plan.cost += kWalkCost;
  // A join that tells the region is asked first, so that the default is not listed in its place.
  if (plan.scope_comes_later) plan.cost += kScopeLaterCost;
  // Of region = 'a' AND x OR region = 'b' AND y SQLite offers each side by itself, and the whole without either term: the
  // sides must win, for the whole would list the default region alone.
  if (!asks_region(shape, plan)) plan.cost += kDefaultRegionCost;
}

bool uses_role(const TableShape& shape, std::uint64_t columns_used, ColumnRole role) {
  for (std::size_t i = 0; i < shape.columns.size(); ++i) {
    if (shape.columns[i].role == role && ((columns_used >> std::min<std::size_t>(i, 63)) & 1) != 0) return true;
  }
  return false;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string identifier_example(const catalogue::ResourceType& type) {
  std::string example;
  for (std::string_view part : type.primary_identifier())
    example += (example.empty() ? "<" : "|<") + std::string(part) + ">";
  return example;
}

}  // namespace

std::variant<ScanPlan, MissingParameters> make_scan_plan(const TableShape& shape,
                                                         std::span<const Constraint> constraints,
                                                         std::uint64_t columns_used, bool has_region_terms) {
  const Offers offers(shape, constraints);
  ScanPlan plan;
  plan.columns_used = columns_used;
  const bool readable = shape.table.type.has_handler(Handler::read) && shape.table.kind != TableKind::list_only;
  const bool listable = shape.table.type.has_handler(Handler::list) && shape.table.kind != TableKind::singular;
  if (!readable && !listable) return MissingParameters{.names = {"data__Identifier"}, .cannot_read = true};
  if (!plan_get(shape, offers, plan)) {
    if (shape.table.kind == TableKind::singular) {
      return MissingParameters{.names = {"data__Identifier"},
                               .given_but_unusable = offers.has_unusable("data__Identifier")};
    }
    if (auto missing = plan_list(shape, offers, plan)) return *std::move(missing);
  }
  for (ColumnRole role : {ColumnRole::region, ColumnRole::profile}) {
    const bool kept_back = role == ColumnRole::region && has_region_terms && uses_role(shape, columns_used, role);
    if (const auto constraint = offers.of_role(role))
      take(plan, offers, *constraint);
    else if (!offers.has_unusable_role(role) && (offers.has_other_operator(role) || kept_back))
      // The rows of the default region alone would look like an answer.
      return MissingParameters{.names = {role == ColumnRole::region ? "region" : "profile"}, .not_by_equality = true};
    else
      plan.scope_comes_later = plan.scope_comes_later || offers.has_unusable_role(role);
  }
  plan.limited = std::any_of(constraints.begin(), constraints.end(), [](const auto& term) { return term.limit; });
  estimate(shape, plan);
  return plan;
}

std::string ScanPlan::encode(const TableShape& shape) const {
  std::string text = operation == Operation::get ? "GetResource(" : "ListResources(";
  std::string code = operation == Operation::get ? "g" : walks_parents ? "w" : "l";
  for (const PlanInput& input : inputs) {
    if (&input != &inputs.front()) text += ", ";
    text += shape.columns[input.column].name + (input.in_list ? " IN ?" : "=?");
    code += (input.in_list ? "+" : "=") + std::to_string(input.column);
  }
  char mask[17];
  const auto end = std::to_chars(mask, mask + sizeof mask, columns_used, 16).ptr;
  if (walks_parents) text += inputs.empty() ? "keys of parents" : ", keys of parents";
  if (limited) code += "!";
  return text + ") " + code + "@" + std::string(mask, end);
}

std::optional<ScanPlan> ScanPlan::decode(std::string_view text) {
  const auto paren = text.rfind(") ");
  if (paren == std::string_view::npos) return std::nullopt;
  text.remove_prefix(paren + 2);
  ScanPlan plan;
  if (text.empty() || (text[0] != 'g' && text[0] != 'l' && text[0] != 'w')) return std::nullopt;
  plan.walks_parents = text[0] == 'w';
  plan.operation = text[0] == 'g' ? Operation::get : Operation::list;
  text.remove_prefix(1);
  while (!text.empty() && (text[0] == '=' || text[0] == '+')) {
    PlanInput input{.in_list = text[0] == '+'};
    const auto parsed = std::from_chars(text.data() + 1, text.data() + text.size(), input.column);
    if (parsed.ec != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
    plan.inputs.push_back(input);
  }
  if (text.starts_with('!')) {
    plan.limited = true;
    text.remove_prefix(1);
  }
  if (text.empty() || text[0] != '@') return std::nullopt;
  const auto parsed = std::from_chars(text.data() + 1, text.data() + text.size(), plan.columns_used, 16);
  if (parsed.ec != std::errc()) return std::nullopt;
  return plan;
}

Error missing_parameters_error(const TableShape& shape, const MissingParameters& missing) {
  const catalogue::ResourceType& type = shape.table.type;
  const std::string service = "aws." + std::string(type.service()) + ".";
  if (missing.not_by_equality) {
    const std::string& name = missing.names.front();
    const bool region = name == "region";
    return sql_error(shape.name + " takes " + name + " by = or IN only: other terms cannot tell which to ask",
                     region ? "as WHERE region IN (SELECT region FROM squall.regions WHERE region LIKE 'eu-%')"
                            : "as WHERE profile IN ('dev', 'prod')");
  }
  if (missing.cannot_read) {
    return sql_error(shape.name + " cannot be read: " + std::string(type.name()) + " has no read handler",
                     type.has_handler(Handler::list) ? "use " + service + std::string(type.plural()) + " to list"
                                                     : "SHOW METHODS IN " + shape.name + " tells what it has");
  }
  Error error = sql_error(shape.name + " needs " + joined(missing.names));
  if (missing.given_but_unusable) {
    error.message += ", and the term that gives it depends on a table that is read later";
    error.hint = "write the tables in the other order, or give it as " + missing.names.front() + " IN (SELECT ...)";
    return error;
  }
  if (missing.names.front() == "data__Identifier") {
    error.message += "; add WHERE data__Identifier = '" + identifier_example(type) + "'";
    const bool listable = type.has_handler(Handler::list) && type.plural() != type.singular();
    if (missing.cannot_list) {
      error.hint = std::string(type.name()) + " has no list handler, so its resources can be read one by one only";
    } else if (listable) {
      error.message += ", or use " + service + std::string(type.plural()) + " to list";
    }
    return error;
  }
  error.message += "; add WHERE ";
  for (std::size_t i = 0; i < missing.names.size(); ++i) {
    const std::string& key = missing.names[i];
    const auto property = type.find_property(key);
    const std::string column = property ? std::string(type.property(*property).column) : key;
    error.message += (i > 0 ? " AND " : "") + column + " = '<" + key + ">'";
  }
  error.hint = "AWS lists " + std::string(type.name()) + " only under a given " + joined(missing.names);
  return error;
}

}  // namespace squall::engine
