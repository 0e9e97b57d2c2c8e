#include "hub/settings/workspace.hpp"

#include <fstream>
#include <sstream>

#include <gmock/gmock.h>

#include "tests/settings/refusal.hpp"
#include "tests/world/scratch.hpp"

namespace homeroom::settings {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

const std::filesystem::path configs = std::filesystem::path(HOMEROOM_SOURCE_DIR) / "configs";

std::string every_setting() {
  std::ifstream in(configs / "homeroom.yaml");
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

Workspace load_text(const std::string& yaml, const std::map<std::string, std::string>& set = {}) {
  auto folder = scratch();
  std::ofstream(folder.path() / "homeroom.yaml") << yaml;
  return load_workspace(folder.path(), set);
}

std::string with(const std::string& was, const std::string& is) {
  auto text = every_setting();
  auto at = text.find(was);
  EXPECT_NE(at, std::string::npos) << was;
  return text.replace(at, was.size(), is);
}

TEST(Workspace, with_every_setting_loads) {
  auto workspace = load_workspace(configs, {});
  EXPECT_EQ(workspace.state, "OH");
  ASSERT_EQ(workspace.sources.size(), 2u);
  EXPECT_EQ(workspace.sources[0].feeds.size(), 2u);
  EXPECT_EQ(workspace.sources[1].keep_days, 30);
  EXPECT_DOUBLE_EQ(workspace.sources[1].fresh_hours, 192);
  ASSERT_EQ(workspace.destinations.size(), 1u);
  EXPECT_FALSE(workspace.destinations[0].sends_first_at_once);
  EXPECT_EQ(workspace.destinations[0].readers_schools, "all");
  EXPECT_EQ(workspace.destinations[0].sparing.per_second, 20);
  EXPECT_EQ(workspace.destinations[0].sparing.burst, 50);
  EXPECT_EQ(workspace.destinations[0].sparing.break_for, std::chrono::seconds(30));
  EXPECT_DOUBLE_EQ(workspace.destinations[0].sparing.retry_budget, 0.2);
  ASSERT_EQ(workspace.jobs.size(), 5u);
  ASSERT_TRUE(workspace.jobs[0].schedule);
  EXPECT_THAT(workspace.jobs[0].schedule->times->times(), testing::ElementsAre(3 * 60 + 15));
  EXPECT_TRUE(workspace.jobs[0].schedule->on_school_days);
  EXPECT_EQ(workspace.jobs[0].schedule->catch_up_minutes, 180);
  EXPECT_EQ(workspace.jobs[0].schedule->jitter_minutes, 10);
  EXPECT_EQ(workspace.jobs[0].schedule->done_by, 6 * 60);
  EXPECT_THAT(workspace.jobs[3].schedule->after, testing::ElementsAre("weekly_compare"));
  EXPECT_TRUE(workspace.jobs[1].reads_everything);
  EXPECT_THAT(workspace.jobs[1].destinations, IsEmpty());
  EXPECT_FALSE(workspace.jobs[1].all_destinations);
  EXPECT_TRUE(workspace.jobs[2].purges);
  EXPECT_EQ(workspace.retention.quarantine, 30);
  EXPECT_EQ(workspace.retention.records.at("hipaa"), 365);
  EXPECT_EQ(workspace.limits.memory_bytes, 600u << 20);
  EXPECT_EQ(workspace.root_key.file, "/run/credentials/homeroom/root.key");
  EXPECT_THAT(workspace.alerts.to, testing::ElementsAre("data-office@juniper.example"));
  EXPECT_EQ(workspace.alerts.mail_port, 587);
  ASSERT_EQ(workspace.calendar.quiet.size(), 1u);
  EXPECT_EQ(workspace.calendar.quiet[0].dates.last - workspace.calendar.quiet[0].dates.first, 4);
}

TEST(Workspace, of_lakeview_loads) {
  auto workspace = load_workspace(configs / "examples/lakeview", {});
  EXPECT_EQ(workspace.sources.size(), 5u);
  EXPECT_EQ(workspace.destinations.size(), 3u);
  for (const auto& destination : workspace.destinations)
    EXPECT_TRUE(destination.sends_first_at_once);
}

TEST(Workspace, brakes_hold_where_the_file_is_silent) {
  auto text = every_setting();
  auto at = text.find("brakes:");
  auto workspace = load_text(text.substr(0, at));
  EXPECT_DOUBLE_EQ(workspace.brakes["students_gone"].above, 0.02);
  EXPECT_EQ(workspace.brakes["students_gone"].at_least, 25);
  EXPECT_DOUBLE_EQ(workspace.brakes["one_school_gone"].above, 0.2);
  EXPECT_EQ(workspace.brakes["profiles_to_send"].at_least, 500);
}

TEST(Workspace, parameters_of_the_command_line_win_and_stand_in_values) {
  auto workspace = load_text(every_setting(), {{"data", "/srv/night"}});
  using Setting = std::pair<std::string, std::string>;
  EXPECT_THAT(workspace.sources[0].feeds[0].settings,
              testing::Contains(Setting("path", "/srv/night/oneroster")));
  EXPECT_THAT(workspace.sources[0].feeds[1].settings,
              testing::Contains(Setting("files.attendance.path", "attendance.csv")));
}

TEST(Workspace, a_secret_stays_a_name) {
  auto workspace = load_text(every_setting());
  using Setting = std::pair<std::string, std::string>;
  EXPECT_THAT(workspace.destinations[0].settings,
              testing::Contains(Setting("signing_key.secret", "planner-key")));
}

TEST(Workspace, refuses_what_nobody_would_read_or_could_mean) {
  struct Wrong {
    const char *was, *is, *says;
  };
  const Wrong all[] = {
      {"homeroom: 1", "homeroom: 2", "homeroom: 1"},
      {"brakes: ", "breaks: ", "did you mean brakes?"},
      {"${data}/hmis", "${dta}/hmis", "did you mean data?"},
      {"${data}/hmis", "${data/hmis", "closing"},
      {"{source: sis}", "{source: ssi}", "did you mean sis?"},
      {"{source: sis}", "{source: sis, sourse: 1}", "did you mean source?"},
      {"regime: ferpa", "regime: fepra", "ferpa, hipaa"},
      {"agreement: shelter-sharing", "agreement: shelter-sharin", "did you mean shelter-sharing?"},
      {"when_missing: stop", "when_missing: go on", "stop or keep"},
      {"keep 30 days", "keep 30 weeks", "keep N days"},
      {"keep 30 days", "keep ", "keep N days"},
      {"unmatched: forget", "unmatched: keep 5 days", "expected forget"},
      {"fresh: 26 hours", "fresh: 26", "26 hours"},
      {"students: enrolled", "students: enroled", "did you mean enrolled?"},
      {"first_delivery: wait", "first_delivery: later", "send or wait"},
      {"{schools: all}", "{schools: one}", "schools: all"},
      {"quarantine: 30 days", "quarantine: 0 days", "1 to 36500"},
      {"hipaa: 365 days", "hipa: 365 days", "did you mean hipaa?"},
      {"{per_second: 20,", "{per_second: 0,", "expected 1 to 1000"},
      {"for: 30 seconds", "for: 30", "30 seconds"},
      {"for: 30 seconds", "for: 25 hours", "24 hours"},
      {"budget: 20%", "budgets: 20%", "did you mean budget?"},
      {"default: [sis, shelter]", "default: [sis, shleter]", "did you mean shelter?"},
      {"ends: 2026-06-30", "ends: 2026-06-31", "YYYY-MM-DD"},
      {"destroy: 60 days", "destroy: soon", "30 days"},
      {"at: \"03:15\"", "at: 03:15", "quotes"},
      {"at: \"03:15\"", "at: \"24:15\"", "expected a time"},
      {"at: \"03:15\"", "when: \"03:15\"", "unknown setting when"},
      {"days: school days", "days: sundaes", "every day"},
      {"overlap: skip", "overlap: both", "skip, wait"},
      {"to: [data-office@juniper.example]", "to: [data-office]", "an e-mail address"},
      {"to: [data-office@juniper.example]", "to: [\"a@b.example\\nBcc: c@d.example\"]",
       "an e-mail address"},
      {"security: starttls", "security: none", "not sent in the clear"},
      {"when: [partial,", "when: [often,", "partial, failed"},
      {"https://alerts", "ftp://alerts", "https://"},
      {"catch_up: 3 hours", "catch_up: soon", "3 hours"},
      {"jitter: 10 minutes", "jitter: 0.5 minutes", "10 minutes"},
      {"pause_after: 5", "pause_after: -1", "from 0 on"},
      {"at: \"03:15\"", "cron: \"15 3 * *\"", "five fields"},
      {"at: \"03:15\"", "at: \"03:15\"\n    cron: \"15 3 * * *\"", "either at or cron"},
      {"at: \"03:15\"", "at: \"03:15\"\n    after: [weekly_compare]", "not both"},
      {"* * *\", days: school days", "* * *\", days: mondays", "cron says the days"},
      {"    at: \"03:15\"", "", "days says nothing for a job without"},
      {"after: [weekly_compare]", "after: [weekly_compaire]", "did you mean weekly_compare?"},
      {"after: [weekly_compare]", "after: [send_again]", "wait for itself"},
      {"  days: calendars/2025-26.csv", "  ", "school days stand in a file"},
      {"after: [weekly_compare]", "after: [weekly_compare], done_by: \"06:00\"",
       "say done_by at the job it waits for"},
      {"after: [weekly_compare]", "after: [weekly_compare], catch_up: 3 hours",
       "say catch_up at the job it waits for"},
      {"full: true", "full: yes", "true or false"},
      {"destinations: none", "destinations: [planer]", "did you mean planner?"},
      {"destination: planner", "destination: planer", "did you mean planner?"},
      {"2026-07-01 to 2026-08-12", "2026-07-01 to 2026-06-12", "before"},
      {"above: 2%", "above: two", "percentage"},
      {"students_gone:", "student_gone:", "did you mean students_gone?"},
      {"600 MiB", "600", "600 MiB"},
      {"600 MiB", "99999999999999999999 MiB", "600 MiB"},
      {"  shelter:\n    plugin: hmis_csv\n", "  shelter:\n", "plugin is missing"},
      {"    read_by: coordinator", "    seen_by: coordinator", "read_by is missing"},
  };
  for (const auto& [was, is, says] : all) {
    auto message = refusal([&] { load_text(with(was, is)); });
    EXPECT_THAT(message, HasSubstr(says)) << is;
    EXPECT_THAT(message, testing::ContainsRegex("homeroom\\.yaml:[0-9]+:[0-9]+: ")) << is;
  }
}

TEST(Workspace, says_where_the_root_key_is_kept) {
  const std::string was = "{file: /run/credentials/homeroom/root.key}";
  auto by_command = load_text(with(was, "{command: [vault-read, '${data}/x']}")).root_key.command;
  ASSERT_EQ(by_command.size(), 2u);
  EXPECT_THAT(by_command[1], testing::EndsWith("/data/x"));
  EXPECT_EQ(load_text(with(was, "{environment: /e, name: ROOT}")).root_key.name, "ROOT");
  for (const char* wrong : {"{}", "{file: a, command: [b]}", "{environment: /e}", "{vault: x}"})
    EXPECT_NE(refusal([&] { load_text(with(was, wrong)); }), "") << wrong;
}

TEST(Workspace, refuses_parameters_nobody_declared) {
  EXPECT_THAT(refusal([&] {
                load_text(every_setting(), {{"dta", "x"}});
              }),
              HasSubstr("did you mean data?"));
}

TEST(Workspace, says_how_to_start_where_there_is_none) {
  auto folder = scratch();
  EXPECT_THAT(refusal([&] { load_workspace(folder.path(), {}); }), HasSubstr("homeroom init"));
}

}  // namespace
}  // namespace homeroom::settings
