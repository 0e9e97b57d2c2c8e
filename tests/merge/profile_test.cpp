#include "hub/record/profile.hpp"

#include <gmock/gmock.h>

#include "tests/merge/child.hpp"

namespace homeroom::merge::testing {
namespace {

std::string written(const record::Model& model, const std::string& rows,
                    record::ProfileWriter::Filter* filter = nullptr) {
  std::string out;
  record::ProfileWriter(model).write(out, "p-1", rows, filter);
  return out;
}

TEST(ProfileWriter, WritesAChildOfWhomNothingIsSaid) {
  EXPECT_EQ(written(model(), ""), R"({"id":"p-1"})");
}

TEST(ProfileWriter, NestsDottedPathsAndKeepsTheOrderOfTheModel) {
  auto child =
      row(model(), "student", "clinic", {{"sex", "F"}, {"addresses.home.city", "Maple Hollow"}}) +
      row(model(), "student", "sis",
          {{"name.first", "Ona"},
           {"name.last", "Mockridge"},
           {"addresses.home.line", "1 Sample St"},
           {"phones.home", "1"}});
  EXPECT_EQ(
      written(model(), child),
      R"({"id":"p-1","name":{"first":"Ona","last":"Mockridge"},"sex":"F",)"
      R"("addresses":{"home":{"line":"1 Sample St","city":"Maple Hollow"}},"phones":{"home":"1"}})");
}

TEST(ProfileWriter, BringsFieldsOfOneObjectTogether) {
  auto extended = model();
  extended.entities[0].fields.push_back(field("name.suffix"));
  extended.entities[3].fields = {field("by.name"), field("text"), field("by.role")};
  auto child =
      row(extended, "student", "sis",
          {{"name.last", "Fauxley"}, {"sex", "M"}, {"name.suffix", "II"}}) +
      row(extended, "note", "sis", {{"by.name", "Opal"}, {"text", "ok"}, {"by.role", "nurse"}});
  EXPECT_EQ(written(extended, child),
            R"({"id":"p-1","name":{"last":"Fauxley","suffix":"II"},"sex":"M",)"
            R"("notes":[{"by":{"name":"Opal","role":"nurse"},"text":"ok"}]})");
}

TEST(ProfileWriter, WritesEachEntityAsOneArray) {
  auto child = row(model(), "enrollment", "sis", {{"school", "O2"}}) +
               row(model(), "enrollment", "sis", {{"school", "O7"}}) +
               row(model(), "note", "sis", {{"text", "ok"}});
  EXPECT_EQ(
      written(model(), child),
      R"({"id":"p-1","enrollments":[{"school":"O2"},{"school":"O7"}],"notes":[{"text":"ok"}]})");
}

/// Lets through only rows and fields that are named.
struct Only : record::ProfileWriter::Filter {
  Only(record::EntityId which, record::FieldId what, std::string_view instead = {})
      : entity(which), field_id(what), mask(instead) {}
  bool admits(const record::RowView& view) override { return view.entity() == entity; }
  std::string_view admit(const record::RowView&, const record::FieldView& view) override {
    if (view.field != field_id) return {};
    return mask.empty() ? view.json : mask;
  }
  record::EntityId entity;
  record::FieldId field_id;
  std::string_view mask;
};

TEST(ProfileWriter, LeavesNoEmptyObjectWhereTheFilterTakesEverything) {
  auto child = row(model(), "enrollment", "sis", {{"school", "O2"}}) +
               row(model(), "enrollment", "sis", {{"school", "O7"}, {"gradeLevel", "05"}}) +
               row(model(), "enrollment", "sis", {{"school", "O8"}});
  Only grade(1, 2);
  EXPECT_EQ(written(model(), child, &grade), R"({"id":"p-1","enrollments":[{"gradeLevel":"05"}]})");
}

TEST(ProfileWriter, WritesWhatTheFilterPutsInPlaceOfAValue) {
  auto child = row(model(), "student", "sis", {{"birthDate", "2014-11-03"}, {"sex", "F"}});
  Only year(0, 2, "\"2014\"");
  EXPECT_EQ(written(model(), child, &year), R"({"id":"p-1","birthDate":"2014"})");
}

}  // namespace
}  // namespace homeroom::merge::testing
