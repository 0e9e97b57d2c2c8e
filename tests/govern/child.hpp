// A small model, an invented child and a district with one destination, so that a case is a few
// lines. Today is 2026-01-13.
#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "hub/govern/govern.hpp"
#include "hub/record/date.hpp"
#include "hub/record/row.hpp"

namespace homeroom::govern::testing {

inline int32_t day(const char* iso) {
  return *record::parse_iso_date(iso);
}
inline const int32_t today = day("2026-01-13");

inline record::Field field(std::string path, std::string data_class = {},
                           record::Type type = record::Type::text) {
  record::Field made;
  made.path = std::move(path);
  made.data_class = std::move(data_class);
  made.type = type;
  return made;
}

inline record::Entity entity(std::string name, std::string property, std::string data_class,
                             std::vector<record::Field> fields) {
  record::Entity made;
  made.name = std::move(name);
  made.property = std::move(property);
  made.is_of_student = true;
  made.data_class = std::move(data_class);
  made.fields = std::move(fields);
  return made;
}

inline record::Model small_model() {
  using record::Type;
  record::Model model;
  model.entities = {
      entity("student", "", "directory",
             {field("identifiers.state", "identity-strong"), field("name.first"),
              field("name.last"), field("birthDate", "identity", Type::date),
              field("languages.home", "demographic"), field("addresses.home.line", "identity"),
              field("phones.home", "identity"), field("schoolMeals.eligibility", "economic"),
              field("specialEducation.idea", "special-education", Type::boolean),
              field("specialEducation.primaryDisability", "special-education"),
              field("section504", "special-education", Type::boolean),
              field("homeless.served", "housing", Type::boolean), field("religion", "special"),
              field("fosterCare", "child-welfare", Type::boolean),
              field("protectedAddress", "safety", Type::boolean)}),
      entity("enrollment", "enrollments", "directory",
             {field("school"), field("gradeLevel"), field("entryDate", "", Type::date),
              field("exitDate", "", Type::date), field("exitType", "academic")}),
      entity("contact", "contacts", "identity",
             {field("name.first"), field("name.last"), field("relation"), field("phones.mobile"),
              field("emails.home"), field("livesWith", "", Type::boolean)}),
      entity("service", "services", "service", {field("category"), field("setting")}),
      entity("immunization", "immunizations", "health", {field("vaccine"), field("date")}),
      entity("condition", "conditions", "health", {field("code")}),
      entity("homelessness", "homelessness", "housing",
             {field("start", "", Type::date), field("end", "", Type::date), field("residence")}),
      entity("attendance", "attendance", "attendance", {field("date"), field("status")}),
      entity("note", "notes", "restricted-note", {field("text")}),
      entity("caseload", "caseloads", "support-services",
             {field("role"), field("start", "", Type::date), field("end", "", Type::date)}),
      entity("consent", "consents", "identity",
             {field("id"), field("scope"), field("recipients", "", Type::list),
              field("classes", "", Type::list), field("start", "", Type::date),
              field("end", "", Type::date), field("revokedAt")}),
      entity("optOut", "optOuts", "directory", {field("category"), field("start", "", Type::date)}),
      entity("protectedAddress", "protectedAddresses", "safety",
             {field("start", "", Type::date), field("end", "", Type::date)}),
      entity("contactRestriction", "contactRestrictions", "safety",
             {field("contact"), field("kind"), field("start", "", Type::date)}),
  };
  model.entities.push_back(entity("school", "schools", "", {field("name")}));
  model.entities.back().is_of_student = false;
  return model;
}

/// Values of a row: text without quotes; true, false and lists as JSON.
using Values = std::vector<std::pair<std::string, std::string>>;

/// A profile row as merge makes it; `key` is SOURCE or SOURCE|KEY.
inline std::string row(const record::Model& model, const std::string& name, std::string key,
                       const Values& values) {
  for (auto& letter : key)
    if (letter == '|') letter = '\x1f';
  auto id = *model.find(name);
  std::string out;
  record::RowWriter writer(out);
  writer.begin(id, key);
  for (record::FieldId at = 0; at < model.entities[id].fields.size(); ++at)
    for (const auto& [path, value] : values)
      if (path == model.entities[id].fields[at].path)
        writer.field(
            at, value == "true" || value == "false" || value[0] == '[' ? value : '"' + value + '"');
  writer.end();
  return out;
}

/// One child, row by row.
class Child {
 public:
  Child& is(const Values& values, const std::string& source = "sis") {
    return has("student", values, source);
  }
  Child& has(const std::string& entity_name, const Values& values,
             const std::string& key = "sis|1") {
    rows_ += row(model_, entity_name, key, values);
    return *this;
  }
  Child& on_caseload_of(const std::string& role, const std::string& start = "2025-08-20",
                        const std::string& end = {}) {
    Values values{{"role", role}, {"start", start}};
    if (!end.empty()) values.emplace_back("end", end);
    return has("caseload", values, "consents|c");
  }
  Child& consents(const std::string& scope, const std::string& recipient,
                  const std::string& classes, Values more = {}) {
    more.insert(more.end(), {{"id", "F1"},
                             {"scope", scope},
                             {"recipients", "[\"" + recipient + "\"]"},
                             {"classes", "[\"" + classes + "\"]"},
                             {"start", "2025-09-01"}});
    return has("consent", more, "consents|f");
  }
  const std::string& rows() const { return rows_; }

 private:
  record::Model model_ = small_model();
  std::string rows_;
};

/// A child with something of everything.
inline Child whole_child() {
  Child child;
  child
      .is({{"identifiers.state", "ZZ0000001"},
           {"name.first", "Willa"},
           {"name.last", "Testwood"},
           {"birthDate", "2014-11-03"},
           {"languages.home", "eng"},
           {"addresses.home.line", "12 Sample St"},
           {"phones.home", "+16145550142"},
           {"schoolMeals.eligibility", "reduced"},
           {"specialEducation.idea", "true"},
           {"specialEducation.primaryDisability", "sld"},
           {"section504", "false"},
           {"homeless.served", "true"},
           {"religion", "invented"},
           {"fosterCare", "false"}})
      .has("enrollment", {{"school", "O7"}, {"gradeLevel", "05"}, {"entryDate", "2022-08-19"}})
      .has("contact",
           {{"name.first", "Opal"},
            {"name.last", "Pretendson"},
            {"relation", "guardian"},
            {"phones.mobile", "+16145550188"}},
           "sis|G1")
      .has("service", {{"category", "education"}, {"setting", "community"}}, "shelter|V1")
      .has("immunization", {{"vaccine", "MMR"}, {"date", "2018-05-02"}}, "sis|I1")
      .has("condition", {{"code", "J45"}}, "clinic|K1")
      .has("homelessness", {{"start", "2025-11-11"}, {"residence", "shelter"}}, "shelter|E1")
      .has("attendance", {{"date", "2026-01-09"}, {"status", "present"}}, "sis|A1")
      .has("note", {{"text", "invented"}}, "sis|N1");
  return child;
}

/// A district with one destination and the policy packs, or a policy of the test's own.
class District {
  // Copies share nothing: a test changes one and asks it.
 public:
  District() {
    workspace_.district = "Maple Hollow";
    workspace_.sources = {source("sis", "ferpa"), source("clinic", "hipaa"),
                          source("shelter", "hmis"), source("rehab", "part2"),
                          source("consents", "ferpa")};
    workspace_.policy = {pack("federal"), pack("ohio")};
    to_.name = "tool";
    to_.plugin = "ndjson_file";
    to_.held_by = "district";
    to_.students = "all";
    to_.place = {"homeroom.yaml", 50, 3};
  }
  static std::filesystem::path pack(const std::string& name) {
    return std::filesystem::path(HOMEROOM_SOURCE_DIR) / "configs" / "policy" / (name + ".yaml");
  }

  District& read_by(std::string audience, std::string purpose) {
    to_.read_by = std::move(audience);
    to_.purpose = std::move(purpose);
    return *this;
  }
  District& send(std::vector<std::string> words) { return to_.send = std::move(words), *this; }
  District& students(std::string group) { return to_.students = std::move(group), *this; }
  District& all_schools() { return to_.readers_schools = "all", *this; }
  District& group(std::string name, std::string expression) {
    workspace_.groups.push_back({std::move(name), std::move(expression), {"homeroom.yaml", 70, 3}});
    return *this;
  }
  /// Held by a company under an agreement of basis F3 that lists the classes.
  District& held_by_vendor(std::vector<std::string> classes, const char* ends = "2026-06-30",
                           bool has_counsel = false, std::string basis = "F3") {
    to_.held_by = "Planwise LLC";
    to_.agreement = "planwise";
    settings::Agreement agreement;
    agreement.name = "planwise";
    agreement.kind = "NDPA";
    agreement.with = "Planwise LLC";
    agreement.basis = std::move(basis);
    agreement.classes = std::move(classes);
    agreement.ends = day(ends);
    agreement.has_counsel = has_counsel;
    workspace_.agreements = {agreement};
    return *this;
  }
  /// Only these rules, written as the `rules` of a policy file.
  District& rules(const std::string& yaml) {
    auto file = std::filesystem::path(::testing::TempDir()) /
                (std::string("govern-") +
                 ::testing::UnitTest::GetInstance()->current_test_info()->name() + ".yaml");
    std::ofstream(file) << "policy: 1\nname: own\nrules:\n" << yaml;
    workspace_.policy = {file};
    return *this;
  }
  District& also(const std::filesystem::path& policy) {
    return workspace_.policy.push_back(policy), *this;
  }
  District& on(const char* date) { return run_date_ = day(date), *this; }

  std::unique_ptr<Governor> governor() {
    workspace_.destinations = {to_};
    advice_.clear();
    return Governor::compile(workspace_, model_, run_date_, advice_);
  }
  Share share(const Child& child) { return share(child, {"sis", "clinic", "shelter", "consents"}); }
  Share share(const Child& child, const std::vector<std::string>& strong) {
    return governor()->share(0, {"p-1", child.rows(), false, &strong});
  }
  std::string body(const Child& child) { return share(child).body; }
  std::vector<FieldRuling> explain(const Child& child) {
    return governor()->explain(0, {"p-1", child.rows(), true, nullptr});
  }
  std::vector<std::string> advice() {
    governor();
    std::vector<std::string> says;
    for (const auto& finding : advice_) says.push_back(finding.says);
    return says;
  }
  const record::Model& model() const { return model_; }

 private:
  static settings::Source source(std::string name, std::string regime) {
    settings::Source made;
    made.name = std::move(name);
    made.regime = std::move(regime);
    return made;
  }
  record::Model model_ = small_model();
  settings::Workspace workspace_;
  settings::Destination to_;
  int32_t run_date_ = today;
  std::vector<record::Finding> advice_;
};

}  // namespace homeroom::govern::testing
