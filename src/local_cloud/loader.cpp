#include "local_cloud/loader.h"

#include <algorithm>
#include <istream>
#include <nlohmann/json.hpp>
#include <ostream>
#include <sstream>

#include "base/ascii.h"
#include "base/did_you_mean.h"
#include "catalogue/regions.h"
#include "local_cloud/model.h"
#include "local_cloud/resource_handlers.h"
#include "local_cloud/template_loader.h"
#include "local_cloud/validation.h"

namespace squall::local_cloud {

namespace {

constexpr std::size_t kDumpBatch = 500;
constexpr std::size_t kTemplateMax = 8 << 20;  // AWS's own bound is 1 MB

constexpr std::string_view kResourceKeys[] = {"TypeName", "account", "region", "stored", "Properties"};
constexpr std::string_view kCounterKeys[] = {"counter", "account", "region", "value"};

Status check_keys(const Json& document, std::span<const std::string_view> known) {
  for (const auto& [key, value] : document.items()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    const std::string near = nearest_name(key, known);
    return data_error("unknown key \"" + key + "\"" + (near.empty() ? "" : "; did you mean \"" + near + "\"?"));
  }
  return {};
}

Status check_region(const std::string& region) {
  std::vector<std::string_view> names;
  for (const catalogue::Region& known : catalogue::regions()) {
    if (known.name == region) return {};
    names.push_back(known.name);
  }
  const std::string near = nearest_name(region, names);
  return data_error("there is no region \"" + region + "\"" + (near.empty() ? "" : "; did you mean \"" + near + "\"?"));
}

Result<Place> place_of(const Json& document) {
  Place place{std::string(kDefaultAccount), std::string(kDefaultRegion)};
  if (const auto account = document.find("account"); account != document.end()) {
    place.account = account->is_string() ? account->get<std::string>() : std::string();
    if (place.account.size() != 12 || !std::all_of(place.account.begin(), place.account.end(), is_ascii_digit))
      return data_error("account is not a text of 12 digits");
  }
  if (const auto region = document.find("region"); region != document.end()) {
    if (!region->is_string()) return data_error("region is not a text");
    place.region = region->get<std::string>();
    TRY(check_region(place.region));
  }
  return place;
}

Status load_counter(const Json& document, Store& store) {
  TRY(check_keys(document, kCounterKeys));
  const Json& name = document["counter"];
  const auto value = document.find("value");
  if (!name.is_string()) return data_error("counter is not a text");
  if (value == document.end() || !value->is_number_unsigned()) return data_error("value is not a whole number");
  // Counters go on behind it, so the last numbers are not to be had.
  if (value->get<std::uint64_t>() > (std::uint64_t{1} << 53U)) return data_error("value is too large for a counter");
  TRY(store.raise_number(TRY(place_of(document)), name, value->get<std::int64_t>()));
  return {};
}

Status store_as_it_is(const TypeFacts& facts, const Place& place, Store& store, const Json& model) {
  const std::string identifier = identifier_of(facts, model);
  if (identifier.empty()) return data_error("its Properties do not tell the whole of its primary identifier");
  if (TRY(store.insert(place, facts.name, {0, identifier, json_text(model)}, keys_of(facts, place, model)))) return {};
  return data_error(already_exists(facts, identifier).message);
}

Status load_resource(const Json& document, Store& store, TypeFactsCache& types) {
  TRY(check_keys(document, kResourceKeys));
  const auto name = document.find("TypeName");
  if (name == document.end() || !name->is_string()) return data_error("it has no TypeName");
  const TypeFacts* facts = types.find(*name);
  if (facts == nullptr) return data_error("The type '" + name->get<std::string>() + "' cannot be found.");
  if (!facts->type.has_handler(catalogue::Handler::create) && !facts->type.has_handler(catalogue::Handler::read))
    return data_error("Resource type " + facts->name + " does not support CREATE action");
  const auto stored = document.find("stored");
  if (stored != document.end() && !stored->is_boolean()) return data_error("stored is neither true nor false");
  if (!document.contains("Properties") || !document["Properties"].is_object())
    return data_error("it has no Properties");
  const Place place = home_of(*facts, TRY(place_of(document)));
  Json model = document["Properties"];
  if (const std::string fault = given_fault(*facts, model); !fault.empty()) return data_error(fault);
  if (stored != document.end() && stored->get<bool>()) return store_as_it_is(*facts, place, store, model);
  const Created created = TRY(handle_create({*facts, place, store, model}));
  if (created.failure) return data_error(created.failure->message);
  return {};
}

// "line 3, column 7: no JSON: …"; `before` are the lines in front of the text.
Error json_error(const JsonFault& fault, std::size_t before) {
  return data_error("line " + std::to_string(before + fault.line) + ", column " + std::to_string(fault.column) +
                    ": no JSON: " + fault.text);
}

// Returns how many resources: a counter is none.
Result<std::size_t> load_line(const Json& document, std::size_t number, Store& store, TypeFactsCache& types) {
  const bool is_counter = document.is_object() && document.contains("counter");
  Status loaded;
  if (!document.is_object())
    loaded = data_error("no JSON object");
  else
    loaded = is_counter ? load_counter(document, store) : load_resource(document, store, types);
  if (loaded) return is_counter ? 0 : 1;
  Error error = std::move(loaded).error();
  error.message = "line " + std::to_string(number) + ": " + error.message;
  return error;
}

bool is_blank(const std::string& line) { return line.find_first_not_of(" \t\r\n") == std::string::npos; }

// `number` counts the lines that were read before.
Result<std::size_t> load_lines(std::istream& in, std::size_t number, Store& store, TypeFactsCache& types) {
  std::size_t count = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (is_blank(line)) continue;
    const Json document = parse_json(line);
    if (document.is_discarded()) return json_error(json_fault(line), number - 1);
    count += TRY(load_line(document, number, store, types));
  }
  return count;
}

// The text is the whole input: a template, or a line that was laid out over several.
Result<std::size_t> load_document(const std::string& text, const std::string& region, Store& store,
                                  TypeFactsCache& types) {
  const Json document = parse_json(text);
  if (document.is_discarded()) {
    Error error = json_error(json_fault(text), 0);
    error.hint = "load reads JSON lines, or one CloudFormation template in JSON; nothing was loaded";
    return error;
  }
  if (!document.is_object() || document.contains("TypeName") || document.contains("counter"))
    return load_line(document, 1, store, types);
  if (const std::string twice = repeated_key(text); !twice.empty())
    return data_error("the template has \"" + twice + "\" twice in one object");
  const Place place{std::string(kDefaultAccount), region.empty() ? std::string(kDefaultRegion) : region};
  TRY(check_region(place.region));
  return load_template(document, place, store, types);
}

// Reads the lines up to the first that says anything, and, where that is no whole line of a dump, all the rest. Lines are
// not kept, a template is, so its size is bounded.
Result<std::size_t> load_any(std::istream& in, const std::string& region, Store& store, TypeFactsCache& types) {
  std::string start;
  std::size_t number = 0;
  std::string line;
  while (is_blank(start) && std::getline(in, line)) {
    ++number;
    start += line + "\n";
  }
  if (is_blank(start)) return 0;
  const Json first = parse_json(line);
  if (!first.is_discarded() && !(first.is_object() && first.contains("Resources") && !first.contains("TypeName"))) {
    const std::size_t count = TRY(load_line(first, number, store, types));
    return count + TRY(load_lines(in, number, store, types));
  }
  while (start.size() <= kTemplateMax && std::getline(in, line)) start += line + "\n";
  if (start.size() > kTemplateMax && parse_json(start).is_discarded() && json_fault(start).at_end)
    return data_error("the template has more than 8 MiB");
  return load_document(start, region, store, types);
}

std::string dump_line(const Store::Row& row) {
  return json_text({{"TypeName", row.type},
                    {"account", row.place.account},
                    {"region", row.place.region},
                    {"stored", true},
                    {"Properties", parse_stored(row.properties)}});
}

}  // namespace

Result<std::size_t> load_input(std::istream& in, const std::string& region, Store& store, TypeFactsCache& types) {
  auto loaded = load_any(in, region, store, types);
  if (in.bad()) return data_error("the input could not be read whole", "nothing was loaded");
  if (loaded) return loaded;
  Error error = std::move(loaded).error();
  if (error.hint.empty()) error.hint = "nothing was loaded";
  return error;
}

Status dump_store(std::ostream& out, Store& store) {
  for (std::int64_t after = 0;;) {
    const auto rows = TRY(store.rows(after, kDumpBatch));
    for (const auto& row : rows) out << dump_line(row) << "\n";
    if (!out) return data_error("the output could not be written whole");
    if (rows.size() < kDumpBatch) break;
  }
  TRY(store.for_each_counter([&out](const Store::Counter& counter) {
    out << json_text({{"counter", counter.name},
                      {"account", counter.place.account},
                      {"region", counter.place.region},
                      {"value", counter.value}})
        << "\n";
  }));
  if (!out) return data_error("the output could not be written whole");
  return {};
}

}  // namespace squall::local_cloud
