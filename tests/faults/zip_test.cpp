// A roster that comes as a zip which was damaged or built to trick: it is not heard, and
// yesterday's students stay.
#include <algorithm>

#include <gmock/gmock.h>
#include <zip.h>

#include "tests/flows/district.hpp"

namespace homeroom::flows {
namespace {

using testing::HasSubstr;

/// Packs a day's roster into `oneroster.zip` beside it and lets the workspace read that. `more` is
/// the name of one more file in it.
void pack_roster(const District& district, const std::string& day, const std::string& more = "") {
  auto folder = district.data(day + "/oneroster");
  int trouble = 0;
  auto* archive = ::zip_open(district.data(day + "/oneroster.zip").c_str(),
                             ZIP_CREATE | ZIP_TRUNCATE, &trouble);
  ASSERT_NE(archive, nullptr);
  for (const auto& file : fs::directory_iterator(folder))
    ::zip_file_add(archive, file.path().filename().c_str(),
                   ::zip_source_file(archive, file.path().c_str(), 0, -1), 0);
  if (!more.empty())
    ::zip_file_add(archive, more.c_str(), ::zip_source_buffer(archive, "x", 1, 0),
                   ZIP_FL_OVERWRITE);
  ASSERT_EQ(::zip_close(archive), 0);
}

class Zip : public testing::Test {
 protected:
  void SetUp() override {
    District::replace(district.workspace("homeroom.yaml"), "${data}/oneroster",
                      "${data}/oneroster.zip");
    pack_roster(district, "day1");
    auto night = district.night("night", "day1");
    ASSERT_EQ(night.exit_code, 0) << night.errors;
    before = District::read(district.out("night"));
    ASSERT_EQ(std::ranges::count(before, '\n'), 50);
  }
  /// The night on day 2 must not hear the roster and must leave everything as it was.
  void expect_not_heard(const std::string& said) {
    auto night = district.night("night", "day2-full");
    EXPECT_EQ(night.exit_code, 1);
    EXPECT_THAT(night.report["trouble"].dump() + night.errors, HasSubstr(said));
    EXPECT_TRUE(District::read(district.out("night")) == before);
  }
  District district{50};
  std::string before;
};

TEST_F(Zip, WithABadSumIsNotHeard) {
  pack_roster(district, "day2-full");
  auto file = district.data("day2-full/oneroster.zip");
  auto bytes = District::read(file);
  auto at = bytes.find("users.csv") + 200;
  for (auto i = at; i < at + 8; ++i) bytes[i] = static_cast<char>(~bytes[i]);
  District::write(file, bytes);
  expect_not_heard("oneroster.zip/users.csv is damaged");
}

TEST_F(Zip, WithAPathThatLeavesItIsNotHeard) {
  pack_roster(district, "day2-full", "../users.csv");
  expect_not_heard("no plain file name");
  EXPECT_FALSE(fs::exists(district.data("users.csv")));
}

}  // namespace
}  // namespace homeroom::flows
