#include "engine/named_type_table.h"

#include <array>
#include <memory>

#include "engine/call_errors.h"
#include "engine/cell_values.h"
#include "engine/regions.h"
#include "engine/request_builder.h"

namespace squall::engine {

namespace {

constexpr std::string_view kResource = "aws.cloud_control.resource";
constexpr std::string_view kResources = "aws.cloud_control.resources";

enum Column : int { kTypeName, kIdentifier, kProperties, kRegion, kDataTypeName, kDataIdentifier, kModel, kProfile };
constexpr const char* kDeclaration =
    "CREATE TABLE x(TypeName TEXT, Identifier TEXT, Properties OBJECT TEXT, region TEXT, data__TypeName TEXT HIDDEN, "
    "data__Identifier TEXT HIDDEN, data__ResourceModel TEXT HIDDEN, profile TEXT HIDDEN)";

struct Aux {
  ScanContext& context;
  const bool single;  // aws.cloud_control.resource
};

struct Table : sqlite3_vtab {
  Aux* aux = nullptr;
};

Aux& aux_of(sqlite3_vtab* table) { return *static_cast<Table*>(table)->aux; }

// A term of one of two columns that mean the same; -1: none.
int term_of(const sqlite3_index_info* info, int column, int same) {
  for (int i = 0; i < info->nConstraint; ++i) {
    const auto& term = info->aConstraint[i];
    if (term.usable != 0 && term.op == SQLITE_INDEX_CONSTRAINT_EQ && (term.iColumn == column || term.iColumn == same))
      return i;
  }
  return -1;
}

bool has_unusable_term(const sqlite3_index_info* info) {
  for (int i = 0; i < info->nConstraint; ++i) {
    if (info->aConstraint[i].usable == 0) return true;
  }
  return false;
}

int refuse(sqlite3_vtab* table, const std::string& message) {
  sqlite3_free(table->zErrMsg);
  table->zErrMsg = sqlite3_mprintf("%s", message.c_str());
  return SQLITE_ERROR;
}

// The plan's text ends in one letter an argument.
int best_index(sqlite3_vtab* table, sqlite3_index_info* info) {
  struct Input {
    Column column;
    Column same;
    const char* name;
    char code;
    bool required;
  };
  const Aux& aux = aux_of(table);
  const std::string name(aux.single ? kResource : kResources);
  if (aux.context.recorder != nullptr) return refuse(table, "EXPLAIN of " + name + " is not built yet");
  const std::array<Input, 5> inputs = {{{kTypeName, kDataTypeName, "TypeName", 't', true},
                                        {kIdentifier, kDataIdentifier, "Identifier", 'i', aux.single},
                                        {kRegion, kRegion, "region", 'r', false},
                                        {kModel, kModel, "data__ResourceModel", 'm', false},
                                        {kProfile, kProfile, "profile", 'p', false}}};
  std::string text = aux.single ? "GetResource(" : "ListResources(";
  std::string codes;
  for (const Input& input : inputs) {
    if (input.code == (aux.single ? 'm' : 'i')) continue;
    const int term = term_of(info, input.column, input.same);
    if (term < 0 && input.required) {
      // With the tables in another order the term may be of use.
      if (has_unusable_term(info)) return SQLITE_CONSTRAINT;
      return refuse(table, name + " needs " + input.name + "; add WHERE " + input.name +
                               (input.code == 't' ? " = 'AWS::S3::Bucket'" : " = '<identifier>'"));
    }
    if (term < 0) continue;
    info->aConstraintUsage[term].argvIndex = static_cast<int>(codes.size()) + 1;
    text += (codes.empty() ? "" : ", ") + std::string(input.name) + "=?";
    codes += input.code;
  }
  aux_of(table).context.planned = true;
  info->estimatedRows = aux.single ? 1 : 1000;
  info->estimatedCost = aux.single ? 100 : 1100;
  info->idxStr = sqlite3_mprintf("%s) %s", text.c_str(), codes.c_str());
  info->needToFreeIdxStr = 1;
  return info->idxStr == nullptr ? SQLITE_NOMEM : SQLITE_OK;
}

class Cursor : public sqlite3_vtab_cursor {
 public:
  explicit Cursor(Aux& aux) : sqlite3_vtab_cursor{}, aux_(aux), context_(aux.context) {}

  int filter(const char* plan, sqlite3_value** arguments) {
    cached_ = nullptr;
    stream_.reset();
    page_.reset();
    next_page_ = 0;
    const auto started = start(plan, arguments);
    if (!started) return fail(started.error());
    if (!*started) return context_.rounds != nullptr && context_.rounds->full() ? SQLITE_ABORT : SQLITE_OK;
    return advance();
  }

  int next() {
    if (++entry_ < page_->entries.size()) return SQLITE_OK;
    return advance();
  }

  bool eof() const { return page_ == nullptr; }

  void column(sqlite3_context* out, int index) const {
    const auto& resource = page_->entries[entry_];
    switch (index) {
      case kTypeName:
      case kDataTypeName: set_text(out, request_.type_name); break;
      case kIdentifier:
      case kDataIdentifier:
        set_text(out, aux_.single ? std::string_view(request_.identifier) : resource.identifier);
        break;
      case kProperties: set_json(out, resource.properties); break;
      case kRegion: set_text(out, page_->region); break;
      case kModel: set_text(out, request_.resource_model); break;
      default: set_text(out, request_.profile);
    }
  }

  sqlite3_int64 rowid() const {
    const std::string name = request_.profile + '\n' + page_->region + '\n' + request_.type_name + '\n' +
                             std::string(page_->entries[entry_].identifier);
    return static_cast<sqlite3_int64>(std::hash<std::string>{}(name) >> 1U);
  }

 private:
  int fail(Error error) {
    page_ = nullptr;
    context_.error = std::move(error);
    return SQLITE_ERROR;
  }

  // False: nothing to read, or not there yet.
  Result<bool> start(const char* plan, sqlite3_value** arguments) {
    request_ = {};
    request_.operation = aux_.single ? provider::ScanRequest::Operation::get : provider::ScanRequest::Operation::list;
    const std::string_view text(plan);
    for (char code : text.substr(text.rfind(' ') + 1)) {
      sqlite3_value* argument = *arguments++;
      if (sqlite3_value_type(argument) == SQLITE_NULL) return false;
      const std::string value(reinterpret_cast<const char*>(sqlite3_value_text(argument)));
      switch (code) {
        case 't': request_.type_name = value; break;
        case 'i': request_.identifier = value; break;
        case 'r': request_.region = value; break;
        case 'm': request_.resource_model = value; break;
        default: request_.profile = value;
      }
    }
    if (request_.type_name.empty() || (aux_.single && request_.identifier.empty())) return false;
    if (request_.region.empty()) request_.region = TRY(region());
    request_.meter = meter_of(context_, request_.type_name);
    if (context_.rounds == nullptr) {
      stream_ = TRY(start_scan(context_, request_));
      return true;
    }
    const auto entries = TRY(context_.rounds->fetch({&request_, 1}, context_.stop));
    if (!entries) return false;
    cached_ = entries->front();
    if (cached_->error) TRY(raise_or_note(*cached_->error));
    return true;
  }

  Result<std::string> region() const {
    const auto of_session = [this] { return default_region(context_); };
    const auto type = context_.catalogue.find_type(request_.type_name);
    return type ? region_by_default(*type, of_session) : of_session();
  }

  int advance() {
    entry_ = 0;
    do {
      auto page = next_page();
      if (!page) return fail(std::move(page).error());
      page_ = std::move(page).value();
    } while (page_ != nullptr && page_->entries.empty());
    return SQLITE_OK;
  }

  Result<provider::ResourcePagePtr> next_page() {
    if (cached_ != nullptr)
      return next_page_ < cached_->pages.size() ? cached_->pages[next_page_++] : provider::ResourcePagePtr();
    auto page = stream_->next(context_.stop);
    if (page || page.error().kind == ErrorKind::interrupted) return page;
    TRY(raise_or_note(page.error()));
    return provider::ResourcePagePtr();
  }

  Status raise_or_note(Error error) {
    // A run that is not the answer may have read what the answer does not need.
    if (context_.rounds != nullptr && context_.rounds->missed()) return {};
    if (const auto type = context_.catalogue.find_type(request_.type_name))
      error = with_permissions(std::move(error), *type);
    if (context_.settings.on_error == ErrorPolicy::fail || error.kind == ErrorKind::limit) {
      context_.failed = {error};
      return error;
    }
    const void* source = cached_ != nullptr ? static_cast<const void*>(cached_) : stream_.get();
    if (context_.reported.insert(source).second) context_.errors.push_back(std::move(error));
    return {};
  }

  Aux& aux_;
  ScanContext& context_;
  provider::ScanRequest request_;
  const CacheEntry* cached_ = nullptr;
  std::unique_ptr<provider::ResourceStream> stream_;
  std::size_t next_page_ = 0;
  provider::ResourcePagePtr page_;
  std::size_t entry_ = 0;
};

Cursor& cursor_of(sqlite3_vtab_cursor* cursor) { return *static_cast<Cursor*>(cursor); }

int connect(sqlite3* connection, void* aux, int, const char* const*, sqlite3_vtab** out, char**) {
  const int code = sqlite3_declare_vtab(connection, kDeclaration);
  if (code != SQLITE_OK) return code;
  auto table = std::make_unique<Table>();
  table->aux = static_cast<Aux*>(aux);
  *out = table.release();
  return SQLITE_OK;
}

int disconnect(sqlite3_vtab* table) {
  delete static_cast<Table*>(table);
  return SQLITE_OK;
}

int open(sqlite3_vtab* table, sqlite3_vtab_cursor** out) {
  *out = new Cursor(aux_of(table));
  return SQLITE_OK;
}

int close(sqlite3_vtab_cursor* cursor) {
  delete &cursor_of(cursor);
  return SQLITE_OK;
}

int filter(sqlite3_vtab_cursor* cursor, int, const char* plan, int, sqlite3_value** arguments) {
  return cursor_of(cursor).filter(plan, arguments);
}

int next(sqlite3_vtab_cursor* cursor) { return cursor_of(cursor).next(); }
int eof(sqlite3_vtab_cursor* cursor) { return cursor_of(cursor).eof() ? 1 : 0; }

int column(sqlite3_vtab_cursor* cursor, sqlite3_context* out, int index) {
  cursor_of(cursor).column(out, index);
  return SQLITE_OK;
}

int rowid(sqlite3_vtab_cursor* cursor, sqlite3_int64* out) {
  *out = cursor_of(cursor).rowid();
  return SQLITE_OK;
}

// xCreate is null: the table is there by its module's name alone (eponymous only).
constexpr sqlite3_module kModule = {
    .iVersion = 1,
    .xCreate = nullptr,
    .xConnect = connect,
    .xBestIndex = best_index,
    .xDisconnect = disconnect,
    .xDestroy = disconnect,
    .xOpen = open,
    .xClose = close,
    .xFilter = filter,
    .xNext = next,
    .xEof = eof,
    .xColumn = column,
    .xRowid = rowid,
};

}  // namespace

bool is_named_type_table(std::string_view name) { return name == kResource || name == kResources; }

Status register_named_type_table(sqlite::Connection& connection, ScanContext& context, const std::string& name) {
  // On failure SQLite calls the destructor itself.
  const int code =
      sqlite3_create_module_v2(connection.handle(), name.c_str(), &kModule, new Aux{context, name == kResource},
                               [](void* old) { delete static_cast<Aux*>(old); });
  if (code != SQLITE_OK) return sqlite::error_of(connection.handle());
  return {};
}

}  // namespace squall::engine
