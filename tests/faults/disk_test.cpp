// A disk that is full, a folder that cannot be: nothing is lost, the message says what to do, and
// when there is room again the next night ends as if nothing had been.
#include <gmock/gmock.h>
#include <sys/mount.h>

#include "tests/flows/district.hpp"

namespace homeroom::flows {
namespace {

using testing::HasSubstr;

/// A small disk at a folder of the district.
class SmallDisk {
 public:
  SmallDisk(fs::path at, const char* size) : at_(std::move(at)) {
    fs::create_directories(at_);
    is_there_ = ::mount("tmpfs", at_.c_str(), "tmpfs", 0, size) == 0;
  }
  ~SmallDisk() {
    if (is_there_) ::umount(at_.c_str());
  }
  bool is_there() const { return is_there_; }
  bool grow() const { return ::mount("tmpfs", at_.c_str(), "tmpfs", MS_REMOUNT, "size=400m") == 0; }

 private:
  fs::path at_;
  bool is_there_ = false;
};

std::string trouble(const Answer& night) {
  return night.report["trouble"].dump() + night.errors;
}

void expect_undisturbed_end(const District& district, const std::string& store, uint64_t lines) {
  auto night = district.night(store, "day1");
  EXPECT_EQ(night.exit_code, 0) << night.errors;
  auto record = District::read(district.out(store));
  EXPECT_EQ(static_cast<uint64_t>(std::ranges::count(record, '\n')), lines);
  EXPECT_EQ(delivered(district.night(store, "day1")), 0u);
}

TEST(Disk, FullUnderTheStoreLeavesItAsItWas) {
  District district(200);
  SmallDisk disk(district.folder() / "small", "size=900k");
  if (!disk.is_there()) GTEST_SKIP() << "only root may mount a small disk";
  auto night = district.night("small/night", "day1");
  EXPECT_EQ(night.exit_code, 1);
  EXPECT_THAT(trouble(night), HasSubstr("small/night."));
  EXPECT_THAT(trouble(night), HasSubstr("the disk is full"));
  EXPECT_FALSE(fs::exists(district.folder() / "small/night.db"));
  EXPECT_FALSE(fs::exists(district.out("small/night"))) << "nothing goes out of what was not kept";
  ASSERT_TRUE(disk.grow());
  expect_undisturbed_end(district, "small/night", 200);
}

TEST(Disk, FullUnderTheOutputLeavesTheSharesOwed) {
  District district(200);
  SmallDisk disk(district.folder() / "night-out", "size=300k");
  if (!disk.is_there()) GTEST_SKIP() << "only root may mount a small disk";
  auto night = district.night("night", "day1");
  EXPECT_EQ(night.exit_code, 3);
  EXPECT_THAT(trouble(night), HasSubstr("night-out is full"));
  EXPECT_FALSE(fs::exists(district.out("night"))) << "no half file under the name";
  ASSERT_TRUE(disk.grow());
  expect_undisturbed_end(district, "night", 200);
}

TEST(Disk, AFileInThePlaceOfTheOutputFolderIsSaid) {
  District district(50);
  District::write(district.folder() / "night-out", "a file");
  auto night = district.night("night", "day1");
  EXPECT_EQ(night.exit_code, 3);
  EXPECT_EQ(delivered(night), 0u);
  EXPECT_THAT(trouble(night), HasSubstr("night-out"));
  EXPECT_THAT(trouble(night), HasSubstr("'path'"));
  fs::remove(district.folder() / "night-out");
  expect_undisturbed_end(district, "night", 50);
}

}  // namespace
}  // namespace homeroom::flows
