#include "hub/resolve/roster.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "hub/resolve/ceiling.hpp"
#include "hub/resolve/children.hpp"
#include "hub/resolve/contest.hpp"
#include "hub/resolve/frequencies.hpp"
#include "hub/resolve/near.hpp"
#include "hub/resolve/student_counts.hpp"

namespace homeroom::resolve {

struct Roster::State {
  State(const Identity& what, const record::Model& model)
      : identity(what),
        children(what, model),
        link_at(static_cast<float>(weight_of(what.link_at))),
        review_at(static_cast<float>(weight_of(what.review_at))),
        strong_at(static_cast<float>(weight_of(what.strong_at))) {}

  const Records& records() const { return children.records(); }

  Link judge(const Contest& contest, const Ceiling& ceiling, uint32_t with_number) const {
    auto weight = contest.weight();
    // Nothing fits but a number: a slip of a digit, or the record of a child under another name.
    if (weight < review_at)
      return with_number == Link::nobody ? Link{} : review(with_number, weight);
    auto most = contest.is_of_two_minds() ? Most::review : ceiling.of(contest.pattern());
    if (weight < link_at || most == Most::review) return review(contest.best(), weight);
    bool is_strong = weight >= strong_at && most == Most::strong;
    return {contest.best(), is_strong ? Evidence::strong : Evidence::plain, weight, false,
            Link::nobody};
  }
  static Link review(uint32_t candidate, float weight) {
    return {Link::nobody, Evidence::none, weight, true, candidate};
  }

  const Identity& identity;
  Children children;
  float link_at;
  float review_at;
  float strong_at;
  uint32_t students = 0;
  std::optional<Comparisons> comparisons;
  std::optional<StudentIndex> keys;
  std::string kept;
  std::optional<Frequencies> frequencies;
  std::unordered_map<uint32_t, uint32_t> joined;  ///< student -> one who stands for the child
};

Roster::Roster(const Identity& identity, const record::Model& model)
    : state_(std::make_unique<State>(identity, model)) {}
Roster::~Roster() = default;

void Roster::add(const record::RowView& student) {
  state_->children.add(student);
}
void Roster::read() {
  state_->children.read();
}
void Roster::add(std::string_view features) {
  state_->children.add(features);
}
std::string Roster::features(uint32_t child) const {
  return state_->children.features(child);
}
const std::string& Roster::frequencies() const {
  return state_->kept;
}
uint32_t Roster::students() const {
  return state_->students;
}
uint32_t Roster::records() const {
  return state_->records().count - state_->students;
}
const Comparisons& Roster::comparisons() const {
  return *state_->comparisons;
}
const std::vector<StudentIndex::Crowded>& Roster::crowded() const {
  return state_->keys->crowded();
}

void Roster::index(std::string_view frequencies) {
  auto& s = *state_;
  s.children.settle();
  s.students = s.records().count;
  s.comparisons.emplace(s.records(), s.identity.nicknames);
  s.keys.emplace(s.records(), s.identity);
  // Kept ones from the first night on: what is rare is the same on every night.
  s.kept = frequencies.empty() ? Frequencies(s.records(), *s.comparisons).pack()
                               : std::string(frequencies);
  s.frequencies.emplace(s.records(), *s.comparisons, s.kept);
}

void Roster::join(uint32_t student, uint32_t other) {
  auto& joined = state_->joined;
  joined.emplace(student, student);
  joined[other] = joined[student];
}

void Roster::settle() {
  auto& s = *state_;
  s.children.settle();
  s.comparisons->extend();
  s.keys->extend(s.students);
  s.frequencies->extend();
}

void Roster::clear() {
  state_->children.cut(state_->students);
}

Model Roster::learn() const {
  const auto& s = *state_;
  return train(*s.comparisons,
               count_pairs({s.records(), s.students}, *s.comparisons, *s.frequencies, *s.keys));
}

namespace {

bool is_apart(Apart apart, uint32_t record, uint32_t student) {
  for (const auto& [one, other] : apart) {
    if (one > record) break;
    if (one == record && other == student) return true;
  }
  return false;
}

}  // namespace

std::vector<Link> Roster::match(const Model& model, Apart apart) const {
  const auto& s = *state_;
  const auto& records = s.records();
  Comparer comparer(*s.comparisons);
  Scorer scorer(*s.comparisons, *s.frequencies, model);
  Near near(*s.keys, s.students);
  Ceiling ceiling(*s.comparisons);
  Contest contest(s.review_at, s.joined);
  auto given = s.comparisons->find(Compared::given_name);
  auto given_level = [&](uint64_t pattern) {
    return given == Records::none ? Given::unknown
                                  : static_cast<Given>(s.comparisons->all()[given].level(pattern));
  };
  std::vector<Link> links;
  links.reserve(this->records());
  for (auto record = s.students; record < records.count; ++record) {
    auto number = record - s.students;
    while (!apart.empty() && apart.front().first < number) apart = apart.subspan(1);
    contest.begin();
    uint32_t with_number = Link::nobody;
    const auto* row = records.row(record);
    auto weigh = [&](uint32_t student) {
      if (is_apart(apart, number, student)) return;
      const auto* other = records.row(student);
      auto pattern = comparer.pattern(other, row);
      contest.add(student, pattern, scorer.both(pattern, other, row), given_level(pattern));
      if (ceiling.has_number(pattern)) with_number = std::min(with_number, student);
    };
    // Who agrees in what the keys to come ask for, and in nothing of those before, is no rival of a
    // student who is sure.
    near.each(record, weigh, [&] {
      return contest.is_over(s.strong_at) && ceiling.of(contest.pattern()) == Most::strong;
    });
    links.push_back(s.judge(contest, ceiling, with_number));
  }
  return links;
}

PairWeight Roster::explain(const Model& model, uint32_t student, uint32_t record) const {
  const auto& s = *state_;
  Comparer comparer(*s.comparisons);
  Scorer scorer(*s.comparisons, *s.frequencies, model);
  const auto* x = s.records().row(student);
  const auto* y = s.records().row(s.students + record);
  return scorer.explain(comparer.pattern(x, y), x, y);
}

}  // namespace homeroom::resolve
