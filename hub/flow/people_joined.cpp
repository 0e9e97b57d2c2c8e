// The part of People that joins students whom a person said to be one child, parts them when that
// was undone, and says of every person whether they are a student tonight.
#include <algorithm>

#include "hub/flow/frame.hpp"
#include "hub/flow/people.hpp"
#include "hub/keys/keys.hpp"
#include "hub/store/store.hpp"

namespace homeroom::flow {

using store::SubjectLink;

std::string founding_id(const keys::KeyRing& keys, const std::string& roster,
                        std::string_view key) {
  auto hash = keys.identify(roster + ":" + std::string(key) + ":0");
  return resolve::person_id({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

std::string People::founding_id(std::string_view key) const {
  return flow::founding_id(keys_, roster_name_, key);
}

/// The person whom a joined record founded; nobody when that cannot be told any more.
std::optional<uint32_t> People::own_person(uint32_t source, const SubjectLink& joined) const {
  auto said = store_.node(source, joined.node).frame;
  if (contribution_of(said).empty()) return std::nullopt;
  auto id = founding_id(student_row(contribution_of(said), student_entity_).key());
  auto own = std::ranges::find(persons_, id, &store::Person::id);
  return own == persons_.end() ? std::nullopt : std::optional(own->number);
}

void People::join(uint32_t source, std::vector<SubjectLink>& links) {
  const auto& joins = decisions_.joins();
  for (auto& link : links) {
    bool was_joined = link.rule == SubjectLink::decided;
    if (!was_joined && joins.are_none()) continue;
    auto own = was_joined ? own_person(source, link) : std::optional(link.person);
    if (!own) continue;
    auto person = joins.survivor(*own);
    link.rule = person == *own ? 0 : SubjectLink::decided;
    if (person == link.person) continue;
    affected_.insert({person, link.person});
    link.person = person;
  }
}

void People::settle_persons(const std::vector<SubjectLink>& links, int32_t run_date) {
  std::vector<uint8_t> is_here(persons_.size(), 0);
  for (const auto& link : links) is_here[link.person] = 1;
  students_ = static_cast<uint64_t>(std::ranges::count(is_here, 1));
  for (auto& person : persons_) {
    if (!is_here[person.number]) {
      settle_absent(person, is_here, run_date);
      continue;
    }
    if (person.is_live) continue;
    ++(person.merged_into.empty() ? created_ : split_);
    person.is_live = true;
    person.ended_on.reset();
    person.merged_into.clear();
    affected_.insert(person.number);
  }
}

/// Nobody of the roster is this person: they left, or are part of another now.
void People::settle_absent(store::Person& person, const std::vector<uint8_t>& is_here,
                           int32_t run_date) {
  auto survivor = decisions_.joins().survivor(person.number);
  bool is_joined = survivor != person.number && is_here[survivor];
  auto into = is_joined ? persons_[survivor].id : std::string();
  if (!person.is_live) {
    if (person.merged_into != into) affected_.insert(person.number);
    person.merged_into = into;
    return;
  }
  person.is_live = false;
  person.merged_into = into;
  if (!is_joined) person.ended_on = run_date;
  merged_ += is_joined;
  ended_.push_back(person.number);
}

}  // namespace homeroom::flow
