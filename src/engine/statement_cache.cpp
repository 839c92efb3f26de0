#include "engine/statement_cache.h"

#include <algorithm>
#include <utility>

#include "engine/row_cells.h"

namespace squall::engine {

namespace {

// The same for requests that answer with the same rows. Parts are told apart by a byte that no part holds.
std::string rows_key(const provider::ScanRequest& request) {
  std::string key = std::to_string(static_cast<int>(request.operation));
  for (const std::string* part : {&request.type_name, &request.region, &request.profile, &request.identifier,
                                  &request.resource_model, &request.request_filter}) {
    key += '\0';
    key += *part;
  }
  return key;
}

std::string resource_key(const provider::ScanRequest& request, std::string_view identifier) {
  std::string key = request.profile;
  for (std::string_view part : {std::string_view(request.region), std::string_view(request.type_name), identifier}) {
    key += '\0';
    key += part;
  }
  return key;
}

bool has_details(const CacheEntry& entry, const std::vector<std::string>& wanted) {
  const auto& read = entry.request.wanted;
  return std::all_of(wanted.begin(), wanted.end(), [&read](const std::string& name) {
    return std::find(read.begin(), read.end(), name) != read.end();
  });
}

}  // namespace

StatementCache::StatementCache(Scan scan, std::size_t bytes_max, std::shared_ptr<provider::CallMeter> meter)
    : scan_(std::move(scan)),
      bytes_max_(bytes_max),
      meter_(std::move(meter)),
      arrivals_(std::make_shared<provider::ArrivalQueue>()) {}

CacheEntry& StatementCache::entry(const provider::ScanRequest& request) {
  auto& same_rows = by_rows_[rows_key(request)];
  const bool get = request.operation == provider::ScanRequest::Operation::get;
  for (std::size_t tag : same_rows) {
    if (get || has_details(*entries_[tag], request.wanted)) return *entries_[tag];
  }
  if (get) {
    if (CacheEntry* answered = from_list(request)) return *answered;
  }
  same_rows.push_back(entries_.size());
  return start(request);
}

// The same resource as a list shows it is the answer too. One that no list shows may be there nevertheless: under another
// of its identifiers.
CacheEntry* StatementCache::from_list(const provider::ScanRequest& get) {
  index_lists();
  const std::string key = resource_key(get, get.identifier);
  const auto listed = listed_.find(key);
  if (listed == listed_.end()) return nullptr;
  const provider::ResourcePage& page = **listed->second.page;
  const auto& resource = page.entries[listed->second.entry];
  if (!shows_all(resource.properties, get.wanted)) return nullptr;
  auto& answer = from_lists_[key];
  if (!answer) {
    // The arena is the list's, which lives as long.
    auto single = std::make_shared<provider::ResourcePage>();
    single->region = page.region;
    single->entries.push_back(resource);
    answer = std::make_unique<CacheEntry>(
        CacheEntry{.request = get, .pages = {std::move(single)}, .done = true, .visible = true});
  }
  return answer.get();
}

void StatementCache::index_lists() {
  for (const CacheEntry* list : std::exchange(lists_to_index_, {})) {
    for (const provider::ResourcePagePtr& page : list->pages) {
      for (std::size_t i = 0; i < page->entries.size(); ++i)
        listed_.insert_or_assign(resource_key(list->request, page->entries[i].identifier), Listed{&page, i});
    }
  }
}

const CacheEntry* StatementCache::find(const provider::ScanRequest& request) const {
  const auto same_rows = by_rows_.find(rows_key(request));
  if (same_rows == by_rows_.end()) return nullptr;
  for (std::size_t tag : same_rows->second) {
    if (entries_[tag]->visible && has_details(*entries_[tag], request.wanted)) return entries_[tag].get();
  }
  return nullptr;
}

CacheEntry& StatementCache::start(const provider::ScanRequest& request) {
  CacheEntry& entry = *entries_.emplace_back(std::make_unique<CacheEntry>(CacheEntry{.request = request}));
  entry.request.arrivals = arrivals_;
  if (!entry.request.meter) entry.request.meter = meter_;
  entry.request.pages_ahead = true;  // it is read to its end
  entry.request.tag = entries_.size() - 1;
  auto stream = scan_(entry.request);
  if (stream) {
    entry.stream = std::move(stream).value();
    ++pending_;
  } else {
    entry.error = std::move(stream).error();
    entry.done = true;
    hidden_.push_back(&entry);
  }
  return entry;
}

Status StatementCache::wait_until_pending(std::size_t count, const std::stop_token& stop) {
  while (pending_ > count) TRY(take_arrivals(stop));
  return {};
}

Status StatementCache::wait_for(const CacheEntry& entry, const std::stop_token& stop) {
  while (!entry.done) TRY(take_arrivals(stop));
  return {};
}

void StatementCache::reveal() {
  for (CacheEntry* entry : std::exchange(hidden_, {})) reveal(*entry);
}

void StatementCache::reveal(CacheEntry& entry) {
  if (entry.visible) return;
  entry.visible = true;
  std::erase(hidden_, &entry);
  if (entry.request.operation == provider::ScanRequest::Operation::list) lists_to_index_.push_back(&entry);
}

Status StatementCache::take_arrivals(const std::stop_token& stop) {
  const auto tags = arrivals_->take(stop);
  if (tags.empty()) {
    return Error{.kind = ErrorKind::interrupted, .message = "interrupted; the answer is incomplete"};
  }
  for (std::uint64_t tag : tags) TRY(drain(*entries_[tag], stop));
  return {};
}

Status StatementCache::drain(CacheEntry& entry, const std::stop_token& stop) {
  while (!entry.done && entry.stream->ready()) {
    auto page = entry.stream->next(stop);
    if (page && *page != nullptr) {
      TRY(count_bytes(**page));
      entry.pages.push_back(std::move(page).value());
      continue;
    }
    if (!page) entry.error = std::move(page).error();
    entry.done = true;
    entry.stream.reset();
    --pending_;
    hidden_.push_back(&entry);
  }
  return {};
}

Status StatementCache::count_bytes(const provider::ResourcePage& page) {
  for (const auto& entry : page.entries) bytes_ += entry.identifier.size() + entry.properties.size() + sizeof entry;
  if (bytes_ <= bytes_max_) return {};
  return Error{.kind = ErrorKind::limit,
               .message = "the statement needs more memory than it may have (" +
                          std::to_string(bytes_max_ / (1024 * 1024)) + " MiB)",
               .hint = "narrow it with WHERE, or use fewer columns"};
}

}  // namespace squall::engine
