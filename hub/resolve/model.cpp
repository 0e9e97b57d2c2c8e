#include "hub/resolve/model.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

namespace homeroom::resolve {

namespace {

/// What is thought before anything is counted: by level from 1 on, for records of one person.
std::vector<double> usual(Compared what) {
  switch (what) {
    case Compared::given_name:
      return {.79, .03, .04, .06, .01, .015, .015, .04};
    case Compared::middle_name:
      return {.48, .42, .04, .06};
    case Compared::family_name:
      return {.80, .01, .06, .06, .01, .02, .04};
    case Compared::name_order:
      return {.985, .015};
    case Compared::birth_date:
      return {.88, .015, .04, .005, .025, .02, .015};
    case Compared::sex:
      return {.985, .015};
    case Compared::phone:
      return {.75, .03, .22};
    case Compared::email:
      return {.75, .05, .12, .02, .06};
    case Compared::address:
      return {.60, .07, .01, .08, .03, .03, .18};
    case Compared::place:
      return {.74, .08, .06, .03, .09};
    case Compared::identifier:
      return {.9, .06, .04};
    case Compared::other:
      return {.8, .1, .1};
    case Compared::source:
      return {.8, .2};
  }
  return {};
}

/// The same for two strangers; what is left over is the last level, that all is different.
std::vector<double> usual_of_strangers(Compared what) {
  switch (what) {
    case Compared::given_name:
      return {.006, .001, .003, .003, .02, .001, .02};
    case Compared::middle_name:
      return {.02, .07, .005};
    case Compared::family_name:
      return {.003, .0001, .003, .002, .0005, .015};
    case Compared::name_order:
      return {.9};
    case Compared::birth_date:
      return {.0003, .0003, .01, .0005, .02, .005};
    case Compared::sex:
      return {.5};
    case Compared::phone:
      return {.00003, .0001};
    case Compared::email:
      return {.00001, .001, .0005, .2};
    case Compared::address:
      return {.00003, .0001, .0005, .001, .005, .01};
    case Compared::place:
      return {.15, .05, .1, .02};
    case Compared::identifier:
      return {.00001, .0005};
    case Compared::other:
      return {.05, .05};
    case Compared::source:
      return {.5};
  }
  return {};
}

/// Whether children of one home share this, so that how often they do can be learned from pairs.
bool is_of_the_home(Compared what) {
  switch (what) {
    case Compared::family_name:
    case Compared::phone:
    case Compared::email:
    case Compared::address:
    case Compared::place:
    case Compared::source:
      return true;
    default:
      return false;
  }
}

constexpr double usual_pairs = 30;       ///< how many pairs the usual figures count for
constexpr double usual_homes = 2.0 / 7;  ///< of pairs of one person or one home, those of one home
constexpr double usual_pairs_of_strangers = 2000;
constexpr double least = 1e-5;
/// No level is impossible for one person, or in one home, though no pair of these records showed
/// it.
constexpr double least_of_pairs = 3e-4;

void make_sum_one(std::vector<double>& shares, double low) {
  for (auto at_least : {0.0, low}) {
    double sum = 0;
    for (std::size_t level = 1; level < shares.size(); ++level)
      sum += shares[level] = std::max(shares[level], at_least);
    for (std::size_t level = 1; sum > 0 && level < shares.size(); ++level) shares[level] /= sum;
  }
}

/// Children of one home bear different given names, mostly: the same one is a father and a son, or
/// a slip. Names that are alike are more often those of twins than one child's name misspelt beyond
/// a slip; where few homes are seen to learn from, this keeps them apart.
void set_home_given(Model::Field& field) {
  field.home = field.stranger;
  auto set = [&](Given level, double value) {
    field.home[static_cast<std::size_t>(level)] =
        std::max(value, field.home[static_cast<std::size_t>(level)]);
  };
  field.home[static_cast<std::size_t>(Given::same)] = 0.01;
  set(Given::near, 0.004);
  set(Given::alike, 0.03);
  set(Given::nickname, 0.004);
  set(Given::part, 0.002);
  make_sum_one(field.home, least);
}

/// Brothers and sisters are born on other days, but for twins. This is not learned: records of one
/// person whose names are missing look like twins.
void set_home_births(Model::Field& field) {
  field.home = field.stranger;
  field.home[1] = 0.035;
  make_sum_one(field.home, least);
}

/// Sums of what pairs show, by comparison and level.
using Sums = std::vector<std::vector<double>>;

Sums zeros(const Comparisons& comparisons) {
  Sums made;
  for (const auto& what : comparisons.all()) made.emplace_back(what.levels(), 0.0);
  return made;
}

class Training {
 public:
  Training(const Comparisons& comparisons, const Counts& counts)
      : all_(comparisons.all()), counts_(counts), any_(zeros(comparisons)), pairs_(counts.pairs) {
    begin();
  }

  Model run() {
    for (; model_.rounds < 60; ++model_.rounds) {
      auto before = model_.match;
      step();
      if (std::abs(model_.match - before) < 1e-4 * before && model_.rounds > 8) break;
    }
    return std::move(model_);
  }

 private:
  /// Shares of levels over all pairs, matches among them.
  void count_any() {
    for (const auto& [pattern, count] : counts_.random)
      for (std::size_t f = 0; f < all_.size(); ++f) any_[f][all_[f].level(pattern)] += count;
    for (std::size_t f = 0; f < all_.size(); ++f) {
      double known = 0;
      for (std::size_t level = 1; level < any_[f].size(); ++level) known += any_[f][level];
      known_.push_back(counts_.random_pairs > 0 ? known / counts_.random_pairs : 1);
      for (std::size_t level = 1; level < any_[f].size(); ++level)
        any_[f][level] /= std::max(known, 1.0);
      if (counts_.equal[f] >= 0) any_[f][1] = counts_.equal[f];
      lean_on_usual(f, known);
    }
  }

  /// A few records show too few strangers to tell how often they agree.
  void lean_on_usual(std::size_t f, double known) {
    auto& shares = any_[f];
    auto prior = usual_of_strangers(all_[f].what);
    prior.insert(prior.begin(), 0);
    prior.resize(shares.size());
    prior.back() = 1 - std::accumulate(prior.begin(), prior.end() - 1, 0.0);
    for (std::size_t level = 1; level < shares.size(); ++level) {
      bool is_exact = level == 1 && counts_.equal[f] >= 0;
      auto seen = is_exact ? known_[f] * pairs_ : known;
      shares[level] = (shares[level] * seen + prior[level] * usual_pairs_of_strangers) /
                      (seen + usual_pairs_of_strangers);
    }
  }

  void begin() {
    count_any();
    for (std::size_t f = 0; f < all_.size(); ++f) {
      Model::Field field;
      field.name = all_[f].name;
      field.what = all_[f].what;
      field.same = usual(all_[f].what);
      field.same.insert(field.same.begin(), 0);
      field.stranger = any_[f];
      field.rarity = counts_.rarity[f];
      model_.fields.push_back(std::move(field));
    }
    model_.records = counts_.records;
    set_shares(0.5 * counts_.records, 0.2 * counts_.records);
    set_strangers(zeros_like(), zeros_like());
    for (auto& field : model_.fields) begin_home(field);
  }

  /// Of few pairs that are of one person or one home, how many are of one home leans on the usual:
  /// else twins in a file of six records would be one child, since all other pairs there are.
  void set_shares(double matches, double homes) {
    auto all = matches + homes;
    auto of_homes =
        std::max(homes / all, (homes + usual_pairs * usual_homes) / (all + usual_pairs));
    model_.match = all * (1 - of_homes) / pairs_;
    model_.home = all * of_homes / pairs_;
  }

  Sums zeros_like() const {
    Sums made;
    for (const auto& what : all_) made.emplace_back(what.levels(), 0.0);
    return made;
  }

  void begin_home(Model::Field& field) {
    switch (field.what) {
      case Compared::given_name:
        return set_home_given(field);
      case Compared::birth_date:
        return set_home_births(field);
      case Compared::family_name:
      case Compared::phone:
      case Compared::address:
      case Compared::place:
        field.home = field.same;
        return;
      default:
        field.home = field.stranger;
    }
  }

  /// Strangers are all pairs but those of one person or one home.
  void set_strangers(const Sums& same, const Sums& home) {
    for (std::size_t f = 0; f < all_.size(); ++f) {
      auto low = 0.5 / (counts_.random_pairs + usual_pairs_of_strangers);
      auto& field = model_.fields[f];
      if (field.what == Compared::name_order) {
        // Swapping only gives two strangers a second chance to agree; that is no evidence by
        // itself.
        field.stranger = {0, 1, 0.1};
        field.home = {0, 1, 0.002};
        continue;
      }
      auto known = std::max(known_[f] * pairs_, 1.0);
      for (std::size_t level = 1; level < field.stranger.size(); ++level)
        field.stranger[level] = std::max(any_[f][level] - (same[f][level] + home[f][level]) / known,
                                         level == 1 ? any_[f][1] * 0.02 : any_[f][level] * 0.1);
      if (!counts_.is_of_strangers.empty() && counts_.is_of_strangers[f]) {
        field.stranger[1] = any_[f][1];
        low = std::min(low, any_[f][1]);
      }
      make_sum_one(field.stranger, low);
    }
  }

  struct Logs {
    std::vector<std::vector<double>> same, stranger, home;
  };

  Logs logs() const {
    Logs made;
    for (const auto& field : model_.fields) {
      auto log_of = [](const std::vector<double>& shares) {
        std::vector<double> out{0};
        for (std::size_t level = 1; level < shares.size(); ++level)
          out.push_back(std::log(shares[level]));
        return out;
      };
      made.same.push_back(log_of(field.same));
      made.stranger.push_back(log_of(field.stranger));
      made.home.push_back(log_of(field.home));
    }
    return made;
  }

  void step() {
    auto log = logs();
    auto same = zeros_like();
    auto home = zeros_like();
    double matches = 0;
    double homes = 0;
    double log_match = std::log(model_.match);
    double log_home = std::log(model_.home);
    for (const auto& [pattern, count] : counts_.blocked) {
      double of_same = log_match;
      double of_stranger = 0;
      double of_home = log_home;
      for (std::size_t f = 0; f < all_.size(); ++f) {
        auto level = all_[f].level(pattern);
        of_same += log.same[f][level];
        of_stranger += log.stranger[f][level];
        of_home += log.home[f][level];
      }
      auto top = std::max({of_same, of_stranger, of_home});
      of_same = std::exp(of_same - top);
      of_stranger = std::exp(of_stranger - top);
      of_home = std::exp(of_home - top);
      auto sum = of_same + of_stranger + of_home;
      auto is_same = count * of_same / sum;
      auto is_home = count * of_home / sum;
      matches += is_same;
      homes += is_home;
      if (is_same + is_home < 1e-9 * count) continue;
      for (std::size_t f = 0; f < all_.size(); ++f) {
        auto level = all_[f].level(pattern);
        same[f][level] += is_same;
        home[f][level] += is_home;
      }
    }
    learn(same, home, matches, homes);
  }

  void learn(const Sums& same, const Sums& home, double matches, double homes) {
    set_shares(std::max(matches, 0.5), std::max(homes, 0.5));
    set_strangers(same, home);
    for (std::size_t f = 0; f < all_.size(); ++f) {
      auto& field = model_.fields[f];
      auto prior = usual(field.what);
      for (std::size_t level = 1; level < field.same.size(); ++level)
        field.same[level] = same[f][level] + usual_pairs * prior[level - 1];
      make_sum_one(field.same, least_of_pairs);
      if (field.what == Compared::given_name) {
        set_home_given(field);
      } else if (field.what == Compared::birth_date) {
        set_home_births(field);
      } else if (is_of_the_home(field.what)) {
        auto start = field.home;
        for (std::size_t level = 1; level < field.home.size(); ++level)
          field.home[level] = home[f][level] + usual_pairs * start[level];
        make_sum_one(field.home, least_of_pairs);
      } else if (field.what != Compared::name_order) {
        field.home = field.stranger;
      }
    }
  }

  const std::vector<Comparison>& all_;
  const Counts& counts_;
  Sums any_;
  std::vector<double> known_;  ///< by comparison: the share of pairs in which both values are known
  double pairs_;
  Model model_;
};

}  // namespace

Model train(const Comparisons& comparisons, const Counts& counts) {
  return Training(comparisons, counts).run();
}

}  // namespace homeroom::resolve
