#include "hub/resolve/roster.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <unordered_map>

#include "hub/resolve/children.hpp"
#include "hub/resolve/frequencies.hpp"
#include "hub/resolve/linkage.hpp"

namespace homeroom::resolve {

namespace {

/// Pairs that learning looks at; more teach it little.
constexpr uint64_t most_random = 20'000;
constexpr uint64_t most_blocked = 30'000;

}  // namespace

struct Roster::State {
  State(const Identity& what, const record::Model& model)
      : identity(what),
        children(what, model),
        link_at(static_cast<float>(weight_of(what.link_at))),
        review_at(static_cast<float>(weight_of(what.review_at))),
        strong_at(static_cast<float>(weight_of(what.strong_at))) {}

  const Records& records() const { return children.records(); }

  Link judge(uint32_t student, float weight, bool is_of_two_minds) const {
    Link made;
    if (student == Link::nobody || weight < review_at) return made;
    made.weight = weight;
    if (weight < link_at || is_of_two_minds) {
      made.is_for_review = true;
      made.candidate = student;
    } else {
      made.student = student;
      made.evidence = weight < strong_at ? Evidence::plain : Evidence::strong;
    }
    return made;
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

namespace {

/// Pairs whose patterns are counted.
struct Counted {
  std::unordered_map<uint64_t, uint64_t> patterns;
  uint64_t pairs = 0;

  PatternCounts in_order(double scale) const {
    std::map<uint64_t, uint64_t> sorted(patterns.begin(), patterns.end());
    PatternCounts made;
    for (const auto& [pattern, count] : sorted)
      made.emplace_back(pattern, static_cast<double>(count) * scale);
    return made;
  }
};

/// What students show of a number that one child has.
struct Numbers {
  double equal = -1;  ///< the share of pairs of two students who have the same one
  double rare = 0;    ///< log2 of how often one is seen that nobody shares
};

/// Students are different children: in pairs with records of a source every equal number would be a
/// child's own.
Numbers shared_by_students(const Records& records, uint32_t students, uint32_t feature) {
  std::vector<uint32_t> of_students(records.features[feature].values->size());
  double known = 0;
  double equal = 0.5;  // none was seen: it may be half a pair
  for (uint32_t student = 0; student < students; ++student)
    if (auto value = records.row(student)[feature]) {
      equal += of_students[value]++;
      ++known;
    }
  if (known < 2) return {};
  return {std::min(equal / (known * (known - 1) / 2), 1.0), -std::log2(known)};
}

/// The share of all pairs of a student and a record whose values of a feature are equal.
double equal_share(const Records& records, uint32_t students, uint32_t feature) {
  std::vector<uint32_t> of_students(records.features[feature].values->size());
  double known = 0;
  for (uint32_t student = 0; student < students; ++student)
    if (auto value = records.row(student)[feature]) {
      ++of_students[value];
      ++known;
    }
  double equal = 0;
  double others = 0;
  for (auto record = students; record < records.count; ++record)
    if (auto value = records.row(record)[feature]) {
      equal += of_students[value];
      ++others;
    }
  return known * others > 0 ? equal / (known * others) : 0;
}

}  // namespace

namespace {

/// The students near a record, each once.
class Near {
 public:
  Near(const StudentIndex& keys, uint32_t students)
      : keys_(keys), seen_for_(students, UINT32_MAX) {}

  /// Visits those who share a key with the record, key by key, until `is_enough` after one of them.
  template <class Visit, class Enough>
  void each(uint32_t record, const Visit& visit, const Enough& is_enough) {
    for (std::size_t key = 0; key < keys_.keys() && !is_enough(); ++key)
      keys_.each(key, record, [&](uint32_t student) {
        if (seen_for_[student] == record) return;
        seen_for_[student] = record;
        visit(student);
      });
  }

 private:
  const StudentIndex& keys_;
  std::vector<uint32_t> seen_for_;  ///< by student: the record for which it was found last
};

/// What learning counts, over pairs of a student and a record.
class Sample {
 public:
  Sample(const Records& records, const Comparisons& comparisons, const Frequencies& frequencies,
         uint32_t students)
      : records_(records),
        comparisons_(comparisons),
        frequencies_(frequencies),
        comparer_(comparisons),
        students_(students),
        others_(records.count - students) {}

  Counts count(const StudentIndex& keys) {
    Counts counts;
    counts.records = others_;
    counts.pairs = static_cast<double>(others_) * students_;
    if (students_ == 0 || others_ == 0) return empty(counts);
    count_random(counts);
    count_blocked(keys, counts);
    return counts;
  }

 private:
  const uint32_t* row(uint32_t child) const { return records_.row(child); }

  Counts empty(Counts& counts) const {
    for (const auto& what : comparisons_.all()) {
      counts.equal.push_back(-1);
      counts.rarity.emplace_back(what.levels(), 0.0);
    }
    return counts;
  }

  void count_random(Counts& counts) {
    const auto& all = comparisons_.all();
    std::vector<std::vector<std::pair<double, double>>> rarity;
    for (const auto& what : all) rarity.emplace_back(what.levels());
    Counted found;
    auto total = uint64_t{students_} * others_;
    bool are_all = total <= most_random;
    for (found.pairs = 0; found.pairs < std::min(total, most_random); ++found.pairs) {
      auto i = found.pairs;
      const auto* x = row(static_cast<uint32_t>((are_all ? i : mixed(i, 1)) % students_));
      const auto* y =
          row(students_ + static_cast<uint32_t>(are_all ? i / students_ : mixed(i, 2) % others_));
      auto pattern = comparer_.pattern(x, y);
      ++found.patterns[pattern];
      for (auto f : frequencies_.with_rarity()) {
        auto level = all[f].level(pattern);
        if (auto log = frequencies_.rarer(f, level, x, y)) {
          rarity[f][level].first += *log;
          rarity[f][level].second += 1;
        }
      }
    }
    counts.random = found.in_order(1);
    counts.random_pairs = static_cast<double>(found.pairs);
    for (std::size_t f = 0; f < all.size(); ++f) {
      bool is_one_value = frequencies_.counts_equal(all[f].what);
      bool is_number = all[f].what == Compared::identifier;
      auto numbers = is_number ? shared_by_students(records_, students_, all[f].at[0]) : Numbers();
      auto share = is_number      ? numbers.equal
                   : is_one_value ? equal_share(records_, students_, all[f].at[0])
                                  : -1;
      counts.equal.push_back(share);
      counts.is_of_strangers.push_back(is_number);
      auto usual = is_number ? numbers.rare : std::log2(std::max(share, 1e-9));
      auto& means = counts.rarity.emplace_back();
      for (uint32_t level = 0; level < all[f].levels(); ++level) {
        auto [sum, seen] = rarity[f][level];
        means.push_back(level == 1 || seen < 5 ? usual : sum / seen);
      }
    }
  }

  /// Every record if they are few, else some all over the source.
  void count_blocked(const StudentIndex& keys, Counts& counts) {
    Near near(keys, students_);
    Counted found;
    uint32_t looked_at = 0;
    constexpr uint64_t stride = 1'000'003;  // a prime, so that every record has its turn
    for (; looked_at < others_ && found.pairs < most_blocked; ++looked_at) {
      auto record = students_ + static_cast<uint32_t>(looked_at * stride % others_);
      auto count = [&](uint32_t student) {
        ++found.patterns[comparer_.pattern(row(student), row(record))];
        ++found.pairs;
      };
      near.each(record, count, [] { return false; });
    }
    counts.blocked = found.in_order(static_cast<double>(others_) / looked_at);
  }

  const Records& records_;
  const Comparisons& comparisons_;
  const Frequencies& frequencies_;
  Comparer comparer_;
  uint32_t students_;
  uint32_t others_;
};

}  // namespace

Model Roster::learn() const {
  const auto& s = *state_;
  Sample sample(s.records(), *s.comparisons, *s.frequencies, s.students);
  return train(*s.comparisons, sample.count(*s.keys));
}

namespace {

bool is_apart(Apart apart, uint32_t record, uint32_t student) {
  for (const auto& [one, other] : apart) {
    if (one > record) break;
    if (one == record && other == student) return true;
  }
  return false;
}

/// Students compete for a record. Against nobody a student stands with the weight of the pair.
/// Which of two students it is, is another question: what a brother or a twin would share counts
/// for the one who shares it.
class Contest {
 public:
  /// `joined`: of students who are one child, who stands for it.
  Contest(float review_at, const std::unordered_map<uint32_t, uint32_t>& joined)
      : review_at_(review_at), joined_(joined) {}

  void begin() {
    best_ = Link::nobody;
    all_ = 0;
    has_namesake_ = false;
    children_.clear();
  }
  void add(uint32_t student, Scorer::Both weights, Given given) {
    has_namesake_ |= given == Given::same && weights.weight >= review_at_;
    all_ += odds_beside_own(student, std::exp2(static_cast<double>(weights.stranger)));
    bool is_better = best_ == Link::nobody || weights.stranger > weights_.stranger ||
                     (weights.stranger == weights_.stranger && student < best_);
    if (!is_better) return;
    best_ = student;
    weights_ = weights;
    given_ = given;
  }
  /// The best bears another given name, while somebody else who may be meant has the record's: a
  /// number of one twin with the name of the other. Chance cannot tell; clerks mix up brothers.
  bool is_of_two_minds() const { return given_ == Given::differs && has_namesake_; }
  /// Who is surer than this by name is looked for no further.
  bool is_over(float strong_at) const { return given_ != Given::differs && weight() >= strong_at; }
  uint32_t best() const { return best_; }
  /// Log2 of the odds of the best against all others and nobody.
  float weight() const {
    if (best_ == Link::nobody) return -INFINITY;
    auto own = std::exp2(static_cast<double>(weights_.stranger));
    auto against =
        std::exp2(-static_cast<double>(weights_.weight)) + std::max(all_ - own, 0.0) / own;
    return static_cast<float>(-std::log2(against));
  }

 private:
  /// What a student adds to the odds of all: of one child's students the surest counts.
  double odds_beside_own(uint32_t student, double odds) {
    auto found = joined_.find(student);
    if (found == joined_.end()) return odds;
    auto& known = children_[found->second];
    auto before = known;
    known = std::max(known, odds);
    return known - before;
  }

  float review_at_;
  const std::unordered_map<uint32_t, uint32_t>& joined_;
  std::unordered_map<uint32_t, double> children_;  ///< odds of joined ones
  uint32_t best_ = Link::nobody;
  Scorer::Both weights_;
  Given given_ = Given::unknown;
  double all_ = 0;
  bool has_namesake_ = false;
};

}  // namespace

std::vector<Link> Roster::match(const Model& model, Apart apart) const {
  const auto& s = *state_;
  const auto& records = s.records();
  Comparer comparer(*s.comparisons);
  Scorer scorer(*s.comparisons, *s.frequencies, model);
  Near near(*s.keys, s.students);
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
    const auto* row = records.row(record);
    auto weigh = [&](uint32_t student) {
      if (is_apart(apart, number, student)) return;
      const auto* other = records.row(student);
      auto pattern = comparer.pattern(other, row);
      contest.add(student, scorer.both(pattern, other, row), given_level(pattern));
    };
    // Who agrees in what the keys to come ask for, and in nothing of those before, is no rival of a
    // student who is sure.
    near.each(record, weigh, [&] { return contest.is_over(s.strong_at); });
    links.push_back(s.judge(contest.best(), contest.weight(), contest.is_of_two_minds()));
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

void keep_one_each(std::vector<Link>& links, uint32_t students) {
  struct Best {
    float weight = -INFINITY;
    bool is_tied = false;
  };
  std::vector<Best> best(students);
  for (const auto& link : links) {
    if (link.student == Link::nobody) continue;
    auto& kept = best[link.student];
    if (link.weight == kept.weight) kept.is_tied = true;
    if (link.weight > kept.weight) kept = {link.weight, false};
  }
  for (auto& link : links) {
    if (link.student == Link::nobody) continue;
    const auto& kept = best[link.student];
    if (link.weight < kept.weight || kept.is_tied)
      link = {Link::nobody, Evidence::none, link.weight, true, link.student};
  }
}

}  // namespace homeroom::resolve
