// Rows of whole files that are published as they are need not be kept while the others are read.
// However the rows of a child lie in their file, the night must come to what a first load comes to.
#include <functional>

#include <gtest/gtest.h>

#include "tests/flows/edits.hpp"

namespace homeroom::flows {
namespace {

/// Whether the student has several absences, one after the other in the file: the first of them.
std::size_t first_of_several(const Lines& attendance) {
  for (std::size_t i = 1; i + 1 < attendance.size(); ++i)
    if (cell(attendance[i], 0) == cell(attendance[i + 1], 0)) return i;
  return 0;
}

struct Change {
  std::string name;
  std::function<void(Lines&, std::size_t first)> make;
  uint64_t mapped = 0;  ///< records of the stream that are new or other
  uint64_t aside = 0;
};

class AFullRead : public testing::Test {
 protected:
  /// A day like the first but for one file.
  void change(const std::string& day, const std::string& file,
              const std::function<void(Lines&)>& make) const {
    if (!fs::exists(district_.data(day)))
      fs::copy(district_.data("day1"), district_.data(day), fs::copy_options::recursive);
    auto lines = lines_of(district_.data(day) / file);
    make(lines);
    write(district_.data(day) / file, lines);
  }
  nlohmann::json night(const std::string& day) const {
    auto answer = district_.night("nightly", day);
    EXPECT_TRUE(answer.exit_code == 0 || answer.exit_code == 3)  // 3: a record is set aside
        << answer.errors << answer.report.dump();
    return answer.report;
  }
  void expect_first_load_of(const std::string& day) const {
    for (const char* ending : {".keys", ".keys.keydb"})
      fs::copy_file(district_.folder() / ("nightly" + std::string(ending)),
                    district_.folder() / ("fresh" + std::string(ending)));
    district_.night("fresh", day, District::with_used_keys);
    for (const char* file : {"record.ndjson", "success_plans.ndjson", "nurses.ndjson"})
      EXPECT_TRUE(District::read(district_.out("nightly", file)) ==
                  District::read(district_.out("fresh", file)))
          << file;
  }
  static nlohmann::json stream(const nlohmann::json& report, const std::string& name) {
    for (const auto& one : report["sources"][0]["streams"])
      if (one["stream"] == name) return one;
    return {};
  }

  District district_{200};
};

class RowsSeenAgain : public AFullRead, public testing::WithParamInterface<Change> {};

TEST_P(RowsSeenAgain, ComeToWhatAFirstLoadComesTo) {
  night("day1");
  change("next", "sis/attendance.csv",
         [](Lines& lines) { GetParam().make(lines, first_of_several(lines)); });
  auto counts = stream(night("next"), "attendance");
  EXPECT_EQ(counts["mapped"], GetParam().mapped);
  EXPECT_EQ(counts["quarantined"], GetParam().aside);
  EXPECT_EQ(counts["read"].get<uint64_t>(),
            counts["unchanged"].get<uint64_t>() + GetParam().mapped + GetParam().aside);
  expect_first_load_of("next");
}

INSTANTIATE_TEST_SUITE_P(
    All, RowsSeenAgain,
    testing::Values(Change{"AllOfThem", [](Lines&, std::size_t) {}},
                    Change{"AndANewOneAtTheEndOfTheFile",
                           [](Lines& lines, std::size_t first) {
                             lines.push_back(cell(lines[first], 0) + "," + cell(lines[first], 1) +
                                             ",12/31/2025,AU,390,");
                           },
                           1},
                    Change{"InTwoPlaces",
                           [](Lines& lines, std::size_t first) {
                             lines.push_back(lines[first]);
                             remove_line(lines, first);
                           }},
                    Change{"AndOneOfThemOnceMore",
                           [](Lines& lines, std::size_t first) { lines.push_back(lines[first]); },
                           0, 1},
                    Change{"AndOneOfThemOtherwise",
                           [](Lines& lines, std::size_t first) {
                             lines.push_back(cell(lines[first], 0) + "," + cell(lines[first], 1) +
                                             "," + cell(lines[first], 2) + ",TU,17,");
                           },
                           1, 1},
                    Change{"AllOfThemOnceMore",
                           [](Lines& lines, std::size_t first) {
                             auto student = cell(lines[first], 0);
                             std::size_t rows = 0;
                             for (auto at = first; cell(lines[at], 0) == student && rows < 2;
                                  ++at, ++rows)
                               lines.push_back(lines[at]);
                           },
                           0, 2}),
    [](const auto& one) { return one.param.name; });

// What is not in the file ends where that is proven; what is named elsewhere ends in any case, also
// if it is there as it was.
TEST_F(AFullRead, EndsARecordAtOneOfTwoWithoutAProof) {
  District::replace(district_.workspace("homeroom.yaml"), "absent_is_gone: true",
                    "absent_is_gone: false");
  std::string incident, other;
  change("both", "sis/discipline.csv", [&](Lines& lines) {
    incident = lines[1];
    auto student = cell(lines[1], 1);
    for (const auto& line : lines_of(district_.data("day1/sis/student_ext.csv")))
      if (cell(line, 0) != student && cell(line, 0).starts_with('1')) other = cell(line, 0);
    auto copy = lines[1];
    replace_in(copy, student, other);
    lines.push_back(copy);
  });
  night("day1");
  EXPECT_EQ(stream(night("both"), "discipline")["mapped"], 1);
  EXPECT_EQ(stream(night("day1"), "discipline")["deleted"], 1);
  expect_first_load_of("day1");
}

}  // namespace
}  // namespace homeroom::flows
