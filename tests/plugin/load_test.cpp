#include <fstream>

#include <gmock/gmock.h>

#include "hub/plugin/library.hpp"
#include "tests/plugin/bench.hpp"

namespace homeroom::plugin {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

std::string refusal_of(const std::string& folder, const std::string& name) {
  Catalogue catalogue = cage(folder);
  Error error = error_of([&] { load(catalogue.find(name)); });
  EXPECT_EQ(error.next, Next::fix_settings);
  return error.what();
}

world::ScratchFolder copy_of_parrot() {
  world::ScratchFolder folder(fs::temp_directory_path());
  for (auto file : {"parrot.so", "parrot.manifest.yaml"})
    fs::copy(fs::path(HABITS) / "good" / file, folder.path() / file);
  return folder;
}

TEST(Load, AGoodPluginIsLoadedMoreThanOnce) {
  Catalogue catalogue = cage("good");
  EXPECT_EQ(&load(catalogue.find("parrot")), &load(catalogue.find("parrot")));
}

TEST(Load, AnotherMajorVersionIsRefused) {
  EXPECT_THAT(refusal_of("other_major", "parrot"), HasSubstr("contract version 9"));
  EXPECT_THAT(refusal_of("refuses_hub", "parrot"), HasSubstr("does not serve"));
}

TEST(Load, ATableThatContradictsItsManifestIsRefused) {
  EXPECT_THAT(refusal_of("other_name", "parrot"), HasSubstr("different names"));
  EXPECT_THAT(refusal_of("other_version", "parrot"), HasSubstr("different versions"));
}

TEST(Load, ALibraryWithoutTheSymbolIsRefused) {
  EXPECT_THAT(refusal_of("no_symbol", "silent"), HasSubstr("does not export homeroom_plugin"));
}

TEST(Load, ACutLibraryIsRefusedBeforeItIsMapped) {
  auto folder = copy_of_parrot();
  auto size = fs::file_size(folder.path() / "parrot.so");
  for (auto kept : {uintmax_t{0}, uintmax_t{10}, uintmax_t{64}, size / 4, size / 2, size - 1}) {
    fs::resize_file(folder.path() / "parrot.so", kept);
    Error error = error_of([&] { sealed_copy(folder.path() / "parrot.so"); });
    EXPECT_EQ(error.next, Next::fix_settings) << kept << " bytes";
  }
}

TEST(Load, SomethingElseThanALibraryIsRefused) {
  auto folder = copy_of_parrot();
  std::ofstream(folder.path() / "parrot.so") << std::string(4096, 'x');
  Error error = error_of([&] { sealed_copy(folder.path() / "parrot.so"); });
  EXPECT_THAT(error.what(), HasSubstr("no ELF file"));
}

TEST(Catalogue, ALibraryWithoutAManifestIsListedAsRefused) {
  auto folder = copy_of_parrot();
  fs::remove(folder.path() / "parrot.manifest.yaml");
  Catalogue catalogue({folder.path()});
  EXPECT_TRUE(catalogue.found().empty());
  ASSERT_EQ(catalogue.refused().size(), 1u);
  EXPECT_THAT(catalogue.refused()[0].why, HasSubstr("parrot.manifest.yaml"));
}

TEST(Catalogue, TheFirstFolderWins) {
  auto folder = copy_of_parrot();
  Catalogue catalogue({folder.path(), fs::path(HABITS) / "good"});
  ASSERT_EQ(catalogue.found().size(), 1u);
  EXPECT_EQ(catalogue.found()[0].library, folder.path() / "parrot.so");
  EXPECT_THAT(catalogue.refused()[0].why, HasSubstr("found before"));
}

TEST(Catalogue, AMissingPluginIsAnsweredWithEveryPlaceSearched) {
  Catalogue catalogue({fs::path(HABITS) / "good", "/nowhere"});
  std::string message = error_of([&] { catalogue.find("parot"); }).what();
  EXPECT_THAT(message, HasSubstr("did you mean 'parrot'?"));
  EXPECT_THAT(message, HasSubstr("searched /nowhere"));
}

}  // namespace
}  // namespace homeroom::plugin
