#include "hub/resolve/roster.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "hub/resolve/ceiling.hpp"
#include "hub/resolve/children.hpp"
#include "hub/resolve/comparer.hpp"
#include "hub/resolve/contest.hpp"
#include "hub/resolve/frequencies.hpp"
#include "hub/resolve/student_counts.hpp"
#include "hub/resolve/student_index.hpp"

namespace homeroom::resolve {

struct Roster::State {
  State(const Identity& what, const record::Model& of, Keyed key)
      : identity(what),
        keyed(std::move(key)),
        children(what, of),
        link_at(static_cast<float>(weight_of(what.link_at))),
        review_at(static_cast<float>(weight_of(what.review_at))),
        strong_at(static_cast<float>(weight_of(what.strong_at))) {}

  const Records& records() const { return children.records(); }
  uint32_t number_of(uint32_t student) const {
    return numbers.empty() ? student : numbers[student];
  }
  /// Takes in what came in since.
  void extend() {
    children.settle();
    comparisons->extend();
    frequencies->extend();
  }

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
  Keyed keyed;
  Children children;
  float link_at;
  float review_at;
  float strong_at;
  uint32_t students = 0;  ///< in memory; they stand before the records
  uint32_t at_hand = 0;   ///< records
  std::vector<uint32_t> numbers;
  std::optional<Comparisons> comparisons;
  std::optional<BlockKeys> keys;
  std::optional<PostingTable> table;
  StoredStudents* stored = nullptr;
  std::unordered_map<uint32_t, uint32_t> loaded;  ///< number of a stored student -> child
  std::vector<uint32_t> loaded_numbers;           ///< of these, in the order of loading
  std::string kept;
  std::optional<Frequencies> frequencies;
  std::unordered_map<uint32_t, uint32_t> joined;  ///< student -> one who stands for the child
};

Roster::Roster(const Identity& identity, const record::Model& model, Keyed keyed)
    : state_(std::make_unique<State>(identity, model, std::move(keyed))) {}
Roster::~Roster() = default;

void Roster::add(const record::RowView& student) {
  state_->children.add(student);
}
void Roster::add(std::string_view features) {
  state_->children.add(features);
}
std::string Roster::features(uint32_t student) const {
  return state_->children.features(student);
}
std::string Roster::features_of_record(uint32_t record) const {
  return state_->children.features(state_->students + record);
}
const std::string& Roster::frequencies() const {
  return state_->kept;
}
uint32_t Roster::students() const {
  return state_->students;
}
uint32_t Roster::records() const {
  return state_->at_hand;
}
const Comparisons& Roster::comparisons() const {
  return *state_->comparisons;
}
const PostingTable& Roster::postings() const {
  return *state_->table;
}
const std::vector<PostingTable::Crowded>& Roster::crowded() const {
  return state_->table->crowded();
}

void Roster::index(std::string_view frequencies, std::vector<uint32_t> numbers) {
  auto& s = *state_;
  s.children.settle();
  s.students = s.records().count;
  s.numbers = std::move(numbers);
  s.comparisons.emplace(s.records(), s.identity.nicknames);
  s.keys.emplace(s.records(), s.identity, s.keyed);
  s.table.emplace(s.records(), *s.keys);
  // Kept ones from the first night on: what is rare is the same on every night.
  s.kept = frequencies.empty() ? Frequencies(s.records(), *s.comparisons).pack()
                               : std::string(frequencies);
  s.frequencies.emplace(s.records(), *s.comparisons, s.kept);
}

void Roster::open(StoredStudents& students, std::string_view frequencies) {
  auto& s = *state_;
  s.children.settle();
  s.stored = &students;
  s.kept = frequencies;
  s.comparisons.emplace(s.records(), s.identity.nicknames);
  s.keys.emplace(s.records(), s.identity, s.keyed);
  s.frequencies.emplace(s.records(), *s.comparisons, s.kept);
}

void Roster::join(uint32_t student, uint32_t other) {
  auto& joined = state_->joined;
  joined.emplace(student, student);
  joined[other] = joined[student];
}

void Roster::settle() {
  auto& s = *state_;
  s.extend();
  s.keys->extend(s.students);
  s.at_hand = s.records().count - s.students;
}

void Roster::clear() {
  auto& s = *state_;
  s.children.cut(s.students);
  s.at_hand = 0;
  s.loaded.clear();
  s.loaded_numbers.clear();
}

Model Roster::learn(std::optional<double> match) const {
  const auto& s = *state_;
  StudentIndex index(*s.keys, *state_->table);
  auto model = train(*s.comparisons,
                     count_pairs({s.records(), s.students}, *s.comparisons, *s.frequencies, index));
  if (!match || s.students == 0) return model;
  auto among_all = *match / s.students / model.match;
  model.match *= among_all;
  model.home = std::min(model.home * among_all, 1.0);
  return model;
}

namespace {

bool is_apart(Apart apart, uint32_t record, uint32_t student) {
  auto first = std::ranges::lower_bound(apart, std::pair(record, student));
  return first != apart.end() && first->first == record && first->second == student;
}

/// A record while students compete for it.
struct Trial {
  explicit Trial(const Contest& begun) : contest(begun) {}

  Contest contest;
  uint32_t with_number = Link::nobody;
  bool is_over = false;
  std::vector<uint32_t> met;    ///< children that were met, in the order of meeting
  std::size_t weighed = 0;      ///< so many of them
  std::vector<uint64_t> asked;  ///< tokens
};

}  // namespace

/// Weighs records, as many at a time as fit; key by key, so that what a key asks of the store is
/// read for all of them at once.
class Roster::Weighing {
 public:
  Weighing(State& state, const Model& model, Apart apart)
      : s_(state),
        apart_(apart),
        comparer_(*s_.comparisons),
        scorer_(*s_.comparisons, *s_.frequencies, model),
        ceiling_(*s_.comparisons),
        ahead_(s_.stored ? static_cast<Postings&>(*s_.stored) : *s_.table),
        index_(*s_.keys, s_.stored ? static_cast<Postings&>(ahead_) : *s_.table),
        given_(s_.comparisons->find(Compared::given_name)) {}

  Answers run() {
    const uint32_t at_once = s_.stored ? 16384 : 1;
    std::vector<Trial> trials(std::min(at_once, s_.at_hand),
                              Trial(Contest(s_.review_at, s_.joined)));
    Answers made;
    made.links.reserve(s_.at_hand);
    made.ends.reserve(s_.at_hand);
    for (uint32_t first = 0; first < s_.at_hand; first += at_once) {
      auto count = std::min(at_once, s_.at_hand - first);
      weigh(std::span(trials).first(count), first);
      for (uint32_t i = 0; i < count; ++i) {
        made.links.push_back(s_.judge(trials[i].contest, ceiling_, trials[i].with_number));
        made.tokens.insert(made.tokens.end(), trials[i].asked.begin(), trials[i].asked.end());
        made.ends.push_back(static_cast<uint32_t>(made.tokens.size()));
      }
    }
    return made;
  }

 private:
  void weigh(std::span<Trial> trials, uint32_t first) {
    for (auto& trial : trials) {
      trial.contest.begin();
      trial.with_number = Link::nobody;
      trial.is_over = false;
      trial.met.clear();
      trial.asked.clear();
      trial.weighed = 0;
    }
    // Who agrees in what the keys to come ask for, and in nothing of those before, is no rival of a
    // student who is sure.
    for (std::size_t key = 0; key < index_.keys(); ++key) {
      if (s_.stored) look_ahead(key, trials, first);
      for (uint32_t i = 0; i < trials.size(); ++i)
        if (!trials[i].is_over) meet(key, trials[i], s_.students + first + i);
      if (s_.stored) s_.extend();
      for (uint32_t i = 0; i < trials.size(); ++i)
        if (!trials[i].is_over) weigh(trials[i], first + i);
    }
  }

  /// What will be asked of the store, in the order in which it lies there.
  void look_ahead(std::size_t key, std::span<const Trial> trials, uint32_t first) {
    std::vector<uint32_t> records;
    for (uint32_t i = 0; i < trials.size(); ++i)
      if (!trials[i].is_over) records.push_back(s_.students + first + i);
    ahead_.forget();
    index_.look_ahead(key, records, ahead_);
    for (auto student : ahead_.in_blocks_up_to(s_.keys->most_in_block())) load(student);
  }

  void meet(std::size_t key, Trial& trial, uint32_t record) {
    index_.each(
        key, record,
        [&](uint32_t student) {
          auto child = s_.stored ? load(student) : student;
          if (std::ranges::find(trial.met, child) == trial.met.end()) trial.met.push_back(child);
        },
        [&](uint64_t token) { trial.asked.push_back(token); });
  }

  uint32_t load(uint32_t student) {
    auto child = s_.at_hand + static_cast<uint32_t>(s_.loaded.size());
    auto [known, is_new] = s_.loaded.try_emplace(student, child);
    if (is_new) {
      s_.children.add(s_.stored->features(student));
      s_.loaded_numbers.push_back(student);
    }
    return known->second;
  }
  uint32_t number_of(uint32_t child) const {
    return s_.stored ? s_.loaded_numbers[child - s_.at_hand] : s_.number_of(child);
  }

  void weigh(Trial& trial, uint32_t record) {
    const auto* row = s_.records().row(s_.students + record);
    for (; trial.weighed < trial.met.size(); ++trial.weighed) {
      auto child = trial.met[trial.weighed];
      auto student = number_of(child);
      if (is_apart(apart_, record, student)) continue;
      const auto* other = s_.records().row(child);
      auto pattern = comparer_.pattern(other, row);
      trial.contest.add(student, pattern, scorer_.both(pattern, other, row), given_level(pattern));
      if (ceiling_.has_number(pattern)) trial.with_number = std::min(trial.with_number, student);
    }
    trial.is_over =
        trial.contest.is_over(s_.strong_at) && ceiling_.of(trial.contest.pattern()) == Most::strong;
  }

  Given given_level(uint64_t pattern) const {
    return given_ == Records::none
               ? Given::unknown
               : static_cast<Given>(s_.comparisons->all()[given_].level(pattern));
  }

  State& s_;
  Apart apart_;
  Comparer comparer_;
  Scorer scorer_;
  Ceiling ceiling_;
  AskedAhead ahead_;
  StudentIndex index_;
  uint32_t given_;
};

Answers Roster::answers(const Model& model, Apart apart) {
  return Weighing(*state_, model, apart).run();
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
