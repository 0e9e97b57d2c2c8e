// Every plugin that ships passes, and says why something cannot be tried.
#include <fstream>

#include <gmock/gmock.h>

#include "hub/conformance/conformance.hpp"
#include "hub/world/files.hpp"
#include "plugins/oneroster_rest/tests/service.hpp"
#include "plugins/webhook/tests/receiver.hpp"
#include "tests/cli/program.hpp"

namespace homeroom::conformance {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class Shipped : public testing::TestWithParam<const char*> {};

TEST_P(Shipped, PassesWithItsSample) {
  plugin::Catalogue catalogue({BUILT_PLUGINS});
  auto report = try_plugin(read_subject(catalogue.find(GetParam())), world::Cancel(), {120, {}});
  EXPECT_TRUE(report.has_passed()) << text_of(report);
  // Its author has said so where the kit could not come by an error or an empty input.
  for (const auto& result : report.results)
    EXPECT_THAT(result.why, Not(HasSubstr("conformance.yaml"))) << result.check;
}

INSTANTIATE_TEST_SUITE_P(Plugins, Shipped,
                         testing::Values("csv_file", "oneroster_csv", "oneroster_rest", "hmis_csv",
                                         "fhir_ndjson", "ndjson_file"),
                         [](const auto& each) { return std::string(each.param); });

/// The settings of a destination, in a folder of their own.
void write(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

TEST(ShippedSinks, FilesOfChangesPassToo) {
  cli::Folder folder;
  write(folder.path() / "settings.yaml", "path: out/nurses.ndjson\ndeliver: changes\n");
  auto said = cli::homeroom({"plugin", "test", "ndjson_file", "--limit", "120", "--settings",
                             (folder.path() / "settings.yaml").string()});
  EXPECT_EQ(said.exit_code, 0) << said.out;
}

class WebhookPasses : public testing::TestWithParam<const char*> {};

TEST_P(WebhookPasses, AtAReceiverThatRefusesOne) {
  const std::string id = "kit-2";
  bool is_bulk = std::string(GetParam()) == "bulk";
  webhook::Receiver receiver([&](const webhook::Received& request) {
    if (request.head.starts_with("HEAD")) return webhook::answer(200);
    bool is_refused = request.body.find('"' + id + '"') != std::string::npos;
    return webhook::answer(is_refused && !is_bulk ? 422 : 200);
  });
  cli::Folder folder;
  write(folder.path() / "settings.yaml",
        "url: " + receiver.url() +
            "\nsigning_key: {secret: key}\nnetwork: {internal: [127.0.0.1]}\nmode: " + GetParam() +
            "\nbatch_rows: 3\ntimeout_s: 5\n");
  write(folder.path() / "secrets" / "key", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
  // Nobody listens on that port.
  write(folder.path() / "conformance.yaml",
        (is_bulk ? "" : "refuses: " + id + "\n") +
            "errors:\n  - {when: write, next: retry, with: {url: http://127.0.0.1:9/}}\n");
  auto said = cli::homeroom({"--output", "json", "plugin", "test", "webhook", "--limit", "120",
                             "--settings", (folder.path() / "settings.yaml").string()});
  EXPECT_EQ(said.exit_code, 0) << said.out;
  EXPECT_GT(said.json()["passed"], 15);
}

TEST(ShippedRest, PassesAtAServiceThatCutsItsPages) {
  oneroster_rest::Service service;
  service.most_page = 2;
  for (int i = 1; i <= 5; ++i) {
    auto number = std::to_string(i);
    oneroster_rest::Json one = {{"sourcedId", "r" + number},
                                {"status", "active"},
                                {"dateLastModified", "2026-03-0" + number + "T08:00:00.000Z"},
                                {"user", {{"sourcedId", "r" + number}}}};
    for (const auto* name :
         {"academicSessions", "orgs", "courses", "classes", "users", "enrollments", "demographics"})
      service.collections[name].push_back(one);
  }
  cli::Folder folder;
  auto settings = "url: " + service.url() + "\ntoken_url: " + service.token_url() +
                  "\nclient_id: district\nclient_secret: {secret: word}\nsort: false\n" +
                  "network: {internal: [127.0.0.1]}\n";
  write(folder.path() / "settings.yaml", settings);
  write(folder.path() / "secrets" / "word", "invented\n");
  write(folder.path() / "conformance.yaml",
        "errors:\n  - {when: check, next: settings, with: {url: " + service.url() + "/nowhere}}\n" +
            "skip:\n  read.empty: the service of this test always holds records\n");
  auto said = cli::homeroom({"--output", "json", "plugin", "test", "oneroster_rest", "--limit",
                             "120", "--settings", (folder.path() / "settings.yaml").string()});
  EXPECT_EQ(said.exit_code, 0) << said.out;
  EXPECT_GT(said.json()["passed"], 25);
}

INSTANTIATE_TEST_SUITE_P(Modes, WebhookPasses, testing::Values("single", "bulk"),
                         [](const auto& each) { return std::string(each.param); });

}  // namespace
}  // namespace homeroom::conformance
