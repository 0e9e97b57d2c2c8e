// What each kind of rule finds, and what a pack with a mistake is told.
#include <fstream>

#include <gmock/gmock.h>

#include "homeroom/error.hpp"
#include "tests/validate/checked.hpp"

namespace homeroom::validate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* two_stays = R"(
{"key":"a","student":"1","school":"7","entryDate":"2025-08-18","exitDate":"2025-10-01"}
{"key":"b","student":"1","school":"7","entryDate":"2025-10-02"}
{"key":"c","student":"2","school":"7","entryDate":"2025-08-18"}
)";

TEST(Rule, OfARowFindsRowsWhereItsConditionIsTrueAndNotWhereItIsUnknown) {
  Checked checked(
      "- {id: long, on: enrollment, wrong: exitDate > entryDate + 30, field: exitDate}");
  checked.rows("enrollment", two_stays);
  EXPECT_THAT(checked.found(), ElementsAre("long 1 line 1"));
}

TEST(Rule, OfARowSeesTheStudentAndWhatIsMeasuredOfAllItsRows) {
  Checked checked(R"(
- {id: born-late, on: enrollment, wrong: student.birthDate > entryDate}
- {id: open-twice, on: student, take: {open: count enrollment where exitDate is null}, wrong: open > 1}
- {id: never-here, on: student, take: {stays: count enrollment}, wrong: stays = 0}
)");
  checked.rows("student", R"({"key":"1","birthDate":"2025-09-01"}
{"key":"2","birthDate":"2010-01-01"}
{"key":"3"}
)");
  checked.rows("enrollment", R"({"key":"a","student":"1","entryDate":"2025-08-18"}
{"key":"b","student":"2","entryDate":"2025-08-18"}
{"key":"c","student":"2","entryDate":"2025-09-18"}
)");
  EXPECT_THAT(checked.found(),
              ElementsAre("born-late 1 line 1", "open-twice 2 line 2", "never-here 3 line 3"));
}

TEST(Rule, OfAStudentComparesWithTheProfileBeforeTheRun) {
  Checked checked(R"(
- {id: other-number, on: student, wrong: before.identifiers.state <> identifiers.state}
- {id: came-back, on: student, where: before.identifiers.state is not null, wrong: identifiers.state is null}
)");
  checked.profiles(R"({"id":"same","identifiers":{"state":"AA0000001"}}
{"id":"other","identifiers":{"state":"AA0000002"}}
{"id":"new","identifiers":{"state":"AA0000003"}}
{"id":"lost"}
{"id":"first"}
)");
  checked.profile_before(R"({"id":"gone","identifiers":{"state":"AA0000009"}})");
  checked.profile_before(R"({"id":"lost","identifiers":{"state":"AA0000005"}})");
  checked.profile_before(R"({"id":"other","identifiers":{"state":"AA0000007"}})");
  checked.profile_before(R"({"id":"same","identifiers":{"state":"AA0000001"}})");
  checked.profile_before(R"({"id":"first"})");
  EXPECT_THAT(checked.found(), ElementsAre("other-number other line 2", "came-back lost line 4"));
}

TEST(Rule, IsNotCheckedWhereTheProfilesBeforeAreNotKnown) {
  Checked checked("- {id: other-number, on: student, wrong: before.birthDate <> birthDate}");
  checked.profiles(R"({"id":"1","birthDate":"2012-02-03"})");
  EXPECT_THAT(checked.found(), IsEmpty());
  EXPECT_EQ(checked.verdict().counts[0].not_checked, "only a run knows the profiles before it");
}

TEST(Rule, MeasuresSumSmallestGreatestFirstLastDistinctAnyAndAll) {
  Checked checked(R"(
- id: measures
  on: student
  take:
    stays: count enrollment
    schools: distinct enrollment.school
    percent: sum enrollment.percentOfTime where exitDate is null
    earliest: min enrollment.entryDate
    latest: max enrollment.entryDate
    before: first enrollment.school by entryDate
    now: last enrollment.school by entryDate
    has_open: any enrollment where exitDate is null
    all_open: all enrollment where exitDate is null
  wrong: >-
    stays = 3 and schools = 2 and percent = 100.5 and text(earliest) = '2025-08-18' and text(latest) = '2025-11-01'
    and before = '7' and now = '8' and has_open and not all_open
)");
  checked.rows("student", R"({"key":"1"})");
  checked.rows(
      "enrollment",
      R"({"key":"a","student":"1","school":"8","entryDate":"2025-11-01","percentOfTime":50.25}
{"key":"b","student":"1","school":"7","entryDate":"2025-08-18","exitDate":"2025-10-31","percentOfTime":100}
{"key":"c","student":"1","school":"8","entryDate":"2025-10-01","percentOfTime":50.25}
)");
  EXPECT_THAT(checked.found(), ElementsAre("measures 1 line 1"));
}

TEST(Rule, SeesTheRowBeforeInTheOrderItAsksFor) {
  Checked checked(
      "- {id: changed, on: enrollment, sorted: [entryDate], wrong: school <> previous.school}");
  checked.rows("enrollment", R"({"key":"b","student":"1","school":"8","entryDate":"2025-10-02"}
{"key":"a","student":"1","school":"7","entryDate":"2025-08-18"}
{"key":"c","student":"2","school":"9","entryDate":"2025-09-01"}
)");
  EXPECT_THAT(checked.found(), ElementsAre("changed 1 line 1"));
}

TEST(Rule, LooksUpRowsOfAnotherEntity) {
  Checked checked(R"(
- id: unknown-school
  on: enrollment
  with: {place: organization by key = school}
  wrong: school is not null and place.key is null
- id: closed-school
  on: enrollment
  with: {place: organization by number = school}
  wrong: place.name = 'Closed'
)");
  checked.rows("organization", R"({"key":"7","name":"Closed","number":"8"})");
  checked.rows("enrollment", R"({"key":"a","student":"1","school":"7"}
{"key":"b","student":"2","school":"8"}
{"key":"c","student":"3"}
)");
  EXPECT_THAT(checked.found(), ElementsAre("unknown-school 2 line 2", "closed-school 2 line 2"));
}

TEST(Rule, ThatLooksUpWhatWasNotGivenIsNotCheckedAndSaysSo) {
  Checked checked(
      "- {id: unknown-school, on: enrollment, with: {place: organization by key = school}, wrong: "
      "place.key is null}");
  checked.rows("enrollment", two_stays);
  EXPECT_THAT(checked.found(), IsEmpty());
  EXPECT_EQ(checked.verdict().counts[0].not_checked, "no rows were given of: organization");
}

TEST(Rule, FindsOverlapsEvenBehindAShorterSpan) {
  Checked checked("- {id: overlap, on: enrollment, overlap: {start: entryDate, end: exitDate}}");
  checked.rows("enrollment",
               R"({"key":"a","student":"1","entryDate":"2025-08-18","exitDate":"2025-12-01"}
{"key":"b","student":"1","entryDate":"2025-12-02"}
{"key":"c","student":"2","entryDate":"2025-08-18","exitDate":"2025-12-01"}
{"key":"d","student":"2","entryDate":"2025-09-01","exitDate":"2025-09-02"}
{"key":"e","student":"2","entryDate":"2025-12-01"}
)");
  EXPECT_THAT(checked.found(),
              ElementsAre("overlap 2 line 4 against line 3", "overlap 2 line 5 against line 3"));
}

TEST(Rule, ASpanWithoutAStartDoesNotTieAStudentToTheOneBefore) {
  Checked checked("- {id: overlap, on: enrollment, overlap: {start: entryDate, end: exitDate}}");
  checked.rows("enrollment", R"({"key":"a","student":"1","entryDate":"2025-08-18"}
{"key":"b","student":"2"}
{"key":"c","student":"2","entryDate":"2025-09-01"}
)");
  EXPECT_THAT(checked.found(), IsEmpty());
}

TEST(Rule, FindsGapsFromTheFirstDayThatIsMissing) {
  Checked checked(R"(
- {id: gap, on: enrollment, gap: {start: entryDate, end: exitDate}}
- {id: long-gap, on: enrollment, gap: {start: entryDate, end: exitDate, more_than: 1 day}}
)");
  checked.rows("enrollment",
               R"({"key":"a","student":"1","entryDate":"2025-08-18","exitDate":"2025-09-01"}
{"key":"b","student":"1","entryDate":"2025-09-02","exitDate":"2025-09-03"}
{"key":"c","student":"1","entryDate":"2025-09-05","exitDate":"2025-09-06"}
{"key":"d","student":"1","entryDate":"2025-09-09"}
)");
  EXPECT_THAT(checked.found(),
              ElementsAre("gap 1 line 3 against line 2", "gap 1 line 4 against line 3",
                          "long-gap 1 line 4 against line 3"));
}

TEST(Rule, KeepsSpansOfDifferentThingsApart) {
  Checked checked(
      "- {id: overlap, on: enrollment, overlap: {start: entryDate, end: exitDate, by: [school]}}");
  checked.rows("enrollment", R"({"key":"a","student":"1","school":"7","entryDate":"2025-08-18"}
{"key":"b","student":"1","school":"8","entryDate":"2025-08-18"}
{"key":"c","student":"1","school":"8","entryDate":"2025-09-18"}
)");
  EXPECT_THAT(checked.found(), ElementsAre("overlap 1 line 3 against line 2"));
}

TEST(Rule, FindsTheSameRowTwiceAndTheSameIdOfTwoStudents) {
  Checked checked(R"(
- {id: twice, on: enrollment, same: [school, entryDate]}
- {id: shared, on: student, same: {fields: [identifiers.state], across: students}}
)");
  checked.rows("student", R"({"key":"1","identifiers":{"state":"AA0000001"}}
{"key":"2","identifiers":{"state":"AA0000002"}}
{"key":"3","identifiers":{"state":"AA0000001"}}
{"key":"4"}
{"key":"5"}
)");
  checked.rows("enrollment", R"({"key":"a","student":"1","school":"7","entryDate":"2025-08-18"}
{"key":"b","student":"2","school":"7","entryDate":"2025-08-18"}
{"key":"c","student":"1","school":"7","entryDate":"2025-08-18"}
)");
  EXPECT_THAT(checked.found(),
              ElementsAre("twice 1 line 3 against line 1", "shared 1 line 1 against line 3",
                          "shared 3 line 3 against line 1"));
}

TEST(Rule, FindsCodesOfNoListAndValuesThatCannotBeRead) {
  Checked checked(R"(
- {id: code, on: enrollment, unlisted: {stateEntryReason: admission}}
- {id: date, on: enrollment, unreadable: [entryDate]}
)",
                  "codes: {admission: ['7', '2']}");
  checked.rows("enrollment",
               R"({"key":"a","student":"1","stateEntryReason":"7","entryDate":"2025-02-30"}
{"key":"b","student":"2","stateEntryReason":"Z"}
{"key":"c","student":"3"}
)");
  EXPECT_THAT(checked.found(), ElementsAre("code 2 line 2", "date 1 line 1"));
}

TEST(Rule, OfARunComparesWithTheRunBefore) {
  const char* rules = R"(
- {id: fewer, on: run, take: {students: count student}, wrong: students * 10 < before.students * 9}
- {id: fewer-here, on: run, per: school, take: {open: count enrollment}, wrong: open < before.open}
)";
  Checked before(rules);
  before.rows("student", "{\"key\":\"1\"}\n{\"key\":\"2\"}\n");
  before.rows("enrollment", two_stays);
  EXPECT_THAT(before.found(), IsEmpty());
  EXPECT_EQ(before.verdict().counts[0].not_checked, "no earlier run was given");

  Checked now(rules);
  now.rows("student", "{\"key\":\"1\"}\n");
  now.rows("enrollment", R"({"key":"a","student":"1","school":"8"})");
  EXPECT_THAT(now.found(before.report()), ElementsAre("fewer ", "fewer-here school 7"));
}

TEST(Rule, SaysWhatIsNewSinceTheRunBefore) {
  const char* rules = "- {id: closed, on: enrollment, wrong: exitDate is not null}";
  Checked before(rules);
  before.rows("enrollment", two_stays);
  before.found();
  Checked now(rules);
  now.rows("enrollment",
           std::string(two_stays) + R"({"key":"d","student":"3","exitDate":"2025-09-01"})");
  now.found(before.report());
  ASSERT_EQ(now.verdict().found.size(), 2u);
  auto first = now.verdict().found.begin();
  EXPECT_FALSE(first->is_new);
  EXPECT_TRUE((++first)->is_new);
}

TEST(Rule, WithoutAVerifiedSourceIsOffUntilTurnedOn) {
  const char* rules =
      "- {id: closed, on: enrollment, wrong: exitDate is not null, verified: false}";
  Checked off(rules);
  off.rows("enrollment", two_stays);
  EXPECT_THAT(off.found(), IsEmpty());
  Checked on(rules, "", {{"closed"}, {}});
  on.rows("enrollment", two_stays);
  EXPECT_THAT(on.found(), ElementsAre("closed 1 line 1"));
}

TEST(Rule, CountsStudentsOnceAndTheirFteByTheCalendar) {
  Checked checked("- {id: here, on: enrollment, wrong: entryDate is not null}", R"(
fte: {on: enrollment, start: entryDate, end: exitDate, percent: percentOfTime, school: school,
      calendar: {on: calendarDay, school: school, date: date, minutes: minutes}}
)");
  checked.rows("calendarDay", R"({"key":"1","school":"7","date":"2025-09-01","minutes":300}
{"key":"2","school":"7","date":"2025-09-02","minutes":300}
{"key":"3","school":"7","date":"2025-09-03","minutes":0}
{"key":"4","school":"7","date":"2025-09-04","minutes":300}
)");
  checked.rows(
      "enrollment",
      R"({"key":"a","student":"1","school":"7","entryDate":"2025-09-01","exitDate":"2025-09-02","percentOfTime":50}
{"key":"b","student":"1","school":"7","entryDate":"2025-09-04"}
)");
  checked.found();
  EXPECT_EQ(checked.verdict().counts[0].findings, 2u);
  EXPECT_EQ(checked.verdict().counts[0].students, 1u);
  EXPECT_NEAR(checked.verdict().counts[0].fte, 2.0 / 3, 1e-6);
}

TEST(Given, ReadsProfilesAsADestinationGetsThem) {
  Checked checked("- {id: open, on: enrollment, wrong: exitDate is null and student.sex = 'F'}");
  checked.profiles(
      R"({"id":"p-1","identifiers":{"district":"9001"},"sex":"F","enrollments":[{"school":"7"},{"school":"8","exitDate":"2025-09-01"}]}
{"id":"p-2","sex":"M","enrollments":[{"school":"7"}]}
)");
  EXPECT_THAT(checked.found(), ElementsAre("open 9001 line 1"));
}

TEST(Given, NamesTheLineOfABrokenFileAndNoValue) {
  Checked checked("- {id: open, on: enrollment, wrong: exitDate is null}");
  try {
    checked.rows("enrollment", "{\"key\":\"a\"}\n{\"key\":\"Secretname\n");
    FAIL() << "a broken line was taken";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("enrollment.ndjson:2: not a JSON object"));
    EXPECT_THAT(error.what(), testing::Not(HasSubstr("Secretname")));
  }
}

TEST(Given, RefusesAnObjectThatSaysOneThingTwice) {
  for (const char* row :
       {R"({"key":"a","student":"9001","key":"b"})",
        R"({"key":"a","student":"9001","exitDate":null,"exit\u0044ate":"2025-09-01"})"}) {
    Checked checked("- {id: open, on: enrollment, wrong: exitDate is null}");
    try {
      checked.rows("enrollment", "{\"key\":\"a\"}\n" + std::string(row) + "\n");
      FAIL() << "one of two values was taken: " << row;
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("enrollment.ndjson:2: "));
      EXPECT_THAT(error.what(), HasSubstr(" stands twice in one object"));
    }
  }
}

struct Mistake {
  const char* rules;
  const char* says;
};

class PackMistake : public testing::TestWithParam<Mistake> {};

TEST_P(PackMistake, IsNamedWithItsPlace) {
  try {
    Checked checked(GetParam().rules);
    FAIL() << "the pack was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.next, Next::fix_settings);
    EXPECT_THAT(error.what(), HasSubstr(GetParam().says));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Rules, PackMistake,
    testing::Values(
        Mistake{"- {id: a, on: enrolment, wrong: exitDate is null}",
                ":8:15: no entity enrolment, did you mean enrollment?"},
        Mistake{"- {id: a, on: enrollment, wrong: exitdate is null}",
                ":8:34: no column exitdate, did you mean exitDate"},
        Mistake{"- {id: a, on: enrollment, wrong: exitDate}",
                ":8:34: a condition is expected here, found a value"},
        Mistake{"- {id: a, on: enrollment, wrong: exitDate is null, feild: exitDate}",
                "did you mean field"},
        Mistake{"- {id: a, on: enrollment, wrong: exitDate is null, field: exitDat}",
                ":8:59: enrollment has no field exitDat, did you mean exitDate?"},
        Mistake{"- {id: a, on: enrollment}", "a rule needs a check"},
        Mistake{
            "- {id: a, on: enrollment, same: [school], overlap: {start: entryDate, end: exitDate}}",
            "a rule has one check"},
        Mistake{"- {id: a, on: enrollment, overlap: {start: school, end: exitDate}}",
                "a date is needed here"},
        Mistake{"- {id: a, on: student, take: {n: cuont enrollment}, wrong: n = 1}",
                "no measure cuont, did you mean count?"},
        Mistake{"- {id: a, on: student, take: {n: first enrollment.school}, wrong: n = '7'}",
                "first needs an order"},
        Mistake{"- {id: a, on: student, take: {n: count enrollment where exitdate is null}, wrong: "
                "n = 1}",
                ":8:57: no column exitdate"},
        Mistake{"- {id: a, on: run, per: entryDate, take: {n: count enrollment}, wrong: n = 1}",
                "counted by a code or by what refers to an entity"},
        Mistake{"- {id: a, on: enrollment, unlisted: {school: admision}}", "no codes admision"},
        Mistake{"- {id: a, on: enrollment, wrong: exitDate is null, severity: grave}",
                "no severity grave"},
        Mistake{"- {id: a, on: enrollment, wrong: exitDate is null, severity: critical, verified: "
                "false}",
                "a rule whose source is not verified is at most a warning"},
        Mistake{"- {id: a, on: student, wrong: sex is null}\n- {id: a, on: student, wrong: sex is "
                "null}",
                ":9:8: another rule has this id"}));

TEST(Pack, SaysWhichRuleWasMeantByASwitch) {
  try {
    Checked checked("- {id: closed, on: enrollment, wrong: exitDate is not null}", "",
                    {{}, {"close"}});
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("no rule close, did you mean closed?"));
  }
}

}  // namespace
}  // namespace homeroom::validate
