#include "local_cloud/invented_values.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/ascii.h"
#include "local_cloud/known_forms.h"
#include "local_cloud/model.h"
#include "local_cloud/pattern_text.h"
#include "local_cloud/schema_nodes.h"
#include "net/sigv4.h"
#include "schema/pattern.h"

namespace squall::local_cloud {

namespace {

void fill_defaults_of(const Json& schema, const Json& node, Json& value, int depth) {
  if (depth > kSchemaDepthMax || !node.is_object()) return;
  if (value.is_array()) {
    if (const auto items = node.find("items"); items != node.end()) {
      for (Json& item : value) fill_defaults_of(schema, resolve(schema, *items), item, depth + 1);
    }
    return;
  }
  const auto properties = node.find("properties");
  if (!value.is_object() || properties == node.end() || !properties->is_object()) return;
  for (const auto& [name, property] : properties->items()) {
    const Json& described = resolve(schema, property);
    const auto present = value.find(name);
    if (present != value.end()) {
      fill_defaults_of(schema, described, *present, depth + 1);
    } else if (described.is_object() && described.contains("default")) {
      value[name] = described["default"];
    } else if (property.is_object() && property.contains("default")) {
      value[name] = property["default"];
    }
  }
}

constexpr const char* kTime = "2026-01-01T00:00:00Z";
// An identifier needs as many characters of its own: with fewer, two resources would soon share one.
constexpr std::size_t kDrawnMin = 4;
constexpr std::size_t kUsualLength = 17;  // of the ids of many services
constexpr std::size_t kFormedMax = 256;

std::string short_name(const TypeFacts& facts) { return facts.name.substr(facts.name.rfind(':') + 1); }

// The word that a service settles on, of those that its schema lists.
std::string settled_word(const Json& words) {
  for (const char* settled :
       {"ACTIVE",    "Active",     "AVAILABLE",       "Available", "available", "active",  "ENABLED",
        "Enabled",   "CREATED",    "CREATE_COMPLETE", "READY",     "Ready",     "RUNNING", "Running",
        "InService", "IN_SERVICE", "COMPLETED",       "COMPLETE",  "SUCCEEDED", "SUCCESS", "DEPLOYED"}) {
    for (const Json& word : words) {
      if (word == settled) return settled;
    }
  }
  return words[0].get<std::string>();
}

// Makes up the values of one resource.
class Inventor {
 public:
  // `model` may grow while values are made: a name that the service chose is part of its ARN.
  Inventor(const TypeFacts& facts, const Place& place, std::int64_t copy, const Json& model)
      : facts_(facts), place_(place), copy_(copy), model_(model) {
    seed_ = place.account + "/" + place.region + "/" + facts.name + "/";
    // The caller's values tell resources apart; equal models differ by their copy.
    if (copy > 0) seed_ += std::to_string(copy) + "/";
    seed_ = net::sha256_hex(seed_ + json_text(model));
  }

  // Null where nothing sensible can be made up.
  Json value(std::string_view path, const Json& described, int depth = 0) const {
    if (const auto words = described.find("enum"); words != described.end() && words->is_array() && !words->empty())
      return (*words)[0].is_string() ? Json(settled_word(*words)) : (*words)[0];
    const std::string kind = described.contains("type") && described["type"].is_string() ? described["type"] : "string";
    if (kind == "integer" || kind == "number") return number(path, described);
    if (kind == "boolean") return false;
    if (kind == "object") return depth == 0 ? object(path, described) : Json();
    if (kind == "array") return nullptr;
    if (const std::string_view form = known_form(facts_.name, path); !form.empty()) return formed(form);
    // An ARN tells the resource's name; a copy's only where the name must be unique, as in the primary identifier.
    const auto& primary = facts_.primary_identifier;
    const bool named = copy_ == 0 || std::find(primary.begin(), primary.end(), path) != primary.end();
    return in_form(text(last_step(path), described, named), path, described, named);
  }

 private:
  // An object that the service makes has the texts and numbers that it declares: Endpoint {Address, Port}.
  Json object(std::string_view path, const Json& described) const {
    Json made = Json::object();
    const auto properties = described.find("properties");
    if (properties == described.end() || !properties->is_object()) return nullptr;
    for (const auto& [name, property] : properties->items()) {
      const Json& resolved = resolve(*facts_.schema, property);
      if (!resolved.is_object()) continue;
      Json part = value(std::string(path) + "/" + name, resolved, 1);
      if (!part.is_null()) made[name] = std::move(part);
    }
    return made.empty() ? Json() : made;
  }

  // Numbers that identify a resource differ between resources.
  Json number(std::string_view path, const Json& described) const {
    std::int64_t made = 1;
    if (identifies(path)) made = std::stoll(token(path).substr(0, 7), nullptr, 16) + 1;
    if (const auto minimum = described.find("minimum"); minimum != described.end() && minimum->is_number())
      made = std::max(made, static_cast<std::int64_t>(std::clamp(minimum->get<double>(), -1e15, 1e15)));
    if (const auto maximum = described.find("maximum"); maximum != described.end() && maximum->is_number())
      made = std::min(made, static_cast<std::int64_t>(std::clamp(maximum->get<double>(), -1e15, 1e15)));
    return made;
  }

  static std::string_view last_step(std::string_view path) { return path.substr(path.rfind('/') + 1); }

  // The text where it fits its pattern, else one in the pattern's form; where that is not simple, the text as it is.
  std::string in_form(std::string made, std::string_view path, const Json& described, bool names_it) const {
    const auto expression = described.find("pattern");
    if (expression == described.end() || !expression->is_string()) return made;
    const schema::Pattern pattern(expression->get<std::string>());
    const auto fits = [&](const std::string& text) {
      return pattern.is_found_in(text).value_or(true) && has_length(text, described);
    };
    // Seconds, where a time is a number.
    for (const std::string& text : {made, std::string("1767225600")}) {
      if (fits(text) && (text == made || made == kTime)) return text;
    }
    const std::string letters = token(last_step(path));
    const std::size_t drawn_min = identifies(path) ? kDrawnMin : 0;
    const std::string name_of_it = own_name(letters.substr(0, kUsualLength));
    for (const std::size_t length :
         {kUsualLength, bound(described, "minLength", 0), bound(described, "maxLength", 0)}) {
      const auto formed = text_of_pattern(expression->get<std::string>(), letters, std::min(length, kFormedMax));
      if (!formed || formed->drawn < drawn_min) continue;
      for (const std::string& arn : arns_of(formed->text)) {
        const std::string named = arn.substr(0, arn.find_last_of(":/") + 1) + name_of_it;
        if (names_it && fits(named)) return named;
        if (fits(arn)) return arn;
      }
      if (fits(formed->text)) return formed->text;
    }
    return made;
  }

  // ARNs of the resource's own place with what a formed one says of the resource, the likeliest first. A pattern may be
  // vague about the fields in between, or say that there are none. Nothing where the text is no ARN.
  std::vector<std::string> arns_of(const std::string& formed) const {
    std::vector<std::string> fields;
    for (std::size_t start = 0; start <= formed.size() && fields.size() < 64;) {
      const auto end = std::min(formed.find(':', start), formed.size());
      fields.push_back(formed.substr(start, end - start));
      start = end + 1;
    }
    if (fields.size() < 3 || fields[0] != "arn") return {};
    std::vector<std::string> arns;
    const std::string head = "arn:" + partition_of(place_.region) + ":";
    const std::string own_service(facts_.type.service());
    for (const std::string& service : {own_service, fields[2]}) {
      const std::string place = head + service + ":" + place_.region + ":" + place_.account + ":";
      arns.push_back(place + fields.back());
      arns.push_back(place + fields[fields.size() - 2] + ":" + fields.back());
      if (fields.size() < 6) continue;
      std::string same = head + service + ":" + (fields[3].empty() ? "" : place_.region) + ":" +
                         (fields[4].empty() ? "" : place_.account);
      for (std::size_t i = 5; i < fields.size(); ++i) same += ":" + fields[i];
      arns.push_back(std::move(same));
    }
    return arns;
  }

  static bool has_length(const std::string& text, const Json& described) {
    return text.size() >= bound(described, "minLength", 0) && text.size() <= bound(described, "maxLength", text.size());
  }
  static std::size_t bound(const Json& described, const char* keyword, std::size_t otherwise) {
    const auto found = described.find(keyword);
    return found != described.end() && found->is_number_unsigned() ? found->get<std::size_t>() : otherwise;
  }

  std::string text(std::string_view name, const Json& described, bool names_it) const {
    const std::string lower = ascii_lower(name);
    const std::string kind = ascii_lower(short_name(facts_));
    const std::string letters = token(name);
    const auto format = described.find("format");
    if (format != described.end() && *format == "date-time") return kTime;
    if (lower.ends_with("arn"))
      return arn(kind + "/" + (names_it ? own_name(letters.substr(0, 17)) : letters.substr(0, 17)));
    if (lower.ends_with("accountid") || lower == "ownerid" || lower == "owner") return place_.account;
    if (lower.ends_with("time") || lower.ends_with("date") || lower.ends_with("at")) return kTime;
    if (lower.ends_with("publicip") || lower.ends_with("privateip") || lower.ends_with("privateipaddress"))
      return address(lower.find("private") != std::string::npos, letters);
    if (lower.ends_with("status") || lower.ends_with("state")) return "ACTIVE";
    std::string made = kind + "-" + letters.substr(0, 17);
    if (format != described.end() && *format == "uri") made = "https://" + made + ".amazonaws.com";
    if (lower.ends_with("id")) made = uuid(letters);
    return fitted(std::move(made), letters, described);
  }

  std::string formed(std::string_view form) const {
    const std::string letters = token("form");
    std::string made;
    while (!form.empty()) {
      const auto open = form.find('{');
      made += form.substr(0, open);
      if (open == std::string_view::npos) break;
      const auto close = form.find('}', open);
      made += part(form.substr(open + 1, close - open - 1), letters);
      form.remove_prefix(close + 1);
    }
    return made;
  }

  std::string part(std::string_view word, const std::string& letters) const {
    if (word == "partition") return partition_of(place_.region);
    if (word == "region") return place_.region;
    if (word == "account") return place_.account;
    if (word == "suffix") return place_.region.starts_with("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
    if (word == "name") return own_name(ascii_lower(short_name(facts_)) + "-" + letters.substr(0, 17));
    if (word == "path") return given_text("Path", "/");
    if (word == "host") {
      const std::string url = given_text("Url", "provider-" + letters.substr(0, 17));
      return url.substr(url.starts_with("https://") ? 8 : 0);
    }
    if (word == "uuid") return uuid(letters);
    return letters.substr(0, word == "hex6" ? 6 : 17);
  }

  std::string given_text(const char* name, const std::string& otherwise) const {
    const auto given = model_.find(name);
    return given != model_.end() && given->is_string() ? given->get<std::string>() : otherwise;
  }

  // Of a private network, or of the block that RFC 2544 sets apart from everyone's addresses.
  static std::string address(bool is_private, const std::string& letters) {
    const auto byte = [&](std::size_t i) { return std::to_string(std::stoul(letters.substr(2 * i, 2), nullptr, 16)); };
    return (is_private ? "10." + byte(0) : "198.18") + "." + byte(1) + "." + byte(2);
  }

  static std::string uuid(const std::string& letters) {
    return letters.substr(0, 8) + "-" + letters.substr(8, 4) + "-" + letters.substr(12, 4) + "-" +
           letters.substr(16, 4) + "-" + letters.substr(20, 12);
  }

  // Within the length that the schema allows.
  static std::string fitted(std::string made, const std::string& letters, const Json& described) {
    if (const auto length = described.find("maxLength"); length != described.end() && length->is_number_unsigned()) {
      const auto characters = length->get<std::size_t>();
      if (characters > 0 && made.size() > characters) made = letters.substr(0, characters);
    }
    if (const auto length = described.find("minLength"); length != described.end() && length->is_number_unsigned()) {
      const auto characters = std::min<std::size_t>(length->get<std::size_t>(), 2048);
      while (made.size() < characters) made += letters.substr(0, characters - made.size());
    }
    return made;
  }

  bool identifies(std::string_view path) const {
    const auto& primary = facts_.primary_identifier;
    if (std::find(primary.begin(), primary.end(), path) != primary.end()) return true;
    return std::any_of(facts_.additional_identifiers.begin(), facts_.additional_identifiers.end(),
                       [&](const auto& paths) { return std::find(paths.begin(), paths.end(), path) != paths.end(); });
  }

  std::string token(std::string_view name) const { return net::sha256_hex(seed_ + "/" + std::string(name)); }

  // The value that names a resource: its own name where the caller gave one, else a token.
  std::string own_name(const std::string& otherwise) const {
    for (const std::string& key : {short_name(facts_) + "Name", std::string("Name")}) {
      const auto named = model_.find(key);
      if (named != model_.end() && named->is_string()) return named->get<std::string>();
    }
    return otherwise;
  }

  std::string arn(const std::string& rest) const {
    const ArnService service = arn_service(facts_.type.service());
    return "arn:" + partition_of(place_.region) + ":" + std::string(service.word) + ":" +
           (service.has_region ? place_.region : std::string()) + ":" + place_.account + ":" + rest;
  }

  const TypeFacts& facts_;
  const Place& place_;
  const std::int64_t copy_;
  const Json& model_;
  std::string seed_;
};

// Sets a value at a path of objects; those on the way are made.
void set_at(Json& model, std::string_view path, Json value) {
  Json* node = &model;
  while (true) {
    const auto slash = path.find('/');
    Json& next = (*node)[std::string(path.substr(0, slash))];
    if (slash == std::string_view::npos) {
      next = std::move(value);
      return;
    }
    if (next.is_null()) next = Json::object();
    if (!next.is_object()) return;
    node = &next;
    path.remove_prefix(slash + 1);
  }
}

// Whether the service may set the value: its object is there, or is the service's own.
bool has_place(const Json& model, std::string_view path) {
  const auto slash = path.rfind('/');
  if (slash == std::string_view::npos) return true;
  const Json* parent = value_at(model, path.substr(0, slash));
  return parent != nullptr && parent->is_object();
}

}  // namespace

std::string partition_of(const std::string& region) {
  if (region.starts_with("cn-")) return "aws-cn";
  if (region.starts_with("us-gov-")) return "aws-us-gov";
  if (region.starts_with("us-isob-")) return "aws-iso-b";
  if (region.starts_with("us-isof-")) return "aws-iso-f";
  if (region.starts_with("us-iso-")) return "aws-iso";
  if (region.starts_with("eu-isoe-")) return "aws-iso-e";
  if (region.starts_with("eusc-")) return "aws-eusc";
  return "aws";
}

void fill_defaults(const TypeFacts& facts, Json& model) { fill_defaults_of(*facts.schema, *facts.schema, model, 0); }

void invent_read_only(const TypeFacts& facts, const Place& place, std::int64_t copy, Json& model) {
  const Json given = model;
  const Inventor inventor(facts, place, copy, model);
  const auto invent = [&](std::string_view path, bool needed) {
    if (path.find('*') != std::string_view::npos || value_at(model, path) != nullptr) return;
    if (!needed && !has_place(given, path)) return;
    const Json* described = schema_at(*facts.schema, path);
    if (described == nullptr) return;
    Json value = inventor.value(path, *described);
    if (!value.is_null()) set_at(model, path, std::move(value));
  };
  // Parts of the identifier that the caller may leave out are the service's to choose; other values may tell them.
  for (std::string_view path : facts.primary_identifier) invent(path, true);
  for (std::string_view path : facts.read_only) invent(path, false);
}

}  // namespace squall::local_cloud
