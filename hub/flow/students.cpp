#include "hub/flow/students.hpp"

#include <algorithm>
#include <unordered_map>

#include "hub/flow/frame.hpp"
#include "hub/keys/keys.hpp"
#include "hub/store/store.hpp"

namespace homeroom::flow {

namespace {

constexpr uint32_t token_space = 0xFFFFFFE0;  // of KeyRing::token; nothing else uses it
constexpr const char* version_name = "identity: version of the roster";

}  // namespace

void weigh_anew(store::Store& store, bool are_lost) {
  auto version = store.digest(version_name).value_or("");
  store.put_digest(version_name, std::to_string(std::stoull("0" + version) + 1));
  if (are_lost) Learned::forget_blocks(store);
}

std::span<const uint32_t> StoredRoster::students(uint64_t token) {
  store_.postings(source_, token, found_);
  return found_;
}

std::string_view StoredRoster::features(uint32_t student) {
  return store_.features(source_, student);
}

resolve::Keyed token_function(const keys::KeyRing& keys) {
  return [&keys](uint64_t hash) {
    return keys.token(token_space, {reinterpret_cast<const char*>(&hash), sizeof hash});
  };
}

Students::Students(const Parts& parts)
    : parts_(parts),
      keyed_(token_function(parts.keys)),
      stored_(parts.store, parts.source),
      roster_(std::make_unique<resolve::Roster>(parts.identity, parts.model, keyed_)),
      former_version_(parts.store.digest(version_name).value_or("")) {
  version_ = former_version_;
  are_known_ = !version_.empty() && parts.learned.is_of_these_blocks() &&
               parts.learned.is_of_this_file(parts.source);
}

void Students::begin(bool as_whole) {
  is_whole_ = is_rebuilt_ = as_whole;
  if (!is_whole_) roster_->open(stored_, parts_.learned.frequencies());
}

void Students::take(uint32_t node, const record::RowView& row, bool is_changed) {
  if (!is_whole_ && !is_changed) return;
  roster_->add(row);
  nodes_.push_back(node);
}

void Students::know(uint32_t node) {
  if (is_whole_) add_known(node);
}

/// Features of another identity file say other things, and then the record itself is looked at.
void Students::add_known(uint32_t node) {
  nodes_.push_back(node);
  if (parts_.learned.is_of_this_file(parts_.source))
    if (auto features = parts_.store.features(parts_.source, node); !features.empty())
      return roster_->add(features);
  auto frame = parts_.store.frame(parts_.source, node);
  roster_->add(student_row(contribution_of(frame), *parts_.model.find(record::student_entity)));
}

void Students::lose(uint32_t node) {
  lost_.push_back(node);
}

void Students::take_persons(const std::vector<store::SubjectLink>& links, const Joins& joins) {
  auto survivors = joins.survivors();
  std::unordered_map<uint32_t, uint32_t> first;  // student, by person
  persons_.assign(links.empty() ? 0 : links.back().node + std::size_t{1},
                  store::SubjectLink::nobody);
  for (const auto& link : links) {
    persons_[link.node] = link.person;
    if (!survivors.contains(link.person)) continue;
    if (auto [found, is_new] = first.emplace(link.person, link.node); !is_new)
      joined_.emplace_back(found->second, link.node);
  }
}

void Students::finish(const std::vector<store::SubjectLink>& links,
                      const std::vector<uint32_t>& moved, const Joins& joins) {
  take_persons(links, joins);
  is_whole_ ? finish_whole() : finish_changed(moved);
  join();
}

void Students::join() {
  for (const auto& [one, other] : joined_) roster_->join(one, other);
}

void Students::finish_whole() {
  auto& store = parts_.store;
  auto source = parts_.source;
  roster_->index(parts_.learned.frequencies(), nodes_);
  if (!parts_.learned.is_of_this_file(source) && !nodes_.empty())
    parts_.learned.put_frequencies(roster_->frequencies());
  for (uint32_t student = 0; student < nodes_.size(); ++student) {
    auto features = roster_->features(student);
    changed_ += store.features(source, nodes_[student]) != features;
    store.put_features(source, nodes_[student], features);
  }
  changed_ += lost_.size();
  for (auto node : lost_) store.erase_features(source, node);
  const auto& table = roster_->postings();
  store.replace_postings(source, table.size(), [&](std::size_t at) {
    return store::Posting{table.token(at), nodes_[table.student(at)]};
  });
  parts_.learned.put_blocks();
  version_ = std::to_string(std::stoull("0" + former_version_) + 1);
  store.put_digest(version_name, version_);
}

std::vector<resolve::ChangedStudent> Students::changes(const std::vector<uint32_t>& moved) {
  std::vector<resolve::ChangedStudent> changed;
  auto was = [&](uint32_t node) { return std::string(parts_.store.features(parts_.source, node)); };
  roster_->settle();
  for (uint32_t i = 0; i < nodes_.size(); ++i) {
    auto node = nodes_[i];
    changed.push_back({node, was(node), roster_->features_of_record(i)});
    auto& one = changed.back();
    if (one.was == one.is && !std::ranges::binary_search(moved, node)) changed.pop_back();
  }
  roster_->clear();
  for (auto node : moved)
    if (!std::ranges::binary_search(nodes_, node)) changed.push_back({node, was(node), was(node)});
  for (auto node : lost_) changed.push_back({node, was(node), ""});
  return changed;
}

void Students::finish_changed(const std::vector<uint32_t>& moved) {
  auto& store = parts_.store;
  auto changed = changes(moved);
  nodes_.clear();
  if (changed.empty()) return;
  auto regrouped = resolve::regroup(parts_.identity, parts_.model, keyed_, changed, stored_);
  touched_ = std::move(regrouped.touched);
  for (const auto& one : changed) changed_ += one.was != one.is;
  for (const auto& one : changed)
    if (one.is.empty())
      store.erase_features(parts_.source, one.student);
    else
      store.put_features(parts_.source, one.student, one.is);
  std::vector<store::Posting> postings;
  for (const auto& change : regrouped.postings)
    postings.push_back({change.token, change.student, change.is_gone});
  store.add_postings(parts_.source, std::move(postings));
  version_ = std::to_string(std::stoull("0" + former_version_) + 1);
  store.put_digest(version_name, version_);
}

void Students::make_whole() {
  if (!is_whole_) load(parts_.learned.frequencies());
}

void Students::recount(const std::vector<store::SubjectLink>& links, const Joins& joins) {
  take_persons(links, joins);
  load("");
}

void Students::load(const std::string& frequencies) {
  is_whole_ = true;
  roster_ = std::make_unique<resolve::Roster>(parts_.identity, parts_.model, keyed_);
  parts_.store.each_features(parts_.source, [&](uint32_t node, std::string_view features) {
    roster_->add(features);
    nodes_.push_back(node);
  });
  roster_->index(frequencies, nodes_);
  join();
}

}  // namespace homeroom::flow
