#include <map>

#include <zip.h>

#include "tests/sdk/plugin_in_hub.hpp"

namespace homeroom::plugin {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::vector<std::string> files_of_1_1 = {
    "academicSessions", "orgs",         "courses",   "classes",        "users",
    "enrollments",      "demographics", "resources", "classResources", "courseResources",
    "categories",       "lineItems",    "results"};

// A manifest of 1.1 in which every file is absent but those named.
std::string manifest(const std::map<std::string, std::string>& modes) {
  std::string text = "propertyName,value\r\nmanifest.version,1.0\r\noneroster.version,1.1\r\n";
  for (auto& name : files_of_1_1) {
    auto mode = modes.find(name);
    text += "file." + name + "," + (mode == modes.end() ? "absent" : mode->second) + "\r\n";
  }
  return text;
}

const std::string users =
    "sourcedId,status,dateLastModified,role,givenName\n"
    "s1,,,student,Ada\ns2,tobedeleted,2025-10-01T00:00:00.000Z,student,Bo\n";

class OneRosterCsv : public PluginInHub {
 protected:
  OneRosterCsv() : PluginInHub("oneroster_csv") { settings = {{"path", folder.path()}}; }

  void zip(const std::map<std::string, std::string>& files) {
    settings[0].second = folder.path() / "p.zip";
    zip_t* made = zip_open(settings[0].second.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
    for (auto& [file_name, text] : files)
      zip_file_add(made, file_name.c_str(), zip_source_buffer(made, text.data(), text.size(), 0),
                   0);
    zip_close(made);
  }
  std::string refusal() {
    return error([&] { source().discover(); });
  }
};

TEST_F(OneRosterCsv, OffersWhatTheManifestDeclares) {
  file("manifest.csv", manifest({{"users", "bulk"}, {"orgs", "bulk"}}));
  file("users.csv", users);
  file("orgs.csv", "sourcedId,status,dateLastModified,name\n");
  auto streams = source().discover();
  ASSERT_EQ(streams.size(), 2u);
  EXPECT_EQ(streams[0].name, "orgs");
  EXPECT_EQ(streams[0].role, Role::reference);
  EXPECT_EQ(streams[1].subject, "sourcedId");
  EXPECT_EQ(streams[1].space, "oneroster.user");
  EXPECT_EQ(streams[1].mode, Mode::full);
  EXPECT_EQ(streams[1].gone, Gone::absent);
}

TEST_F(OneRosterCsv, ReadsABulkFileInFull) {
  file("manifest.csv", manifest({{"users", "bulk"}}));
  file("users.csv", users);
  EXPECT_THAT(rows("users", {"sourcedId", "givenName"}), ElementsAre("s1|Ada", "s2|Bo"));
  EXPECT_THAT(gone, ElementsAre("s2|Bo"));
  EXPECT_TRUE(end.complete);
  EXPECT_EQ(end.proof, Proof::settled);
}

TEST_F(OneRosterCsv, OffersADeltaAsChangesOnly) {
  file("manifest.csv", manifest({{"users", "delta"}}));
  file("users.csv", users);
  EXPECT_EQ(source().discover()[0].mode, Mode::changes);
  EXPECT_EQ(source().discover()[0].gone, Gone::marked);
  EXPECT_THAT(error([&] { rows("users", {"sourcedId"}); }), HasSubstr("changes only"));
  EXPECT_EQ(next, Next::hide);
  EXPECT_EQ(rows("users", {"sourcedId"}, Mode::changes).size(), 2u);
}

TEST_F(OneRosterCsv, ReadsAZipWithItsCheckSums) {
  zip({{"manifest.csv", manifest({{"users", "bulk"}})}, {"users.csv", users}});
  EXPECT_THAT(rows("users", {"sourcedId"}), ElementsAre("s1", "s2"));
  EXPECT_EQ(end.proof, Proof::format);
}

TEST_F(OneRosterCsv, RefusesAZipWhoseCheckSumDoesNotFit) {
  zip({{"manifest.csv", manifest({{"users", "bulk"}})}, {"users.csv", users}});
  std::string bytes = world::read_whole(settings[0].second, 1 << 20);
  // The check sum stands before the two sizes in the local and in the central header.
  for (size_t at = 0; (at = bytes.find("users.csv", at)) != std::string::npos; ++at)
    bytes[at - (bytes.compare(at - 46, 2, "PK") == 0 && at >= 46 ? 30 : 16)] ^= 1;
  file("p.zip", bytes);
  EXPECT_THAT(error([&] { rows("users", {"sourcedId"}); }), HasSubstr("users.csv is damaged"));
  EXPECT_EQ(next, Next::not_readable);
}

TEST_F(OneRosterCsv, RefusesAZipThatBreaksARule) {
  zip({{"../users.csv", users}});
  EXPECT_THAT(refusal(), HasSubstr("a name that is no plain file name"));
  zip({{"users.csv", users}, {"Users.csv", users}});
  EXPECT_THAT(refusal(), HasSubstr("the name of an earlier one"));
  zip({{"users.csv", std::string(4 << 20, ' ')}});
  EXPECT_THAT(refusal(), HasSubstr("more than 100 times its size"));
  file("p.zip", "PK no zip");
  EXPECT_THAT(refusal(), HasSubstr("p.zip is no whole zip file"));
}

TEST_F(OneRosterCsv, NamesEveryErrorOfTheManifest) {
  file("manifest.csv", manifest({{"users", "bulk"}, {"orgs", "some"}}) +
                           "file.pets,bulk\nfile.users,bulk\nnonsense\n");
  file("classes.csv", "sourcedId\n");
  std::string said_of_it = refusal();
  for (std::string part :
       {"line 5: file.orgs is none of absent, bulk and delta",
        "line 17: property file.pets is not known",
        "line 18: property file.users stands there twice", "line 19: not two cells",
        "users.csv is missing, the manifest says that it is there",
        "classes.csv is there, the manifest says that it is absent"})
    EXPECT_THAT(said_of_it, HasSubstr(part));
  EXPECT_EQ(next, Next::not_readable);
}

TEST_F(OneRosterCsv, RefusesAnotherVersion) {
  file("manifest.csv", "propertyName,value\noneroster.version,2.0\n");
  EXPECT_THAT(refusal(),
              HasSubstr("manifest.csv line 2: oneroster.version is neither 1.1 nor 1.2"));
}

}  // namespace
}  // namespace homeroom::plugin
