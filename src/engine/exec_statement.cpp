#include "engine/exec_statement.h"

#include <algorithm>
#include <vector>

#include "base/ascii.h"
#include "base/did_you_mean.h"
#include "catalogue/methods.h"
#include "engine/name_errors.h"
#include "sql/fold.h"
#include "sql/lexer.h"

namespace squall::engine {

namespace {

struct Argument {
  std::string name;  // "data__Identifier"
  sql::Span name_span;
  sql::Span value;
  bool is_single = false;  // one token
};

struct Call {
  std::vector<sql::NamedSpan> path;  // aws, sagemaker, image_versions, update_resource
  std::vector<Argument> arguments;
  bool nowait = false;
};

constexpr const char* kForm =
    "EXEC aws.sagemaker.image_versions.delete_resource @data__Identifier = '…', @region = '…'";

Error at_token(std::string message, const sql::Token& token) {
  return sql_error(std::move(message), kForm).at(token.begin, token.end - token.begin);
}

// Reads the tokens of an EXEC from left to right.
class CallReader {
 public:
  explicit CallReader(std::string_view source) : source_(source) {
    for (const sql::Token& token : sql::tokenize(source)) {
      if (token.kind == sql::TokenKind::comment && token.in(source).starts_with("/*+"))
        call_.nowait = call_.nowait || ascii_lower(token.in(source)).find("nowait") != std::string::npos;
      if (token.kind != sql::TokenKind::space && token.kind != sql::TokenKind::comment) tokens_.push_back(token);
    }
  }

  bool is_exec() const { return !tokens_.empty() && sql::is_keyword(tokens_.front(), source_, "EXEC"); }

  Result<Call> read() {
    next_ = 1;
    TRY(read_path());
    while (next_ < tokens_.size()) {
      TRY(read_argument());
      if (next_ == tokens_.size()) break;
      if (tokens_[next_].in(source_) != ",") return at_token("expected a comma", tokens_[next_]);
      if (++next_ == tokens_.size()) return at_token("expected @name = value behind the comma", tokens_.back());
    }
    return std::move(call_);
  }

 private:
  Status read_path() {
    while (next_ < tokens_.size()) {
      const sql::Token& token = tokens_[next_];
      if (token.kind != sql::TokenKind::name && token.kind != sql::TokenKind::quoted_name) break;
      call_.path.push_back({sql::name_of(token, source_), {token.begin, token.end}});
      ++next_;
      if (next_ == tokens_.size() || tokens_[next_].in(source_) != ".") break;
      ++next_;
    }
    if (call_.path.size() == 4) return {};
    return at_token("EXEC needs provider.service.resource.method", tokens_[std::min(next_, tokens_.size() - 1)]);
  }

  Status read_argument() {
    const sql::Token& name = tokens_[next_];
    if (name.kind != sql::TokenKind::parameter || !name.in(source_).starts_with('@'))
      return at_token("expected @name = value", name);
    if (next_ + 2 >= tokens_.size() || tokens_[next_ + 1].in(source_) != "=")
      return at_token(std::string(name.in(source_)) + " has no value", name);
    next_ += 2;
    const std::size_t first = next_;
    int depth = 0;
    for (; next_ < tokens_.size(); ++next_) {
      const std::string_view text = tokens_[next_].in(source_);
      if (text == "(") ++depth;
      if (text == ")" && --depth < 0) return at_token("unbalanced )", tokens_[next_]);
      if (text == "," && depth == 0) break;
    }
    if (next_ == first) return at_token(std::string(name.in(source_)) + " has no value", name);
    call_.arguments.push_back({std::string(name.in(source_).substr(1)),
                               {name.begin, name.end},
                               {tokens_[first].begin, tokens_[next_ - 1].end},
                               next_ == first + 1});
    return {};
  }

  std::string_view source_;
  std::vector<sql::Token> tokens_;
  std::size_t next_ = 0;
  Call call_;
};

// Arguments that say what is to be done, not to which resource.
bool is_content(std::string_view name) {
  for (std::string_view parameter : {"PatchDocument", "ClientToken", "RoleArn", "TypeVersionId"}) {
    if (equal_ignoring_case(name, parameter) || equal_ignoring_case(name, "data__" + std::string(parameter)))
      return true;
  }
  return false;
}

// A property is data__ImageName in the list of required parameters and image_name or ImageName in SQL.
std::string column_of(const Argument& argument, const catalogue::ResourceType& type) {
  constexpr std::string_view kPrefix = "data__";
  if (argument.name.starts_with(kPrefix) && type.find_property(argument.name.substr(kPrefix.size())))
    return argument.name.substr(kPrefix.size());
  return argument.name;
}

class Writer {
 public:
  Writer(std::string_view source, const Call& call, const catalogue::ResourceType& type)
      : source_(source), call_(call), type_(type) {}

  sql::ComposedText insert() {
    begin("INSERT ", " INTO ");
    list(" (", [this](const Argument& argument) { name(argument); });
    list(") VALUES (", [this](const Argument& argument) { value(argument); });
    text_.add(")");
    return std::move(text_);
  }

  sql::ComposedText update() {
    begin("UPDATE ", " ");
    equalities(" SET ", ", ", true);
    equalities(" WHERE ", " AND ", false);
    return std::move(text_);
  }

  sql::ComposedText remove() {
    begin("DELETE ", " FROM ");
    equalities(" WHERE ", " AND ", false);
    return std::move(text_);
  }

  sql::ComposedText select() {
    begin("SELECT * FROM ", "");
    equalities(" WHERE ", " AND ", false);
    return std::move(text_);
  }

 private:
  void begin(std::string_view verb, std::string_view between) {
    text_.add(verb);
    if (call_.nowait) text_.add("/*+ NOWAIT */");
    text_.add(between);
    text_.add_source(source_, {call_.path.front().span.begin, call_.path[2].span.end});
  }

  void name(const Argument& argument) {
    const std::string column = column_of(argument, type_);
    text_.add_for(sql::quote_name(column), argument.name_span);
  }

  // As one operand, whatever operators it has.
  void value(const Argument& argument) {
    if (!argument.is_single) text_.add("(");
    text_.add_source(source_, argument.value);
    if (!argument.is_single) text_.add(")");
  }

  template <typename Each>
  void list(std::string_view before, Each each) {
    text_.add(before);
    for (const Argument& argument : call_.arguments) {
      if (&argument != &call_.arguments.front()) text_.add(", ");
      each(argument);
    }
  }

  void equalities(std::string_view before, std::string_view between, bool content) {
    bool first = true;
    for (const Argument& argument : call_.arguments) {
      if (is_content(argument.name) != content) continue;
      text_.add(first ? before : between);
      first = false;
      name(argument);
      text_.add(" = ");
      value(argument);
    }
  }

  std::string_view source_;
  const Call& call_;
  const catalogue::ResourceType& type_;
  sql::ComposedText text_;
};

// What names the resource, and what is done to it: without them an EXEC would say less, or more, than it means.
Status check_required(const Call& call, const catalogue::Method& method) {
  std::string missing;
  for (const std::string& name : method.required) {
    if (name == "region") continue;  // it has a default
    const std::string_view bare = std::string_view(name).substr(name.starts_with("data__") ? 6 : 0);
    const bool given = std::any_of(call.arguments.begin(), call.arguments.end(), [&](const Argument& argument) {
      return equal_ignoring_case(argument.name, name) || equal_ignoring_case(argument.name, bare) ||
             equal_ignoring_case(argument.name, "data__DesiredState");
    });
    if (!given) missing += (missing.empty() ? "@" : ", @") + name;
  }
  if (missing.empty()) return {};
  const sql::Span& span = call.path[3].span;
  return sql_error(std::string(method.name) + " needs " + missing,
                   "SHOW METHODS IN aws." + call.path[1].name + "." + call.path[2].name + " lists what each takes")
      .at(span.begin, span.size());
}

Error unknown_method(const Call& call, const catalogue::Table& table) {
  std::vector<std::string_view> names;
  std::string list;
  for (const catalogue::Method& method : catalogue::methods_of(table)) {
    names.push_back(method.name);
    list += (list.empty() ? "" : ", ") + std::string(method.name);
  }
  const sql::NamedSpan& method = call.path[3];
  const std::string nearest = nearest_name(method.name, names);
  return sql_error(call.path[2].name + " has no method " + method.name,
                   nearest.empty() ? "it has " + list : "did you mean " + nearest + "?")
      .at(method.span.begin, method.span.size());
}

}  // namespace

Result<std::optional<sql::ComposedText>> statement_of_exec(std::string_view source,
                                                           const catalogue::Catalogue& catalogue) {
  CallReader reader(source);
  if (!reader.is_exec()) return std::optional<sql::ComposedText>();
  const Call call = TRY(reader.read());
  const sql::FoldedText folded = sql::fold(source.substr(0, call.path[2].span.end));
  const auto table = catalogue.find_table(call.path[1].name, call.path[2].name);
  if (!table || folded.names.empty()) {
    const std::string name = ascii_lower(call.path[0].name + "." + call.path[1].name + "." + call.path[2].name);
    return unknown_table_error(catalogue, {name, call.path[0].span.begin, call.path[2].span.end}, source);
  }
  const auto methods = catalogue::methods_of(*table);
  const auto method = std::find_if(methods.begin(), methods.end(), [&](const catalogue::Method& each) {
    return equal_ignoring_case(each.name, call.path[3].name);
  });
  if (method == methods.end()) return unknown_method(call, *table);
  if (method->verb == "UPDATE" || method->verb == "DELETE" || call.arguments.empty())
    TRY(check_required(call, *method));
  Writer writer(source, call, table->type);
  if (method->name == "create_resource") return std::optional(writer.insert());
  if (method->name == "update_resource") return std::optional(writer.update());
  for (const Argument& argument : call.arguments) {
    if (is_content(argument.name))
      return sql_error(std::string(method->name) + " does not take @" + argument.name)
          .at(argument.name_span.begin, argument.name_span.size());
  }
  if (method->name == "delete_resource") return std::optional(writer.remove());
  return std::optional(writer.select());
}

}  // namespace squall::engine
