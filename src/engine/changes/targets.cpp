#include <algorithm>
#include <array>
#include <random>

#include "base/ascii.h"
#include "base/did_you_mean.h"
#include "engine/changes/planner.h"
#include "engine/regions.h"
#include "sql/lexer.h"

namespace squall::engine {

namespace {

using Kind = sql::DmlStatement::Kind;

std::string table_name(const catalogue::ResourceType& type, std::string_view table) {
  return "aws." + std::string(type.service()) + "." + std::string(table);
}

std::string_view verb_of(Kind kind) {
  switch (kind) {
    case Kind::insert: return "INSERT";
    case Kind::update: return "UPDATE";
    case Kind::delete_: break;
  }
  return "DELETE";
}

// Which of the type's tables takes the verb, where this one does not.
Status check_kind(const PlanInputs& inputs) {
  const catalogue::Table& table = inputs.shape.table;
  const Kind kind = inputs.statement.kind;
  if (table.kind == catalogue::TableKind::plural) return {};
  if (table.kind == catalogue::TableKind::singular && kind == Kind::update) return {};
  return sql_error(inputs.shape.name + " does not take " + std::string(verb_of(kind)),
                   "use " + table_name(table.type, table.type.plural()));
}

Status check_handler(const PlanInputs& inputs) {
  const catalogue::ResourceType& type = inputs.shape.table.type;
  constexpr std::array<catalogue::Handler, 3> kHandlers = {catalogue::Handler::create, catalogue::Handler::update,
                                                           catalogue::Handler::delete_};
  constexpr std::array<std::string_view, 3> kWords = {"create", "update", "delete"};
  const auto which = static_cast<std::size_t>(inputs.statement.kind);
  if (type.has_handler(kHandlers[which])) return {};
  const bool replace = inputs.statement.kind == Kind::update;
  return sql_error("AWS::" + std::string(type.name()).substr(5) + " has no " + std::string(kWords[which]) +
                       " handler: AWS cannot " + std::string(kWords[which]) + " it",
                   replace ? "DELETE it and INSERT it anew" : "");
}

Status check_clauses(const PlanInputs& inputs) {
  const sql::DmlStatement& statement = inputs.statement;
  if (!statement.conflict_action.empty())
    return at_span(sql_error("a cloud has no " + std::string(statement.conflict_action.in(inputs.source)),
                             "leave it out; INSERT … ON CONFLICT … is an upsert"),
                   statement.conflict_action);
  return {};
}

Error unknown_column(const TableShape& shape, const sql::NamedSpan& name) {
  std::vector<std::string_view> names;
  for (const TableColumn& column : shape.columns) {
    if (!column.name.starts_with("squall__")) names.push_back(column.name);
  }
  const std::string nearest = nearest_name(name.name, names);
  return at_span(
      sql_error(shape.name + " has no column " + name.name,
                nearest.empty() ? "DESCRIBE " + shape.name + " lists them" : "did you mean " + nearest + "?"),
      name.span);
}

Result<BoundColumn> bound(const TableShape& shape, const sql::NamedSpan& name) {
  const auto index = shape.find(name.name);
  if (!index || shape.columns[*index].role == ColumnRole::detailed ||
      shape.columns[*index].role == ColumnRole::properties)
    return unknown_column(shape, name);
  return BoundColumn{&shape.columns[*index], name.span};
}

// Two columns of one thing: a property under both its names.
Status check_twice(const std::vector<BoundColumn>& columns) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const TableColumn& one = *columns[i].column;
      const TableColumn& other = *columns[j].column;
      const bool same = &one == &other || (one.role == ColumnRole::property && other.role == ColumnRole::property &&
                                           one.property == other.property);
      if (same) return at_span(sql_error(one.name + " is given twice"), columns[i].span);
    }
  }
  return {};
}

}  // namespace

Error at_span(Error error, const sql::Span& span) {
  return std::move(error).at(span.begin, std::max<std::size_t>(1, span.end - span.begin));
}

Status check_target(const PlanInputs& inputs) {
  for (const auto check : {check_kind, check_handler}) {
    if (auto fits = check(inputs); !fits) return at_span(std::move(fits).error(), inputs.statement.target);
  }
  return check_clauses(inputs);
}

Result<std::vector<BoundColumn>> insert_columns(const PlanInputs& inputs) {
  std::vector<BoundColumn> columns;
  if (inputs.statement.has_columns) {
    for (const sql::NamedSpan& name : inputs.statement.columns) columns.push_back(TRY(bound(inputs.shape, name)));
  } else {
    for (const TableColumn& column : inputs.shape.columns) {
      if (!column.hidden) columns.push_back({&column, inputs.statement.target});
    }
  }
  TRY(check_twice(columns));
  const auto whole = std::find_if(columns.begin(), columns.end(), [](const BoundColumn& each) {
    return each.column->role == ColumnRole::parameter && each.column->name.ends_with("DesiredState");
  });
  for (const BoundColumn& each : columns) {
    const ColumnRole role = each.column->role;
    if (role == ColumnRole::property && whole != columns.end())
      return at_span(
          sql_error(whole->column->name + " is the whole of the resource: " + each.column->name + " belongs into it"),
          each.span);
    if (role == ColumnRole::identifier)
      return at_span(sql_error("the service makes the Identifier of a new resource", "give its properties instead"),
                     each.span);
    if (role == ColumnRole::list_key || role == ColumnRole::account_id)
      return at_span(sql_error(each.column->name + " cannot be inserted: it is no property"), each.span);
    if (each.column->name == "data__PatchDocument" || each.column->name == "PatchDocument")
      return at_span(sql_error("a PatchDocument belongs to UPDATE", "give properties, or data__DesiredState"),
                     each.span);
  }
  return columns;
}

Result<std::vector<BoundColumn>> set_columns(const PlanInputs& inputs,
                                             const std::vector<sql::Assignment>& assignments) {
  std::vector<BoundColumn> columns;
  for (const sql::Assignment& assignment : assignments) {
    for (const sql::NamedSpan& name : assignment.columns) columns.push_back(TRY(bound(inputs.shape, name)));
  }
  TRY(check_twice(columns));
  const catalogue::ResourceType& type = inputs.shape.table.type;
  const auto patch = std::find_if(columns.begin(), columns.end(), [](const BoundColumn& each) {
    return each.column->role == ColumnRole::parameter && each.column->name.ends_with("PatchDocument");
  });
  for (const BoundColumn& each : columns) {
    if (each.column->role == ColumnRole::property && patch != columns.end())
      return at_span(
          sql_error(patch->column->name + " is the whole of the change: " + each.column->name + " belongs into it"),
          each.span);
    switch (each.column->role) {
      case ColumnRole::property:
        if (type.property(each.column->property).has(catalogue::kReadOnly))
          return at_span(sql_error(each.column->name + " is read-only: the service sets it"), each.span);
        if (type.property(each.column->property).has(catalogue::kCreateOnly))
          return at_span(
              sql_error(each.column->name + " cannot be changed: it is create-only, so this needs replacement",
                        "DELETE the resource and INSERT it anew"),
              each.span);
        break;
      case ColumnRole::parameter:
        if (each.column->name.ends_with("DesiredState"))
          return at_span(sql_error("a DesiredState belongs to INSERT", "SET properties, or data__PatchDocument"),
                         each.span);
        break;
      default:
        return at_span(sql_error(each.column->name + " cannot be changed: it tells where a resource is"), each.span);
    }
  }
  return columns;
}

bool sets_patch(const PlanInputs& inputs) {
  for (const sql::Assignment& assignment : inputs.statement.assignments) {
    for (const sql::NamedSpan& name : assignment.columns) {
      const auto column = inputs.shape.find(name.name);
      if (column && inputs.shape.columns[*column].role == ColumnRole::parameter &&
          inputs.shape.columns[*column].name.ends_with("PatchDocument"))
        return true;
    }
  }
  return false;
}

Error needs_values(const PlanInputs& inputs) {
  const catalogue::ResourceType& type = inputs.shape.table.type;
  std::string required;
  for (std::string_view name : type.required()) {
    const auto property = type.find_property(name);
    required += (required.empty() ? "" : ", ") + std::string(property ? type.property(*property).column : name);
  }
  return at_span(
      sql_error(inputs.shape.name + " has no default values" + (required.empty() ? "" : "; it needs " + required),
                "SHOW INSERT INTO " + inputs.shape.name + " prints a template"),
      inputs.statement.target);
}

Result<std::string> default_region_of(const PlanInputs& inputs) {
  auto region = inputs.provider.default_region();
  if (!is_global_service(inputs.shape.table.type.service())) return region;
  return home_region(region ? *region : std::string());
}

// A version 4 UUID (RFC 9562).
std::string new_client_token() {
  std::random_device device;  // the kernel's
  std::array<unsigned char, 16> bytes{};
  for (unsigned char& byte : bytes) byte = static_cast<unsigned char>(device() & 0xFFU);
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0FU) | 0x40U);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3FU) | 0x80U);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += kDigits[bytes[i] >> 4U];
    text += kDigits[bytes[i] & 0x0FU];
  }
  return text;
}

std::string identity_list(const PlanInputs& inputs) {
  const sql::NamedSpan& alias = inputs.statement.alias;
  const std::string table = sql::quote_name(alias.name.empty() ? inputs.shape.name : alias.name) + ".";
  std::string list;
  for (const ColumnRole role : {ColumnRole::identifier, ColumnRole::region, ColumnRole::profile, ColumnRole::detailed,
                                ColumnRole::properties}) {
    const auto column = std::find_if(inputs.shape.columns.begin(), inputs.shape.columns.end(),
                                     [role](const TableColumn& each) { return each.role == role; });
    list += list.empty() ? "" : ", ";
    list += column == inputs.shape.columns.end() ? "NULL" : table + sql::quote_name(column->name);
  }
  return list;
}

namespace {

// What a name of WHERE stands for: nothing where it is none of the three that say which resource.
std::optional<std::size_t> identity_place(const TableShape& shape, const std::string& name) {
  const auto index = shape.find(name);
  if (!index) return std::nullopt;
  const TableColumn& column = shape.columns[*index];
  const auto primary = shape.table.type.primary_identifier();
  if (column.role == ColumnRole::identifier ||
      (column.role == ColumnRole::property && primary.size() == 1 && primary.front() == column.key))
    return 0;
  if (column.role == ColumnRole::region) return 1;
  if (column.role == ColumnRole::profile) return 2;
  return std::nullopt;
}

bool is_constant(std::string_view source, const sql::Span& expression) {
  int values = 0;
  for (const sql::Token& token : sql::tokenize(expression.in(source))) {
    switch (token.kind) {
      case sql::TokenKind::space:
      case sql::TokenKind::comment: break;
      case sql::TokenKind::string:
      case sql::TokenKind::number:
      case sql::TokenKind::parameter: ++values; break;
      default: return false;
    }
  }
  return values == 1;
}

}  // namespace

std::optional<sql::ComposedText> query_without_read(const PlanInputs& inputs) {
  constexpr std::size_t kCombinationsMax = 1000;
  const sql::DmlStatement& statement = inputs.statement;
  if (!statement.with.empty() || !statement.from.empty() || !statement.order_limit.empty() || statement.where.empty())
    return std::nullopt;
  for (const sql::Assignment& assignment : statement.assignments) {
    if (assignment.columns.size() != 1 || !is_constant(inputs.source, assignment.expression)) return std::nullopt;
  }
  const auto terms = sql::plain_equalities(inputs.source, statement.where);
  if (!terms) return std::nullopt;
  std::array<std::vector<sql::Span>, 3> values;
  for (const auto& [name, spans] : *terms) {
    const auto place = identity_place(inputs.shape, name.name);
    if (!place || !values[*place].empty()) return std::nullopt;
    values[*place] = spans;
  }
  if (values[0].empty()) return std::nullopt;
  std::size_t combinations = 1;
  for (const auto& each : values) combinations *= std::max<std::size_t>(1, each.size());
  if (combinations > kCombinationsMax) return std::nullopt;
  sql::ComposedText query;
  for (std::size_t i = 0; i < combinations; ++i) {
    query.add(i == 0 ? "SELECT " : " UNION ALL SELECT ");
    std::size_t rest = i;
    for (const auto& each : values) {
      if (each.empty()) {
        query.add("NULL, ");
        continue;
      }
      query.add_source(inputs.source, each[rest % each.size()]);
      query.add(", ");
      rest /= each.size();
    }
    query.add("0, NULL");
    for (const sql::Assignment& assignment : statement.assignments) {
      query.add(", ");
      query.add_source(inputs.source, assignment.expression);
    }
  }
  return query;
}

Result<std::vector<std::pair<Identity, std::size_t>>> identities_of(const PlanInputs& inputs, const RowBuffer& rows) {
  std::vector<std::pair<Identity, std::size_t>> identities;
  std::set<std::string> seen;
  std::string misfit;
  for (std::size_t i = 0; i < rows.rows().size(); ++i) {
    const auto& row = rows.rows()[i];
    Identity identity{.identifier = row[0].as_text(),
                      .region = row[1].as_text(),
                      .profile = row[2].as_text(),
                      .detailed = row[3].integer != 0,
                      .properties = row[4].as_text()};
    if (identity.identifier.empty()) continue;  // NULL names nothing
    const std::string_view own_region = inputs.names_resources ? region_of_arn(identity.identifier) : "";
    if (identity.region.empty()) {
      identity.region = own_region.empty() ? TRY(default_region_of(inputs)) : std::string(own_region);
    } else if (!own_region.empty() && own_region != identity.region) {
      misfit =
          identity.identifier + " is in " + std::string(own_region) + ", but the statement names " + identity.region;
      continue;
    }
    // A join may meet a resource more than once; it is changed once, as its first row says.
    if (!seen.insert(identity.profile + "\n" + identity.region + "\n" + identity.identifier).second) continue;
    identities.emplace_back(std::move(identity), i);
  }
  // Among several regions the others are simply not asked.
  if (identities.empty() && !misfit.empty())
    return at_span(sql_error(misfit, "give the identifier's own region, or leave the region out"),
                   inputs.statement.where);
  return identities;
}

Result<std::vector<ReadState>> read_states(provider::Provider& provider, const std::vector<ReadWish>& wishes,
                                           std::shared_ptr<provider::CallMeter> meter, std::stop_token stop) {
  std::vector<std::unique_ptr<provider::ResourceStream>> streams;
  for (const ReadWish& wish : wishes) {
    streams.push_back(TRY(provider.scan({.operation = provider::ScanRequest::Operation::get,
                                         .type_name = wish.type_name,
                                         .region = wish.region,
                                         .profile = wish.profile,
                                         .identifier = wish.identifier,
                                         .meter = meter})));
  }
  std::vector<ReadState> states;
  for (const auto& stream : streams) {
    const auto page = TRY(stream->next(stop));
    states.emplace_back();
    if (page == nullptr || page->entries.empty()) continue;
    states.back() = {std::string(page->entries.front().identifier), std::string(page->entries.front().properties)};
  }
  return states;
}

}  // namespace squall::engine
