// Nights of a district whose store lies on a PostgreSQL server: as on SQLite, byte for byte.
#include <gmock/gmock.h>

#include "tests/cluster/cluster.hpp"
#include "tests/flows/district.hpp"

namespace homeroom::flows {
namespace {

using tests::Cluster;

class OnPostgres : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!Cluster::is_installed()) GTEST_SKIP() << Cluster::how_to_install;
    district_.put("server", Cluster::of_this_program().new_tenant());
  }
  /// Two stores with the same keys give the same ids.
  void share_keys() {
    ASSERT_EQ(district_.say(district_.command("file", "day1") + " keys init").exit_code, 0);
    for (const char* ending : {".keys", ".keys.keydb"})
      fs::copy_file(district_.folder() / (std::string("file") + ending),
                    district_.folder() / (std::string("server") + ending));
  }

  District district_{200};
};

TEST_F(OnPostgres, NightsEndInTheSameBytesAsOnSqlite) {
  share_keys();
  for (const char* day : {"day1", "day1", "day2-full", "day2-delta"}) {
    SCOPED_TRACE(day);
    std::string set = day == std::string("day2-delta") ? "--set mode=delta" : "";
    auto file = district_.night("file", day, "", set);
    auto server = district_.night("server", day, "", set);
    ASSERT_TRUE(server.exit_code == 0 || server.exit_code == 3) << server.errors;
    EXPECT_EQ(server.exit_code, file.exit_code) << server.errors << server.report.dump();
    EXPECT_EQ(server.report["persons"]["students"], file.report["persons"]["students"]);
    for (const char* part : {"persons", "profiles", "findings", "deliveries", "brakes"})
      EXPECT_EQ(server.report[part], file.report[part]) << part;
    for (const char* out : {"record.ndjson", "nurses.ndjson", "success_plans.ndjson"}) {
      auto bytes = District::read(district_.out("server", out));
      ASSERT_FALSE(bytes.empty()) << out;
      EXPECT_TRUE(bytes == District::read(district_.out("file", out))) << out;
    }
  }
}

}  // namespace
}  // namespace homeroom::flows
