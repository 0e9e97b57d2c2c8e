// What holds of every merging: 500 invented children, drawn from a fixed seed.
#include <algorithm>
#include <random>

#include <gmock/gmock.h>

#include "tests/merge/child.hpp"

namespace homeroom::merge::testing {
namespace {

constexpr uint32_t sources = 4;  // and corrections behind them

/// What sources say of one child: values and findings of few kinds, so that they agree and differ.
class Child {
 public:
  explicit Child(uint32_t seed) : draw_(seed) {
    model_.entities[*model_.find("enrollment")].united_by.clear();
    model_.entities[*model_.find("enrollment")].spans_united_by = {"school"};
    for (uint32_t source = 0; source < sources; ++source) {
      auto rows = row(model_, "student", "S",
                      {{"sex", one_of({"F", "M", "X"})},
                       {"birthDate", one_of({"2014-11-03", "2014-03-11"})},
                       {"protectedAddress", one_of({"true", "false"})}});
      rows += row(model_, "immunization", "1",
                  {{"vaccine", "MMR"}, {"date", day()}, {"lot", one_of({"A", "B"})}});
      rows +=
          row(model_, "enrollment", "1", {{"school", one_of({"O7", "O8"})}, {"entryDate", day()}});
      if (draw_() % 2 == 0) rows += doubts(model_, "student", "S", {{"sex", "option"}});
      texts_.push_back(std::move(rows));
    }
  }

  /// The profile of these sources, said in this order.
  std::string merged(const std::vector<uint32_t>& order, const std::string& corrected = {},
                     const std::string& silent = {}) {
    std::vector<std::string> names{"sis", "clinic", "shelter", "office"};
    Merger merger(model_, names, {{"default", {"sis", "clinic"}}});
    std::vector<Contribution> said;
    for (auto source : order) said.push_back({source, texts_[source], 0});
    if (!corrected.empty()) said.push_back({sources, corrected, 0});
    if (!silent.empty()) said.push_back({sources - 1, silent, 0});
    std::string rows;
    merger.merge(said, rows);
    return rows;
  }
  const record::Model& model() const { return model_; }
  std::mt19937& draw() { return draw_; }

 private:
  const char* one_of(std::vector<const char*> values) { return values[draw_() % values.size()]; }
  const char* day() { return one_of({"2025-08-20", "2025-08-21", "2025-09-01"}); }

  std::mt19937 draw_;
  record::Model model_ = testing::model();
  std::vector<std::string> texts_;
};

class EveryChild : public ::testing::TestWithParam<uint32_t> {
 protected:
  static constexpr uint32_t children = 50;
  Child child(uint32_t number) const { return Child(GetParam() * children + number); }
};

TEST_P(EveryChild, IsTheSameInWhateverOrderTheSourcesAreHeard) {
  for (uint32_t number = 0; number < children; ++number) {
    auto one = child(number);
    std::vector<uint32_t> order{0, 1, 2, 3};
    auto first = one.merged(order);
    std::shuffle(order.begin(), order.end(), one.draw());
    EXPECT_EQ(one.merged(order), first);
  }
}

TEST_P(EveryChild, IsTheSameWithASourceThatSaysNothing) {
  for (uint32_t number = 0; number < children; ++number) {
    auto one = child(number);
    auto silent = row(one.model(), "student", "S", {});
    EXPECT_EQ(one.merged({0, 1, 2}, {}, silent), one.merged({0, 1, 2}));
  }
}

TEST_P(EveryChild, HasWhatWasCorrectedAndIsAsBeforeWhenItIsUndone) {
  for (uint32_t number = 0; number < children; ++number) {
    auto one = child(number);
    auto before = one.merged({0, 1, 2, 3});
    auto corrected =
        one.merged({0, 1, 2, 3}, row(one.model(), "student", "correction", {{"sex", "X"}}));
    std::string out;
    record::ProfileWriter(one.model()).write(out, "p-1", corrected, nullptr);
    EXPECT_THAT(out, ::testing::HasSubstr(R"("sex":"X")"));
    EXPECT_EQ(one.merged({0, 1, 2, 3}), before);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, EveryChild, ::testing::Range(0u, 10u));

}  // namespace
}  // namespace homeroom::merge::testing
