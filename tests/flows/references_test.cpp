// Classes, courses and schools that are as they were are not mapped again, and where nothing was
// read of them they are looked up only where rows of children name them. Whatever changes, a night
// that goes by what they came to must end, and report, as one that maps them all anew.
#include <gtest/gtest.h>

#include "hub/sqlite/sqlite.hpp"
#include "tests/flows/edits.hpp"

namespace homeroom::flows {
namespace {

class References : public testing::TestWithParam<uint64_t> {
 protected:
  References() {
    EXPECT_EQ(district_.night("stands", "day1").exit_code, 0);
    district_.copy("stands", "anew");
    replace_class_of_first_enrollment(day_, "no-such-class");
  }

  static void replace_class_of_first_enrollment(const fs::path& day, const std::string& with) {
    auto lines = lines_of(day / "oneroster/enrollments.csv");
    auto of_student = std::ranges::find_if(
        lines, [](const std::string& line) { return cell(line, 5).starts_with("stu-"); });
    replace_in(*of_student, cell(*of_student, 3), with);
    write(day / "oneroster/enrollments.csv", lines);
  }

  /// Of classes most of all.
  void edit() {
    auto classes = day_ / "oneroster/classes.csv";
    switch (random_() % 5) {
      case 0:
        return edit_row(classes, random_,
                        [](Lines& l, std::size_t i) { replace_in(l[i], ", sec ", ", part "); });
      case 1:
        return edit_row(classes, random_, remove_line);
      case 2:
        return edit_row(classes, random_, [](Lines& l, std::size_t i) {
          l.push_back(l[i]);
          replace_in(l.back(), cell(l[i], 0), "cls-new-" + std::to_string(i));
        });
      case 3:
        return replace_class_of_first_enrollment(day_,
                                                 "cls-new-" + std::to_string(random_() % 500));
      default:
        edit_day(day_, random_, kinds_in_deltas);
    }
  }

  /// The same night on both stores; one knows nothing of what reference rows came to.
  void expect_same(const std::string& day, const std::string& set) {
    sqlite::Database(district_.folder() / "anew.db", sqlite::Access::write)
        .run("DELETE FROM digest WHERE name LIKE 'references:%'");
    auto approved = "--approve profiles_to_send --approve one_school_gone --why test";
    auto stands = district_.night("stands", day, approved, set);
    auto anew = district_.night("anew", day, approved, set);
    EXPECT_TRUE(stands.exit_code == 0 || stands.exit_code == 3) << stands.errors << stands.report;
    for (const char* part : {"status", "findings", "finding_kinds", "profiles"})
      EXPECT_EQ(stands.report[part], anew.report[part]) << part;
    for (std::size_t i = 0; i < stands.report["sources"].size(); ++i)
      EXPECT_EQ(stands.report["sources"][i]["streams"], anew.report["sources"][i]["streams"]);
    for (const char* file : {"record.ndjson", "nurses.ndjson", "success_plans.ndjson"})
      EXPECT_TRUE(District::read(district_.out("stands", file)) ==
                  District::read(district_.out("anew", file)))
          << file;
    told_ += stands.report["finding_kinds"].size();
    delivered_ += delivered(stands);
  }

  District district_{200};
  fs::path day_ = district_.data("day1");
  std::mt19937_64 random_{GetParam()};
  std::size_t told_ = 0, delivered_ = 0;
};

TEST_P(References, ThatStandSayWhatMappingThemAnewWould) {
  for (int night = 0; night < 5; ++night) {
    SCOPED_TRACE("night " + std::to_string(night));
    for (int i = 0; i < 4; ++i) edit();
    expect_same("day1", "");
    if (HasFailure()) return;
  }
  EXPECT_GT(told_, 0u);
  EXPECT_GT(delivered_, 0u);
}

/// A delta that says nothing of classes: they are looked up in what is stored.
TEST_P(References, AreLookedUpWhereNothingIsReadOfThem) {
  expect_same("day1", "");
  for (int night = 0; night < 3; ++night) {
    SCOPED_TRACE("night " + std::to_string(night));
    for (int i = 0; i < 6; ++i) edit_day(day_, random_, kinds_in_deltas);
    auto delta = district_.data("delta" + std::to_string(night));
    write_quiet_roster(delta / "oneroster");
    for (const char* folder : {"sis", "social"})
      fs::copy(day_ / folder, delta / folder, fs::copy_options::recursive);
    fs::copy_file(day_ / "oneroster/enrollments.csv", delta / "oneroster/enrollments.csv");
    auto lines = lines_of(delta / "oneroster/enrollments.csv");
    for (auto& line : lines) replace_in(line, ",,,", ",active,2026-01-13T05:00:00.000Z,");
    write(delta / "oneroster/enrollments.csv", lines);
    District::replace(delta / "oneroster/manifest.csv", "file.enrollments,absent",
                      "file.enrollments,delta");
    expect_same("delta" + std::to_string(night), "--set mode=delta");
    if (HasFailure()) return;
  }
  EXPECT_GT(delivered_, 0u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, References, testing::Range<uint64_t>(1, 4));

}  // namespace
}  // namespace homeroom::flows
