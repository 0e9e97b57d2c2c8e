// Rules over more rows than memory may hold find what they find over all of them at once.
#include <map>
#include <random>

#include <gmock/gmock.h>

#include "homeroom/error.hpp"
#include "tests/validate/checked.hpp"
#include "tests/validate/shelf.hpp"

namespace homeroom::validate {
namespace {

using testing::HasSubstr;

constexpr const char* rules = R"(
- {id: long, on: enrollment, wrong: exitDate > entryDate + 100, field: exitDate}
- {id: born-late, on: enrollment, wrong: student.birthDate > entryDate}
- {id: open-twice, on: student, take: {open: count enrollment where exitDate is null}, wrong: open > 1}
- {id: never-here, on: student, take: {stays: count enrollment}, wrong: stays = 0}
- {id: changed, on: enrollment, sorted: [entryDate], wrong: school <> previous.school}
- {id: unknown-school, on: enrollment, with: {place: organization by key = school}, wrong: school is not null and place.key is null}
- {id: overlap, on: enrollment, overlap: {start: entryDate, end: exitDate}}
- {id: gap, on: enrollment, gap: {start: entryDate, end: exitDate, more_than: 20 days}}
- {id: twice, on: enrollment, same: [school, entryDate]}
- {id: shared, on: student, same: {fields: [identifiers.state], across: students}}
- {id: same-stay, on: enrollment, same: {fields: [school, entryDate, exitDate], across: students}, severity: critical}
- {id: code, on: enrollment, unlisted: {stateEntryReason: admission}}
- {id: date, on: enrollment, unreadable: [entryDate]}
- {id: no-town, on: organization, wrong: name is null}
- {id: most, on: run, per: school, take: {open: count enrollment, schools: distinct enrollment.stateEntryReason, early: min enrollment.entryDate, late: max enrollment.exitDate, now: last enrollment.stateEntryReason by entryDate, was: first enrollment.stateEntryReason by exitDate, part: sum enrollment.percentOfTime}, wrong: open > 2 and (now = 'Z' or was = 'Z' or schools > 2 or early > late or part > 100)}
- {id: all, on: run, take: {students: count student, numbers: distinct student.identifiers.state}, wrong: students > numbers}
)";
constexpr const char* head = R"(
codes: {admission: ['7', '2']}
school: enrollment.school by entryDate
fte: {on: enrollment, start: entryDate, end: exitDate, percent: percentOfTime, school: school}
)";

struct District {
  std::string organizations, pupils, stays;
};

District district(uint32_t seed, uint32_t pupils) {
  std::mt19937 random(seed);
  auto below = [&](uint32_t most) { return random() % most; };
  auto day = [&] {
    return "2025-0" + std::to_string(1 + below(9)) + "-1" + std::to_string(below(10));
  };
  District made;
  for (int i = 0; i < 9; ++i)
    made.organizations += "{\"key\":\"" + std::to_string(i) +
                          (i % 4 ? "\",\"name\":\"School of Testwood\"}\n" : "\"}\n");
  for (uint32_t i = 0; i < pupils; ++i) {
    auto number = std::to_string(i * 7919 % pupils);
    made.pupils += "{\"key\":\"" + number + "\",\"birthDate\":\"" +
                   (below(5) ? "2012-01-01" : day()) + "\",\"identifiers\":{\"district\":\"N" +
                   std::to_string(below(pupils)) + "\",\"state\":\"AA" +
                   std::to_string(below(3 * pupils)) + "\"}}\n";
  }
  for (uint32_t i = 0; i < 3 * pupils; ++i) {
    made.stays += "{\"key\":\"e" + std::to_string(i) + '"';
    if (below(50)) made.stays += ",\"student\":\"" + std::to_string(below(pupils * 11 / 10)) + '"';
    made.stays += ",\"school\":\"" + std::to_string(below(11)) + "\",\"schoolName\":\"School " +
                  std::to_string(below(3)) + '"';
    made.stays += ",\"entryDate\":\"" + (below(40) ? day() : "2025-02-30") + '"';
    if (below(3)) made.stays += ",\"exitDate\":\"" + day() + '"';
    if (below(3)) made.stays += ",\"percentOfTime\":" + std::to_string(below(101)) + ".25";
    if (below(3)) made.stays += std::string(",\"stateEntryReason\":\"") + "72Zab"[below(5)] + '"';
    made.stays += "}\n";
  }
  return made;
}

void give(Checked& checked, const District& rows) {
  checked.rows("enrollment", rows.stays);
  checked.rows("student", rows.pupils);
  checked.rows("organization", rows.organizations);
}

std::string report(const Checked& checked) {
  // The folder of the test is another one each time.
  auto text = checked.report() + text_of(write_csv, checked.verdict()) +
              text_of(write_html, checked.verdict());
  std::string out;
  std::size_t from = 0;
  for (std::size_t at; (at = text.find("/scratch.", from)) != std::string::npos; from = at + 15)
    out.append(text, from, at - from);
  return out.append(text, from);
}

TEST(ValidateWithLittleMemory, FindsWhatItFindsInMemory) {
  std::map<std::string, uint64_t> findings;
  for (uint32_t seed = 0; seed < 4; ++seed) {
    auto rows = district(seed, 200 + 150 * seed);
    Checked in_memory(rules, head);
    give(in_memory, rows);
    in_memory.found();
    for (std::size_t i = 0; i < in_memory.verdict().rules.size(); ++i)
      findings[in_memory.verdict().rules[i].id] += in_memory.verdict().counts[i].findings;
    for (uint64_t kib : {40, 100, 200}) {
      Shelf shelf(kib << 10);
      Checked spilled(rules, head);
      spilled.spill_to(shelf);
      give(spilled, rows);
      spilled.found();
      EXPECT_GT(shelf.pieces(), 10u) << kib;
      EXPECT_TRUE(report(in_memory) == report(spilled))
          << "seed " << seed << " with " << kib << " KiB";
    }
  }
  for (const auto& [rule, count] : findings) EXPECT_GT(count, 0u) << rule << " says nothing here";
}

TEST(ValidateWithLittleMemory, WithEnoughNothingIsPutAside) {
  Shelf shelf(64 << 20);
  Checked checked(rules, head);
  checked.spill_to(shelf);
  give(checked, district(1, 100));
  checked.found();
  EXPECT_EQ(shelf.pieces(), 0u);
}

TEST(ValidateWithLittleMemory, RowsOfStudentsThatAreLookedUpAreRefusedByTheRule) {
  Shelf shelf(40 << 10);
  Checked checked(
      "- {id: sibling, on: student, with: {other: enrollment by school = identifiers.school}, "
      "wrong: other.key is not null}");
  checked.spill_to(shelf);
  give(checked, district(1, 600));
  try {
    checked.found();
    ADD_FAILURE() << "it was taken";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("the rule sibling looks rows of enrollment up"));
    EXPECT_THAT(error.what(), HasSubstr("--memory"));
  }
}

}  // namespace
}  // namespace homeroom::validate
