// A mapping proposed for the public student export needs few edits to say what the one written by
// hand says.
#include <cstdlib>

#include <gmock/gmock.h>

#include "tests/cli/program.hpp"
#include "tests/docs/edits.hpp"

namespace homeroom::anytown {
namespace {

namespace fs = std::filesystem;
using cli::homeroom;
using docs::root;
using nlohmann::json;
using testing::HasSubstr;

constexpr const char* page = "docs/guide/map-a-new-export.md";

class Proposed : public testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("HOMEROOM_DATA");
    data_ = folder ? folder : "";
    if (data_.empty() || !fs::exists(export_of("students_anytown")))
      GTEST_SKIP() << "HOMEROOM_DATA names no folder with the sample files";
    auto said =
        homeroom({"--workspace", root() / "configs/examples/anytown", "--set",
                  "data=" + data_.string(), "map", "new", "sis", "students", "--to", "student",
                  "--to", "enrollment", "--to", "organization=schools", "--out", mapping()});
    ASSERT_EQ(said.exit_code, 0) << said.err;
  }
  fs::path export_of(const std::string& stream) const {
    return data_ / "education/earthmover/09_edfi" / (stream + ".csv");
  }
  fs::path mapping() const { return folder_.path() / "sis.yaml"; }

  /// Rows of an entity as the mapping makes them, by key.
  std::map<std::string, json> rows(const fs::path& of, const std::string& entity) const {
    auto out = folder_.path() / "out";
    auto said = homeroom({"--set", "run_date=2022-11-15", "map", "run", "--mapping", of, "--input",
                          "students=" + export_of("students_anytown").string(), "--input",
                          "schools=" + export_of("schools").string(), "--out", out});
    EXPECT_EQ(said.exit_code, 0) << said.err;
    std::map<std::string, json> made;
    std::ifstream in(out / (entity + ".ndjson"));
    for (std::string line; std::getline(in, line);) {
      auto row = json::parse(line);
      made.emplace(row["key"].get<std::string>(), row);
    }
    return made;
  }

  fs::path data_;
  cli::Folder folder_;
};

TEST_F(Proposed, LintsCleanAndPassesItsCaseAtOnce) {
  EXPECT_THAT(homeroom({"map", "lint", mapping()}).out, HasSubstr("0 errors, 0 remarks"));
  EXPECT_EQ(homeroom({"map", "test", mapping()}).exit_code, 0);
}

TEST_F(Proposed, SaysWithTheEditsOfThePageAllThatIsSaidByHand) {
  auto edits = docs::sample_with(page, "+  attending:");
  EXPECT_LT(docs::count_of_edits(edits), 10u);
  docs::write(mapping(), docs::edited(docs::lines_of(mapping()), edits));
  EXPECT_EQ(homeroom({"map", "test", mapping()}).exit_code, 0);
  for (const char* entity : {"student", "enrollment", "organization"}) {
    auto by_hand = rows(root() / "configs/examples/anytown/mappings/sis.yaml", entity);
    auto ours = rows(mapping(), entity);
    ASSERT_EQ(ours.size(), by_hand.size()) << entity;
    std::map<std::string, int> differing;  // by field; never a value, never a key
    for (const auto& [key, row] : by_hand)
      for (const auto& [field, value] : row.items())
        differing[field] +=
            !ours.contains(key) || !ours.at(key).contains(field) || ours.at(key)[field] != value;
    for (const auto& [field, count] : differing) EXPECT_EQ(count, 0) << entity << ' ' << field;
  }
}

}  // namespace
}  // namespace homeroom::anytown
