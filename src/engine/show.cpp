#include "engine/show.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/ascii.h"
#include "base/did_you_mean.h"
#include "catalogue/methods.h"
#include "engine/name_errors.h"
#include "engine/policy.h"
#include "sql/fold.h"
#include "sql/lexer.h"

namespace squall::engine {

namespace {

using catalogue::Catalogue;

// An SQL string.
std::string literal(std::string_view text) {
  std::string quoted = "'";
  for (char c : text) quoted += c == '\'' ? std::string("''") : std::string(1, c);
  return quoted + "'";
}

// The statement's tokens without space and comments, read from left to right.
class Reader {
 public:
  explicit Reader(std::string_view source) : source_(source) {
    for (const sql::Token& token : sql::tokenize(source)) {
      if (token.kind != sql::TokenKind::space && token.kind != sql::TokenKind::comment) tokens_.push_back(token);
    }
  }

  bool at_end() const { return next_ >= tokens_.size(); }
  bool at_word(std::string_view word) const { return !at_end() && sql::is_keyword(tokens_[next_], source_, word); }
  bool take_word(std::string_view word) {
    if (!at_word(word)) return false;
    ++next_;
    return true;
  }
  const sql::Token* take() { return at_end() ? nullptr : &tokens_[next_++]; }
  const sql::Token* peek() const { return at_end() ? nullptr : &tokens_[next_]; }

  // "aws.sagemaker.image_versions": up to three names with dots between, in lower case.
  struct Name {
    std::vector<std::string> parts;
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  Name take_name() {
    Name name;
    while (!at_end() && is_name(next_)) {
      if (name.parts.empty()) name.begin = tokens_[next_].begin;
      name.parts.push_back(ascii_lower(sql::name_of(tokens_[next_], source_)));
      name.end = tokens_[next_++].end;
      if (at_end() || tokens_[next_].in(source_) != ".") break;
      ++next_;
    }
    return name;
  }

  // Where the rest begins; the statement's end if nothing is left.
  std::size_t rest() const { return at_end() ? source_.size() : tokens_[next_].begin; }
  std::string_view source() const { return source_; }

  Error error_here(std::string message, std::string hint = {}) const {
    Error error = sql_error(std::move(message), std::move(hint));
    if (at_end()) return std::move(error).at(source_.size());
    return std::move(error).at(tokens_[next_].begin, tokens_[next_].end - tokens_[next_].begin);
  }

 private:
  bool is_name(std::size_t i) const {
    return tokens_[i].kind == sql::TokenKind::name || tokens_[i].kind == sql::TokenKind::quoted_name;
  }

  std::string_view source_;
  std::vector<sql::Token> tokens_;
  std::size_t next_ = 0;
};

// SELECT * FROM (inner [AND name LIKE pattern]) and the user's tail.
Result<ShowSelect> finish(Reader& reader, std::string inner, std::string_view like_column) {
  if (reader.take_word("LIKE")) {
    const sql::Token* pattern = reader.peek();
    if (pattern == nullptr || pattern->kind != sql::TokenKind::string)
      return reader.error_here("LIKE needs a pattern", "as LIKE 'image%'");
    inner += " AND " + std::string(like_column) + " LIKE " + std::string(reader.take()->in(reader.source()));
  }
  ShowSelect select{.text = "SELECT * FROM (" + inner + ") ", .source_from = reader.rest()};
  select.copied_from = select.text.size();
  select.text += reader.source().substr(select.source_from);
  return select;
}

// --- what is shown ---

using Name = Reader::Name;

Error points_at(Error error, const Name& name) { return std::move(error).at(name.begin, name.end - name.begin); }

bool is_aws(std::string_view provider) { return provider == "aws" || provider == "awscc"; }

// The name behind IN or FROM; no parts where there is none.
Name take_place(Reader& reader) {
  if (!reader.take_word("IN") && !reader.take_word("FROM")) return {};
  return reader.take_name();
}

Status check_provider(const Name& place) {
  if (place.parts.empty() || is_aws(place.parts.front())) return {};
  return points_at(sql_error("no provider " + place.parts.front(), "there is aws"), place);
}

// The whole name of a resource table as squall.* spell it, or an error with "did you mean".
Result<std::string> resource_id(const Name& name, const Catalogue& catalogue, std::string_view source) {
  TRY(check_provider(name));
  if (name.parts.size() == 3 && catalogue.find_table(name.parts[1], name.parts[2]))
    return "aws." + name.parts[1] + "." + name.parts[2];
  std::string folded = "aws";
  for (std::size_t i = 1; i < name.parts.size(); ++i) folded += "." + name.parts[i];
  if (name.parts.size() == 3) return unknown_table_error(catalogue, {folded, name.begin, name.end}, source);
  Error error =
      sql_error(name.parts.empty() ? "the name of a resource is missing" : "'" + folded + "' is not a resource",
                "a resource is named aws.<service>.<resource>, as aws.sagemaker.image_versions");
  if (name.parts.empty()) return std::move(error).at(source.size());
  return points_at(std::move(error), name);
}

struct Request {
  Reader& reader;
  const Catalogue& catalogue;
  bool extended;
};

Result<ShowSelect> show_providers(Request& request) {
  return finish(request.reader, "SELECT name, version FROM squall.providers WHERE true", "name");
}

Result<ShowSelect> show_services(Request& request) {
  TRY(check_provider(take_place(request.reader)));
  return finish(request.reader, "SELECT id, name, title FROM squall.services WHERE true", "name");
}

Result<ShowSelect> show_resources(Request& request) {
  const Name place = take_place(request.reader);
  TRY(check_provider(place));
  std::string inner = request.extended ? "SELECT name, id, kind, type FROM squall.resources WHERE true"
                                       : "SELECT name, id FROM squall.resources WHERE true";
  if (place.parts.size() > 1) {
    if (request.catalogue.tables_of(place.parts[1]).empty()) {
      const std::string whole = "aws." + place.parts[1] + ".x";
      return unknown_table_error(request.catalogue, {whole, place.begin, place.end}, request.reader.source());
    }
    inner += " AND service = " + literal(place.parts[1]);
  }
  return finish(request.reader, std::move(inner), "name");
}

Result<ShowSelect> show_methods(Request& request) {
  const std::string id = TRY(resource_id(take_place(request.reader), request.catalogue, request.reader.source()));
  // EXTENDED: with the keys of a parent that AWS's list demands.
  const std::string required =
      request.extended ? "ifnull(list_keys || ', ', '') || required_params" : "required_params";
  return finish(request.reader,
                "SELECT name AS MethodName, " + required +
                    " AS RequiredParams, sql_verb AS SQLVerb FROM squall.methods WHERE resource = " + literal(id),
                "name");
}

Result<ShowSelect> show_permissions(Request& request) {
  const std::string id = TRY(resource_id(take_place(request.reader), request.catalogue, request.reader.source()));
  return finish(request.reader, "SELECT operation, permission FROM squall.permissions WHERE resource = " + literal(id),
                "permission");
}

// CloudFormation's spelling, unless that is the request's region.
std::string column_to_set(const catalogue::Property& property) {
  const bool taken = equal_ignoring_case(property.name, "region");
  return std::string(taken ? property.column : property.name);
}

std::string insert_template(const catalogue::Table& table, const std::string& id, bool extended) {
  const catalogue::ResourceType& type = table.type;
  std::vector<std::string> needed;
  for (const catalogue::Method& method : catalogue::methods_of(table)) {
    if (method.verb == "INSERT") needed = method.required;
  }
  std::string columns;
  std::string values;
  for (std::size_t i = 0; i < type.property_count(); ++i) {
    const auto property = type.property(i);
    const bool required = std::find(needed.begin(), needed.end(), property.name) != needed.end();
    if (property.has(catalogue::kReadOnly) || !(extended || required)) continue;
    columns += "  " + column_to_set(property) + ",\n";
    values += "  '{{ " + std::string(property.name) + " }}',\n";
  }
  return "INSERT INTO " + id + " (\n" + columns + "  region\n)\nSELECT\n" + values + "  '{{ region }}';";
}

Result<ShowSelect> show_insert(Request& request) {
  request.reader.take_word("INTO");
  const Name name = request.reader.take_name();
  const std::string id = TRY(resource_id(name, request.catalogue, request.reader.source()));
  const auto table = request.catalogue.find_table(name.parts[1], name.parts[2]);
  if (table->kind != catalogue::TableKind::plural || !table->type.has_handler(catalogue::Handler::create)) {
    const bool creatable = table->type.has_handler(catalogue::Handler::create);
    return points_at(sql_error(id + " takes no INSERT",
                               creatable ? "use aws." + name.parts[1] + "." + std::string(table->type.plural()) : ""),
                     name);
  }
  return finish(request.reader,
                "SELECT " + literal(insert_template(*table, id, request.extended)) + " AS template WHERE true",
                "template");
}

Result<ShowSelect> show_policy(Request& request) {
  Reader& reader = request.reader;
  if (!reader.take_word("FOR"))
    return reader.error_here("SHOW POLICY needs a statement", "as SHOW POLICY FOR SELECT * FROM aws.s3.buckets");
  const std::size_t begin = reader.rest();
  auto policy = policy_of(reader.source().substr(begin), request.catalogue);
  if (policy) return ShowSelect{.text = "SELECT " + literal(*policy) + " AS policy"};
  Error error = std::move(policy).error();
  if (error.position) *error.position += begin;
  return error;
}

struct Subject {
  std::string_view word;
  Result<ShowSelect> (*show)(Request&);
};

// What SHOW shows in a form of its own. Any other table of the schema squall is shown whole.
constexpr std::array<Subject, 7> kSubjects = {{
    {"PROVIDERS", show_providers},
    {"SERVICES", show_services},
    {"RESOURCES", show_resources},
    {"METHODS", show_methods},
    {"PERMISSIONS", show_permissions},
    {"INSERT", show_insert},
    {"POLICY", show_policy},
}};

Error unknown_subject(const Reader& reader, const std::vector<std::string>& system_tables) {
  std::vector<std::string> words;
  words.reserve(kSubjects.size() + system_tables.size());
  for (const Subject& subject : kSubjects) words.push_back(ascii_lower(subject.word));
  for (const std::string& table : system_tables) words.push_back(table.substr(table.find('.') + 1));
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  std::string list = "one of ";
  for (const std::string& word : words) list += (&word == &words.front() ? "" : ", ") + word;
  if (reader.at_end()) return reader.error_here("SHOW needs to know what", list);
  const std::string word(reader.peek()->in(reader.source()));
  const std::string nearest = nearest_name(word, std::vector<std::string_view>(words.begin(), words.end()));
  return reader.error_here("SHOW " + word + " is not known",
                           nearest.empty() ? list : "did you mean SHOW " + ascii_upper(nearest) + "?");
}

Result<ShowSelect> show(Reader& reader, const Catalogue& catalogue, const std::vector<std::string>& system_tables) {
  Request request{reader, catalogue, reader.take_word("EXTENDED")};
  for (const Subject& subject : kSubjects) {
    if (reader.take_word(subject.word)) return subject.show(request);
  }
  for (const std::string& table : system_tables) {
    const std::string_view word = std::string_view(table).substr(table.find('.') + 1);
    if (reader.take_word(word)) return finish(reader, "SELECT * FROM " + table + " WHERE true", "name");
  }
  return unknown_subject(reader, system_tables);
}

Result<ShowSelect> describe(Reader& reader, const Catalogue& catalogue) {
  const bool extended = reader.take_word("EXTENDED");
  const Name name = reader.take_name();
  if (name.parts.empty())
    return reader.error_here("DESCRIBE needs a table", "as DESCRIBE aws.sagemaker.image_versions");
  if (is_aws(name.parts.front()) && name.parts.size() > 1) {
    const std::string id = TRY(resource_id(name, catalogue, reader.source()));
    const std::string more =
        extended
            ? ", ifnull(description, '') AS description, required, read_only, create_only, write_only, allowed_values"
            : "";
    return finish(reader, "SELECT name, type" + more + " FROM squall.columns WHERE resource = " + literal(id), "name");
  }
  // Local tables, views and the tables of the schema squall.
  std::string whole;
  for (const std::string& part : name.parts) whole += (whole.empty() ? "" : ".") + part;
  const bool ours = name.parts.front() == "squall";
  const std::string type =
      ours ? "CASE type WHEN 'TEXT' THEN 'string' WHEN 'ARRAY TEXT' THEN 'array' ELSE lower(type) END" : "lower(type)";
  const std::string rows =
      "SELECT name, " + type + " AS type FROM pragma_table_info(" + literal(whole) + ") WHERE true";
  auto select = TRY(finish(reader, rows, "name"));
  if (ours) select.system_table = whole;
  return select;
}

}  // namespace

Error ShowSelect::in_source(Error error) const {
  if (!error.position) return error;
  if (*error.position < copied_from) {
    error.position = 0;
    error.length = 1;
  } else {
    error.position = *error.position - copied_from + source_from;
  }
  return error;
}

Result<std::optional<ShowSelect>> select_of_show(std::string_view statement, const Catalogue& catalogue,
                                                 const std::vector<std::string>& system_tables) {
  Reader reader(statement);
  if (reader.take_word("SHOW")) return std::optional(TRY(show(reader, catalogue, system_tables)));
  if (reader.take_word("DESCRIBE") || reader.take_word("DESC")) return std::optional(TRY(describe(reader, catalogue)));
  return std::optional<ShowSelect>();
}

}  // namespace squall::engine
