#include "hub/flow/reference_pages.hpp"

#include <algorithm>
#include <cstring>
#include <unordered_map>

#include "homeroom/error.hpp"
#include "hub/flow/intake.hpp"
#include "hub/record/varint.hpp"
#include "hub/store/store.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace homeroom::flow {

namespace {

// Where pages are listed stand four zeros, as no row is empty, then end_ and each page.
constexpr std::string_view list_of_pages("\0\0\0\0", 4);
constexpr uint64_t rows_in_page = 32;       ///< on average
constexpr std::size_t most_in_page = 6000;  ///< bytes; larger units would be packed

bool ends_page(std::string_view key) {
  return XXH3_64bits(key.data(), key.size()) % rows_in_page == 0;
}

}  // namespace

ReferencePages::ReferencePages(store::Store& store, uint32_t source, std::string stream)
    : store_(store), source_(source), stream_(std::move(stream)) {
  auto bytes = store_.reference(source_, stream_);
  std::string_view rest = bytes;
  if (!rest.starts_with(list_of_pages)) {
    whole_ = std::move(bytes);
    return;
  }
  rest.remove_prefix(list_of_pages.size());
  auto number = [&rest] {
    uint64_t taken = 0;
    if (!record::take_number(rest, taken))
      throw Error(Next::fail, "a list of pages of reference rows is cut short");
    return taken;
  };
  end_ = static_cast<uint32_t>(number());
  while (!rest.empty()) {
    auto& entry = entries_.emplace_back();
    entry.number = static_cast<uint32_t>(number());
    entry.hash = number();
    auto size = std::min<std::size_t>(number(), rest.size());
    entry.first = rest.substr(0, size);
    rest.remove_prefix(size);
  }
}

std::string ReferencePages::name_of(uint32_t number) const {
  return stream_ + '\x1f' + std::to_string(number);
}

std::string ReferencePages::all() const {
  if (!are_pages()) return whole_;
  std::string rows;
  for (std::size_t i = 0; i < entries_.size(); ++i) rows += page(i);
  return rows;
}

std::size_t ReferencePages::place_of(std::string_view key) const {
  auto after = std::ranges::upper_bound(
      entries_, key, {}, [](const Entry& entry) -> std::string_view { return entry.first; });
  return after == entries_.begin() ? nowhere
                                   : static_cast<std::size_t>(after - entries_.begin()) - 1;
}

std::string ReferencePages::page(std::size_t place) const {
  auto bytes = store_.reference(source_, name_of(entries_[place].number));
  if (XXH3_64bits(bytes.data(), bytes.size()) != entries_[place].hash)
    throw Error(Next::fail, "a page of reference rows is not the one that was listed");
  return bytes;
}

void ReferencePages::replace(const std::vector<RowRef>& rows, const std::vector<uint32_t>& key) {
  std::vector<std::pair<std::string, const char*>> sorted;
  sorted.reserve(rows.size());
  for (const auto& row : rows)
    sorted.emplace_back(key_text(key, StoredRow(row.row).cells()), row.row);
  std::ranges::sort(sorted);
  std::unordered_map<uint64_t, uint32_t> free;  // numbers of pages that nobody wants yet, by hash
  for (const auto& entry : entries_) free.emplace(entry.hash, entry.number);
  entries_.clear();
  std::vector<std::pair<std::size_t, std::string>> others;  // place, bytes
  std::string bytes;
  for (std::size_t i = 0; i < sorted.size(); bytes.clear()) {
    auto& entry = entries_.emplace_back();
    entry.first = sorted[i].first;
    bool is_full = false;
    for (; i < sorted.size() && !is_full; ++i) {
      bytes += StoredRow(sorted[i].second).all();
      is_full = ends_page(sorted[i].first) || bytes.size() >= most_in_page;
    }
    entry.hash = XXH3_64bits(bytes.data(), bytes.size());
    if (auto same = free.extract(entry.hash))
      entry.number = same.mapped();
    else
      others.emplace_back(entries_.size() - 1, bytes);
  }
  for (const auto& [place, changed] : others) {
    auto number = free.empty() ? end_++ : free.extract(free.begin()).mapped();
    entries_[place].number = number;
    store_.put_reference(source_, name_of(number), changed);
  }
  for (auto [hash, number] : free) store_.put_reference(source_, name_of(number), "");
  whole_.clear();
  save();
}

void ReferencePages::save() const {
  std::string packed(list_of_pages);
  record::append_number(packed, end_);
  for (const auto& entry : entries_) {
    record::append_number(packed, entry.number);
    record::append_number(packed, entry.hash);
    record::append_number(packed, entry.first.size());
    packed += entry.first;
  }
  store_.put_reference(source_, stream_, packed);
}

}  // namespace homeroom::flow
