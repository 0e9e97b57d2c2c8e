#include "hub/resolve/names.hpp"

#include <gmock/gmock.h>

namespace homeroom::resolve {
namespace {

using ::testing::ElementsAre;

TEST(NormalName, FoldsAccentsCaseAndMarks) {
  EXPECT_EQ(normal_name("Nuñez-Peña"), "nunez pena");
  EXPECT_EQ(normal_name("O'Brien"), "obrien");
  EXPECT_EQ(normal_name("O\u2019Brien"), "obrien");
  EXPECT_EQ(normal_name("  DE LA  CRUZ "), "de la cruz");
  EXPECT_EQ(normal_name("St. John"), "st john");
  EXPECT_EQ(normal_name("Łukasz Sørensen"), "lukasz sorensen");
}

TEST(NormalName, ReadsTwoSpellingsOfOneLetterAlike) {
  EXPECT_EQ(normal_name("Jose\u0301"), normal_name("Jos\u00e9"));
}

TEST(NormalName, KeepsTheReadableLettersOfBrokenText) {
  EXPECT_EQ(normal_name("Pe\xf1"
                        "a"),
            "pea");
  EXPECT_EQ(normal_name(""), "");
  EXPECT_EQ(normal_name("42"), "");
}

TEST(WithoutSuffix, TakesAGenerationAwayButNotAName) {
  EXPECT_EQ(without_suffix("cruz jr"), "cruz");
  EXPECT_EQ(without_suffix("cruz iii"), "cruz");
  EXPECT_EQ(without_suffix("junior"), "junior");
}

TEST(FamilyParts, LeaveParticlesOut) {
  EXPECT_THAT(family_parts("de la cruz"), ElementsAre("cruz"));
  EXPECT_THAT(family_parts("garcia lopez"), ElementsAre("garcia", "lopez"));
  EXPECT_THAT(family_parts("de la"), ElementsAre("de la"));
  EXPECT_THAT(family_parts(""), ElementsAre());
}

TEST(NormalPostal, KeepsFiveDigits) {
  EXPECT_EQ(normal_postal("43017-1234"), "43017");
  EXPECT_EQ(normal_postal("430171234"), "43017");
}

}  // namespace
}  // namespace homeroom::resolve
