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
  for (auto number : decisions_.joins().joined())
    if (number < persons_.size() && persons_[number].id == id) return number;
  std::optional<uint32_t> own;  // of a join that was undone
  store_.each_person([&](const store::Person& person) {
    if (person.id == id) own = person.number;
  });
  return own;
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
    affected_.insert(affected_.end(), {person, link.person});
    link.person = person;
  }
}

void People::settle_persons(const std::vector<SubjectLink>& before,
                            const std::vector<SubjectLink>& now, int32_t run_date) {
  std::vector<uint8_t> is_here(persons_.size(), 0);
  for (const auto& link : now) is_here[link.person] = 1;
  students_ = static_cast<uint64_t>(std::ranges::count(is_here, 1));
  auto settle = [&](uint32_t number) {
    is_here[number] ? settle_present(number) : settle_absent(number, is_here, run_date);
  };
  if (auto some = unsettled(before, is_here)) {
    for (auto number : *some) settle(number);
    return;
  }
  persons_.bring_all();
  for (uint32_t number = 0; number < persons_.size(); ++number) settle(number);
}

/// Who may be somebody else than the night before, ascending: who came, who went, and who is, or
/// was, joined to another. Nothing where the links of before do not tell of all that are stored.
std::optional<std::vector<uint32_t>> People::unsettled(const std::vector<SubjectLink>& before,
                                                       const std::vector<uint8_t>& is_here) const {
  if (persons_.is_whole()) return std::nullopt;
  std::vector<uint8_t> was_here(is_here.size(), 0);
  for (const auto& link : before)
    if (link.is_linked()) was_here[link.person] = 1;
  auto tally = store_.people_tally();
  std::vector<uint32_t> some;
  uint64_t live = 0, merged = 0;
  for (uint32_t number = 0; number < is_here.size(); ++number) {
    live += was_here[number];
    if (was_here[number] != is_here[number]) some.push_back(number);
  }
  for (auto number : decisions_.joins().joined()) {
    if (number >= persons_.size()) continue;
    merged += !persons_[number].merged_into.empty();
    some.push_back(number);
  }
  if (live != tally.live || merged != tally.merged) return std::nullopt;
  std::ranges::sort(some);
  some.erase(std::ranges::unique(some).begin(), some.end());
  return some;
}

void People::settle_present(uint32_t number) {
  auto& person = persons_[number];
  if (person.is_live) return;
  ++(person.merged_into.empty() ? created_ : split_);
  person.is_live = true;
  person.ended_on.reset();
  person.merged_into.clear();
  affected_.push_back(number);
  other_persons_.push_back(number);
}

/// Nobody of the roster is this person: they left, or are part of another now.
void People::settle_absent(uint32_t number, const std::vector<uint8_t>& is_here, int32_t run_date) {
  auto survivor = decisions_.joins().survivor(number);
  bool is_joined = survivor != number && is_here[survivor];
  auto into = is_joined ? persons_[survivor].id : std::string();
  auto& person = persons_[number];
  if (person.merged_into != into) other_persons_.push_back(number);
  if (!person.is_live) {
    if (person.merged_into != into) affected_.push_back(number);
    person.merged_into = into;
    return;
  }
  other_persons_.push_back(number);
  person.is_live = false;
  person.merged_into = into;
  if (!is_joined) person.ended_on = run_date;
  merged_ += is_joined;
  ended_.push_back(number);
}

}  // namespace homeroom::flow
