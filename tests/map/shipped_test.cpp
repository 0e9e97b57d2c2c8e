// The mappings we ship must hold what their own cases say.
#include <algorithm>
#include <filesystem>

#include <gmock/gmock.h>

#include "hub/map/map.hpp"
#include "hub/settings/model.hpp"

namespace homeroom::map {
namespace {

std::vector<std::filesystem::path> shipped() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(HOMEROOM_SOURCE_DIR "/configs/examples"))
    if (entry.path().extension() == ".yaml" && entry.path().parent_path().filename() == "mappings")
      files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

record::Model model() {
  return settings::load_model(HOMEROOM_SOURCE_DIR "/configs/model.yaml", {});
}

TEST(ShippedMappings, hold_their_cases) {
  auto of = model();
  auto files = shipped();
  ASSERT_GE(files.size(), 7u);
  for (const auto& file : files) {
    auto results = run_cases(file, of);
    EXPECT_FALSE(results.empty()) << file;
    for (const auto& result : results)
      EXPECT_THAT(result.differences, testing::IsEmpty()) << file << ": " << result.name;
  }
}

TEST(ShippedMappings, have_no_mistakes) {
  auto of = model();
  for (const auto& file : shipped())
    for (const auto& remark : lint(file, of))
      EXPECT_FALSE(remark.is_error) << file << ": " << remark.says;
}

}  // namespace
}  // namespace homeroom::map
