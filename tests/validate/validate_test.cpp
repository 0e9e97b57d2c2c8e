#include "hub/validate/validate.hpp"

#include <deque>

#include <gmock/gmock.h>

#include "hub/map/rows.hpp"
#include "hub/record/date.hpp"

namespace homeroom::validate {
namespace {

using record::Severity;
using record::Type;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

int32_t day(std::string_view iso) {
  return *record::parse_iso_date(iso);
}

record::Field field(std::string path, Type type) {
  record::Field made;
  made.path = std::move(path);
  made.type = type;
  return made;
}

enum Fields : record::FieldId { name, birth, grade, school, start, end, races };

record::Model model() {
  record::Entity student{"student"};
  student.fields = {field("name.first", Type::text), field("birthDate", Type::date),
                    field("grade", Type::text),      field("school", Type::text),
                    field("start", Type::date),      field("end", Type::date),
                    field("races", Type::list)};
  student.fields[name].longest = 5;
  student.fields[grade].options = "grades";
  student.fields[races].options = "races";
  student.fields[school].refers_to = "organization";
  record::Entity organization{"organization"};
  return {{student, organization}, {{"grades", {"01", "KG"}}, {"races", {"ASIAN", "WHITE"}}}};
}

/// Rows of the student entity, built column by column; owns what the columns point to.
class Rows {
 public:
  explicit Rows(uint32_t count) {
    rows_.rows = count;
    rows_.fields.resize(7);
  }
  Rows& texts(record::FieldId id, std::vector<const char*> values) {
    rows_.fields[id] = column_of(values);
    return *this;
  }
  Rows& keys(std::vector<const char*> values) {
    rows_.key = column_of(values);
    return *this;
  }
  Rows& dates(record::FieldId id, std::vector<const char*> values) {
    auto& days = days_.emplace_back();
    auto& valid = valid_.emplace_back();
    for (const auto* value : values) {
      days.push_back(value ? day(value) : 0);
      valid.push_back(value != nullptr);
    }
    rows_.fields[id] = {Type::date, 1, days.data(), valid.data()};
    return *this;
  }
  Rows& lists(record::FieldId id, std::vector<std::vector<const char*>> values) {
    auto& items = texts_.emplace_back();
    auto& ends = ends_.emplace_back();
    for (const auto& list : values) {
      for (const auto* item : list) items.push_back(record::text(item));
      ends.push_back(static_cast<uint32_t>(items.size()));
    }
    rows_.fields[id] = {Type::list, 1, items.data(), nullptr, ends.data()};
    return *this;
  }
  const map::EntityRows& built() const { return rows_; }

 private:
  record::Column column_of(const std::vector<const char*>& values) {
    auto& made = texts_.emplace_back();
    auto& valid = valid_.emplace_back();
    for (const auto* value : values) {
      made.push_back(record::text(value ? std::string_view(value) : std::string_view()));
      valid.push_back(value != nullptr);
    }
    return {Type::text, 1, made.data(), valid.data()};
  }
  map::EntityRows rows_;
  std::deque<std::vector<record::Text>> texts_;
  std::deque<std::vector<uint8_t>> valid_;
  std::deque<std::vector<int32_t>> days_;
  std::deque<std::vector<uint32_t>> ends_;
};

/// "row rule severity" of each finding.
std::vector<std::string> found(const Rows& rows, const record::Model& rules = model()) {
  Validator validator(rules, day("2026-01-12"));
  validator.know(1, "a school with a long key");
  std::vector<std::string> said;
  for (const auto& one : validator.check(rows.built())) {
    const char* severities[] = {"info", "warning", "critical", "fatal"};
    said.push_back(std::to_string(one.row) + " " + one.rule + " " +
                   severities[static_cast<int>(one.severity)]);
  }
  return said;
}

TEST(Validator, FindsNothingInGoodRows) {
  EXPECT_THAT(found(Rows(2)
                        .keys({"A", "B"})
                        .texts(name, {"Ana", nullptr})
                        .dates(birth, {"2014-05-06", nullptr})
                        .texts(grade, {"KG", "01"})
                        .texts(school, {"a school with a long key", nullptr})
                        .dates(start, {"2025-08-18", "2025-08-18"})
                        .dates(end, {"2025-08-18", nullptr})
                        .lists(races, {{"ASIAN", "WHITE"}, {}})),
              IsEmpty());
}

TEST(Validator, RefusesARowWithoutARequiredField) {
  auto demanding = model();
  demanding.entities[0].fields[name].is_required = true;
  EXPECT_THAT(found(Rows(2).texts(name, {"Ana", nullptr}), demanding),
              ElementsAre("1 required fatal"));
  EXPECT_THAT(found(Rows(1), demanding), ElementsAre("0 required fatal"));
}

TEST(Validator, RefusesTheSecondRowOfAKey) {
  EXPECT_THAT(found(Rows(3).keys({"A", "a key too long to lie inside", "A"})),
              ElementsAre("2 duplicate fatal"));
}

TEST(Validator, KnowsTheCodesOfAnOptionSet) {
  EXPECT_THAT(found(Rows(2).texts(grade, {"KG", "kg"})), ElementsAre("1 option critical"));
  EXPECT_THAT(found(Rows(2).lists(races, {{"WHITE"}, {"WHITE", "NONE"}})),
              ElementsAre("1 option critical"));
}

TEST(Validator, CountsCharactersAndNotBytes) {
  EXPECT_THAT(found(Rows(2).texts(name, {"\u00c1\u00e1\u00c1\u00e1\u00c1", "Annika"})),
              ElementsAre("1 length warning"));
}

TEST(Validator, DoubtsDatesThatCannotBe) {
  EXPECT_THAT(found(Rows(3).dates(start, {"1899-12-31", "2046-01-12", "2046-01-13"})),
              ElementsAre("0 date-range critical", "2 date-range critical"));
}

TEST(Validator, RefusesIdsWithLettersNobodySees) {
  EXPECT_THAT(found(Rows(9).keys({"1", "1\t", "1\u202E2", "1\u2066", "\u200F1",
                                  "a\x1F"
                                  "b",
                                  "\u0085", "Zo\u00eb", "\u4e2d"})),
              ElementsAre("1 hidden-letter fatal", "2 hidden-letter fatal", "3 hidden-letter fatal",
                          "4 hidden-letter fatal", "6 hidden-letter fatal"));
}

TEST(Validator, KnowsThatNobodyIsBornTomorrow) {
  EXPECT_THAT(found(Rows(2).dates(birth, {"2026-01-12", "2026-01-13"})),
              ElementsAre("1 date-range critical"));
}

TEST(Validator, SeesSpansThatEndBeforeTheyStart) {
  EXPECT_THAT(
      found(Rows(2).dates(start, {"2025-09-02", "2025-09-02"}).dates(end, {"2025-09-01", nullptr})),
      ElementsAre("0 span warning"));
}

TEST(Validator, SeesReferencesToNothing) {
  EXPECT_THAT(found(Rows(2).texts(school, {"a school with a long key", "another"})),
              ElementsAre("1 reference warning"));
}

TEST(Validator, DoesNotCheckReferencesToWhatItWasNeverTold) {
  auto rules = model();
  Validator validator(rules, day("2026-01-12"));
  Rows rows(1);
  rows.texts(school, {"another"});
  EXPECT_THAT(validator.check(rows.built()), IsEmpty());
}

TEST(Validator, NeverRepeatsAValue) {
  auto rules = model();
  Validator validator(rules, day("2026-01-12"));
  Rows rows(1);
  rows.texts(grade, {"Zebra"}).texts(name, {"Annika-Zebra"});
  for (const auto& one : validator.check(rows.built()))
    EXPECT_EQ(one.says.find("Zebra"), std::string::npos);
}

}  // namespace
}  // namespace homeroom::validate
