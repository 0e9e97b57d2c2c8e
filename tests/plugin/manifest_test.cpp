#include "hub/plugin/manifest.hpp"

#include <gmock/gmock.h>

#include "tests/plugin/bench.hpp"

namespace homeroom::plugin {
namespace {

using testing::HasSubstr;

const std::string whole = R"(manifest: 1
name: csv_file
version: 0.1.0
publisher: Homeroom
says: Reads CSV files
abi: {from: 1.0, below: 2.0}
contracts: [homeroom.source/1]
settings:
  folder: {type: path, required: true, says: Where the files lie}
  student_number: {default: "00501", says: A text stays as it is written}
streams:
  users: {key: [sourcedId], subject: sourcedId, space: sis.sourcedId, gone: absent}
permissions: {folders: ["setting:folder"]}
regimes: [ferpa]
maturity: stable
)";

std::string refusal(const std::string& yaml) {
  Error error = error_of([&] { parse_manifest(yaml, "m.yaml"); });
  EXPECT_EQ(error.next, Next::fix_settings);
  return error.what();
}

std::string with(const std::string& from, const std::string& to) {
  std::string changed = whole;
  changed.replace(changed.find(from), from.size(), to);
  return changed;
}

TEST(Manifest, SaysEverythingBeforeAnyCodeIsMapped) {
  Manifest manifest = parse_manifest(whole, "m.yaml");
  EXPECT_EQ(manifest.name, "csv_file");
  EXPECT_EQ(manifest.abi_from, HR_ABI);
  EXPECT_EQ(manifest.abi_below, 2u << 16);
  EXPECT_TRUE(manifest.offers(HR_SOURCE));
  ASSERT_EQ(manifest.settings.size(), 2u);
  EXPECT_TRUE(manifest.settings[0].required);
  EXPECT_EQ(manifest.settings[1].fallback, "00501");
  EXPECT_EQ(manifest.streams[0].key, std::vector<std::string>{"sourcedId"});
  EXPECT_EQ(manifest.permissions.folders[0], "setting:folder");
}

TEST(Manifest, AnUnknownKeyIsRefusedWithTheNearestOne) {
  EXPECT_THAT(refusal(with("publisher:", "publishr:")), HasSubstr("publisher"));
  EXPECT_THAT(refusal(with("maturity:", "maturty:")), HasSubstr("did you mean 'maturity'?"));
}

TEST(Manifest, TheMessageNamesFileAndLine) {
  EXPECT_THAT(refusal(with("type: path", "type: folder")), HasSubstr("m.yaml line 9"));
}

TEST(Manifest, AliasesAreRefusedBeforeATreeIsBuilt) {
  EXPECT_THAT(refusal(with("regimes: [ferpa]", "regimes: &r [ferpa]")), HasSubstr("anchors"));
  EXPECT_THAT(refusal("a: &a [x]\nb: *a\n"), HasSubstr("not allowed"));
}

TEST(Manifest, AKeyTwiceIsRefused) {
  EXPECT_THAT(refusal(whole + "name: other\n"), HasSubstr("twice"));
}

TEST(Manifest, DeepAndBrokenDocumentsAreRefused) {
  EXPECT_NE(refusal(std::string(5000, '[')), "");
  EXPECT_NE(refusal(""), "");
  EXPECT_NE(refusal("just a text"), "");
  EXPECT_NE(refusal("a: [1, 2"), "");
}

TEST(Manifest, ASecretHasNoDefault) {
  EXPECT_THAT(refusal(with("default: \"00501\"", "secret: true, default: x")), HasSubstr("secret"));
}

TEST(Manifest, ASecretMayStayInTheHub) {
  EXPECT_THAT(refusal(with("default: \"00501\"", "secret: sometimes")), HasSubstr("secret"));
  auto manifest = parse_manifest(with("default: \"00501\"", "secret: sign_in"), "m.yaml");
  EXPECT_TRUE(manifest.settings[1].secret);
  EXPECT_TRUE(manifest.settings[1].signs_in);
}

TEST(Manifest, AVersionIsNumbersAndDotsSoThatVersionsHaveAnOrder) {
  for (const char* none : {"1.0-beta2", "v1", "1..0", ".1", "1."})
    EXPECT_THAT(refusal(with("0.1.0", none)), HasSubstr("is no version")) << none;
}

TEST(Manifest, ALargeFileIsRefused) {
  auto folder = world::ScratchFolder(std::filesystem::temp_directory_path());
  world::write_atomically(folder.path() / "m.yaml", std::string(300 << 10, '#'));
  EXPECT_NE(error_of([&] { read_manifest(folder.path() / "m.yaml"); }).next, Next::stop);
}

}  // namespace
}  // namespace homeroom::plugin
