// A district's file stands in front of a shipped one of the same name; what is nowhere else is
// looked for among the shipped ones.
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/map/bench.hpp"

namespace homeroom::map {
namespace {

namespace fs = std::filesystem;

class Shelves : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("homeroom-shelf-" + std::to_string(::getpid()));
    write("shipped/roster/sis.yaml",
          "mapping: 1\ninclude: pieces.yaml\nreads: {pupils: 'id, kind'}\ncodes: {kinds: {file: "
          "codes/kinds.csv}}\n"
          "service:\n  from: pupils\n  key: id\n  student: id\n  fields: {name: {use: kind_of, "
          "text: kind}}\n");
    write("shipped/roster/pieces.yaml",
          "pieces: {kind_of: {takes: [text], is: \"code(text, 'kinds') else null\"}}\n");
    write("shipped/roster/codes/kinds.csv", "code,value\na,shipped\n");
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }
  Shelf shelf() const { return {folder_ / "own", folder_ / "shipped"}; }

  /// What the shipped mapping makes of one pupil of kind `a`; its digest beside it.
  std::pair<std::string, std::string> made(const fs::path& mapping) {
    std::vector<Remark> remarks;
    auto compiled = Mapping::compile(mapping, shipped_model(), {}, parameters_on(day_of_cases),
                                     remarks, fixed_hasher(), shelf());
    if (!compiled) return {remarks.empty() ? "" : remarks[0].says, ""};
    record::Arena arena;
    GivenRows rows(*compiled, arena);
    rows.take_csv("pupils", "id,kind\n1,a\n");
    auto output = compiled->run(rows.block(), arena);
    auto name = *shipped_model().entities[output.entities[0].entity].find("name");
    return {std::string(output.entities[0].fields[name].text_at(0).view()), compiled->digest()};
  }

  fs::path folder_;
};

TEST_F(Shelves, a_districts_code_list_stands_in_front_of_the_shipped_one) {
  auto before = made(folder_ / "shipped/roster/sis.yaml");
  EXPECT_EQ(before.first, "shipped");
  write("own/roster/codes/kinds.csv", "code,value\na,own\n");
  auto after = made(folder_ / "shipped/roster/sis.yaml");
  EXPECT_EQ(after.first, "own");
  EXPECT_NE(before.second, after.second) << "the digest is of what is read";
}

TEST_F(Shelves, a_districts_pieces_stand_in_front_of_the_shipped_ones) {
  write("own/roster/pieces.yaml", "pieces: {kind_of: {takes: [text], is: upper(text)}}\n");
  EXPECT_EQ(made(folder_ / "shipped/roster/sis.yaml").first, "A");
}

TEST_F(Shelves, a_districts_mapping_may_include_shipped_pieces) {
  write("own/sis.yaml",
        "mapping: 1\ninclude: roster/pieces.yaml\nreads: {pupils: 'id, kind'}\ncodes: {kinds: {a: "
        "mine}}\n"
        "service:\n  from: pupils\n  key: id\n  student: id\n  fields: {name: {use: kind_of, text: "
        "kind}}\n");
  EXPECT_EQ(made(folder_ / "own/sis.yaml").first, "mine");
}

TEST_F(Shelves, the_mapping_itself_is_found_the_same_way) {
  EXPECT_EQ(shelf().mapping(folder_ / "own/roster/sis.yaml"), folder_ / "shipped/roster/sis.yaml");
  write("own/roster/sis.yaml", "mapping: 1\n");
  EXPECT_EQ(shelf().mapping(folder_ / "own/roster/sis.yaml"), folder_ / "own/roster/sis.yaml");
}

}  // namespace
}  // namespace homeroom::map
