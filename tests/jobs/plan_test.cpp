// When a job is due: the days clocks change, school days, and what cron says.
#include "hub/jobs/plan.hpp"

#include <fstream>

#include <gmock/gmock.h>

#include "hub/record/cells.hpp"
#include "hub/record/date.hpp"
#include "hub/world/wall_clock.hpp"
#include "hub/world/world.hpp"
#include "tests/settings/refusal.hpp"
#include "tests/world/scratch.hpp"

namespace homeroom::jobs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string new_york = "America/New_York";

settings::Cron cron(const std::string& text) {
  return settings::Cron::read(
      settings::parse("cron: \"" + text + '"', "homeroom.yaml").find("cron"));
}

settings::Schedule at(const std::string& text) {
  settings::Schedule schedule;
  schedule.times = cron(text);
  return schedule;
}

int64_t utc(const std::string& text) {
  auto day = record::parse_iso_date(text.substr(0, 10));
  return (int64_t{*day} * 24 * 60 + std::stoi(text.substr(11, 2)) * 60 +
          std::stoi(text.substr(14, 2))) *
         60'000;
}

/// The first `count` instants after `from`.
std::vector<std::string> runs(const settings::Schedule& schedule, const std::string& from,
                              std::size_t count, const std::string& zone = new_york,
                              const SchoolDays* days = nullptr) {
  Plan plan(schedule, zone, days);
  std::vector<std::string> found;
  for (auto last = utc(from); found.size() < count;) {
    auto next = plan.next(last);
    if (!next) break;
    found.push_back(world::iso_instant(*next).substr(0, 16));
    last = *next;
  }
  return found;
}

/// One line of daylight.csv; times as minutes since 1970 of the wall clock.
struct Change {
  std::string zone, line;
  bool is_skipped = false;
  int64_t from = 0, to = 0;
  int64_t changed_ms = 0;
};

std::vector<Change> changes() {
  std::vector<Change> all;
  std::ifstream in(std::filesystem::path(HOMEROOM_SOURCE_DIR) / "tests/jobs/daylight.csv");
  std::vector<std::string> cells;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('#') || line.starts_with("zone,")) continue;
    record::read_cells(line, cells);
    all.push_back({cells[0], line, cells[1] == "skipped", utc(cells[2]) / 60'000,
                   utc(cells[3]) / 60'000, utc(cells[4])});
  }
  return all;
}

TEST(Plan, RunsOnceOnEachDayOnWhichClocksChange) {
  auto all = changes();
  ASSERT_GT(all.size(), 180u);
  for (const auto& change : all)
    for (auto time = change.from; time < change.to; time += 7) {
      auto day = static_cast<int32_t>(time / (24 * 60));
      settings::Schedule schedule;
      schedule.times = settings::Cron::daily(static_cast<int32_t>(time % (24 * 60)));
      Plan plan(schedule, change.zone, nullptr);
      auto expected =
          change.is_skipped ? change.changed_ms : change.changed_ms - (change.to - time) * 60'000;
      auto run = plan.next(expected - 1);
      ASSERT_EQ(run, expected) << change.line;
      // The days around are days like others: no second run, none left out.
      auto before = plan.next(world::wall_clock(day - 1, 0, change.zone) - 1);
      auto after = plan.next(*run);
      EXPECT_EQ(world::local_date(*before, change.zone), day - 1) << change.line;
      EXPECT_EQ(plan.next(*before), expected) << change.line;
      auto minute = static_cast<int32_t>(time % (24 * 60));
      auto next_day = world::wall_clock(day + 1, minute, change.zone);
      if (next_day == *run) next_day = world::wall_clock(day + 2, minute, change.zone);
      EXPECT_EQ(after, next_day) << change.line;
    }
}

TEST(Plan, RunsAsOftenAsThereAreDays) {
  for (const char* zone :
       {"America/New_York", "America/Phoenix", "Pacific/Honolulu", "Europe/Dublin",
        "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns"})
    for (const char* time : {"0 0 * * *", "59 1 * * *", "30 2 * * *", "59 23 * * *"}) {
      auto schedule = at(time);
      Plan plan(schedule, zone, nullptr);
      auto first = *record::days_of(2007, 1, 1);
      auto end = *record::days_of(2021, 1, 1);
      auto run = plan.next(world::wall_clock(first, 0, zone) - 1);
      for (auto day = first; day < end; ++day, run = plan.next(*run))
        ASSERT_EQ(world::local_date(*run, zone), day) << zone << ' ' << time;
    }
}

TEST(Plan, OfEveryQuarterHourCollapsesWhatTheClocksSkip) {
  EXPECT_THAT(runs(at("*/15 * * * *"), "2026-03-08T06:40", 3),
              ElementsAre("2026-03-08T06:45", "2026-03-08T07:00", "2026-03-08T07:15"));
}

TEST(Cron, IsReadAsCrontabsAre) {
  struct Case {
    const char *cron, *from;
    std::vector<std::string> runs;
  };
  const Case cases[] = {
      {"15 3 * * *", "2026-01-13T08:15", {"2026-01-14T08:15"}},
      {"0 6 * * 1-5", "2026-01-16T12:00", {"2026-01-19T11:00", "2026-01-20T11:00"}},
      {"0 6 * * mon,fri", "2026-01-13T12:00", {"2026-01-16T11:00", "2026-01-19T11:00"}},
      {"0 0 1 jan,jul *", "2026-01-02T00:00", {"2026-07-01T04:00", "2027-01-01T05:00"}},
      {"0 12 13 * 5",
       "2026-02-13T20:00",
       {"2026-02-20T17:00", "2026-02-27T17:00", "2026-03-06T17:00", "2026-03-13T16:00"}},
      {"0 12 29 2 *", "2026-01-01T00:00", {"2028-02-29T17:00", "2032-02-29T17:00"}},
      {"5,50 8-10/2 * * 7",
       "2026-01-17T00:00",
       {"2026-01-18T13:05", "2026-01-18T13:50", "2026-01-18T15:05", "2026-01-18T15:50"}},
  };
  for (const auto& [line, from, expected] : cases)
    EXPECT_EQ(runs(at(line), from, expected.size()), expected) << line;
}

TEST(Cron, RefusesWhatIsNone) {
  struct Wrong {
    const char *cron, *says;
  };
  const Wrong all[] = {
      {"15 3 * *", "five fields"},        {"60 3 * * *", "minute of cron"},
      {"5/10 3 * * *", "minute of cron"}, {"0 24 * * *", "from 0 to 23"},
      {"0 3 0 * *", "from 1 to 31"},      {"0 3 * 13 *", "month of cron"},
      {"0 3 * foo *", "or jan"},          {"0 3 * * 8", "day of the week"},
      {"0 3 * * 5-1", "day of the week"}, {"*/0 3 * * *", "minute of cron"},
      {"0 3 31 2 *", "no such day"},      {"@daily", "five fields"},
      {"1,,2 3 * * *", "minute of cron"}, {"-1 3 * * *", "minute of cron"},
  };
  for (const auto& [line, says] : all) {
    auto message = refusal([&] { cron(line); });
    EXPECT_THAT(message, HasSubstr(says)) << line;
    EXPECT_THAT(message, testing::ContainsRegex("homeroom\\.yaml:1:7: ")) << line;
  }
}

std::filesystem::path calendar(const world::ScratchFolder& folder, const std::string& text) {
  auto file = folder.path() / "2025-26.csv";
  std::ofstream(file) << text;
  return file;
}

TEST(SchoolDays, AreThoseOnWhichOneSchoolTeaches) {
  auto folder = scratch();
  SchoolDays days(calendar(folder,
                           "date,school,kind,minutes\n"
                           "2026-01-14,Elm,instructional,390\n"
                           "2026-01-15,Elm,holiday,\n"
                           "2026-01-15,\"Oak, North\",make-up,200\n"
                           "2026-01-16,Elm,teacher-only,\n"
                           "2026-01-19,Elm,holiday,\n"
                           "2026-01-20,Elm,instructional,390\n"
                           "2026-01-23,Elm,weather,\n"));
  auto schedule = at("15 3 * * *");
  schedule.on_school_days = true;
  EXPECT_THAT(runs(schedule, "2026-01-13T12:00", 9, new_york, &days),
              ElementsAre("2026-01-14T08:15", "2026-01-15T08:15", "2026-01-20T08:15"));
  EXPECT_EQ(record::iso_date(days.last()), "2026-01-23");
}

TEST(SchoolDays, RefusesAFileItCannotTrust) {
  auto folder = scratch();
  const std::pair<const char*, const char*> wrong[] = {
      {"day,kind\n", ":1: no column date"},
      {"date,kind\n2026-01-14,instructional\n2026-01-35,instructional\n", ":3: date"},
      {"date,kind\n2026-01-14,schoolday\n", ":2: kind"},
      {"date,kind\n2026-01-14\n", ":2: expected 2 cells"},
      {"date,kind\n2026-01-14,holiday\n", "no day is instructional"},
      {"", "expected a first line"},
  };
  for (const auto& [text, says] : wrong)
    EXPECT_THAT(refusal([&, text = text] { SchoolDays(calendar(folder, text)); }), HasSubstr(says));
}

TEST(Plan, SaysByWhenARunMustBeDone) {
  auto schedule = at("15 22 * * *");
  schedule.done_by = 6 * 60;
  Plan plan(schedule, new_york, nullptr);
  EXPECT_EQ(world::iso_instant(*plan.done_by(utc("2026-03-08T02:15"))), "2026-03-08T10:00:00Z");
  schedule.done_by = 23 * 60;
  EXPECT_EQ(world::iso_instant(*plan.done_by(utc("2026-03-08T02:15"))), "2026-03-08T04:00:00Z");
}

}  // namespace
}  // namespace homeroom::jobs
