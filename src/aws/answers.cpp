#include "aws/answers.h"

#include <simdjson.h>

#include <cstring>

#include "base/json_text.h"

namespace squall::aws {

namespace {

using simdjson::SUCCESS;
namespace ondemand = simdjson::ondemand;

Error broken(std::string_view what, simdjson::error_code code) {
  std::string message = "the answer is not what the API promises: " + std::string(what);
  if (code != SUCCESS) message += std::string(" (") + simdjson::error_message(code) + ")";
  return data_error(std::move(message));
}

// One parser a thread: its buffers are the costly part of a parse.
ondemand::parser& thread_parser() {
  static thread_local ondemand::parser parser;
  return parser;
}

// The texts of a page end up in one arena. Its size is bounded by the body's: unescaping never makes a text longer.
class Arena {
 public:
  explicit Arena(std::size_t body_size) : bytes_(new char[body_size + simdjson::SIMDJSON_PADDING]) {
    std::memset(bytes_.get() + body_size, 0, simdjson::SIMDJSON_PADDING);
  }
  std::string_view add(std::string_view text) {
    char* place = bytes_.get() + used_;
    std::memcpy(place, text.data(), text.size());
    used_ += text.size();
    return {place, text.size()};
  }
  std::unique_ptr<char[]> take() { return std::move(bytes_); }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t used_ = 0;
};

Result<provider::ResourcePage::Entry> read_description(ondemand::object description, Arena& arena) {
  provider::ResourcePage::Entry entry;
  bool has_identifier = false;
  bool has_properties = false;
  for (auto field : description) {
    std::string_view key;
    if (auto code = field.unescaped_key().get(key); code != SUCCESS) return broken("a ResourceDescription", code);
    const bool is_identifier = key == "Identifier";
    if (!is_identifier && key != "Properties") continue;
    std::string_view text;
    if (auto code = field.value().get_string().get(text); code != SUCCESS) {
      return broken(is_identifier ? "Identifier is not a string" : "Properties is not a string", code);
    }
    (is_identifier ? entry.identifier : entry.properties) = arena.add(text);
    (is_identifier ? has_identifier : has_properties) = true;
  }
  if (!has_identifier) return broken("a ResourceDescription without Identifier", SUCCESS);
  if (!has_properties) entry.properties = arena.add("{}");
  return entry;
}

// The event as it is written, and its token in the arena behind it.
Result<provider::ResourcePage::Entry> read_event(ondemand::object event, Arena& arena) {
  provider::ResourcePage::Entry entry;
  for (auto field : event) {
    std::string_view key;
    if (auto code = field.unescaped_key().get(key); code != SUCCESS) return broken("a ProgressEvent", code);
    if (key != "RequestToken") continue;
    ondemand::value value;
    if (auto code = field.value().get(value); code != SUCCESS) return broken("a ProgressEvent", code);
    bool null = false;
    if (auto code = value.is_null().get(null); code != SUCCESS) return broken("a ProgressEvent", code);
    if (null) continue;
    std::string_view token;
    if (auto code = value.get_string().get(token); code != SUCCESS) return broken("RequestToken is not a string", code);
    entry.identifier = arena.add(token);
  }
  std::string_view text;
  if (auto code = event.raw_json().get(text); code != SUCCESS) return broken("a ProgressEvent", code);
  entry.properties = arena.add(text);
  entry.detailed = true;
  return entry;
}

using ReadEntry = Result<provider::ResourcePage::Entry> (*)(ondemand::object, Arena&);

// on-demand parsing stops looking where we do: what stands behind the document is asked for.
Status check_end(ondemand::document& document) {
  if (document.current_location().error() != simdjson::OUT_OF_BOUNDS)
    return broken("text behind the JSON document", SUCCESS);
  return {};
}

}  // namespace

namespace {

// What the answers of two operations differ in.
struct AnswerForm {
  const char* member;  // of the answer, that holds what is read
  const char* item;
  ReadEntry read;
  std::size_t copies;  // how often a byte of the answer may come into the arena
};

// With room for the {} of items that have no properties.
std::size_t arena_size(std::string_view body, const AnswerForm& form) {
  return form.copies * body.size() + 2 * (body.size() / 16 + 1);
}

Result<ListAnswer> parse_list(std::string_view body, const AnswerForm& form) {
  const simdjson::padded_string padded(body);
  ondemand::document document;
  if (auto code = thread_parser().iterate(padded).get(document); code != SUCCESS) return broken("no JSON", code);
  ondemand::object root;
  if (auto code = document.get_object().get(root); code != SUCCESS) return broken("no JSON object", code);
  Arena arena(arena_size(body, form));
  ListAnswer answer;
  bool has_items = false;
  for (auto field : root) {
    std::string_view key;
    if (auto code = field.unescaped_key().get(key); code != SUCCESS) return broken("the top level", code);
    if (key == form.member) {
      ondemand::array items;
      if (auto code = field.value().get_array().get(items); code != SUCCESS)
        return broken(std::string(form.member) + " is no array", code);
      for (auto item : items) {
        ondemand::object object;
        if (auto code = item.get_object().get(object); code != SUCCESS)
          return broken("a " + std::string(form.item), code);
        answer.entries.push_back(TRY(form.read(object, arena)));
      }
      has_items = true;
    } else if (key == "NextToken") {
      ondemand::value value;
      if (auto code = field.value().get(value); code != SUCCESS) return broken("NextToken", code);
      bool null = false;
      if (auto code = value.is_null().get(null); code != SUCCESS) return broken("NextToken", code);
      if (null) continue;
      std::string_view token;
      if (auto code = value.get_string().get(token); code != SUCCESS) return broken("NextToken is not a string", code);
      answer.next_token = token;
    }
  }
  TRY(check_end(document));
  if (!has_items) return broken("it has no " + std::string(form.member), SUCCESS);
  answer.arena = arena.take();
  return answer;
}

Result<GetAnswer> parse_get(std::string_view body, const AnswerForm& form) {
  const simdjson::padded_string padded(body);
  ondemand::document document;
  if (auto code = thread_parser().iterate(padded).get(document); code != SUCCESS) return broken("no JSON", code);
  ondemand::object root;
  if (auto code = document.get_object().get(root); code != SUCCESS) return broken("no JSON object", code);
  Arena arena(arena_size(body, form));
  GetAnswer answer;
  bool has_item = false;
  for (auto field : root) {
    std::string_view key;
    if (auto code = field.unescaped_key().get(key); code != SUCCESS) return broken("the top level", code);
    if (key != form.member) continue;
    ondemand::object item;
    if (auto code = field.value().get_object().get(item); code != SUCCESS)
      return broken(std::string(form.member) + " is no object", code);
    answer.entry = TRY(form.read(item, arena));
    has_item = true;
  }
  TRY(check_end(document));
  if (!has_item) return broken("it has no " + std::string(form.member), SUCCESS);
  answer.arena = arena.take();
  return answer;
}

}  // namespace

Result<ListAnswer> parse_list_answer(std::string_view body) {
  return parse_list(body, {"ResourceDescriptions", "ResourceDescription", read_description, 1});
}

Result<ListAnswer> parse_request_list_answer(std::string_view body) {
  return parse_list(body, {"ResourceRequestStatusSummaries", "ProgressEvent", read_event, 2});
}

Result<GetAnswer> parse_get_answer(std::string_view body) {
  return parse_get(body, {"ResourceDescription", "ResourceDescription", read_description, 1});
}

Result<GetAnswer> parse_request_answer(std::string_view body) {
  return parse_get(body, {"ProgressEvent", "ProgressEvent", read_event, 2});
}

bool has_all(std::string_view properties, const std::vector<std::string>& names) {
  if (names.empty()) return true;
  ondemand::document document;
  if (thread_parser()
          .iterate(properties.data(), properties.size(), properties.size() + simdjson::SIMDJSON_PADDING)
          .get(document) != SUCCESS) {
    return false;
  }
  ondemand::object root;
  if (document.get_object().get(root) != SUCCESS) return false;
  std::size_t found = 0;
  for (auto field : root) {
    std::string_view key;
    if (field.unescaped_key().get(key) != SUCCESS) return false;
    bool named = false;
    for (const std::string& name : names) named = named || name == key;
    if (!named) continue;
    ondemand::value value;
    if (field.value().get(value) != SUCCESS) return false;
    std::string_view text;
    if (simdjson::to_json_string(value).get(text) != SUCCESS) return false;
    if (!is_empty_json(text)) ++found;
  }
  return found >= names.size();
}

std::string get_body(std::string_view type_name, std::string_view identifier) {
  return "{\"TypeName\":" + json_quote(type_name) + ",\"Identifier\":" + json_quote(identifier) + "}";
}

std::string list_body(std::string_view type_name, std::string_view resource_model, std::string_view next_token) {
  std::string body = "{\"TypeName\":" + json_quote(type_name);
  if (!resource_model.empty()) body += ",\"ResourceModel\":" + json_quote(resource_model);
  if (!next_token.empty()) body += ",\"NextToken\":" + json_quote(next_token);
  return body + "}";
}

std::string request_list_body(std::string_view request_filter, std::string_view next_token) {
  std::string body = "{\"MaxResults\":100";  // the most that a page can hold
  if (!request_filter.empty()) body += ",\"ResourceRequestStatusFilter\":" + std::string(request_filter);
  if (!next_token.empty()) body += ",\"NextToken\":" + json_quote(next_token);
  return body + "}";
}

}  // namespace squall::aws
