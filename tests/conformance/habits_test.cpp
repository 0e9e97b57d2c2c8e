// One plugin, one bad habit at a time: the kit names the promise that is broken.
#include <algorithm>

#include <gmock/gmock.h>

#include "hub/conformance/conformance.hpp"

namespace homeroom::conformance {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::vector<Carrier> inside = {Carrier::inside};
const std::vector<Carrier> runner = {Carrier::runner};

Report magpie_with(const std::string& habit, const TrialStyle& style = {120, {}, inside},
                   const std::string& nest = "plain") {
  plugin::Catalogue catalogue({std::filesystem::path(NESTS) / nest});
  auto subject = read_subject(catalogue.find("magpie"));
  subject.settings.emplace_back("habit", habit);
  return try_plugin(subject, world::Cancel(), style);
}

std::vector<std::string> failures_of(const Report& report) {
  std::vector<std::string> failed;
  for (const auto& result : report.results)
    if (result.outcome == Outcome::failed) failed.push_back(result.area + "." + result.check);
  return failed;
}

TEST(Magpie, WithoutABadHabitPasses) {
  auto report = magpie_with("");
  EXPECT_THAT(failures_of(report), IsEmpty()) << text_of(report);
  EXPECT_GT(report.count(Outcome::passed), 45u);
}

struct Habit {
  const char* habit;
  const char* fails;
};

class BadHabit : public testing::TestWithParam<Habit> {};

TEST_P(BadHabit, FailsAtItsCheck) {
  auto report = magpie_with(GetParam().habit, {120, {GetParam().fails}, inside});
  if (report.results[0].why.find("sanitizer") != std::string::npos)
    GTEST_SKIP() << report.results[0].why;
  EXPECT_THAT(failures_of(report), ElementsAre(GetParam().fails)) << text_of(report);
}

constexpr Habit habits[] = {
    {"calls a setting a bug", "settings.missing"},
    {"needs nothing", "settings.missing"},
    {"looks too early", "settings.cheap"},
    {"repeats the secret", "settings.secret"},
    {"is never content", "check.connects"},
    {"is not there", "check.connects"},
    {"tells a stream twice", "discover.streams"},
    {"tells another key", "discover.manifest"},
    {"tells another name the second time", "discover.again"},
    {"counts wrong", "read.counts"},
    {"tells another type", "read.types"},
    {"gives rows without a key", "read.nulls"},
    {"counts lines backwards", "read.reserved"},
    {"loses a row the second time", "read.again"},
    {"loses a row the second time", "threads.two_at_once"},
    {"mixes up columns", "read.projection"},
    {"invents columns", "read.missing_column"},
    {"reads any stream", "read.missing_stream"},
    {"forgets rows in small batches", "read.batches"},
    {"counts the header", "read.empty"},
    {"forgets a key", "read.keys"},
    {"calls a part the whole", "read.cancel"},
    {"reads once", "read.let_go"},
    {"resumes one row early", "resume.every_cursor"},
    {"takes any cursor", "resume.strange_cursor"},
    {"gives all as changes", "resume.from_the_end"},
    {"calls a cut file whole", "proof.cut"},
    {"drops an unended line", "proof.cut"},
    {"sees no growth", "proof.growing"},
    {"wants neither kind", "write.takes"},
    {"forgets a receipt", "write.answers"},
    {"takes and drops", "write.shows"},
    {"wants at least one", "write.nothing"},
    {"writes another thing each time", "write.again"},
    {"writes the size of each step", "write.steps"},
    {"ignores removals", "write.removal"},
    {"shows too early", "write.unfinished"},
    {"shows too early", "write.stopped"},
    {"refuses while busy", "write.not_now"},
    {"refuses more", "write.refusal"},
    {"refuses without a word", "write.refusal"},
    {"calls data a bug", "errors.data"},
    {"logs rows", "log.values"},
    {"repeats bad lines, tells no place", "log.values"},
    {"logs shares", "log.shares"},
    {"leaks", "resources.memory"},
    {"keeps files open", "resources.descriptors"},
    {"leaves a thread", "resources.threads"},
    {"stays on one thread", "threads.handed_on"},
    {"touches what is behind", "host.sizes"},
    {"steps by its own size", "host.newer"},
    {"never asks", "host.any_moment"},
    {"dies without memory", "host.no_memory"},
    {"crashes", "read.rows"},
    {"exits", "read.rows"},
    {"forks", "read.rows"},
    {"forks into a session", "read.rows"},
    {"repeats a name", "read.rows"},
    {"speaks", "read.rows"},
};

std::string name_of(const testing::TestParamInfo<Habit>& info) {
  std::string name = std::string(info.param.habit) + "_" + info.param.fails;
  std::ranges::replace_if(
      name, [](char letter) { return !isalnum(letter); }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Magpie, BadHabit, testing::ValuesIn(habits), name_of);

// The same kit in the other carrier: what can be seen from there is seen, and how it looks.
class BadHabitInARunner : public testing::TestWithParam<Habit> {};

TEST_P(BadHabitInARunner, FailsAtItsCheck) {
  auto report = magpie_with(GetParam().habit, {120, {GetParam().fails}, runner});
  EXPECT_THAT(failures_of(report), ElementsAre(GetParam().fails)) << text_of(report);
  EXPECT_EQ(report.results[0].carrier, Carrier::runner);
}

constexpr Habit habits_in_a_runner[] = {
    {"is never content", "check.connects"},
    {"loses a row the second time", "read.again"},
    {"calls a part the whole", "read.cancel"},
    {"resumes one row early", "resume.every_cursor"},
    {"drops an unended line", "proof.cut"},
    {"forgets a receipt", "write.answers"},
    {"shows too early", "write.stopped"},
    {"calls data a bug", "errors.data"},
    {"logs rows", "log.values"},
    {"logs shares", "log.shares"},
    {"crashes", "read.rows"},
    {"exits", "read.rows"},
};

INSTANTIATE_TEST_SUITE_P(Magpie, BadHabitInARunner, testing::ValuesIn(habits_in_a_runner), name_of);

TEST(Magpie, PassesInBothCarriersAndSaysWhatOneCannotTry) {
  auto report = magpie_with("", {120, {}, {Carrier::inside, Carrier::runner}});
  EXPECT_THAT(failures_of(report), IsEmpty()) << text_of(report);
  auto passed_in = [&](Carrier carrier) {
    return std::ranges::count_if(report.results, [&](const Result& one) {
      return one.carrier == carrier && one.outcome == Outcome::passed;
    });
  };
  EXPECT_GT(passed_in(Carrier::inside), 45);
  EXPECT_GT(passed_in(Carrier::runner), 38);
  for (const auto& one : report.results)
    EXPECT_NE(one.outcome == Outcome::skipped, one.why.empty()) << one.check;
}

TEST(Magpie, ThatCrashesInARunnerIsToldHow) {
  auto report = magpie_with("crashes", {120, {"read.rows"}, runner});
  EXPECT_THAT(report.results[0].why, testing::HasSubstr("signal 6 (Aborted)"));
}

// What is unusual, and allowed.
class Custom : public testing::TestWithParam<Habit> {};

TEST_P(Custom, Passes) {
  auto report = magpie_with(GetParam().habit, {120, {GetParam().fails}, inside});
  EXPECT_THAT(failures_of(report), IsEmpty()) << text_of(report);
}

constexpr Habit customs[] = {
    {"refuses a busy mood", "settings.choices"},
    {"ends its thread a little later", "resources.threads"},
};

INSTANTIATE_TEST_SUITE_P(Magpie, Custom, testing::ValuesIn(customs), name_of);

TEST(Magpie, MayRequireASettingWhoseNamesAreTheDistricts) {
  plugin::Catalogue catalogue({std::filesystem::path(NESTS) / "plain"});
  auto subject = read_subject(catalogue.find("magpie"));
  plugin::SettingRule labels;
  labels.name = "labels.*";
  labels.required = true;
  subject.found.manifest.settings.push_back(labels);
  subject.settings.emplace_back("labels.spoons", "shiny");
  auto report = try_plugin(subject, world::Cancel(), {120, {"settings"}, inside});
  EXPECT_THAT(failures_of(report), IsEmpty()) << text_of(report);
}

TEST(Magpie, WhoseOtherSideIsNotThereFailsOnce) {
  auto report = magpie_with("is not there");
  EXPECT_THAT(failures_of(report), ElementsAre("check.connects"));
  EXPECT_GT(report.count(Outcome::skipped), 30u);
}

TEST(Magpie, WhoseOtherSideIsNotThereMaySayWhy) {
  plugin::Catalogue catalogue({std::filesystem::path(NESTS) / "plain"});
  auto subject = read_subject(catalogue.find("magpie"));
  subject.settings.emplace_back("habit", "is not there");
  subject.hints.skip["check.connects"] = "nobody listens here";
  auto report =
      try_plugin(subject, world::Cancel(), {120, {"check.connects", "read.rows"}, inside});
  EXPECT_THAT(failures_of(report), IsEmpty());
  EXPECT_EQ(report.results[0].why, "nobody listens here");
  EXPECT_EQ(report.results[1].why, "the other side is not there: nobody answers");
}

TEST(Magpie, WhoseMessageHoldsAValueIsNotQuoted) {
  auto report = magpie_with("repeats a name", {120, {"read.rows"}, inside});
  EXPECT_EQ(report.results[0].why, "(its message holds a value of the sample)");
}

TEST(Magpie, ThatSpeaksAndCrashesIsNotQuoted) {
  testing::internal::CaptureStderr();
  auto report = magpie_with("speaks a name and exits", {120, {"read.rows"}, inside});
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(report.results[0].why,
            "the plugin ended its process with exit code 3; it wrote 16 bytes to standard output "
            "or error");
}

TEST(Magpie, WithoutDiscoverFailsOnce) {
  plugin::Catalogue catalogue({std::filesystem::path(NESTS) / "hides_discover"});
  auto subject = read_subject(catalogue.find("magpie"));
  std::erase(subject.found.manifest.contracts, "homeroom.discover/1");
  auto report = try_plugin(subject, world::Cancel(), {120, {}, inside});
  EXPECT_THAT(failures_of(report), ElementsAre("manifest.contracts")) << text_of(report);
}

TEST(Magpie, ThatHangsIsEndedWhenItsTimeIsOver) {
  auto report = magpie_with("hangs", {1, {"read.rows"}, inside});
  ASSERT_EQ(report.results.size(), 1u);
  EXPECT_EQ(report.results[0].why, "not done after 1 seconds");
}

TEST(Magpie, ThatCrashesOrExitsIsToldHow) {
  EXPECT_EQ(magpie_with("crashes", {120, {"read.rows"}, inside}).results[0].why,
            "the plugin's process ended with signal 6 (Aborted)");
  EXPECT_EQ(magpie_with("exits", {120, {"read.rows"}, inside}).results[0].why,
            "the plugin ended its process with exit code 3");
}

TEST(Magpie, ThatServesAnyHubIsFound) {
  auto report = magpie_with("", {120, {"host.versions"}, inside}, "serves_any_hub");
  EXPECT_THAT(failures_of(report), ElementsAre("host.versions"));
}

TEST(Magpie, ThatHidesAContractIsFound) {
  auto report = magpie_with("", {120, {"manifest"}, inside}, "hides_a_contract");
  EXPECT_THAT(failures_of(report), ElementsAre("manifest.contracts"));
}

}  // namespace
}  // namespace homeroom::conformance
