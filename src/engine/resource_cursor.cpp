#include "engine/resource_cursor.h"

#include <algorithm>

#include "base/ascii.h"
#include "engine/call_errors.h"
#include "engine/cell_values.h"
#include "engine/error_table.h"
#include "engine/parent_walk.h"
#include "engine/scan_recorder.h"

namespace squall::engine {

namespace {

constexpr std::size_t kScansAhead = 64;  // requests of one scan that are started before they are needed

std::vector<Error> errors_of(const CacheEntry& entry) {
  std::vector<Error> errors;
  for (const auto& page : entry.pages) errors.insert(errors.end(), page->errors.begin(), page->errors.end());
  if (entry.error) errors.push_back(*entry.error);
  return errors;
}

}  // namespace

int ResourceCursor::filter(const char* plan_text, std::span<sqlite3_value*> arguments) {
  reset();
  const auto plan = ScanPlan::decode(plan_text == nullptr ? "" : plan_text);
  if (!plan) return fail(internal_error("a scan without a plan"));
  if (context_.recorder != nullptr) return record(plan_text, *plan, arguments);
  const auto ready = prepare_feeds(*plan, arguments);
  if (!ready) return fail(ready.error());
  if (!*ready) {
    reset();
    return context_.rounds->full() ? SQLITE_ABORT : SQLITE_OK;
  }
  return advance_page();
}

int ResourceCursor::next() {
  ++entry_;
  return page_ != nullptr && reach_row() ? SQLITE_OK : advance_page();
}

bool ResourceCursor::reach_row() {
  while (entry_ < page_->entries.size() && is_told_elsewhere()) ++entry_;
  if (entry_ >= page_->entries.size()) return false;
  cells_.set_row(page_->entries[entry_].properties);
  return true;
}

// Lists that tell the resources of all regions tell each once for every region that is asked.
bool ResourceCursor::is_told_elsewhere() {
  if (!page_->all_regions || requests_.size() < 2) return false;
  const auto& entry = page_->entries[entry_];
  const std::string& profile = requests_[current_].scan.profile;
  const bool is_asked_at_home =
      !entry.region.empty() && std::any_of(requests_.begin(), requests_.end(), [&](const PlannedRequest& request) {
        return request.scan.region == entry.region && request.scan.profile == profile;
      });
  return is_asked_at_home || !told_.insert(profile + '\n' + std::string(entry.identifier)).second;
}

std::string_view ResourceCursor::region() const {
  const std::string_view own = page_->entries[entry_].region;
  return own.empty() ? std::string_view(page_->region) : own;
}

sqlite3_int64 ResourceCursor::rowid() const {
  std::string name = requests_[current_].scan.profile + '\n' + (page_->all_regions ? "" : page_->region) + '\n';
  name += page_->entries[entry_].identifier;
  return static_cast<sqlite3_int64>(std::hash<std::string>{}(name) >> 1U);
}

void ResourceCursor::reset() {
  requests_.clear();
  feeds_.clear();
  told_.clear();
  page_ = nullptr;
  current_ = started_ = 0;
  entry_ = 0;
}

int ResourceCursor::fail(Error error) {
  page_ = nullptr;
  context_.error = std::move(error);
  return SQLITE_ERROR;
}

Result<std::vector<PlannedRequest>> ResourceCursor::requests_of(const ScanPlan& plan,
                                                                std::span<sqlite3_value*> arguments) const {
  static const std::set<std::string> kUnknown;
  const auto read = context_.facts.columns_read.find(shape_.name);
  return build_requests(
      shape_, plan, arguments, [this] { return default_region(context_); },
      read == context_.facts.columns_read.end() ? kUnknown : read->second);
}

int ResourceCursor::record(const char* plan_text, const ScanPlan& plan, std::span<sqlite3_value*> arguments) {
  const auto requests = requests_of(plan, arguments);
  if (!requests) return fail(requests.error());
  context_.recorder->enter(plan_text, *requests);
  return SQLITE_OK;
}

Result<bool> ResourceCursor::prepare_feeds(const ScanPlan& plan, std::span<sqlite3_value*> arguments) {
  requests_ = TRY(requests_of(plan, arguments));
  for (PlannedRequest& request : requests_) request.scan.meter = meter_of(context_, shape_.name);
  if (plan.walks_parents) {
    auto complete = TRY(under_parents(requests_));
    if (!complete) return false;
    requests_ = *std::move(complete);
  }
  return context_.rounds == nullptr ? Result<bool>(true) : feed_from_cache();
}

Result<std::optional<std::vector<PlannedRequest>>> ResourceCursor::under_parents(
    const std::vector<PlannedRequest>& requests) {
  while (true) {
    std::vector<PlannedRequest> complete;
    bool missing = false;
    for (const PlannedRequest& request : requests) {
      const std::string& profile = request.scan.profile;
      ParentWalk walk(context_.catalogue,
                      {.region = request.scan.region,
                       .profile = profile,
                       .account = [&] { return context_.provider.account_id(profile, context_.stop); }},
                      [this](const provider::ScanRequest& parents) { return fetch_parents(parents); });
      auto lists = TRY(walk.lists_of(shape_.table.type, request.model, request.scan.wanted));
      missing = missing || !lists;
      if (missing) continue;
      for (ListKeys& keys : *lists) complete.push_back(with_keys(shape_, request, std::move(keys)));
    }
    if (!missing) return std::optional(std::move(complete));
    if (context_.rounds != nullptr) return std::optional<std::vector<PlannedRequest>>();
    TRY(context_.cache->wait_until_pending(0, context_.stop));
    context_.cache->reveal();
  }
}

Result<const CacheEntry*> ResourceCursor::fetch_parents(const provider::ScanRequest& parents) {
  const CacheEntry* entry = nullptr;
  provider::ScanRequest request = parents;
  request.meter = meter_of(context_, resource_of(context_.catalogue, request.type_name));
  if (context_.rounds != nullptr) {
    const auto entries = TRY(context_.rounds->fetch({&request, 1}, context_.stop));
    if (entries) entry = entries->front();
  } else if (const CacheEntry& asked = context_.cache->entry(request); asked.visible) {
    entry = &asked;
  }
  if (entry != nullptr) TRY(raise_or_note(entry, errors_of(*entry)));
  return entry;
}

Result<bool> ResourceCursor::feed_from_cache() {
  std::vector<provider::ScanRequest> scans;
  for (const PlannedRequest& request : requests_) scans.push_back(request.scan);
  const auto entries = TRY(context_.rounds->fetch(scans, context_.stop));
  if (!entries) return false;
  std::vector<Error> errors;
  for (const CacheEntry* entry : *entries) {
    auto of_entry = errors_of(*entry);
    if (context_.settings.on_error == ErrorPolicy::warn)
      TRY(raise_or_note(entry, std::move(of_entry)));
    else
      errors.insert(errors.end(), of_entry.begin(), of_entry.end());
    feeds_.push_back({.entry = entry, .request = feeds_.size()});
  }
  TRY(raise_or_note(nullptr, std::move(errors)));
  started_ = requests_.size();
  return true;
}

Status ResourceCursor::start_ahead() {
  for (; started_ < requests_.size() && feeds_.size() < kScansAhead; ++started_) {
    provider::ScanRequest scan = requests_[started_].scan;
    // A walk down a tree has read these lists already.
    const CacheEntry* entry = context_.cache->find(scan);
    if (entry != nullptr) {
      feeds_.push_back({.entry = entry, .request = started_});
    } else {
      if (!arrivals_) arrivals_ = std::make_shared<provider::ArrivalQueue>();
      scan.arrivals = arrivals_;
      scan.tag = started_;
      feeds_.push_back({.stream = TRY(start_scan(context_, scan)), .request = started_});
    }
  }
  return {};
}

// The first feed that has a page, or its end: pages come in the order in which they arrive, so that no list waits for
// another to be read.
std::size_t ResourceCursor::feed_with_news() {
  while (true) {
    for (std::size_t i = 0; i < feeds_.size(); ++i) {
      if (feeds_[i].stream == nullptr || feeds_[i].stream->ready()) return i;
    }
    // The wait of the only one is as good, and after a stop each of them says so.
    if (feeds_.size() == 1 || arrivals_->take(context_.stop).empty()) return 0;
  }
}

// The next page with an entry.
int ResourceCursor::advance_page() {
  page_ = nullptr;
  while (true) {
    if (auto started = start_ahead(); !started) return fail(std::move(started).error());
    if (feeds_.empty()) return SQLITE_OK;
    const std::size_t feed = feed_with_news();
    current_ = feeds_[feed].request;
    auto page = next_page(feeds_[feed]);
    if (!page) return fail(std::move(page).error());
    if (*page == nullptr) {
      feeds_.erase(feeds_.begin() + static_cast<std::ptrdiff_t>(feed));
      continue;
    }
    page_ = std::move(page).value();
    entry_ = 0;
    if (reach_row()) return SQLITE_OK;
    page_ = nullptr;
  }
}

Result<provider::ResourcePagePtr> ResourceCursor::next_page(Feed& feed) {
  if (feed.entry != nullptr) {
    if (feed.next_page == feed.entry->pages.size()) return provider::ResourcePagePtr();
    return feed.entry->pages[feed.next_page++];
  }
  auto page = feed.stream->next(context_.stop);
  if (page) {
    if (*page != nullptr) TRY(raise_or_note(page->get(), (*page)->errors));
    return page;
  }
  if (page.error().kind == ErrorKind::interrupted) return page;
  std::vector<Error> errors{page.error()};
  if (context_.settings.on_error == ErrorPolicy::fail) {
    auto others = first_errors_of_others_than(feed);
    errors.insert(errors.end(), others.begin(), others.end());
  }
  TRY(raise_or_note(feed.stream.get(), std::move(errors)));
  return provider::ResourcePagePtr();  // the rest of this list cannot be had
}

// Of the requests that are under way: whoever is told of one failing region wants to know of all.
std::vector<Error> ResourceCursor::first_errors_of_others_than(const Feed& feed) {
  std::vector<Error> errors;
  for (const Feed& other : feeds_) {
    if (&other == &feed || other.stream == nullptr) continue;
    auto page = other.stream->next(context_.stop);
    if (!page) errors.push_back(std::move(page).error());
  }
  return errors;
}

Status ResourceCursor::raise_or_note(const void* source, std::vector<Error> errors) {
  // A run that is not the answer may have read what the answer does not need.
  if (errors.empty() || (context_.rounds != nullptr && context_.rounds->missed())) return {};
  for (Error& error : errors) {
    const auto type = context_.catalogue.find_type(error.type_name);
    error = with_permissions(std::move(error), type ? *type : shape_.table.type);
  }
  for (const Error& error : errors) {
    if (error.kind == ErrorKind::limit) return error;  // a bound is never only noted
  }
  if (context_.settings.on_error == ErrorPolicy::fail) {
    context_.failed = errors;
    return summary_of(std::move(errors));
  }
  if (context_.reported.insert(source).second)
    context_.errors.insert(context_.errors.end(), errors.begin(), errors.end());
  return {};
}

int ResourceCursor::column(sqlite3_context* out, std::size_t index) {
  const TableColumn& column = shape_.columns[index];
  const PlannedRequest& request = requests_[current_];
  // What was read in another region than the one asked is of that one: SQLite's check of the term then drops it.
  if (column.role == ColumnRole::region && !page_->entries[entry_].region.empty()) {
    set_text(out, region());
    return SQLITE_OK;
  }
  // A parameter reads as what it was asked for, so that SQLite's own check of the term holds.
  if (const auto* given = request.given(index); given != nullptr && column.role != ColumnRole::property) {
    set_text(out, *given);
    return SQLITE_OK;
  }
  switch (column.role) {
    case ColumnRole::region: set_text(out, region()); break;
    case ColumnRole::identifier: set_text(out, page_->entries[entry_].identifier); break;
    case ColumnRole::property: return property(out, column, request);
    case ColumnRole::list_key:
      if (const auto* key = request.model_value(column.key))
        set_text(out, *key);
      else
        sqlite3_result_null(out);
      break;
    case ColumnRole::account_id: return account(out, request);
    case ColumnRole::detailed: sqlite3_result_int(out, page_->entries[entry_].detailed ? 1 : 0); break;
    case ColumnRole::properties: set_text(out, page_->entries[entry_].properties); break;
    case ColumnRole::identifier_part: {
      const auto part = identifier_part(shape_.table.type, page_->entries[entry_].identifier, column.key);
      if (part)
        set_typed(out, *part, column.type);
      else
        sqlite3_result_null(out);
      break;
    }
    case ColumnRole::tag_key:
    case ColumnRole::tag_value:
    case ColumnRole::profile:
    case ColumnRole::parameter: sqlite3_result_null(out); break;
  }
  return SQLITE_OK;
}

int ResourceCursor::account(sqlite3_context* out, const PlannedRequest& request) {
  const auto account = context_.provider.account_id(request.scan.profile, context_.stop);
  if (!account) return fail(account.error());
  if (account->empty())
    sqlite3_result_null(out);
  else
    set_text(out, *account);
  return SQLITE_OK;
}

int ResourceCursor::property(sqlite3_context* out, const TableColumn& column, const PlannedRequest& request) {
  const auto raw = cells_.raw(column.property);
  if (!raw) return fail(raw.error());
  if (!raw->empty()) {
    set_json(out, *raw);
    return SQLITE_OK;
  }
  const auto part = identifier_part(shape_.table.type, page_->entries[entry_].identifier, column.key);
  if (part) {
    set_typed(out, *part, column.type);
  } else if (const auto* key = request.model_value(column.key)) {
    set_typed(out, *key, column.type);
  } else {
    sqlite3_result_null(out);
  }
  return SQLITE_OK;
}

}  // namespace squall::engine
