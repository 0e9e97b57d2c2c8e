// A delta that arrives in three pieces, folder by folder, ends where the whole one does.
#include <gtest/gtest.h>

#include "tests/flows/district.hpp"

namespace homeroom::flows {
namespace {

void copy_where_there(const fs::path& from, const fs::path& to) {
  if (!fs::exists(from)) return;
  fs::create_directories(to.parent_path());
  fs::copy(from, to, fs::copy_options::recursive);
}

TEST(ADeltaInThreePieces, EndsWhereTheWholeFilesDo) {
  District district(1500);
  ASSERT_EQ(district.night("full", "day1").exit_code, 0);
  district.copy("full", "pieces");
  ASSERT_EQ(district.night("full", "day2-full").exit_code, 0);
  copy_where_there(district.data("day2-delta/oneroster"), district.data("p1/oneroster"));
  for (const char* piece : {"p2", "p3"}) write_quiet_roster(district.data(piece) / "oneroster");
  copy_where_there(district.data("day2-delta/sis"), district.data("p2/sis"));
  for (const char* rest : {"health", "hmis", "social", "removed.csv"})
    copy_where_there(district.data("day2-delta") / rest, district.data("p3") / rest);
  for (const char* piece : {"p1", "p2", "p3"}) {
    fs::create_directories(district.data(piece) / "sis");
    fs::create_directories(district.data(piece) / "social");
    auto night = district.night("pieces", piece, "", "--set mode=delta");
    // 3: the sources of the other pieces were not heard.
    ASSERT_TRUE(night.exit_code == 0 || night.exit_code == 3)
        << piece << night.errors << night.report.dump();
  }
  for (const char* file : {"record.ndjson", "nurses.ndjson", "success_plans.ndjson"})
    EXPECT_TRUE(District::read(district.out("full", file)) ==
                District::read(district.out("pieces", file)))
        << file;
}

}  // namespace
}  // namespace homeroom::flows
