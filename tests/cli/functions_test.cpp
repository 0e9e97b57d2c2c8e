#include <gmock/gmock.h>

#include "tests/cli/program.hpp"

namespace homeroom::cli {
namespace {

using ::testing::HasSubstr;

TEST(MapFunctions, ShowsOneWithItsExamples) {
  auto said = homeroom({"map", "functions", "lpad"});
  EXPECT_EQ(said.exit_code, 0) << said.err;
  EXPECT_THAT(said.out, HasSubstr("lpad(text, width, fill) -> text"));
  EXPECT_THAT(said.out, HasSubstr("lpad('42', 5, '0')  gives  \"00042\""));
}

TEST(MapFunctions, ListsAllForPrograms) {
  auto said = homeroom({"--output", "json", "map", "functions"});
  ASSERT_EQ(said.exit_code, 0) << said.err;
  auto all = said.json()["functions"];
  EXPECT_GT(all.size(), 100u);
  for (const auto& one : all) {
    EXPECT_FALSE(one["examples"].empty()) << one;
    EXPECT_TRUE(one["can_fault"].is_boolean()) << one;
    EXPECT_TRUE(one["signature"].get<std::string>().starts_with(one["function"].get<std::string>()))
        << one;
  }
}

TEST(MapFunctions, SaysWhichOneMayBeMeant) {
  auto said = homeroom({"map", "functions", "lpda"});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err, HasSubstr("no function lpda, did you mean lpad?"));
}

TEST(MapTest, SaysThatHashesAreMadeWithAFixedKey) {
  Folder folder;
  auto file = folder.path() / "mapping.yaml";
  std::ofstream(file) << R"(mapping: 1
reads:
  people: id, name
student:
  from: people
  key: id
  fields:
    name.first: name
    name.last: hash(name)
cases:
  - case: a hash
    given:
      people: |
        id,name
        1,Fern
    expect:
      student: [{key: "1", name.first: Fern}]
)";
  auto said = homeroom({"map", "test", file});
  EXPECT_EQ(said.exit_code, 0) << said.out << said.err;
  EXPECT_THAT(said.err, HasSubstr("hash(...) used a fixed key here"));
}

}  // namespace
}  // namespace homeroom::cli
