// Whatever is edited between two nights, the second night ends where a first load of the edited
// files does.
#include "tests/flows/edits.hpp"

#include <gtest/gtest.h>

namespace homeroom::flows {
namespace {

class Edits : public testing::TestWithParam<uint64_t> {};

TEST_P(Edits, EndWhereAFirstLoadOfTheEditedFilesDoes) {
  District district(200);
  ASSERT_EQ(district.night("nightly", "day1").exit_code, 0);
  std::mt19937_64 random(GetParam());
  for (int i = 0; i < 12; ++i) edit_day(district.data("day1"), random, all_kinds);
  for (const char* ending : {".keys", ".keys.keydb"})
    fs::copy_file(district.folder() / ("nightly" + std::string(ending)),
                  district.folder() / ("fresh" + std::string(ending)));
  auto night = district.night("nightly", "day1", "--approve profiles_to_send --why test");
  auto fresh = district.night("fresh", "day1", District::with_used_keys);
  ASSERT_EQ(night.exit_code, 0) << night.errors << night.report.dump();
  ASSERT_EQ(fresh.exit_code, 0) << fresh.errors << fresh.report.dump();
  for (const char* file : {"record.ndjson", "nurses.ndjson", "success_plans.ndjson"})
    EXPECT_TRUE(District::read(district.out("nightly", file)) ==
                District::read(district.out("fresh", file)))
        << file;
}

INSTANTIATE_TEST_SUITE_P(Seeds, Edits, testing::Range<uint64_t>(1, 9));

}  // namespace
}  // namespace homeroom::flows
