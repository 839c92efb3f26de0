#include "engine/statement_cache.h"

#include <algorithm>

namespace squall::engine {

namespace {

// The same for requests that answer with the same rows. Parts are told apart by a byte that no part holds.
std::string rows_key(const provider::ScanRequest& request) {
  std::string key = request.operation == provider::ScanRequest::Operation::get ? "get" : "list";
  for (const std::string* part :
       {&request.type_name, &request.region, &request.profile, &request.identifier, &request.resource_model}) {
    key += '\0';
    key += *part;
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

StatementCache::StatementCache(provider::Provider& provider, std::size_t bytes_max,
                               std::shared_ptr<provider::CallMeter> meter)
    : provider_(provider),
      bytes_max_(bytes_max),
      meter_(std::move(meter)),
      arrivals_(std::make_shared<provider::ArrivalQueue>()) {}

CacheEntry& StatementCache::entry(const provider::ScanRequest& request) {
  auto& same_rows = by_rows_[rows_key(request)];
  const bool get = request.operation == provider::ScanRequest::Operation::get;
  for (std::size_t tag : same_rows) {
    if (get || has_details(*entries_[tag], request.wanted)) return *entries_[tag];
  }
  same_rows.push_back(entries_.size());
  return start(request);
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
  entry.request.meter = meter_;
  entry.request.pages_ahead = true;  // it is read to its end
  entry.request.tag = entries_.size() - 1;
  auto stream = provider_.scan(entry.request);
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
  for (CacheEntry* entry : hidden_) entry->visible = true;
  hidden_.clear();
}

void StatementCache::reveal(CacheEntry& entry) {
  entry.visible = true;
  std::erase(hidden_, &entry);
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
