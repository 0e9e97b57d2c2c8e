// The verb link on small tables of invented people.
#include <fstream>
#include <map>
#include <set>

#include <gmock/gmock.h>

#include "tests/cli/program.hpp"

namespace homeroom::cli {
namespace {

using ::testing::HasSubstr;

const fs::path configs = fs::path(HOMEROOM_SOURCE_DIR) / "configs/identity";

/// record id -> cluster id of a written file.
std::map<std::string, std::string> clusters(const fs::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  EXPECT_EQ(line, "record_id,cluster_id");
  std::map<std::string, std::string> made;
  while (std::getline(in, line)) made[line.substr(0, line.find(','))] = line.substr(line.find(',') + 1);
  return made;
}

const std::string students =
    "rec_id,source,first_name,middle_name,last_name,dob,sex,street,city,zip,phone\n"
    "1,sis,Wilhelmina,,Testfield,2014-03-05,F,12 Sample Way,Anytown,70001,5550001111\n"
    "2,health,WILHELMINA,,TESTFEILD,2014-03-05,F,12 SAMPLE WAY,ANYTOWN,70001,5550001111\n"
    "3,sis,Bartholomew,,Testfield,2014-03-05,M,12 Sample Way,Anytown,70001,5550001111\n"
    "4,social,Bartholomew,,Testfield,2014-05-03,M,,Anytown,70001,\n"
    "5,sis,Ottoline,,Mockery,2011-11-30,F,9 Placeholder Rd,Otherville,70002,5550002222\n";

struct LinkVerb : ::testing::Test {
  Folder folder;
  fs::path out = folder.path() / "clusters.csv";

  std::string file(const std::string& name, const std::string& text) {
    auto path = folder.path() / name;
    std::ofstream(path) << text;
    return path.string();
  }
  Said link(const std::string& identity, const std::vector<std::string>& inputs) {
    std::vector<std::string> words = {"--output", "json", "link", "--identity", identity, "--out", out.string()};
    for (const auto& input : inputs) words.insert(words.end(), {"--input", input});
    return homeroom(words);
  }
};

TEST_F(LinkVerb, FindsTheRecordsOfOneChildAndKeepsTwinsApart) {
  auto said = link((configs / "students.yaml").string(), {file("in.csv", students)});
  ASSERT_EQ(said.exit_code, 0) << said.err;
  EXPECT_EQ(said.json()["records"], 5);
  EXPECT_EQ(said.json()["clusters"], 3);
  auto of = clusters(out);
  EXPECT_EQ(of["1"], of["2"]);
  EXPECT_EQ(of["3"], of["4"]);
  EXPECT_NE(of["1"], of["3"]);
  EXPECT_NE(of["5"], of["1"]);
}

TEST_F(LinkVerb, SaysWhichColumnIsNotThereAndWhatIsNear) {
  auto identity = file("identity.yaml",
                       "identity: 1\nrecord_id: id\nperson:\n  given_name: frist\nblocks: [given_name]\n");
  auto said = link(identity, {file("in.csv", "id,first\n1,Ann\n")});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err, HasSubstr("identity.yaml:4:15"));
  EXPECT_THAT(said.err, HasSubstr("did you mean first"));
}

TEST_F(LinkVerb, RefusesARecordIdThatStandsTwice) {
  auto identity = file("identity.yaml",
                       "identity: 1\nrecord_id: id\nperson:\n  given_name: first\nblocks: [given_name]\n");
  auto said = link(identity, {file("in.csv", "id,first\n7,Annabelle\n8,Ben\n7,Cyril\n")});
  EXPECT_EQ(said.exit_code, 1);
  EXPECT_THAT(said.err, HasSubstr("in.csv:4: the record id id stands in line 2 too"));
  EXPECT_THAT(said.err, testing::Not(HasSubstr("Annabelle")));
  EXPECT_FALSE(fs::exists(out));
}

}  // namespace
}  // namespace homeroom::cli
