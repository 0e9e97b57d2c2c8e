// A file that somebody still writes while the night reads it: nobody knows what its end will say.
#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "tests/flows/district.hpp"

namespace homeroom::flows {
namespace {

/// Adds the last row of a file again and again until it goes out of scope.
class Writer {
 public:
  explicit Writer(const fs::path& file) {
    auto text = District::read(file);
    auto row = text.substr(text.rfind('\n', text.size() - 2) + 1);
    thread_ = std::thread([this, file, row] {
      std::ofstream out(file, std::ios::binary | std::ios::app);
      while (!is_over_) {
        (out << row).flush();
        std::this_thread::sleep_for(std::chrono::microseconds(20));
      }
    });
  }
  ~Writer() {
    is_over_ = true;
    thread_.join();
  }

 private:
  std::atomic<bool> is_over_ = false;
  std::thread thread_;
};

struct Growing {
  const char* file;
  int exit_code;
  const char* status;
};

class AFileStillBeingWritten : public testing::TestWithParam<Growing> {};

TEST_P(AFileStillBeingWritten, IsNamedAndTakesNothingAway) {
  const auto& growing = GetParam();
  District district(200);
  ASSERT_EQ(district.night("a", "day1").exit_code, 0);
  auto before = District::read(district.out("a"));
  auto file = district.data("day1") / growing.file;
  auto whole = District::read(file);
  auto words = file.filename().string() + " changed while it was read";
  Answer night;
  bool is_seen = false;
  for (int tries = 0; !is_seen && tries < 50; ++tries) {  // the writer may have slept just then
    {
      Writer writer(file);
      night = district.night("a", "day1");
    }
    is_seen = night.errors.find(words) != std::string::npos;
    EXPECT_EQ(District::read(district.out("a")), before);
    District::write(file, whole);
  }
  ASSERT_TRUE(is_seen) << night.errors;
  EXPECT_EQ(night.exit_code, growing.exit_code) << night.errors << night.report.dump();
  EXPECT_EQ(night.report["status"], growing.status);
  EXPECT_EQ(district.night("a", "day1").exit_code, 0);
  EXPECT_EQ(District::read(district.out("a")), before);
}

INSTANTIATE_TEST_SUITE_P(Night, AFileStillBeingWritten,
                         testing::Values(Growing{"sis/attendance.csv", 1, "failed"},
                                         Growing{"health/Immunization.ndjson", 3, "partial"}),
                         [](const auto& each) {
                           return fs::path(each.param.file).stem().string();
                         });

}  // namespace
}  // namespace homeroom::flows
