#include "tests/sdk/plugin_in_hub.hpp"

namespace homeroom::plugin {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class HmisCsv : public PluginInHub {
 protected:
  HmisCsv() : PluginInHub("hmis_csv") { settings = {{"folder", folder.path()}}; }

  void package(const std::string& directive, const std::string& version = "2026 v1.0") {
    file("Export.csv", "ExportID,ExportDate,CSVVersion,ExportDirective\nX,2026-01-05 02:15:00," +
                           version + "," + directive + "\n");
    file("Client.csv", "\xEF\xBB\xBFPERSONALID,FirstName,DateDeleted\nC1,Ada,\nC2,Bo,2026-01-02\n");
    file("Enrollment.csv", "EnrollmentID,PersonalID,ProjectID,DateDeleted\nE1,C1,P1,\n");
  }
};

TEST_F(HmisCsv, OffersAFullExportWithItsDate) {
  package("2");
  auto streams = source().discover();
  ASSERT_EQ(streams.size(), 2u);
  EXPECT_EQ(streams[0].name, "Client");
  EXPECT_EQ(streams[0].subject, "PersonalID");
  EXPECT_EQ(streams[0].space, "hmis.PersonalID");
  EXPECT_EQ(streams[0].mode, Mode::full);
  EXPECT_EQ(streams[0].gone, Gone::absent);
  EXPECT_EQ(streams[0].as_of_ms, 1767579300000);
}

TEST_F(HmisCsv, MatchesHeadersWhateverTheirCase) {
  package("2");
  EXPECT_THAT(rows("Client", {"PersonalID", "FirstName", "Sex?"}), ElementsAre("C1|Ada", "C2|Bo"));
  EXPECT_THAT(gone, ElementsAre("C2|Bo"));
  EXPECT_TRUE(end.complete);
}

TEST_F(HmisCsv, OffersADeltaAsChangesOnly) {
  package("1");
  EXPECT_EQ(source().discover()[0].gone, Gone::marked);
  EXPECT_EQ(rows("Client", {"PersonalID"}, Mode::changes).size(), 2u);
  EXPECT_THAT(error([&] { rows("Client", {"PersonalID"}); }), HasSubstr("changes only"));
  EXPECT_EQ(next, Next::hide);
}

TEST_F(HmisCsv, RefusesAPackageWithoutItsThreeFiles) {
  for (std::string needed : {"Export.csv", "Client.csv", "Enrollment.csv"}) {
    package("2");
    std::filesystem::remove(folder.path() / needed);
    EXPECT_EQ(error([&] { source().discover(); }), needed + " is missing");
  }
}

TEST_F(HmisCsv, RefusesAnUnknownYearAndAnUnknownDirective) {
  package("2", "2019");
  EXPECT_THAT(error([&] { source().discover(); }), HasSubstr("neither of 2024 nor of 2026"));
  package("7");
  EXPECT_THAT(error([&] { source().discover(); }),
              HasSubstr("ExportDirective is none of 1, 2 and 3"));
}

}  // namespace
}  // namespace homeroom::plugin
