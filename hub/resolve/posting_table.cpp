#include "hub/resolve/posting_table.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <unordered_map>
#include <unordered_set>

namespace homeroom::resolve {

namespace {

/// Calls with the bounds of each run of one token.
template <class Visit>
void each_block(const std::vector<Hashed>& sorted, const Visit& visit) {
  for (std::size_t i = 0; i < sorted.size();) {
    auto end = i + 1;
    while (end < sorted.size() && sorted[end].hash == sorted[i].hash) ++end;
    visit(i, end);
    i = end;
  }
}

void sort_once(std::vector<Hashed>& entries) {
  sort_hashed(entries);
  auto is_same = [](const Hashed& a, const Hashed& b) {
    return a.hash == b.hash && a.record == b.record;
  };
  entries.erase(std::unique(entries.begin(), entries.end(), is_same), entries.end());
}

}  // namespace

void AskedAhead::ask(std::vector<uint64_t> tokens) {
  std::ranges::sort(tokens);
  for (auto token : tokens) {
    auto [found, is_new] = found_.try_emplace(token, students_.size(), 0);
    if (!is_new) continue;
    auto students = behind_.students(token);
    students_.insert(students_.end(), students.begin(), students.end());
    found->second.second = students.size();
  }
}

std::vector<uint32_t> AskedAhead::in_blocks_up_to(std::size_t most) const {
  std::vector<uint32_t> all;
  for (const auto& [token, place] : found_)
    if (auto [first, count] = place; count <= most)
      all.insert(all.end(), students_.begin() + static_cast<std::ptrdiff_t>(first),
                 students_.begin() + static_cast<std::ptrdiff_t>(first + count));
  std::ranges::sort(all);
  auto doubles = std::ranges::unique(all);
  all.erase(doubles.begin(), doubles.end());
  return all;
}

PostingTable::PostingTable(const Records& records, const BlockKeys& keys) {
  std::vector<Hashed> all;
  all.reserve(std::size_t{records.count} * keys.count());
  for (std::size_t key = 0; key < keys.count(); ++key)
    for (uint32_t student = 0; student < records.count; ++student) {
      uint64_t hashes[KeyHashes::most];
      auto count = keys.hashes(key, student, hashes);
      for (uint32_t i = 0; i < count; ++i) all.push_back({keys.token(key, 0, hashes[i]), student});
    }
  sort_once(all);
  part(keys, members_of_crowds(keys, all), all);
  place(all);
}

std::vector<PostingTable::Member> PostingTable::members_of_crowds(
    const BlockKeys& keys, const std::vector<Hashed>& all) const {
  std::unordered_set<uint64_t> crowds;
  std::vector<uint32_t> students;
  each_block(all, [&](std::size_t first, std::size_t end) {
    if (end - first <= keys.most_in_block()) return;
    crowds.insert(all[first].hash);
    for (; first < end; ++first) students.push_back(all[first].record);
  });
  std::ranges::sort(students);
  students.erase(std::unique(students.begin(), students.end()), students.end());
  std::vector<Member> members;
  for (auto student : students)
    for (std::size_t key = 0; key < keys.count(); ++key) {
      uint64_t hashes[KeyHashes::most];
      auto count = keys.hashes(key, student, hashes);
      for (uint32_t i = 0; i < count; ++i)
        if (crowds.contains(keys.token(key, 0, hashes[i])))
          members.push_back({key, hashes[i], student});
    }
  return members;
}

void PostingTable::part(const BlockKeys& keys, std::vector<Member> members,
                        std::vector<Hashed>& all) {
  for (std::size_t level = 0; level < keys.splits() && !members.empty(); ++level) {
    std::unordered_map<uint64_t, uint32_t> counts;
    std::vector<Hashed> parts;
    for (auto& member : members) {
      member.hash = keys.parted(member.hash, level, member.student);
      auto token = keys.token(member.key, level + 1, member.hash);
      parts.push_back({token, member.student});
      ++counts[token];
    }
    std::vector<Member> crowded;
    for (std::size_t i = 0; i < members.size(); ++i)
      if (counts.at(parts[i].hash) > keys.most_in_block()) crowded.push_back(members[i]);
    sort_once(parts);
    auto middle = static_cast<std::ptrdiff_t>(all.size());
    all.insert(all.end(), parts.begin(), parts.end());
    std::inplace_merge(all.begin(), all.begin() + middle, all.end(), is_before);
    members = std::move(crowded);
  }
  std::map<std::size_t, uint64_t> left;
  for (const auto& member : members) ++left[member.key];
  for (const auto& [key, students] : left) crowded_.push_back({keys.name(key), students});
}

void PostingTable::place(const std::vector<Hashed>& all) {
  bits_ = std::bit_width(all.size() / 8 | 1);
  starts_.assign((std::size_t{1} << bits_) + 1, 0);
  tokens_.reserve(all.size());
  students_.reserve(all.size());
  for (const auto& [token, student] : all) {
    ++starts_[(token >> (64 - bits_)) + 1];
    tokens_.push_back(token);
    students_.push_back(student);
  }
  for (std::size_t i = 1; i < starts_.size(); ++i) starts_[i] += starts_[i - 1];
}

std::span<const uint32_t> PostingTable::find(uint64_t token) const {
  if (tokens_.empty()) return {};
  auto bucket = token >> (64 - bits_);
  auto at = tokens_.begin();
  auto first = std::lower_bound(at + starts_[bucket], at + starts_[bucket + 1], token);
  auto end = first;
  while (end != tokens_.end() && *end == token) ++end;
  return {students_.data() + (first - at), static_cast<std::size_t>(end - first)};
}

}  // namespace homeroom::resolve
