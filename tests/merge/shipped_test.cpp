// The model and the schema that are shipped.
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "hub/merge/merge.hpp"
#include "hub/settings/model.hpp"

namespace homeroom::merge {
namespace {

TEST(Shipped, ProfileSchemaIsTheOneOfTheShippedModel) {
  std::filesystem::path top(HOMEROOM_SOURCE_DIR);
  std::ifstream file(top / "docs/schema/profile.schema.json");
  std::stringstream text;
  text << file.rdbuf();
  auto made = profile_schema(settings::load_model(top / "configs/model.yaml", {}));
  // Not EXPECT_EQ: a page of differences helps nobody.
  EXPECT_TRUE(text.str() == made) << "write profile_schema() to docs/schema/profile.schema.json";
}

}  // namespace
}  // namespace homeroom::merge
