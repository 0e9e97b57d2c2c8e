// Nights of a district whose store lies on a PostgreSQL server: as on SQLite, byte for byte.
#include <gmock/gmock.h>

#include "tests/cluster/cluster.hpp"
#include "tests/flows/district.hpp"

namespace homeroom::flows {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
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

TEST_F(OnPostgres, TroubleIsToldWithItsExitCodeAndNothingIsPublished) {
  auto& cluster = Cluster::of_this_program();
  auto there = district_.location("server");
  auto role = there.substr(there.rfind('=') + 1);
  ASSERT_EQ(district_.night("server", "day1").exit_code, 0);
  auto schema_is = [&](int version) {
    cluster.ask("UPDATE " + role + ".homeroom_store SET version = " + std::to_string(version));
  };
  auto version = cluster.ask("SELECT version FROM " + role + ".homeroom_store");
  std::string lock =
      "SELECT (x'4852524d'::bigint << 32) + oid::bigint FROM pg_namespace WHERE "
      "nspname = '" +
      role + "'";

  district_.put("server", "postgresql:host=/nowhere dbname=homeroom user=r password=Zyxwquist");
  auto away = district_.night("server", "day2-full");
  EXPECT_EQ(away.exit_code, 1);
  EXPECT_THAT(away.errors, HasSubstr("no server answers"));
  EXPECT_THAT(away.errors, Not(HasSubstr("Zyxwquist")));

  district_.put("server", there + " options=-csearch_path=public dbname=nothing");
  auto refused = district_.night("server", "day2-full");
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.errors, HasSubstr("look at user, password and dbname"));

  district_.put("server", there);
  schema_is(99);
  auto newer = district_.night("server", "day2-full");
  EXPECT_EQ(newer.exit_code, 2);
  EXPECT_THAT(newer.errors, HasSubstr("newer Homeroom"));
  schema_is(std::stoi(version));

  cluster.hold_lock(cluster.ask(lock));
  auto locked = district_.night("server", "day2-full");
  EXPECT_EQ(locked.exit_code, 5);
  EXPECT_THAT(locked.errors, HasSubstr("locked by a session from this machine"));
  cluster.end_sessions();

  EXPECT_EQ(district_.ask("server", "runs")["runs"].size(), 1u);
  EXPECT_EQ(district_.night("server", "day2-full").exit_code, 0);
}

TEST_F(OnPostgres, APasswordOfTheConnectionStandsInNoMessage) {
  auto there = district_.location("server") + " password=Zyxwquist";
  district_.put("server", there);
  ASSERT_EQ(district_.night("server", "day1").exit_code, 0);
  auto say = [&](const std::string& what) {
    return district_.say(district_.command("server", "day1") + ' ' + what);
  };
  auto backup = (district_.folder() / "backup").string();
  ASSERT_EQ(say("backup --out " + backup).exit_code, 0);
  auto kept = say("restore --from " + backup + " --why test");
  EXPECT_EQ(kept.exit_code, 2);
  EXPECT_THAT(kept.errors, HasSubstr("the store on the server: a store is here; --replace"));

  auto role = there.substr(there.rfind("user=") + 5);
  role = role.substr(0, role.find(' '));
  Cluster::of_this_program().ask("DROP SCHEMA " + role + " CASCADE; CREATE SCHEMA " + role +
                                 " AUTHORIZATION " + role);
  auto lost = district_.night("server", "day1");
  EXPECT_EQ(lost.exit_code, 2);
  EXPECT_THAT(lost.errors, HasSubstr("the store on the server is not there"));
  EXPECT_THAT(lost.errors, Not(HasSubstr("Zyxwquist")));
}

}  // namespace
}  // namespace homeroom::flows
