#include "hub/plugin/settings.hpp"

#include <gmock/gmock.h>

#include "tests/plugin/bench.hpp"

namespace homeroom::plugin {
namespace {

using testing::HasSubstr;

CheckedSettings check(const GivenSettings& given, const std::filesystem::path& secrets = ".") {
  static const Catalogue catalogue = cage("good");
  return check_settings(catalogue.find("parrot").manifest, given, "/district",
                        world::SecretFolder(secrets));
}

std::string value(const CheckedSettings& settings, const std::string& key) {
  for (const auto& setting : settings)
    if (setting.key == key) return std::string(setting.value.reveal());
  return "(not there)";
}

std::string refusal(const GivenSettings& given) {
  Error error = error_of([&] { check(given); });
  EXPECT_EQ(error.next, Next::fix_settings);
  return error.what();
}

TEST(Settings, DefaultsAreFilledInAndPathsMadeAbsolute) {
  auto settings = check({{"folder", "data/sis"}});
  EXPECT_EQ(value(settings, "folder"), "/district/data/sis");
  EXPECT_EQ(value(settings, "rows"), "3");
  EXPECT_EQ(value(settings, "token"), "(not there)");
}

TEST(Settings, AMistypedNameIsAnsweredWithTheNearestOne) {
  EXPECT_THAT(refusal({{"foldr", "x"}}), HasSubstr("did you mean 'folder'?"));
}

TEST(Settings, AValueOfTheWrongTypeIsRefused) {
  EXPECT_THAT(refusal({{"rows", "many"}}), HasSubstr("whole number"));
  EXPECT_THAT(refusal({{"loud", "yes"}}), HasSubstr("true nor false"));
  EXPECT_THAT(refusal({{"takes", "all"}}), HasSubstr("snapshot, changes"));
}

TEST(Settings, AMapHoldsTextsAndAStarOnePart) {
  auto settings = check({{"files.words", "w.txt"}, {"feeds.roster.path", "r.zip"}});
  EXPECT_EQ(value(settings, "files.words"), "w.txt");
  EXPECT_EQ(value(settings, "feeds.roster.path"), "/district/r.zip");
  EXPECT_THAT(refusal({{"feeds.roster.paht", "r.zip"}}), HasSubstr("not known"));
}

TEST(Settings, ASecretAsPlainTextIsRefusedAndNotRepeated) {
  std::string message = refusal({{"token", "hunter2"}});
  EXPECT_THAT(message, HasSubstr("{secret: NAME}"));
  EXPECT_THAT(message, testing::Not(HasSubstr("hunter2")));
}

TEST(Settings, ASecretComesFromItsFolder) {
  auto folder = world::ScratchFolder(std::filesystem::temp_directory_path());
  world::write_atomically(folder.path() / "parrot-token", "hunter2\n");
  auto settings = check({{"token.secret", "parrot-token"}}, folder.path());
  EXPECT_EQ(value(settings, "token"), "hunter2");
}

}  // namespace
}  // namespace homeroom::plugin
