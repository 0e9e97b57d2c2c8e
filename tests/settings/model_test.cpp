#include "hub/settings/model.hpp"

#include <algorithm>
#include <fstream>
#include <set>

#include <gmock/gmock.h>

#include "homeroom/error.hpp"
#include "tests/settings/refusal.hpp"
#include "tests/world/scratch.hpp"

namespace homeroom::settings {
namespace {

using testing::HasSubstr;

const std::filesystem::path model_file =
    std::filesystem::path(HOMEROOM_SOURCE_DIR) / "configs/model.yaml";

record::Model with_extension(const std::string& yaml) {
  auto folder = scratch();
  auto file = folder.path() / "own.yaml";
  std::ofstream(file) << yaml;
  return load_model(model_file, file);
}

TEST(Model, of_the_hub_loads) {
  auto model = load_model(model_file, {});
  ASSERT_TRUE(model.find("student"));
  EXPECT_EQ(*model.find("student"), 0);
  for (const char* entity :
       {"contact", "enrollment", "attendance", "incident", "immunization", "consent",
        "homelessness", "service", "referral", "organization", "section", "staff"})
    EXPECT_TRUE(model.find(entity)) << entity;
}

TEST(Model, every_field_about_a_student_has_a_class) {
  for (const auto& entity : load_model(model_file, {}).entities)
    for (const auto& field : entity.fields)
      if (entity.is_of_student) {
        EXPECT_FALSE(field.data_class.empty()) << entity.name << '.' << field.path;
      }
}

TEST(Model, no_two_entities_share_a_property_and_every_reference_points_somewhere) {
  auto model = load_model(model_file, {});
  std::set<std::string> properties;
  for (const auto& entity : model.entities) {
    EXPECT_TRUE(properties.insert(entity.property).second) << entity.name;
    for (const auto& field : entity.fields) {
      if (!field.refers_to.empty()) {
        EXPECT_TRUE(model.find(field.refers_to)) << entity.name << '.' << field.path;
      }
    }
    for (const auto& path : entity.spans_united_by)
      EXPECT_TRUE(entity.find(path)) << entity.name << '.' << path;
    for (const auto& path : entity.united_by)
      EXPECT_TRUE(entity.find(path)) << entity.name << '.' << path;
  }
}

TEST(Model, numbers_that_open_other_doors_are_strong_identity) {
  auto model = load_model(model_file, {});
  const auto& student = model.entities[0];
  for (const char* path : {"identifiers.state", "identifiers.federal", "identifiers.medicaid"})
    EXPECT_EQ(student.fields[*student.find(path)].data_class, "identity-strong") << path;
  EXPECT_EQ(student.fields[*student.find("protectedAddress")].data_class, "safety");
}

TEST(Model, takes_how_far_apart_the_dates_of_one_fact_may_be) {
  auto model = with_extension("model: 1\nentities:\n  immunization: {united_within: 3 days}\n");
  EXPECT_EQ(model.entities[*model.find("immunization")].united_within_days, 3);
  EXPECT_EQ(load_model(model_file, {}).entities[*model.find("immunization")].united_within_days, 0);
}

TEST(Model, refuses_a_union_that_cannot_be) {
  for (const char* wrong :
       {"immunization: {united_within: 40 days}", "contact: {united_within: 3 days}",
        "immunization: {united_by: [lot], fields: {}}",
        "club: {of: student, property: clubs, class: directory, spans_united_by: [title], fields: "
        "{title: {type: text}}}",
        "club: {of: student, property: clubs, class: directory, united_by: [titel], fields: "
        "{title: {type: text}}}"})
    EXPECT_THROW(with_extension(std::string("model: 1\nentities:\n  ") + wrong + "\n"), Error)
        << wrong;
}

TEST(Model, takes_a_districts_own_fields_entities_and_options) {
  auto model = with_extension(
      "model: 1\noptions: {bus: [red, blue]}\nentities:\n"
      "  student: {fields: {busLine: {type: code, options: bus, class: directory}}}\n"
      "  club: {of: student, property: clubs, class: directory, fields: {title: {type: text}}}\n");
  EXPECT_TRUE(model.entities[0].find("busLine"));
  EXPECT_TRUE(model.find("club"));
}

TEST(Model, refuses_what_would_weaken_or_confuse_it) {
  const std::pair<const char*, const char*> all[] = {
      {"entities: {student: {fields: {birthDate: {type: date, class: directory}}}}", "already"},
      {"entities: {student: {class: directory, fields: {x: {type: text}}}}", "only fields"},
      {"entities: {student: {fields: {x: {type: text, class: identiy}}}}",
       "did you mean identity?"},
      {"entities: {student: {fields: {x: {type: txt}}}}", "unknown type"},
      {"entities: {student: {fields: {x: {type: code, options: none}}}}", "no option set"},
      {"entities: {student: {fields: {x: {type: text, clas: identity}}}}", "did you mean class?"},
      {"entities: {club: {of: student, fields: {x: {type: text}}}}", "class"},
      {"entities: {club: {of: students, class: directory, fields: {x: {type: text}}}}", "expected"},
      {"entities: {club: {of: student, property: contacts, class: directory, fields: {x: {type: "
       "text}}}}",
       "contacts"},
      {"entities: {club: {of: reference, fields: {x: {type: text, refers: nobody}}}}", "nobody"},
      {"options: {sex: [F]}", "twice"},
  };
  for (const auto& [yaml, says] : all) {
    auto message = refusal([&] { with_extension(std::string("model: 1\n") + yaml + "\n"); });
    EXPECT_THAT(message, HasSubstr(says)) << yaml;
    EXPECT_THAT(message, HasSubstr("own.yaml:2:")) << yaml;
  }
}

}  // namespace
}  // namespace homeroom::settings
