// The verb link on small tables of invented people.
#include <cstdlib>
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
  while (std::getline(in, line))
    made[line.substr(0, line.find(','))] = line.substr(line.find(',') + 1);
  return made;
}

const std::string students =
    "rec_id,source,first_name,middle_name,last_name,dob,sex,street,city,zip,phone\n"
    "1,sis,Wilhelmina,,Testfield,2014-03-05,F,12 Sample Way,Anytown,70001,5550001111\n"
    "2,health,WILHELMINA,,TESTFEILD,2014-03-05,F,12 SAMPLE WAY,ANYTOWN,70001,5550001111\n"
    "3,sis,Bartholomew,,Testfield,2014-03-05,M,12 Sample Way,Anytown,70001,5550001111\n"
    "4,social,Bartholomew,,Testfield,2014-05-03,M,,Anytown,70001,\n"
    "5,sis,Ottoline,,Mockery,2011-11-30,F,9 Makebelieve Rd,Otherville,70002,5550002222\n";

struct LinkVerb : ::testing::Test {
  Folder folder;
  fs::path out = folder.path() / "clusters.csv";

  std::string file(const std::string& name, const std::string& text) {
    auto path = folder.path() / name;
    std::ofstream(path) << text;
    return path.string();
  }
  Said link(const std::string& identity, const std::vector<std::string>& inputs) {
    std::vector<std::string> words = {"--output", "json",  "link",      "--identity",
                                      identity,   "--out", out.string()};
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

/// Every other pair of so small a file is one person, which says nothing of twins.
TEST_F(LinkVerb, LeavesTwinsOfASmallFileToAPerson) {
  auto identity =
      file("identity.yaml",
           "identity: 1\nrecord_id: rec_id\nperson: {given_name: first_name, family_name: "
           "last_name, birth_date: born, phone: phone}\nblocks: [phone]\n");
  auto input = file("in.csv",
                    "rec_id,first_name,last_name,born,phone\n"
                    "1,Wilhelmina,Testwood,2014-02-03,6145550101\n"
                    "2,Bartholomew,Testwood,2014-02-03,6145550101\n"
                    "3,Quentin,Sampleton,2013-05-06,6145550102\n"
                    "4,Quentin,Sampleton,2013-05-06,6145550102\n"
                    "5,Ottilie,Mockridge,2012-07-08,6145550103\n"
                    "6,Ottilie,Mockridge,2012-07-08,6145550103\n");
  auto said = link(identity, {input});
  ASSERT_EQ(said.exit_code, 0) << said.err;
  auto of = clusters(out);
  EXPECT_NE(of["1"], of["2"]);
  EXPECT_EQ(of["3"], of["4"]);
  EXPECT_EQ(of["5"], of["6"]);
}

TEST_F(LinkVerb, ComparesThePreferredAndTheFormerNameToo) {
  auto input = file("in.csv",
                    "id,first,preferred,last,former,born\n"
                    "1,Wilhelmina,Kestrel,Testfield,,2014-03-05\n2,Kestrel,,Testfield,,2014-03-05\n"
                    "3,Ottoline,,Mockery,Samplez,2011-11-30\n4,Ottoline,,Samplez,,2011-11-30\n"
                    "5,Peregrine,,Fableton,,2012-07-21\n");
  auto identity = file("identity.yaml",
                       "identity: 1\nrecord_id: id\nperson:\n"
                       "  given_name: concat(first, ' ', preferred)\n"
                       "  family_name: concat(last, ' ', former)\n"
                       "  birth_date: born\nblocks: [birth_date]\n");
  const std::pair<const char*, const char*> pairs[] = {{"1,2", "one of several names"},
                                                       {"3,4", "one of two names"}};
  for (const auto& [pair, level] : pairs) {
    auto said = homeroom({"link", "--identity", identity, "--input", input, "--out", out.string(),
                          "--explain", pair});
    EXPECT_THAT(said.out, HasSubstr(level)) << said.err;
  }
  auto of = clusters(out);
  EXPECT_EQ(of["1"], of["2"]);
  EXPECT_EQ(of["3"], of["4"]);
  EXPECT_EQ(of["5"], "5");
}

TEST_F(LinkVerb, SaysWhichColumnIsNotThereAndWhatIsNear) {
  auto identity =
      file("identity.yaml",
           "identity: 1\nrecord_id: id\nperson:\n  given_name: frist\nblocks: [given_name]\n");
  auto said = link(identity, {file("in.csv", "id,first\n1,Ann\n")});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err, HasSubstr("identity.yaml:4:15"));
  EXPECT_THAT(said.err, HasSubstr("did you mean first"));
}

TEST_F(LinkVerb, RefusesARecordIdThatStandsTwice) {
  auto identity =
      file("identity.yaml",
           "identity: 1\nrecord_id: id\nperson:\n  given_name: first\nblocks: [given_name]\n");
  auto said = link(identity, {file("in.csv", "id,first\n7,Annabelle\n8,Ben\n7,Cyril\n")});
  EXPECT_EQ(said.exit_code, 1);
  EXPECT_THAT(said.err, HasSubstr("in.csv:4: the record id id stands in line 2 too"));
  EXPECT_THAT(said.err, testing::Not(HasSubstr("Annabelle")));
  EXPECT_FALSE(fs::exists(out));
}

TEST_F(LinkVerb, LinksTheSameWithTheModelItSaved) {
  auto input = file("in.csv", students);
  auto model = (folder.path() / "model.yaml").string();
  auto run = [&](const char* flag) {
    auto said = homeroom({"link", "--identity", (configs / "students.yaml").string(), "--input",
                          input, "--out", out.string(), flag, model});
    EXPECT_EQ(said.exit_code, 0) << said.err;
    return whole(out);
  };
  auto first = run("--save-model");
  EXPECT_THAT(whole(model), HasSubstr("link_model: 1"));
  EXPECT_EQ(run("--model"), first);
}

TEST_F(LinkVerb, KeepsWhatPeopleDecided) {
  auto input = file("in.csv", students);
  auto decisions =
      file("decisions.csv", "record_id,other_record_id,decision\n1,2,different\n1,5,same\n");
  auto said = homeroom({"link", "--identity", (configs / "students.yaml").string(), "--input",
                        input, "--out", out.string(), "--decisions", decisions});
  ASSERT_EQ(said.exit_code, 0) << said.err;
  auto of = clusters(out);
  EXPECT_NE(of["1"], of["2"]);
  EXPECT_EQ(of["1"], of["5"]);
}

TEST_F(LinkVerb, SaysAtWhichLineADecisionIsNone) {
  auto input = file("in.csv", students);
  auto decisions =
      file("decisions.csv", "record_id,other_record_id,decision\n1,2,same\n1,77,same\n");
  auto said = homeroom({"link", "--identity", (configs / "students.yaml").string(), "--input",
                        input, "--out", out.string(), "--decisions", decisions});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err, HasSubstr("decisions.csv:3: no record has this id"));
}

TEST_F(LinkVerb, LinksAcrossFilesOfSourcesThatHoldAPersonOnce) {
  auto identity = file(
      "identity.yaml",
      "identity: 1\ntrim: true\nrecord_id: id\none_per_source: true\nperson:\n  given_name: first\n"
      "  family_name: last\n  birth_date: born\nblocks:\n  - [given_name, family_name]\n");
  auto a = file(
      "a.csv",
      "id, first, last, born\n1, Ottoline, Mockery, 20110203\n2, Bertram, Sampler, 20100101\n");
  auto b = file(
      "b.csv",
      "id, first, last, born\n1, Ottoline, Mockery, 20110203\n2, Ottoline, Mockery, 20110203\n");
  auto said = link(identity, {a, b});
  ASSERT_EQ(said.exit_code, 0) << said.err;
  EXPECT_EQ(said.json()["records"], 4);
  EXPECT_EQ(said.json()["clusters"], 3);
  EXPECT_THAT(whole(out), HasSubstr("a.csv:"));  // ids stand in both files, so clusters say which
}

TEST_F(LinkVerb, TwoChildrenAreNeverOneThoughTheirSourceAndIdAreTheSame) {
  const std::string head =
      "rec_id,source,first_name,middle_name,last_name,dob,sex,street,city,zip,phone\n";
  auto a = file("a.csv", head + "5,sis,Ottoline,,Mockery,2011-11-30,F,,,,5550002222\n");
  auto b = file("b.csv", head + "5,sis,Bertram,,Sampler,2014-03-05,M,,,,5550003333\n");
  ASSERT_EQ(link((configs / "students.yaml").string(), {a, b}).exit_code, 0);
  EXPECT_EQ(whole(out), "record_id,cluster_id\n5,1\n5,2\n");
}

TEST_F(LinkVerb, FilesOfOneNameInTwoFoldersAreTwoSources) {
  auto identity = file("identity.yaml",
                       "identity: 1\nrecord_id: id\none_per_source: true\nperson:\n"
                       "  given_name: first\n  family_name: last\n  birth_date: born\n"
                       "blocks:\n  - [given_name, family_name]\n");
  fs::create_directories(folder.path() / "sis");
  fs::create_directories(folder.path() / "clinic");
  auto a = file("sis/in.csv",
                "id,first,last,born\n1,Ottoline,Mockery,20110203\n2,Bertram,Sampler,20100101\n");
  auto b = file("clinic/in.csv", "id,first,last,born\n7,Ottoline,Mockery,20110203\n");
  auto said = link(identity, {a, b});
  ASSERT_EQ(said.exit_code, 0) << said.err;
  EXPECT_EQ(said.json()["clusters"], 2);
  EXPECT_EQ(said.json()["sources"].size(), 2);
}

TEST_F(LinkVerb, SaysWhatOfTheInputItCannotUse) {
  auto identity = file("identity.yaml",
                       "identity: 1\nrecord_id: id\nperson:\n  given_name: first\n  birth_date: "
                       "born\n  phone: phone\n"
                       "blocks:\n  - given_name\n  - phone\n");
  auto input = file("in.csv",
                    "id,first,born,phone\n1,Annabel,2011-02-31,\n2,Annabel,31.2.2011,000-000-"
                    "0000\n3,Cyrill,2010-01-01,\n");
  auto said = link(identity, {input});
  ASSERT_EQ(said.exit_code, 0) << said.err;
  auto remarks = said.json()["remarks"].dump();
  EXPECT_THAT(remarks, HasSubstr("phone: no record has a value that can be read"));
  EXPECT_THAT(remarks,
              HasSubstr("birth_date: 1 date is in no calendar and compared as written, at "));
  EXPECT_THAT(remarks, HasSubstr("in.csv:2"));
  EXPECT_THAT(remarks, HasSubstr("birth_date: 1 value could not be read and counts as not known"));
  EXPECT_THAT(remarks, HasSubstr("in.csv:3"));
  EXPECT_THAT(remarks, HasSubstr("blocking key [phone]: no record has it"));
  EXPECT_THAT(remarks, testing::Not(HasSubstr("Annabel")));
}

TEST_F(LinkVerb, IsBoundedWithALongValueAndManyEqualRecords) {
  auto identity =
      file("identity.yaml",
           "identity: 1\nrecord_id: id\nperson:\n  given_name: first\nblocks: [given_name]\n");
  std::string text = "id,first\n0," + std::string(1 << 20, 'x') + "\n";
  for (int i = 1; i <= 100'000; ++i) text += std::to_string(i) + ",Annabel\n";
  auto said = link(identity, {file("in.csv", text)});
  ASSERT_EQ(said.exit_code, 0) << said.err;
  EXPECT_EQ(said.json()["records"], 100'001);
  EXPECT_LE(said.json()["pairs_scored"], 1'000'000);
  EXPECT_THAT(said.json()["remarks"].dump(),
              HasSubstr("100000 records agree in it and in all of split"));
  EXPECT_THAT(said.json()["remarks"].dump(), HasSubstr("1 value is longer than 1000 bytes"));
  auto partial =
      link(identity,
           {file("partial.csv", "id,first\n1,Annabel\n2," + std::string(9 << 20, 'x') + "\n")});
  EXPECT_EQ(partial.exit_code, 3);
  EXPECT_EQ(partial.json()["left_out"], 1);
  EXPECT_THAT(partial.json()["remarks"].dump(),
              HasSubstr("1 record could not be read and was left out, first line 3: "));
  auto refused =
      link(identity, {file("long.csv", "id,first\n0," + std::string(11 << 20, 'x') + "\n")});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("record 1 is longer than 10 MB"));
}

/// No key brings any two records together: nothing is linked, and it is said why.
TEST_F(LinkVerb, SaysThatNoKeyBringsRecordsTogether) {
  auto identity = file("identity.yaml",
                       "identity: 1\nrecord_id: id\nperson:\n  given_name: first\n  phone: phone\n"
                       "blocks: [phone]\n");
  auto said = link(identity, {file("in.csv", "id,first,phone\n1,Annabel,\n2,Annabel,\n")});
  ASSERT_EQ(said.exit_code, 0) << said.err;
  EXPECT_EQ(said.json()["pairs_scored"], 0);
  EXPECT_EQ(said.json()["clusters"], 2);
  EXPECT_THAT(said.json()["remarks"].dump(),
              HasSubstr("no two records agree in any blocking key, so none were compared"));
}

TEST_F(LinkVerb, AFileThatLacksAColumnOfTheFirstIsRefused) {
  auto a = file("a.csv", students);
  auto b =
      file("b.csv", "rec_id,source,first_name,middle_name,last_name,dob,sex,street,city,zip\n");
  auto said = link((configs / "students.yaml").string(), {a, b});
  EXPECT_EQ(said.exit_code, 1);
  EXPECT_THAT(said.err, HasSubstr("b.csv: there is no column phone, which the first file has"));
  EXPECT_FALSE(fs::exists(out));
}

/// Families of two in three languages; those of one are few.
TEST_F(LinkVerb, TellsTheShareLinkedByGroupButNotOfSmallOnes) {
  std::string text = "id,first,born,tongue\n";
  auto add = [&](const std::string& tongue, int persons, bool is_twice) {
    for (int i = 0; i < persons; ++i) {
      std::string letters = {static_cast<char>('a' + i % 26), static_cast<char>('a' + i / 26)};
      auto line = ",Invent" + letters + tongue + ",2011-0" + std::to_string(1 + i % 9) + "-1" +
                  std::to_string(i % 10) + "," + tongue + "\n";
      for (int copy = 0; copy < 1 + is_twice; ++copy)
        text += tongue + std::to_string(i) + (copy ? "b" : "a") + line;
    }
  };
  add("xan", 40, true);
  add("yor", 20, false);
  add("zul", 4, false);
  const std::string head =
      "identity: 1\nrecord_id: id\nperson: {given_name: first, birth_date: born}\n"
      "blocks: [[given_name, birth_date]]\n";
  auto input = file("in.csv", text);
  auto said = link(file("identity.yaml", head + "groups: {language: tongue}\n"), {input});
  ASSERT_EQ(said.exit_code, 0) << said.err;
  // Four records of one language could be worked out from the others: both are told together.
  auto groups = said.json()["groups"];
  ASSERT_EQ(groups.size(), 2U) << groups.dump();
  EXPECT_EQ(groups[0]["value"], "xan");
  EXPECT_EQ(groups[0]["records"], 80);
  EXPECT_EQ(groups[0]["linked"], 80);
  EXPECT_EQ(groups[1]["value"], "");
  EXPECT_EQ(groups[1]["values"], 2);
  EXPECT_EQ(groups[1]["records"], 24);
  EXPECT_THAT(groups.dump(), testing::Not(HasSubstr("zul")));
  auto with_groups = whole(out);
  ASSERT_EQ(link(file("identity.yaml", head), {input}).exit_code, 0);
  EXPECT_EQ(whole(out), with_groups);  // groups are told of, never compared
  auto names = link(file("identity.yaml", head + "groups: {name: first}\n"), {input});
  ASSERT_EQ(names.exit_code, 0) << names.err;
  EXPECT_TRUE(names.json()["groups"].empty());
  EXPECT_THAT(names.json()["remarks"].dump(), HasSubstr("group name: its column has 64 values"));
}

/// The file of open pairs is the file of decisions, with the answers left out.
TEST_F(LinkVerb, WritesWhatIsOpenAsDecisionsToBeMade) {
  auto identity =
      file("identity.yaml",
           "identity: 1\nrecord_id: id\nperson: {given_name: first, family_name: last}\n"
           "blocks: [given_name]\nlink: 99.999999%\nreview: 0.0001%\n");
  auto input =
      file("in.csv", "id,first,last\n1,Ottoline,Mockery\n2,Ottoline,Mockery\n3,Bertram,Sampler\n");
  auto review = (folder.path() / "open.csv").string();
  auto run = [&](std::vector<std::string> more) {
    std::vector<std::string> words = {"--output",   "json",         "link", "--identity",
                                      identity,     "--input",      input,  "--out",
                                      out.string(), "--review-out", review};
    words.insert(words.end(), more.begin(), more.end());
    auto said = homeroom(words);
    EXPECT_EQ(said.exit_code, 0) << said.err;
    return said;
  };
  auto first = run({});
  ASSERT_EQ(first.json()["review"], 1);
  auto before = whole(out);
  auto open = whole(review);
  EXPECT_TRUE(open == "record_id,other_record_id,decision\n1,2,\n" ||
              open == "record_id,other_record_id,decision\n2,1,\n")
      << open;
  auto decisions = file("decisions.csv", open);
  EXPECT_EQ(run({"--decisions", decisions}).json()["review"], 1);  // nothing is decided yet
  EXPECT_EQ(whole(out), before);
  file("decisions.csv", open.substr(0, open.size() - 1) + "different\n");
  EXPECT_EQ(run({"--decisions", decisions}).json()["review"], 0);
  EXPECT_EQ(whole(out), before);
  file("decisions.csv", open.substr(0, open.size() - 1) + "same\n");
  run({"--decisions", decisions});
  EXPECT_EQ(clusters(out)["1"], clusters(out)["2"]);
  run({});  // undone
  EXPECT_EQ(whole(out), before);
}

struct BadIdentity {
  const char* yaml;
  const char* says;
};

TEST_F(LinkVerb, NamesThePlaceOfASlipInTheIdentityFile) {
  const BadIdentity cases[] = {
      {"identity: 1\nrecord_id: id\nperson: {given_nam: first}\nblocks: [given_name]\n",
       ":3:10: a person has no given_nam, did you mean given_name?"},
      {"identity: 1\nrecord_id: id\nperson: {given_name: first}\nblock: [given_name]\n",
       ":4:1: unknown setting block, did you mean blocks?"},
      {"identity: 1\nrecord_id: id\nperson: {given_name: first}\nblocks: []\n",
       "at least one blocking key is needed"},
      {"identity: 1\nrecord_id: id\nperson: {given_name: first}\nblocks: [given]\n", ":4:10: "},
      {"identity: 1\nrecord_id: id\nperson: {given_name: first}\nblocks: [given_name]\nlink: "
       "20%\nreview: 30%\n",
       ":6:9: review must not be above link"},
      {"identity: 1\nrecord_id: idd\nperson: {given_name: first}\nblocks: [given_name]\n",
       ":2:12: "},
      {"identity: 1\nrecord_id: id\nperson: {given_name: first}\nblocks: [given_name]\n"
       "groups: {language: frist}\n",
       ":5:20: "},
      {"identity: 1\nrecord_id: id\nperson: {given_name: first}\nblocks: [given_name]\n"
       "groups: {a b: first}\n",
       ":5:10: a name of letters, digits and _ is expected"},
      {"identity: 1\nrecord_id: id\nperson: {given_name: first}\nblocks: [given_name]\n"
       "identifiers: {a: first, b: first, c: first, d: first, e: first, f: first, g: first,\n"
       "  h: first, i: first, j: first, k: first, l: first, m: first}\n",
       "at most 12 identifiers and others are compared"},
      {"identity: 2\nrecord_id: id\nperson: {given_name: first}\nblocks: [given_name]\n",
       ":1:11: this program reads identity: 1"},
  };
  auto input = file("in.csv", "id,first\n1,Annabel\n");
  for (const auto& [yaml, says] : cases) {
    auto said = link(file("identity.yaml", yaml), {input});
    EXPECT_EQ(said.exit_code, 2) << yaml;
    EXPECT_THAT(said.err, HasSubstr(says));
  }
}

/// Sets with known truth that are not in the repository: HOMEROOM_DATA names the folder that holds
/// linkage/.
TEST_F(LinkVerb, FindsTheDoublesOfPublicSets) {
  const char* data = std::getenv("HOMEROOM_DATA");
  auto sets = fs::path(data ? data : "") / "linkage";
  if (!data || !fs::exists(sets / "febrl1.csv"))
    GTEST_SKIP() << "HOMEROOM_DATA names no folder with linkage/febrl1.csv";
  auto said = link((configs / "febrl.yaml").string(), {(sets / "febrl1.csv").string()});
  ASSERT_EQ(said.exit_code, 0) << said.err;
  std::map<std::string, std::set<std::string>> of_person;
  for (const auto& [record, cluster] : clusters(out))
    of_person[record.substr(0, record.find('-', 4))].insert(cluster);
  EXPECT_EQ(of_person.size(), 500U);
  for (const auto& [person, of] : of_person) EXPECT_EQ(of.size(), 1U) << person;
  EXPECT_EQ(said.json()["clusters"], 500);
}

}  // namespace
}  // namespace homeroom::cli
