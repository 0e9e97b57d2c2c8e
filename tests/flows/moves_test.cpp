// A record that moves from one student to another. Whole files show it gone at one and new at the
// other; a delta shows only its new place, and the old one must lose it all the same.
#include <gtest/gtest.h>

#include "hub/sqlite/sqlite.hpp"
#include "tests/flows/district.hpp"

namespace homeroom::flows {
namespace {

class AMovedRecord : public testing::Test {
 protected:
  AMovedRecord() {
    std::istringstream in(District::read(district_.data("day1/sis/discipline.csv")));
    std::getline(in, header_);
    std::getline(in, row_);
    student_ = row_.substr(row_.find(',') + 1);
    student_.resize(student_.find(','));
    std::istringstream students(District::read(district_.data("day1/sis/student_ext.csv")));
    for (std::string line; others_.size() < 3 && std::getline(students, line);) {
      auto number = line.substr(0, line.find(','));
      if (number[0] == '1' && number != student_) others_.push_back(number);
    }
  }

  std::string row_of(const std::string& student) const {
    auto row = row_;
    return row.replace(row.find(student_), student_.size(), student);
  }

  /// A folder of changes that holds the incident as this student's and nothing else.
  std::string delta(const std::string& student) {
    auto name = "delta-" + std::to_string(++deltas_);
    write_quiet_roster(district_.data(name) / "oneroster");
    for (const char* folder : {"sis", "social"})
      fs::create_directories(district_.data(name) / folder);
    for (const auto& file : fs::directory_iterator(district_.data("day1/sis"))) {
      std::ifstream in(file.path());
      std::string header;
      std::getline(in, header);
      District::write(district_.data(name) / "sis" / file.path().filename(), header + "\n");
    }
    District::write(district_.data(name) / "sis/discipline.csv",
                    header_ + "\n" + row_of(student) + "\n");
    return name;
  }

  void hear_delta(const std::string& student) {
    auto night = district_.night("nightly", delta(student), "", "--set mode=delta");
    // 3: sources outside the student system were not heard.
    ASSERT_TRUE(night.exit_code == 0 || night.exit_code == 3)
        << night.errors << night.report.dump();
  }

  /// A first load of whole files that say the same, with the same keys.
  void expect_first_load_with(const std::string& student) {
    auto store = "fresh-" + student;
    auto day = "whole-" + student;
    fs::copy(district_.data("day1"), district_.data(day), fs::copy_options::recursive);
    District::replace(district_.data(day) / "sis/discipline.csv", row_, row_of(student));
    for (const char* ending : {".keys", ".keys.keydb"})
      fs::copy_file(district_.folder() / ("nightly" + std::string(ending)),
                    district_.folder() / (store + ending));
    ASSERT_EQ(district_.night(store, day, District::with_used_keys).exit_code, 0);
    for (const char* file : {"record.ndjson", "success_plans.ndjson"})
      EXPECT_TRUE(District::read(district_.out("nightly", file)) ==
                  District::read(district_.out(store, file)))
          << file << " with the incident at " << student;
  }

  District district_{200};
  std::string header_, row_, student_;
  std::vector<std::string> others_;
  int deltas_ = 0;
};

TEST_F(AMovedRecord, LeavesItsOldPlaceInEveryDelta) {
  ASSERT_EQ(district_.night("nightly", "day1").exit_code, 0);
  hear_delta(others_[0]);
  expect_first_load_with(others_[0]);
  hear_delta(others_[1]);
  expect_first_load_with(others_[1]);
}

TEST_F(AMovedRecord, LeavesItsOldPlaceInAStoreOfBefore) {
  ASSERT_EQ(district_.night("nightly", "day1").exit_code, 0);
  sqlite::Database(district_.folder() / "nightly.db", sqlite::Access::write)
      .run(
          "DROP TABLE key_page; DROP TABLE key_segment; DROP TABLE keyed_stream; "
          "DROP TABLE node_change; DROP TABLE share_change; "
          "PRAGMA user_version = 12");
  hear_delta(others_[0]);  // where records hang is made of what is published
  expect_first_load_with(others_[0]);
  hear_delta(others_[1]);  // and kept from here on
  expect_first_load_with(others_[1]);
}

TEST_F(AMovedRecord, LeavesThePlaceThatAFullReadGaveIt) {
  ASSERT_EQ(district_.night("nightly", "day1").exit_code, 0);
  hear_delta(others_[0]);
  ASSERT_EQ(district_.night("nightly", "day1").exit_code, 0);  // back at the first student
  hear_delta(others_[2]);
  expect_first_load_with(others_[2]);
}

}  // namespace
}  // namespace homeroom::flows
