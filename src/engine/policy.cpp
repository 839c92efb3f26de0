#include "engine/policy.h"

#include <simdjson.h>

#include <optional>
#include <set>
#include <vector>

#include "base/ascii.h"
#include "base/json_text.h"
#include "engine/exec_statement.h"
#include "engine/name_errors.h"
#include "engine/named_tables.h"
#include "sql/fold.h"
#include "sql/lexer.h"

namespace squall::engine {

namespace {

using catalogue::Handler;
using catalogue::ResourceType;
using catalogue::Table;
using catalogue::TableKind;

enum class Verb : std::uint8_t { select, insert, update, delete_ };

constexpr std::string_view kPassRole = "iam:PassRole";

// What begins the terms that tell which resources are meant, and what ends them.
const std::set<std::string, std::less<>> kTerms = {"where", "on", "using"};
const std::set<std::string, std::less<>> kClauses = {"select", "from",  "join",   "group",     "having", "order",
                                                     "limit",  "union", "window", "returning", "set"};

std::vector<sql::Token> words_of(std::string_view text) {
  std::vector<sql::Token> tokens;
  for (const sql::Token& token : sql::tokenize(text)) {
    if (token.kind != sql::TokenKind::space && token.kind != sql::TokenKind::comment) tokens.push_back(token);
  }
  return tokens;
}

struct Change {
  Verb verb = Verb::select;
  std::size_t target = 0;  // where the target's name begins, in the statement
};

// The first INSERT, UPDATE or DELETE outside parentheses makes the statement a change; what follows INTO, UPDATE or FROM
// is its target.
Change change_of(std::string_view statement) {
  const auto tokens = words_of(statement);
  int depth = 0;
  Change change;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const std::string_view text = tokens[i].in(statement);
    depth += text == "(" ? 1 : text == ")" ? -1 : 0;
    if (depth != 0 || tokens[i].kind != sql::TokenKind::name) continue;
    const std::string word = ascii_lower(text);
    if (change.verb == Verb::select) {
      if (word == "select" || word == "values") return {};
      if (word == "insert" || word == "replace") change.verb = Verb::insert;
      if (word == "update") change.verb = Verb::update;
      if (word == "delete") change.verb = Verb::delete_;
      if (change.verb == Verb::select) continue;
      if (change.verb != Verb::update) continue;
    } else if (word != "into" && word != "from") {
      continue;
    }
    // UPDATE OR IGNORE t.
    std::size_t next = i + 1;
    if (next + 1 < tokens.size() && sql::is_keyword(tokens[next], statement, "or")) next += 2;
    if (next < tokens.size()) change.target = tokens[next].begin;
    return change;
  }
  return change;
}

class Policy {
 public:
  Policy(const catalogue::Catalogue& catalogue, std::string_view statement) : catalogue_(catalogue) {
    bool in_term = false;
    for (const sql::Token& token : words_of(statement)) {
      const std::string word = ascii_lower(sql::name_of(token, statement));
      words_.insert(word);
      if (token.kind == sql::TokenKind::name) in_term = kTerms.contains(word) || (in_term && !kClauses.contains(word));
      if (in_term) term_words_.insert(word);
      const std::string_view text = token.in(statement);
      if (token.kind == sql::TokenKind::string && text.size() > 1) strings_.emplace(text.substr(1, text.size() - 2));
    }
  }

  void read(const Table& table) {
    if (table.kind != TableKind::singular) list(table.type);
    if (table.kind != TableKind::list_only) use(table.type, Handler::read, "GetResource");
  }

  // A table of aws.cloud_control: of the types that the statement names as strings.
  void read(const NamedTable& table) {
    cloud_control_.insert("cloudformation:" + std::string(table.call));
    if (provider::reads_requests(table.operation)) return;
    const Handler handler = provider::reads_one(table.operation) ? Handler::read : Handler::list;
    for (const std::string& text : strings_) {
      if (const auto type = catalogue_.find_type(text)) use(*type, handler, table.call);
    }
  }

  // Requests are only deleted: that cancels them.
  void change_requests() { cloud_control_.insert("cloudformation:CancelResourceRequest"); }

  void change(Verb verb, const Table& table) {
    switch (verb) {
      case Verb::insert:
        use(table.type, Handler::create, "CreateResource");
        upsert(table.type);
        break;
      case Verb::update: use(table.type, Handler::update, "UpdateResource"); break;
      case Verb::delete_: use(table.type, Handler::delete_, "DeleteResource"); break;
      case Verb::select: return;
    }
    cloud_control_.insert("cloudformation:GetResourceRequestStatus");
    if (verb == Verb::insert) return;
    use(table.type, Handler::read, "GetResource");
    const bool named = term_words_.contains("data__identifier") || term_words_.contains("identifier");
    if (table.kind == TableKind::plural && !named) list(table.type);
  }

  std::string document() const {
    std::vector<std::string> statements = {one("CloudControl", cloud_control_)};
    if (!handlers_.empty()) statements.push_back(one("Handlers", handlers_));
    if (passes_role_) statements.push_back(one("PassRole", {std::string(kPassRole)}));
    std::string text = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [";
    for (const std::string& statement : statements)
      text += (&statement == &statements.front() ? "\n" : ",\n") + statement;
    return text + "\n  ]\n}";
  }

 private:
  // ON CONFLICT looks at what is there, and DO UPDATE changes it.
  void upsert(const ResourceType& type) {
    if (!words_.contains("conflict")) return;
    use(type, Handler::read, "GetResource");
    if (words_.contains("update")) use(type, Handler::update, "UpdateResource");
  }

  void use(const ResourceType& type, Handler handler, std::string_view operation) {
    if (!type.has_handler(handler)) return;
    cloud_control_.insert("cloudformation:" + std::string(operation));
    for (std::string_view permission : type.permissions(handler)) {
      if (permission == kPassRole)
        passes_role_ = true;
      else
        handlers_.emplace(permission);
    }
  }

  void list(const ResourceType& type) {
    if (!listed_.insert(std::string(type.name())).second) return;
    use(type, Handler::list, "ListResources");
    if (!keys_are_given(type)) list_parents_of(type);
  }

  // Whether the statement's terms mention each key of one alternative.
  bool keys_are_given(const ResourceType& type) const {
    for (const auto& alternative : type.list_keys()) {
      bool all = true;
      for (std::string_view key : alternative) {
        const auto property = type.find_property(key);
        const std::string column = property ? std::string(type.property(*property).column) : std::string();
        all = all && (term_words_.contains(ascii_lower(key)) || term_words_.contains(column));
      }
      if (all) return true;
    }
    return false;
  }

  void list_parents_of(const ResourceType& type) {
    simdjson::dom::parser parser;
    simdjson::dom::element facts;
    simdjson::dom::object keys;
    const std::string_view text = type.list_parents();
    if (text.empty() || parser.parse(text.data(), text.size()).get(facts) != simdjson::SUCCESS) return;
    if (facts["keys"].get_object().get(keys) != simdjson::SUCCESS) return;
    for (const auto& key : keys) {
      simdjson::dom::array sources;
      if (key.value["sources"].get_array().get(sources) != simdjson::SUCCESS) continue;
      for (const auto& source : sources) add_parent(source);
    }
  }

  void add_parent(const simdjson::dom::element& source) {
    std::string_view name;
    if (source["type"].get_string().get(name) != simdjson::SUCCESS) return;
    const auto parent = catalogue_.find_type(name);
    if (!parent) return;
    list(*parent);
    std::string_view from;
    const bool in_identifier = source["from"].get_string().get(from) == simdjson::SUCCESS && from == "identifier";
    if (!in_identifier) use(*parent, Handler::read, "GetResource");
  }

  static std::string one(std::string_view id, const std::set<std::string>& actions) {
    std::string text =
        "    {\n      \"Sid\": " + json_quote(id) + ",\n      \"Effect\": \"Allow\",\n      \"Action\": [";
    bool first = true;
    for (const std::string& action : actions) {
      text += (first ? "\n        " : ",\n        ") + json_quote(action);
      first = false;
    }
    return text + "\n      ],\n      \"Resource\": \"*\"\n    }";
  }

  const catalogue::Catalogue& catalogue_;
  std::set<std::string> words_;       // of the statement, in lower case
  std::set<std::string> term_words_;  // of its WHERE, ON and USING
  std::set<std::string> strings_;
  std::set<std::string> listed_;
  std::set<std::string> cloud_control_;
  std::set<std::string> handlers_;
  bool passes_role_ = false;
};

std::optional<Table> table_of(const catalogue::Catalogue& catalogue, const std::string& name) {
  const auto dot = name.find('.', 4);
  if (!name.starts_with("aws.") || dot == std::string::npos) return std::nullopt;
  return catalogue.find_table(std::string_view(name).substr(4, dot - 4), std::string_view(name).substr(dot + 1));
}

}  // namespace

Result<std::string> policy_of(std::string_view statement, const catalogue::Catalogue& catalogue) {
  if (const auto called = TRY(statement_of_exec(statement, catalogue))) {
    auto policy = policy_of(called->text(), catalogue);
    if (policy) return policy;
    return called->in_source(std::move(policy).error());
  }
  const Change change = change_of(statement);
  Policy policy(catalogue, statement);
  bool any = false;
  for (const sql::FoldedName& name : sql::fold(statement).names) {
    if (name.name.starts_with("squall.")) continue;
    const bool is_target = change.verb != Verb::select && name.source_begin == change.target;
    if (const NamedTable* named = find_named_table(name.name)) {
      any = true;
      if (!is_target)
        policy.read(*named);
      else if (change.verb == Verb::delete_ && provider::reads_requests(named->operation))
        policy.change_requests();
      else
        return sql_error("no permission lets a statement change " + name.name,
                         "change a resource by the table of its type")
            .at(name.source_begin, name.source_end - name.source_begin);
      continue;
    }
    const auto table = table_of(catalogue, name.name);
    if (!table) return unknown_table_error(catalogue, name, statement);
    any = true;
    if (is_target)
      policy.change(change.verb, *table);
    else
      policy.read(*table);
  }
  if (!any) {
    return sql_error("the statement itself names no AWS resource; what a view of it reads is not looked at",
                     "as SHOW POLICY FOR SELECT * FROM aws.s3.buckets")
        .at(0, statement.size());
  }
  return policy.document();
}

}  // namespace squall::engine
