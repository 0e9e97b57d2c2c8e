// Spans of the calendar in which a district reads and checks, but sends nothing.
#include <gmock/gmock.h>

#include "tests/flows/pretend.hpp"

namespace homeroom::flows {
namespace {

using testing::HasSubstr;

/// One night on each date; `calendar` is put into the workspace.
class Calendar : public testing::Test {
 protected:
  void set(const std::string& calendar) const {
    std::ofstream(pretend_.at("workspace/homeroom.yaml"), std::ios::app) << '\n'
                                                                         << calendar << '\n';
  }
  nlohmann::json night(const std::string& date) const {
    return pretend_.say({"--set", "run_date=" + date, "--output", "json", "run", "nightly"}).json();
  }
  Pretend pretend_;
};

TEST_F(Calendar, SendsNothingInAQuietSpanAndEverythingAfterIt) {
  set("calendar: {quiet: [{destination: record, dates: 2026-01-13 to 2026-01-14, why: new "
      "servers}]}");
  pretend_.students({"1,Testa,Example,2015-05-05"});
  pretend_.referrals({});
  auto quiet = night("2026-01-14");
  EXPECT_EQ(quiet["profiles"]["new"], 1);
  EXPECT_EQ(quiet["deliveries"][0]["held"], 1);
  EXPECT_EQ(quiet["deliveries"][0]["delivered"], 0);
  EXPECT_THAT(quiet["trouble"].dump(), HasSubstr("nothing is sent until 2026-01-14: new servers"));
  EXPECT_FALSE(std::filesystem::exists(pretend_.at("out/record.ndjson")));
  auto after = night("2026-01-15");
  EXPECT_EQ(after["deliveries"][0]["delivered"], 1);
  EXPECT_THAT(pretend_.record(), HasSubstr("Testa"));
}

TEST_F(Calendar, ReadsAndChecksButSendsNothingDuringRollover) {
  pretend_.students({"1,Testa,Example,2015-05-05"});
  pretend_.referrals({});
  night("2026-06-30");
  auto before = pretend_.record();
  set("calendar: {rollover: 2026-07-01 to 2026-08-12}");
  pretend_.students({"1,Testa,Example,2015-05-05", "2,Newman,Invented,2016-06-06"});
  auto rollover = night("2026-07-01");
  EXPECT_EQ(rollover["status"], "succeeded");
  EXPECT_EQ(rollover["sources"][0]["streams"][0]["read"], 2);
  EXPECT_EQ(rollover["deliveries"][0]["delivered"], 0);
  EXPECT_EQ(pretend_.record(), before);
  night("2026-08-13");
  EXPECT_THAT(pretend_.record(), HasSubstr("Newman"));
}

}  // namespace
}  // namespace homeroom::flows
