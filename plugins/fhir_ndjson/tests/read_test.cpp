#include <fstream>
#include <sstream>

#include <gmock/gmock.h>

#include "hub/plugin/plugin.hpp"
#include "hub/world/files.hpp"

namespace homeroom::plugin {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
namespace fs = std::filesystem;

std::string patient(const std::string& id, const std::string& more = "") {
  return R"({"resourceType":"Patient","id":")" + id + "\"" + more + "}\n";
}

// A drop folder, the plugin as the hub opens it, and what one read of a stream brought.
class FhirNdjson : public testing::Test {
 protected:
  void file(const std::string& name, const std::string& text) {
    std::ofstream(folder.path() / name) << text;
  }

  Instance& source(GivenSettings more = {}) {
    more.emplace_back("folder", folder.path());
    const Found& found = catalogue.find("fhir_ndjson");
    auto settings = check_settings(found.manifest, more, "/", world::SecretFolder("/"));
    instance = open_in_process(found, settings, {clock, log, cancel, {}});
    return *instance;
  }

  /// Reads a stream: each row as its cells joined by '|', null as '-'.
  std::vector<std::string> rows(const std::string& stream, const std::vector<std::string>& columns,
                                GivenSettings more = {}, uint32_t max_rows = 2) {
    auto reader =
        source(std::move(more)).read({stream, "", Mode::full, columns, max_rows, 1 << 24});
    std::vector<std::string> all;
    while (auto arrival = reader->next()) {
      if (files.empty() || files.back() != arrival->place) files.push_back(arrival->place);
      for (uint32_t row = 0; row < arrival->rows.rows; ++row) {
        std::string line;
        for (const auto& column : arrival->rows.columns)
          line += (line.empty() ? "" : "|") +
                  (column.is_valid(row) ? std::string(column.text_at(row).view()) : "-");
        all.push_back(line);
        lines.push_back(arrival->rows.place(row).line);
      }
    }
    end = reader->end();
    asides = reader->take_asides();
    return all;
  }

  world::ScratchFolder folder{fs::temp_directory_path()};
  Catalogue catalogue{{fs::path(HOMEROOM_PLUGINS)}};
  std::ostringstream said;
  world::SystemClock clock;
  world::Log log{{}, said};
  world::Cancel cancel;
  std::unique_ptr<Instance> instance;
  End end;
  std::vector<Aside> asides;
  std::vector<std::string> files;
  std::vector<uint32_t> lines;
};

TEST_F(FhirNdjson, OffersTheStreamsWhoseFilesAreThere) {
  file("Patient.000.ndjson", patient("a"));
  file("1.Condition.ndjson", "");
  file("Observation.ndjson", "");
  auto streams = source().discover();
  ASSERT_EQ(streams.size(), 2u);
  EXPECT_EQ(streams[0].name, "Patient");
  EXPECT_EQ(streams[0].subject, "id");
  EXPECT_EQ(streams[0].space, "fhir.Patient");
  EXPECT_EQ(streams[1].subject, "patient");
  EXPECT_EQ(streams[1].gone, Gone::absent);
  EXPECT_GT(streams[0].as_of_ms, 0);
}

TEST_F(FhirNdjson, FlattensAPatient) {
  file("Patient.ndjson",
       patient("p1",
               R"(,"identifier":[{"system":"https://district.example.org/student-number",)"
               R"("value":"00501"}],"name":[{"family":"Fictional","given":["Ada","B"]}],)"
               R"("birthDate":"2014-11-03","active":true,)"
               R"("telecom":[{"system":"email","value":"x"},{"system":"phone","value":"555"}])"));
  EXPECT_THAT(rows("Patient", {"id", "student_number", "given", "middle", "family", "birthDate",
                               "phone", "active", "deceased"}),
              ElementsAre("p1|00501|Ada|B|Fictional|2014-11-03|555|true|-"));
  EXPECT_TRUE(end.complete);
  EXPECT_EQ(end.proof, Proof::settled);
}

TEST_F(FhirNdjson, CutsThePrefixOfAReference) {
  file("Immunization.ndjson",
       R"({"resourceType":"Immunization","id":"i1","patient":{"reference":"Patient/p1"},)"
       R"("vaccineCode":{"coding":[{"system":"http://hl7.org/fhir/sid/cvx","code":"08"}]}})"
       "\n");
  EXPECT_THAT(rows("Immunization", {"patient", "cvx"}), ElementsAre("p1|08"));
}

TEST_F(FhirNdjson, SetsABrokenLineAsideAndReadsOn) {
  file("Patient.ndjson", patient("a") + "{\"broken\n" + "\n" + patient("b") + "[1]\n" +
                             R"({"resourceType":"Device","id":"d"})" + "\n" +
                             R"({"resourceType":"Patient"})" + "\n" + patient("c"));
  EXPECT_THAT(rows("Patient", {"id"}), ElementsAre("a", "b", "c"));
  EXPECT_THAT(lines, ElementsAre(1, 4, 8));
  ASSERT_EQ(asides.size(), 4u);
  EXPECT_EQ(asides[0].line, 2u);
  EXPECT_EQ(asides[0].record, 2u);
  EXPECT_EQ(asides[0].place, "Patient.ndjson");
  EXPECT_EQ(asides[2].field, "resourceType");
  EXPECT_EQ(asides[3].field, "id");
  EXPECT_EQ(end.records, 7u);
  EXPECT_EQ(end.set_aside, 4u);
  EXPECT_TRUE(end.complete);
}

struct Hostile {
  std::string name, rest, says;  ///< what follows the id in the object
};
void PrintTo(const Hostile& one, std::ostream* to) {
  *to << one.name;
}
std::string nested(int levels) {
  return ",\"a\":" + std::string(static_cast<size_t>(levels), '[') +
         std::string(static_cast<size_t>(levels), ']') + "}";
}

class FhirNdjsonSetsAside : public FhirNdjson, public testing::WithParamInterface<Hostile> {};

TEST_P(FhirNdjsonSetsAside, WhatDoesNotSayOneThingOnly) {
  file("Patient.ndjson", patient("a") + R"({"resourceType":"Patient","id":"x")" + GetParam().rest +
                             "\n" + patient("b"));
  EXPECT_THAT(rows("Patient", {"id", "family", "mrn"}),
              ElementsAre(StartsWith("a|"), StartsWith("b|")));
  ASSERT_EQ(asides.size(), 1u);
  EXPECT_EQ(asides[0].line, 2u);
  EXPECT_THAT(asides[0].why, HasSubstr(GetParam().says));
  EXPECT_TRUE(end.complete);
}

INSTANTIATE_TEST_SUITE_P(
    Input, FhirNdjsonSetsAside,
    testing::Values(
        Hostile{"NameTwice", R"(,"id":"y"})", "stands twice"},
        Hostile{"NameTwiceFurtherDown",
                R"(,"name":[{"family":"Fauxley","text":"z","family":"Mockridge"}]})",
                "stands twice"},
        Hostile{"NameTwiceInAFilter",
                R"(,"identifier":[{"type":{"coding":[{"code":"MR","code":"SS"}]},"value":"1"}]})",
                "stands twice"},
        Hostile{"TypeTwice", R"(,"resourceType":"Person"})", "stands twice"},
        Hostile{"NameTwiceByAnEscape", R"(,"i\u0064":"y"})", "stands twice"},
        Hostile{"TooDeep", nested(128), "nested deeper than 128"},
        Hostile{"MuchTooDeep", nested(5000), "nested deeper than 128"},
        Hostile{"LoneSurrogate", R"(,"a":"\ud800"})", "no JSON object"},
        Hostile{"HugeNumber", R"(,"a":1e400})", "no JSON object"},
        Hostile{"ManyDigits", R"(,"a":123456789012345678901234567890})", "no JSON object"},
        Hostile{"BadUtf8", ",\"a\":\"\xC3(\"}", "no JSON object"},
        Hostile{"TextBehind", "} more", "no JSON object"},
        Hostile{"Cut", ",\"a\":[1,", "no JSON object"},
        Hostile{"ControlCharacter", ",\"a\":\"\x01\"}", "no JSON object"},
        Hostile{"NotANumber", ",\"a\":NaN}", "no JSON object"}),
    [](const auto& one) { return one.param.name; });

TEST_F(FhirNdjson, WhatIsNotReadMayStandTwice) {
  file("Patient.ndjson", R"({"resourceType":"Patient","id":"x","name":[{"text":"z","text":"y"}]})"
                         "\n");
  EXPECT_THAT(rows("Patient", {"id", "family"}), ElementsAre("x|-"));
  EXPECT_TRUE(asides.empty());
}

TEST_F(FhirNdjson, ReadsWhatIsDeepButNotTooDeep) {
  file("Patient.ndjson", R"({"resourceType":"Patient","id":"x")" + nested(127) + "\n");
  EXPECT_THAT(rows("Patient", {"id"}), ElementsAre("x"));
}

TEST_F(FhirNdjson, AFileThatStopsInsideALineIsNotComplete) {
  std::string whole = patient("a") + patient("b");
  for (size_t cut = patient("a").size() + 1; cut < whole.size() - 1; ++cut) {
    file("Patient.ndjson", whole.substr(0, cut));
    EXPECT_THAT(rows("Patient", {"id"}), ElementsAre("a")) << cut;
    EXPECT_FALSE(end.complete) << cut;
    EXPECT_EQ(end.proof, Proof::none);
  }
}

TEST_F(FhirNdjson, ALastLineWithoutItsEndIsWholeIfItsObjectIs) {
  file("Patient.ndjson", R"({"resourceType":"Patient","id":"a"})");
  EXPECT_THAT(rows("Patient", {"id"}), ElementsAre("a"));
  EXPECT_TRUE(end.complete);
}

TEST_F(FhirNdjson, AnEmptyFileProvesNothing) {
  file("Patient.ndjson", "");
  EXPECT_TRUE(rows("Patient", {"id"}).empty());
  EXPECT_EQ(end.proof, Proof::none);
}

TEST_F(FhirNdjson, ReadsSeveralFilesAsOneStream) {
  file("Patient.001.ndjson", patient("c"));
  file("Patient.000.ndjson", patient("a") + patient("b"));
  EXPECT_THAT(rows("Patient", {"id"}), ElementsAre("a", "b", "c"));
  EXPECT_THAT(files, ElementsAre("Patient.000.ndjson", "Patient.001.ndjson"));
}

TEST_F(FhirNdjson, TakesAFileOfAnotherNameAndOtherPaths) {
  file("export-of-monday.ndjson", patient("a", R"(,"name":[{"use":"nickname","given":["Al"]}])"));
  GivenSettings more = {{"files.Patient", "export-of-monday.ndjson"},
                        {"paths.Patient.nickname", "name[use=nickname].given[0]"}};
  EXPECT_THAT(rows("Patient", {"id", "nickname"}, more), ElementsAre("a|Al"));
}

TEST_F(FhirNdjson, AColumnNobodyKnowsIsNamedUnlessItMayBeMissing) {
  file("Patient.ndjson", patient("a"));
  EXPECT_THAT(rows("Patient", {"id", "shoeSize?"}), ElementsAre("a"));
  try {
    rows("Patient", {"shoeSize"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.next, Next::not_readable);
    EXPECT_THAT(error.what(), HasSubstr("'shoeSize'"));
  }
}

TEST_F(FhirNdjson, AMissingFileIsNotHeard) {
  EXPECT_TRUE(source().discover().empty());
  EXPECT_THROW(rows("Patient", {"id"}), Error);
  EXPECT_THROW(source().check(), Error);
  file("Patient.ndjson", patient("a"));
  EXPECT_NO_THROW(source().check());
}

TEST_F(FhirNdjson, CannotTellAWholeFolderFromANightsChangesAndServesBoth) {
  file("Patient.ndjson", patient("a") + patient("b"));
  auto streams = source().discover();
  ASSERT_EQ(streams.size(), 1u);
  EXPECT_FALSE(streams[0].mode.has_value());
  for (Mode mode : {Mode::full, Mode::changes}) {
    auto reader = source().read({"Patient", "", mode, {"id"}, 10, 1 << 20});
    auto arrival = reader->next();
    ASSERT_TRUE(arrival.has_value());
    EXPECT_EQ(arrival->rows.rows, 2u);
  }
}

TEST_F(FhirNdjson, SetsACellOfMoreThanAMebibyteAsideWithItsKey) {
  std::string large(1'200'000, 'x');
  file("Patient.ndjson",
       patient("a") + patient("b", ",\"gender\":\"" + large + "\"") + patient("c"));
  EXPECT_THAT(rows("Patient", {"id", "gender"}), ElementsAre("a|-", "c|-"));
  EXPECT_EQ(asides.at(0).key, "b");
}

TEST_F(FhirNdjson, SetsALineOfMoreThanSixteenMebibytesAside) {
  std::string large(17 << 20, 'x');
  file("Patient.ndjson",
       patient("a") + patient("b", ",\"gender\":\"" + large + "\"") + patient("c"));
  EXPECT_THAT(rows("Patient", {"id"}), ElementsAre("a", "c"));
  EXPECT_THAT(asides.at(0).why, HasSubstr("16 MiB"));
  EXPECT_EQ(end.records, 3u);
}

TEST_F(FhirNdjson, ManyLongTextsAreSpreadOverBatches) {
  std::string all;
  std::string long_text(900'000, 'y');
  for (char id = 'a'; id < 'a' + 20; ++id)
    all += patient(std::string(1, id), ",\"gender\":\"" + long_text + "\"");
  file("Patient.ndjson", all);
  EXPECT_EQ(rows("Patient", {"id", "gender"}, {}, 1000).size(), 20u);
  EXPECT_EQ(end.records, 20u);
  EXPECT_EQ(end.set_aside, 0u);
}

TEST_F(FhirNdjson, ByteOrderMarkAndCarriageReturnsDoNotMatter) {
  file("Patient.ndjson",
       "\xEF\xBB\xBF"
       R"({"resourceType":"Patient","id":"a"})"
       "\r\n\r\n");
  EXPECT_THAT(rows("Patient", {"id"}), ElementsAre("a"));
}

TEST_F(FhirNdjson, ReadsTheSampleThatLiesInItsFolder) {
  fs::path sample = fs::path(HOMEROOM_SOURCE_DIR) / "plugins/fhir_ndjson/sample/input";
  for (const auto& entry : fs::directory_iterator(sample))
    fs::copy(entry.path(), folder.path() / entry.path().filename());
  EXPECT_THAT(rows("Patient", {"id", "student_number", "line"}),
              ElementsAre("p-1|1000001|12 Example Lane Apt 3", "p-2|-|-"));
  EXPECT_THAT(rows("AllergyIntolerance", {"patient", "display", "criticality"}),
              ElementsAre("p-1|Peanut|high"));
  EXPECT_THAT(rows("Condition", {"patient", "icd10", "snomed", "clinicalStatus"}),
              ElementsAre("p-1|J45.909|195967001|active"));
  EXPECT_THAT(rows("Immunization", {"patient", "cvx", "status", "date"}),
              ElementsAre("p-1|08|completed|2015-01-03", "p-2|10|not-done|2016-02-04"));
}

}  // namespace
}  // namespace homeroom::plugin
