#include "hub/resolve/student_counts.hpp"

#include <algorithm>
#include <cmath>

#include "hub/resolve/comparer.hpp"
#include "hub/resolve/near.hpp"
#include "hub/resolve/pair_sums.hpp"

namespace homeroom::resolve {

namespace {

/// Pairs that learning looks at; more teach it little.
constexpr uint64_t most_random = 20'000;
constexpr uint64_t most_blocked = 30'000;

/// What students show of a number that one child has.
struct Numbers {
  double equal = -1;  ///< the share of pairs of two students who have the same one
  double rare = 0;    ///< log2 of how often one is seen that nobody shares
};

/// Students are different children: in pairs with records of a source every equal number would be a
/// child's own.
Numbers shared_by_students(const StudentsAndRecords& both, uint32_t feature) {
  std::vector<uint32_t> of_students(both.all.features[feature].values->size());
  double known = 0;
  double equal = 0.5;  // none was seen: it may be half a pair
  for (uint32_t student = 0; student < both.students; ++student)
    if (auto value = both.all.row(student)[feature]) {
      equal += of_students[value]++;
      ++known;
    }
  if (known < 2) return {};
  return {std::min(equal / (known * (known - 1) / 2), 1.0), -std::log2(known)};
}

/// The share of all pairs of a student and a record whose values of a feature are equal.
double equal_share(const StudentsAndRecords& both, uint32_t feature) {
  std::vector<uint32_t> of_students(both.all.features[feature].values->size());
  double known = 0;
  for (uint32_t student = 0; student < both.students; ++student)
    if (auto value = both.all.row(student)[feature]) {
      ++of_students[value];
      ++known;
    }
  double equal = 0;
  double others = 0;
  for (auto record = both.students; record < both.all.count; ++record)
    if (auto value = both.all.row(record)[feature]) {
      equal += of_students[value];
      ++others;
    }
  return known * others > 0 ? equal / (known * others) : 0;
}

class Sample {
 public:
  Sample(const StudentsAndRecords& both, const Comparisons& comparisons,
         const Frequencies& frequencies)
      : both_(both), comparisons_(comparisons), frequencies_(frequencies), comparer_(comparisons) {}

  void count_random(Counts& counts) {
    auto total = uint64_t{both_.students} * both_.records();
    auto pairs = std::min(total, most_random);
    bool are_all = total <= most_random;
    PairSums sums(comparisons_, frequencies_);
    std::vector<RowPair> rows;
    std::vector<uint64_t> patterns;
    for (uint64_t first = 0; first < pairs; first += at_once) {
      rows.clear();
      for (auto i = first; i < std::min(pairs, first + at_once); ++i) {
        auto student = (are_all ? i : mixed(i, 1)) % both_.students;
        auto record = are_all ? i / both_.students : mixed(i, 2) % both_.records();
        rows.push_back({row(static_cast<uint32_t>(student)),
                        row(both_.students + static_cast<uint32_t>(record))});
      }
      patterns.resize(rows.size());
      comparer_.patterns(rows, patterns.data());
      for (std::size_t i = 0; i < rows.size(); ++i) sums.add(patterns[i], rows[i].a, rows[i].b);
    }
    counts.random = sums.patterns();
    counts.random_pairs = static_cast<double>(pairs);
    for (std::size_t f = 0; f < comparisons_.all().size(); ++f) count_equal(f, sums, counts);
  }

  /// Every record if they are few, else some all over the source.
  void count_blocked(const StudentIndex& keys, Counts& counts) {
    Near near(keys, both_.students);
    std::unordered_map<uint64_t, uint32_t> patterns;
    std::vector<RowPair> rows;
    std::vector<uint64_t> numbers;
    uint64_t pairs = 0;
    uint32_t looked_at = 0;
    constexpr uint64_t stride = 1'000'003;  // a prime, so that every record has its turn
    for (; looked_at < both_.records() && pairs < most_blocked; ++looked_at) {
      auto record = both_.students + static_cast<uint32_t>(looked_at * stride % both_.records());
      rows.clear();
      auto meet = [&](uint32_t student) { rows.push_back({row(student), row(record)}); };
      near.each(record, meet, [] { return false; });
      numbers.resize(rows.size());
      comparer_.patterns(rows, numbers.data());
      for (auto number : numbers) ++patterns[number];
      pairs += rows.size();
    }
    counts.blocked = in_order(patterns, static_cast<double>(both_.records()) / looked_at);
  }

 private:
  static constexpr uint64_t at_once = 4096;  ///< pairs

  const uint32_t* row(uint32_t child) const { return both_.all.row(child); }

  void count_equal(std::size_t f, const PairSums& sums, Counts& counts) const {
    const auto& what = comparisons_.all()[f];
    bool is_number = what.what == Compared::identifier;
    auto numbers = is_number ? shared_by_students(both_, what.at[0]) : Numbers();
    auto share = is_number                              ? numbers.equal
                 : Frequencies::counts_equal(what.what) ? equal_share(both_, what.at[0])
                                                        : -1;
    counts.equal.push_back(share);
    counts.is_of_strangers.push_back(is_number);
    auto usual = is_number ? numbers.rare : std::log2(std::max(share, 1e-9));
    counts.rarity.push_back(sums.rarity(f, usual));
  }

  const StudentsAndRecords& both_;
  const Comparisons& comparisons_;
  const Frequencies& frequencies_;
  Comparer comparer_;
};

/// Nothing was seen: the model is what is thought beforehand.
void count_nothing(const Comparisons& comparisons, Counts& counts) {
  for (const auto& what : comparisons.all()) {
    counts.equal.push_back(-1);
    counts.rarity.emplace_back(what.levels(), 0.0);
  }
}

}  // namespace

Counts count_pairs(const StudentsAndRecords& both, const Comparisons& comparisons,
                   const Frequencies& frequencies, const StudentIndex& keys) {
  Counts counts;
  counts.records = both.records();
  counts.pairs = static_cast<double>(both.records()) * both.students;
  if (both.students == 0 || both.records() == 0) {
    count_nothing(comparisons, counts);
    return counts;
  }
  Sample sample(both, comparisons, frequencies);
  sample.count_random(counts);
  sample.count_blocked(keys, counts);
  return counts;
}

}  // namespace homeroom::resolve
