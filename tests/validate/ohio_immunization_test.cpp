// The shipped pack, a student for each line of ohio_immunization.csv: at each border a day before,
// on and after.
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>

#include "hub/validate/validate.hpp"
#include "hub/world/world.hpp"

namespace homeroom::validate {
namespace {

struct Vector {
  std::string rule, grade, born, doses, found, why;
};

std::vector<Vector> vectors() {
  std::ifstream in(HOMEROOM_SOURCE_DIR "/tests/validate/ohio_immunization.csv");
  std::vector<Vector> out;
  std::string line;
  for (std::getline(in, line); std::getline(in, line);) {
    std::istringstream cells(line);
    auto& one = out.emplace_back();
    for (auto* cell : {&one.rule, &one.grade, &one.born, &one.doses, &one.found})
      std::getline(cells, *cell, ',');
    std::getline(cells, one.why);
  }
  return out;
}

Pack pack() {
  return Pack::load({HOMEROOM_SOURCE_DIR "/configs/rules/ohio-immunization.yaml",
                     HOMEROOM_SOURCE_DIR "/configs/model.yaml",
                     {}},
                    {{"all"}, {}}, {{"run_date", "2026-01-13"}, {"school_year", "2026"}});
}

/// The student and the doses ("CVX DATE [STATUS] [SOURCE]; ...") as the given rows of two sources.
class Record {
 public:
  Record(const Vector& one, Given& given, const Pack& pack) : given_(given), pack_(pack) {
    auto born = one.born.empty() ? "" : R"(,"birthDate":")" + one.born + '"';
    rows("student", "sis", R"({"key":"9001")" + born + "}\n");
    auto grade = one.grade.empty() ? "" : R"(,"gradeLevel":")" + one.grade + '"';
    rows("enrollment", "sis",
         R"({"key":"e","student":"9001","schoolYear":2026,"school":"7")" + grade + "}\n");
    std::istringstream doses(one.doses);
    std::map<std::string, std::string> by_source{{"clinic", ""}};
    for (std::string dose; std::getline(doses, dose, ';');) {
      std::istringstream words(dose);
      std::string cvx, date, status = "completed", source = "clinic";
      words >> cvx >> date >> status >> source;
      if (status.empty()) status = "completed";
      if (source.empty()) source = "clinic";
      by_source[source] += R"({"key":"i","student":"9001","cvx":")" + cvx + R"(","date":")" + date +
                           R"(","status":")" + status + "\"}\n";
    }
    for (const auto& [source, text] : by_source) rows("immunization", source, text);
  }

 private:
  void rows(const std::string& entity, const std::string& source, const std::string& ndjson) {
    auto file = folder_.path() / (entity + source + ".ndjson");
    std::ofstream(file) << ndjson;
    given_.read_rows(*pack_.model().find(entity), source, file);
  }
  Given& given_;
  const Pack& pack_;
  world::ScratchFolder folder_{std::filesystem::temp_directory_path()};
};

TEST(OhioImmunization, JudgesEachVectorAsItSays) {
  auto made = pack();
  ASSERT_GT(vectors().size(), 60u);
  for (const auto& one : vectors()) {
    Given given(made);
    Record record(one, given, made);
    auto verdict = judge(made, given, nullptr);
    bool is_known = false;
    bool is_found = false;
    for (std::size_t i = 0; i < verdict.rules.size(); ++i) {
      if (verdict.rules[i].id != one.rule) continue;
      is_known = true;
      is_found = verdict.counts[i].findings > 0;
      EXPECT_EQ(verdict.counts[i].not_checked, "");
    }
    EXPECT_TRUE(is_known) << one.rule;
    EXPECT_EQ(is_found, one.found == "yes")
        << one.rule << ", grade " << one.grade << ": " << one.why;
  }
}

TEST(OhioImmunization, HasAVectorThatIsFoundForEachRule) {
  std::set<std::string> found;
  for (const auto& one : vectors())
    if (one.found == "yes") found.insert(one.rule);
  for (const auto& rule : pack().rules()) EXPECT_TRUE(found.contains(rule.id)) << rule.id;
}

TEST(OhioImmunization, IsAWarningAtMost) {
  for (const auto& rule : pack().rules())
    EXPECT_LE(rule.severity, record::Severity::warning) << rule.id;
}

}  // namespace
}  // namespace homeroom::validate
