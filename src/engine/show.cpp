#include "engine/show.h"

#include <vector>

#include "base/ascii.h"
#include "engine/name_errors.h"
#include "sql/lexer.h"

namespace squall::engine {

namespace {

// 'it''s' for it's.
std::string quoted(std::string_view text) {
  std::string all = "'";
  for (char c : text) all += c == '\'' ? std::string("''") : std::string(1, c);
  return all + "'";
}

class Reader {
 public:
  Reader(std::string_view text, const catalogue::Catalogue& catalogue) : text_(text), catalogue_(catalogue) {
    for (const sql::Token& token : sql::tokenize(text)) {
      if (token.kind == sql::TokenKind::space || token.kind == sql::TokenKind::comment) continue;
      if (token.kind != sql::TokenKind::semicolon) tokens_.push_back(token);
    }
  }

  bool take(std::string_view keyword) {
    if (at_ >= tokens_.size() || !sql::is_keyword(tokens_[at_], text_, keyword)) return false;
    ++at_;
    return true;
  }

  // aws.sagemaker.image_version as its lower-case parts; `awscc` becomes `aws`.
  Result<sql::FoldedName> name(std::size_t parts, std::string_view form) {
    sql::FoldedName name{.name = "", .source_begin = begin(), .source_end = begin()};
    for (std::size_t i = 0; i < parts; ++i) {
      if (i > 0 && (at_ >= tokens_.size() || tokens_[at_++].in(text_) != ".")) return wanted(form, at_ - 1);
      if (at_ >= tokens_.size() || !is_name(tokens_[at_])) return wanted(form, at_);
      std::string part = ascii_lower(sql::name_of(tokens_[at_], text_));
      if (i == 0 && part == "awscc") part = "aws";
      name.name += (i > 0 ? "." : "") + part;
      name.source_end = tokens_[at_++].end;
    }
    return name;
  }

  Result<catalogue::Table> table(std::string_view form) {
    const sql::FoldedName found = TRY(name(3, form));
    const auto first = found.name.find('.');
    const auto second = found.name.find('.', first + 1);
    id_ = found.name;
    const auto table = found.name.starts_with("aws.")
                           ? catalogue_.find_table(std::string_view(id_).substr(first + 1, second - first - 1),
                                                   std::string_view(id_).substr(second + 1))
                           : std::nullopt;
    if (!table) return unknown_table_error(catalogue_, found, text_);
    if (table->kind == catalogue::TableKind::tags)
      return sql_error("tables of tags are not built yet")
          .at(found.source_begin, found.source_end - found.source_begin);
    return *table;
  }

  Result<std::string> service(std::string_view form) {
    sql::FoldedName found = TRY(name(2, form));
    const std::string service = found.name.substr(found.name.find('.') + 1);
    if (found.name.starts_with("aws.") && !catalogue_.tables_of(service).empty()) return service;
    found.name += ".x";  // the error looks at the service first
    return unknown_table_error(catalogue_, found, text_);
  }

  // `LIKE 'pattern'` or the end.
  Result<std::string> finish(std::string select, std::string_view column) {
    if (take("LIKE")) {
      if (at_ >= tokens_.size() || tokens_[at_].kind != sql::TokenKind::string) return wanted("LIKE 'pattern'", at_);
      select = "SELECT * FROM (" + select + ") WHERE " + std::string(column) + " LIKE " +
               std::string(tokens_[at_++].in(text_));
    }
    if (at_ >= tokens_.size()) return select;
    return sql_error("only LIKE 'pattern' may follow here", "for WHERE and more, SELECT from the squall.* tables")
        .at(begin(), tokens_[at_].end - tokens_[at_].begin);
  }

  Error wanted(std::string_view form, std::size_t token) const {
    const Error error = sql_error("incomplete or unknown statement", "write " + std::string(form));
    if (tokens_.empty()) return error;
    const sql::Token& place = token < tokens_.size() ? tokens_[token] : tokens_.back();
    return Error(error).at(place.begin, place.end - place.begin);
  }
  Error wanted(std::string_view form) const { return wanted(form, at_); }

  const std::string& id() const { return id_; }  // of the table read last
  std::string_view version() const { return catalogue_.version(); }

 private:
  static bool is_name(const sql::Token& token) {
    return token.kind == sql::TokenKind::name || token.kind == sql::TokenKind::quoted_name;
  }
  std::size_t begin() const { return at_ < tokens_.size() ? tokens_[at_].begin : text_.size(); }

  std::string_view text_;
  const catalogue::Catalogue& catalogue_;
  std::vector<sql::Token> tokens_;
  std::size_t at_ = 0;
  std::string id_;
};

Result<std::string> describe(Reader& reader) {
  const bool extended = reader.take("EXTENDED");
  const catalogue::Table table = TRY(reader.table("DESCRIBE [EXTENDED] aws.service.resource"));
  std::string select = "SELECT name, type";
  if (extended) select += ", description, required, read_only, create_only, write_only";
  select += " FROM squall.columns WHERE type_name = " + quoted(table.type.name());
  if (table.kind == catalogue::TableKind::list_only) select += " AND (identifier OR name = 'region')";
  return reader.finish(std::move(select), "name");
}

Result<std::string> show_methods(Reader& reader) {
  constexpr std::string_view kForm = "SHOW METHODS IN aws.service.resource";
  if (!reader.take("IN") && !reader.take("FROM")) return reader.wanted(kForm);
  TRY(reader.table(kForm));
  return reader.finish(
      "SELECT name AS MethodName, required_params AS RequiredParams, verb AS SQLVerb FROM squall.methods "
      "WHERE table_id = " +
          quoted(reader.id()),
      "MethodName");
}

Result<std::string> show_permissions(Reader& reader) {
  constexpr std::string_view kForm = "SHOW PERMISSIONS IN aws.service.resource";
  if (!reader.take("IN") && !reader.take("FROM")) return reader.wanted(kForm);
  const catalogue::Table table = TRY(reader.table(kForm));
  return reader.finish(
      "SELECT operation, permission FROM squall.permissions WHERE type_name = " + quoted(table.type.name()),
      "permission");
}

Result<std::string> show_resources(Reader& reader) {
  constexpr std::string_view kForm = "SHOW RESOURCES IN aws.service";
  if (!reader.take("IN") && !reader.take("FROM")) return reader.wanted(kForm);
  const std::string service = TRY(reader.service(kForm));
  return reader.finish("SELECT name, id FROM squall.tables WHERE service = " + quoted(service), "name");
}

Result<std::string> show_services(Reader& reader) {
  constexpr std::string_view kForm = "SHOW SERVICES IN aws";
  if (!reader.take("IN") && !reader.take("FROM")) return reader.wanted(kForm);
  if (!reader.take("aws") && !reader.take("awscc")) return reader.wanted(kForm);
  return reader.finish(
      "SELECT 'aws.' || service AS id, service AS name, min(title) AS title FROM squall.types GROUP BY service",
      "name");
}

Result<std::string> show(Reader& reader) {
  if (reader.take("PROVIDERS"))
    return reader.finish("SELECT 'aws' AS name, " + quoted(reader.version()) + " AS version", "name");
  if (reader.take("SERVICES")) return show_services(reader);
  if (reader.take("RESOURCES")) return show_resources(reader);
  if (reader.take("METHODS")) return show_methods(reader);
  if (reader.take("PERMISSIONS")) return show_permissions(reader);
  for (std::string_view unbuilt : {"POLICY", "INSERT", "CHANGES"}) {
    if (reader.take(unbuilt)) return sql_error("SHOW " + std::string(unbuilt) + " is not built yet").at(0, 4);
  }
  return reader.wanted("SHOW PROVIDERS, SERVICES, RESOURCES, METHODS or PERMISSIONS");
}

}  // namespace

Result<std::optional<std::string>> rewrite_show(std::string_view statement, const catalogue::Catalogue& catalogue) {
  Reader reader(statement, catalogue);
  if (reader.take("SHOW")) return std::optional(TRY(show(reader)));
  if (reader.take("DESCRIBE") || reader.take("DESC")) return std::optional(TRY(describe(reader)));
  return std::optional<std::string>();
}

}  // namespace squall::engine
