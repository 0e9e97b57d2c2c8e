#include "plugins/oneroster_rest/shapes.hpp"

#include <initializer_list>

namespace homeroom::oneroster_rest {
namespace {

using Columns = std::vector<JsonColumn>;

/// Columns of these names under the same names, behind those that every record has.
Columns record(std::initializer_list<const char*> same, const Columns& others = {}) {
  Columns columns = {
      {"sourcedId", "sourcedId"}, {"status", "status"}, {"dateLastModified", "dateLastModified"}};
  for (const auto* name : same) columns.push_back({name, name});
  columns.insert(columns.end(), others.begin(), others.end());
  return columns;
}

Shape shape(const std::string& name, const std::string& subject, Columns columns) {
  return {name, name, subject, {"sourcedId"}, {name, "", std::move(columns)}};
}

Shape sessions() {
  return shape("academicSessions", "",
               record({"title", "type", "startDate", "endDate", "schoolYear"},
                      {{"parentSourcedId", "parent.sourcedId"}}));
}

Shape orgs() {
  return shape("orgs", "",
               record({"name", "type", "identifier"}, {{"parentSourcedId", "parent.sourcedId"}}));
}

Shape courses() {
  return shape("courses", "",
               record({"title", "courseCode"}, {{"schoolYearSourcedId", "schoolYear.sourcedId"},
                                                {"grades", "grades[]"},
                                                {"orgSourcedId", "org.sourcedId"},
                                                {"subjects", "subjects[]"},
                                                {"subjectCodes", "subjectCodes[]"}}));
}

Shape classes() {
  return shape("classes", "",
               record({"title", "classCode", "classType", "location"},
                      {{"grades", "grades[]"},
                       {"courseSourcedId", "course.sourcedId"},
                       {"schoolSourcedId", "school.sourcedId"},
                       {"termSourcedIds", "terms[].sourcedId"},
                       {"subjects", "subjects[]"},
                       {"subjectCodes", "subjectCodes[]"},
                       {"periods", "periods[]"}}));
}

Shape users(Version version) {
  auto columns = record({"enabledUser", "username", "givenName", "familyName", "middleName",
                         "identifier", "email", "sms", "phone"},
                        {{"userIds", "userIds[]{type:identifier}"},
                         {"agentSourcedIds", "agents[].sourcedId"},
                         {"grades", "grades[]"}});
  if (version == Version::v1_1) {
    columns.push_back({"role", "role"});
    columns.push_back({"orgSourcedIds", "orgs[].sourcedId"});
  } else {
    for (const auto* name : {"userMasterIdentifier", "preferredGivenName", "preferredMiddleName",
                             "preferredFamilyName", "pronouns"})
      columns.push_back({name, name});
    columns.push_back({"primaryOrgSourcedId", "primaryOrg.sourcedId"});
  }
  return shape("users", "sourcedId", std::move(columns));
}

/// In REST a role is a part of its user and has no id of its own.
Shape roles() {
  return {"roles",
          "users",
          "userSourcedId",
          {"userSourcedId", "orgSourcedId", "role"},
          {"users",
           "roles",
           {{"userSourcedId", "^.sourcedId"},
            {"status", "^.status"},
            {"dateLastModified", "^.dateLastModified"},
            {"roleType", "roleType"},
            {"role", "role"},
            {"beginDate", "beginDate"},
            {"endDate", "endDate"},
            {"orgSourcedId", "org.sourcedId"},
            {"userProfileSourcedId", "userProfile"}}}};
}

Shape enrollments() {
  return shape(
      "enrollments", "userSourcedId",
      record({"role", "primary", "beginDate", "endDate"}, {{"classSourcedId", "class.sourcedId"},
                                                           {"schoolSourcedId", "school.sourcedId"},
                                                           {"userSourcedId", "user.sourcedId"}}));
}

Shape demographics() {
  return shape(
      "demographics", "sourcedId",
      record({"birthDate", "sex", "americanIndianOrAlaskaNative", "asian", "blackOrAfricanAmerican",
              "nativeHawaiianOrOtherPacificIslander", "white", "demographicRaceTwoOrMoreRaces",
              "hispanicOrLatinoEthnicity", "countryOfBirthCode", "stateOfBirthAbbreviation",
              "cityOfBirth", "publicSchoolResidenceStatus"}));
}

std::vector<Shape> made(Version version) {
  std::vector<Shape> all = {sessions(),     orgs(),        courses(),     classes(),
                            users(version), enrollments(), demographics()};
  if (version == Version::v1_2) all.push_back(roles());
  return all;
}

}  // namespace

const std::vector<Shape>& shapes(Version version) {
  static const std::vector<Shape> old = made(Version::v1_1), current = made(Version::v1_2);
  return version == Version::v1_1 ? old : current;
}

}  // namespace homeroom::oneroster_rest
