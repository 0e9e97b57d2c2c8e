// What was built against contract 1.0 goes on working: an old plugin with this hub, a plugin of
// today with an old host. Both know the frozen headers of tests/conformance/frozen alone.
#include <gmock/gmock.h>

#include "hub/conformance/conformance.hpp"
#include "tests/cli/program.hpp"

namespace homeroom::conformance {
namespace {

TEST(Frozen, APluginBuiltForContract10PassesWithThisHub) {
  plugin::Catalogue catalogue({std::filesystem::path(NESTS) / "frozen_1_0"});
  auto report = try_plugin(read_subject(catalogue.find("magpie")), world::Cancel(), {120, {}});
  EXPECT_TRUE(report.has_passed()) << text_of(report);
  EXPECT_GT(report.count(Outcome::passed), 45u);
}

cli::Said frozen_host(std::vector<std::string> words) {
  return cli::run_program(FROZEN_HOST, words);
}

TEST(Frozen, AHostOfContract10ReadsPluginsOfToday) {
  const std::string csv = BUILT_PLUGINS "/csv_file.sample/input";
  auto said = frozen_host({BUILT_PLUGINS "/csv_file.so", "attendance", "Code", "folder=" + csv,
                           "files.attendance.path=attendance.csv"});
  EXPECT_EQ(said.out, "rows=2 records=2 complete=1 proof=1\n") << said.err;
  const std::string clinic = BUILT_PLUGINS "/fhir_ndjson.sample/input";
  said = frozen_host({BUILT_PLUGINS "/fhir_ndjson.so", "Patient", "id", "folder=" + clinic});
  EXPECT_EQ(said.out, "rows=2 records=2 complete=1 proof=1\n") << said.err;
}

}  // namespace
}  // namespace homeroom::conformance
