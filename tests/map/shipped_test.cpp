// Every mapping that is shipped compiles, says nothing the linter minds, and its cases pass.
#include <gtest/gtest.h>

#include "hub/map/map.hpp"
#include "hub/settings/model.hpp"
#include "hub/settings/workspace.hpp"

namespace homeroom::map {
namespace {

std::vector<std::filesystem::path> shipped() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(
           std::filesystem::path(HOMEROOM_SOURCE_DIR) / "configs/examples"))
    if (entry.path().extension() == ".yaml" && entry.path().parent_path().filename() == "mappings")
      files.push_back(entry.path());
  return files;
}

const record::Model& model() {
  static const auto loaded =
      settings::load_model(std::filesystem::path(HOMEROOM_SOURCE_DIR) / "configs/model.yaml", {});
  return loaded;
}

TEST(ShippedMappings, CompileAndGiveTheLinterNothingToRefuse) {
  ASSERT_FALSE(shipped().empty());
  for (const auto& file : shipped())
    for (const auto& remark : lint(file, model()))
      EXPECT_FALSE(remark.is_error) << file << ":" << remark.place.line << ": " << remark.says;
}

TEST(ShippedMappings, PassTheirCases) {
  for (const auto& file : shipped())
    for (const auto& result : run_cases(file, model()))
      for (const auto& difference : result.differences)
        ADD_FAILURE() << result.name << "\n" << difference;
}

TEST(ShippedMappings, HaveCasesAndLintClean) {
  for (const auto& file : shipped()) {
    EXPECT_FALSE(run_cases(file, model()).empty()) << file;
    for (const auto& remark : lint(file, model()))
      if (remark.kind != Remark::Kind::note)
        ADD_FAILURE() << file << ":" << remark.place.line << ": " << remark.says;
  }
}

TEST(ShippedWorkspaces, NameMappingsThatAreThere) {
  auto examples = std::filesystem::path(HOMEROOM_SOURCE_DIR) / "configs/examples";
  for (const auto& source : settings::load_workspace(examples / "maple-hollow", {}).sources)
    EXPECT_TRUE(std::filesystem::exists(source.mapping)) << source.mapping;
}

}  // namespace
}  // namespace homeroom::map
