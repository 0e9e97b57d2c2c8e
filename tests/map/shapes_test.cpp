// The shipped mappings compiled with what the plugins say of their streams: which rows belong
// together.
#include <gmock/gmock.h>

#include "hub/map/map.hpp"
#include "hub/settings/model.hpp"

namespace homeroom::map {
namespace {

StreamShape of(const std::string& stream, const std::string& subject, const std::string& space) {
  return {stream, {}, subject, space, subject.empty()};
}

const std::string user = "oneroster.user";
const std::string number = "district.student_number";

std::unique_ptr<Mapping> lakeview(const std::string& name, const std::vector<StreamShape>& shapes,
                                  const record::Model& model) {
  std::vector<Remark> remarks;
  auto made =
      Mapping::compile(HOMEROOM_SOURCE_DIR "/configs/examples/lakeview/mappings/" + name, model,
                       shapes, {{"run_date", "2026-01-13"}, {"school_year", "2026"}}, remarks);
  for (const auto& remark : remarks)
    ADD_FAILURE() << name << ":" << remark.place.line << ": " << remark.says;
  return made;
}

record::Model model() {
  return settings::load_model(HOMEROOM_SOURCE_DIR "/configs/model.yaml", {});
}

std::vector<StreamShape> sis_shapes() {
  return {of("users", "sourcedId", user),
          of("demographics", "sourcedId", user),
          of("enrollments", "userSourcedId", user),
          of("classes", "", ""),
          of("orgs", "", ""),
          of("academicSessions", "", ""),
          of("courses", "", ""),
          of("student_ext", "Student_Number", number),
          of("attendance", "Student_Number", number),
          of("discipline", "Student_Number", number),
          of("caseloads", "Student_Number", number)};
}

TEST(Shapes, students_count_in_the_space_of_their_stream) {
  auto canonical = model();
  auto sis = lakeview("sis.yaml", sis_shapes(), canonical);
  ASSERT_TRUE(sis);
  EXPECT_EQ(sis->spaces()[sis->student_space()], user);
  auto hmis = lakeview(
      "hmis.yaml",
      {of("Client", "PersonalID", "hmis.PersonalID"),
       of("Enrollment", "PersonalID", "hmis.PersonalID"),
       of("Exit", "PersonalID", "hmis.PersonalID"), of("Services", "PersonalID", "hmis.PersonalID"),
       of("Project", "", ""), of("Organization", "", "")},
      canonical);
  ASSERT_TRUE(hmis);
  EXPECT_EQ(hmis->spaces()[hmis->student_space()], "hmis.PersonalID");
  auto consents = lakeview("consents.yaml", {of("consents", "Student_Number", number)}, canonical);
  ASSERT_TRUE(consents);
  EXPECT_EQ(consents->spaces()[consents->student_space()], number);
}

TEST(Shapes, a_user_is_tied_to_the_agents_and_to_the_district_number) {
  auto canonical = model();
  auto sis = lakeview("sis.yaml", sis_shapes(), canonical);
  ASSERT_TRUE(sis);
  const auto& columns = sis->reads()[0].columns;
  std::vector<record::Column> row(columns.size());
  std::vector<record::Text> texts(columns.size());
  auto say = [&](const std::string& name, const char* value) {
    for (std::size_t i = 0; i < columns.size(); ++i)
      if (columns[i].name == name) {
        texts[i] = record::text(std::string_view(value));
        row[i].values = &texts[i];
      }
  };
  say("sourcedId", "S1");
  say("role", "student");
  say("identifier", "9001");
  say("agentSourcedIds", "G1,G2");
  record::Arena arena;
  std::vector<std::string> ties;
  for (const auto& link : sis->links(0, row, 1, arena))
    ties.push_back(sis->spaces()[link.space] + " " + std::string(link.value.view()));
  EXPECT_THAT(ties, testing::IsSupersetOf({user + " G1", user + " G2"}));
  EXPECT_THAT(ties, testing::Contains(testing::HasSubstr("9001")));
}

}  // namespace
}  // namespace homeroom::map
