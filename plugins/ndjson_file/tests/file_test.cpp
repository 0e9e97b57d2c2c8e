#include <algorithm>
#include <csignal>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <unistd.h>

#include "hub/plugin/plugin.hpp"
#include "hub/world/digest.hpp"
#include "hub/world/files.hpp"

namespace homeroom::plugin {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  return world::read_whole(path, 1 << 20);
}

std::vector<std::string> files_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename());
  std::ranges::sort(names);
  return names;
}

Share upsert(std::string_view key, std::string_view id, std::string_view body) {
  return {key, id, 1, Operation::upsert, "d1", body, "", false};
}

// The sink as the hub opens it, and what it answered.
class Sink {
 public:
  Sink(const fs::path& path, const std::string& deliver) {
    const Found& found = catalogue_.find("ndjson_file");
    auto settings = check_settings(found.manifest, {{"path", path}, {"deliver", deliver}}, "/",
                                   world::SecretFolder("/"));
    instance_ = open_in_process(found, settings, {clock_, log_, cancel_, {}});
  }
  Instance* operator->() { return instance_.get(); }

  void deliver(uint64_t number, const std::vector<Share>& shares) {
    taken = 0;
    auto writer = begin(number, shares.size());
    writer->put(shares);
    writer->finish();
  }
  std::unique_ptr<Writer> begin(uint64_t number, uint64_t shares) {
    return instance_->begin({"nurses", instance_->takes(), number, shares},
                            [this](std::string_view, Verdict verdict, std::string_view) {
                              taken += verdict == Verdict::taken;
                            });
  }
  uint64_t taken = 0;

 private:
  Catalogue catalogue_{{fs::path(HOMEROOM_PLUGINS)}};
  std::ostringstream said_;
  world::SystemClock clock_;
  world::Log log_{{}, said_};
  world::Cancel cancel_;
  std::unique_ptr<Instance> instance_;
};

class NdjsonFile : public testing::Test {
 protected:
  world::ScratchFolder folder{fs::temp_directory_path()};
  fs::path path = folder.path() / "nurses.ndjson";
  std::vector<Share> two = {upsert("t/n/p-a/1", "p-a", R"({"grade":"KG"})"),
                            upsert("t/n/p-b/2", "p-b", "{\n\"grade\":\"01\"}")};
};

TEST_F(NdjsonFile, ASnapshotIsOneDocumentALineWithItsManifest) {
  Sink sink(path, "snapshot");
  EXPECT_EQ(sink->takes(), Delivers::snapshot);
  sink.deliver(7, two);
  EXPECT_EQ(sink.taken, 2u);
  EXPECT_EQ(read(path), "{\"grade\":\"KG\"}\n{ \"grade\":\"01\"}\n");
  std::string manifest = read(path.string() + ".manifest.json");
  EXPECT_THAT(manifest, HasSubstr("\"delivery\":7"));
  EXPECT_THAT(manifest, HasSubstr("\"lines\":2"));
  EXPECT_THAT(manifest, HasSubstr(world::hex(world::sha256_of_file(path))));
}

TEST_F(NdjsonFile, TheSameSnapshotLeavesTheFileUntouched) {
  Sink sink(path, "snapshot");
  sink.deliver(1, two);
  auto before = world::facts_of(world::open_regular(path), path);
  sink.deliver(2, two);
  EXPECT_EQ(sink.taken, 2u);
  EXPECT_EQ(world::facts_of(world::open_regular(path), path), before);
}

TEST_F(NdjsonFile, AFileChangedBySomebodyElseIsWrittenAgain) {
  Sink sink(path, "snapshot");
  sink.deliver(1, two);
  std::ofstream(path, std::ios::app) << "{}\n";
  sink.deliver(2, two);
  EXPECT_EQ(std::ranges::count(read(path), '\n'), 2);
}

TEST_F(NdjsonFile, WhoIsNotInTheSnapshotIsNotInTheFile) {
  Sink sink(path, "snapshot");
  sink.deliver(1, two);
  sink.deliver(2, {two[1]});
  EXPECT_EQ(std::ranges::count(read(path), '\n'), 1);
}

TEST_F(NdjsonFile, WithoutFinishNothingBecomesVisible) {
  Sink sink(path, "snapshot");
  sink.deliver(1, two);
  std::string before = read(path);
  sink.begin(2, 1)->put({&two[0], 1});
  EXPECT_EQ(read(path), before);
  EXPECT_THAT(files_in(folder.path()), ElementsAre("nurses.ndjson", "nurses.ndjson.manifest.json"));
}

TEST_F(NdjsonFile, SharesOutOfOrderAreTheHubsBugAndKeepTheFormerFile) {
  Sink sink(path, "snapshot");
  auto writer = sink.begin(1, 2);
  std::vector<Share> turned = {two[1], two[0]};
  EXPECT_THROW(writer->put(turned), Error);
}

TEST_F(NdjsonFile, ChangesGoIntoANumberedFile) {
  Sink sink(path, "changes");
  EXPECT_EQ(sink->takes(), Delivers::delta);
  Share gone{"t/n/p-b/3", "p-b", 3, Operation::remove, "", "", "p-a", false};
  sink.deliver(12, {two[0], gone});
  EXPECT_EQ(read(folder.path() / "nurses-000012.ndjson"),
            R"({"op":"upsert","key":"t/n/p-a/1","sequence":1,"id":"p-a","digest":"d1",)"
            R"("body":{"grade":"KG"}})"
            "\n"
            R"({"op":"remove","key":"t/n/p-b/3","sequence":3,"id":"p-b","replaced_by":"p-a"})"
            "\n");
  EXPECT_THAT(read(folder.path() / "nurses-000012.ndjson.manifest.json"),
              HasSubstr("\"removals\":1"));
}

TEST_F(NdjsonFile, ADeliverySentAgainHasTheSameNameAndBytes) {
  Sink sink(path, "changes");
  sink.deliver(1, two);
  std::string first = read(folder.path() / "nurses-000001.ndjson");
  sink.deliver(1, two);
  EXPECT_EQ(read(folder.path() / "nurses-000001.ndjson"), first);
  EXPECT_EQ(files_in(folder.path()).size(), 2u);
}

TEST_F(NdjsonFile, AFolderThatIsNotThereYetIsMade) {
  Sink sink(folder.path() / "out" / "nurses.ndjson", "snapshot");
  sink->check();
  sink.deliver(1, two);
  EXPECT_TRUE(fs::exists(folder.path() / "out" / "nurses.ndjson"));
}

TEST_F(NdjsonFile, AFolderThatCannotBeWrittenIsNamed) {
  Sink sink("/proc/nurses.ndjson", "snapshot");
  try {
    sink.deliver(1, two);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.next, Next::fix_settings);
    EXPECT_THAT(error.what(), HasSubstr("/proc"));
  }
}

TEST_F(NdjsonFile, AWriteThatFailsHalfWayLeavesTheFormerFile) {
  signal(SIGXFSZ, SIG_IGN);  // a size limit stands in for a full disk
  Sink sink(path, "snapshot");
  sink.deliver(1, two);
  std::string before = read(path);
  rlimit former{};
  getrlimit(RLIMIT_FSIZE, &former);
  rlimit small{1 << 20, former.rlim_max};
  std::string large = "\"" + std::string(3 << 20, 'x') + "\"";
  setrlimit(RLIMIT_FSIZE, &small);
  EXPECT_THROW(sink.deliver(2, {upsert("k", "p-c", large)}), Error);
  setrlimit(RLIMIT_FSIZE, &former);
  EXPECT_EQ(read(path), before);
  EXPECT_EQ(files_in(folder.path()).size(), 2u);
}

}  // namespace
}  // namespace homeroom::plugin
