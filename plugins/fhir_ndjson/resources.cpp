#include "plugins/fhir_ndjson/resources.hpp"

#include <algorithm>

#include "homeroom/error.hpp"
#include "plugins/fhir_ndjson/paths.hpp"

namespace homeroom::fhir_ndjson {
namespace {

constexpr const char* patient_reference = "Patient/";

Resource patient(const std::string& student_number_system) {
  return {"Patient",
          "id",
          {
              {"id", "id", ""},
              {"student_number", "identifier[system=" + student_number_system + "].value", ""},
              {"mrn", "identifier[type.coding.code=MR].value", ""},
              {"given", "name[0].given[0]", ""},
              {"middle", "name[0].given[1]", ""},
              {"family", "name[0].family", ""},
              {"birthDate", "birthDate", ""},
              {"gender", "gender", ""},
              {"phone", "telecom[system=phone].value", ""},
              {"line", "address[0].line[*]", ""},
              {"city", "address[0].city", ""},
              {"state", "address[0].state", ""},
              {"postalCode", "address[0].postalCode", ""},
              {"active", "active", ""},
              {"deceased", "deceasedBoolean|deceasedDateTime", ""},
              {"lastUpdated", "meta.lastUpdated", ""},
          }};
}

Resource immunization() {
  return {"Immunization",
          "patient",
          {
              {"id", "id", ""},
              {"patient", "patient.reference", patient_reference},
              {"cvx", "vaccineCode.coding[system=http://hl7.org/fhir/sid/cvx].code", ""},
              {"display", "vaccineCode.coding[system=http://hl7.org/fhir/sid/cvx].display", ""},
              {"date", "occurrenceDateTime", ""},
              {"status", "status", ""},
              {"lot", "lotNumber", ""},
              {"primarySource", "primarySource", ""},
              {"lastUpdated", "meta.lastUpdated", ""},
          }};
}

Resource condition() {
  return {"Condition",
          "patient",
          {
              {"id", "id", ""},
              {"patient", "subject.reference", patient_reference},
              {"icd10", "code.coding[system=http://hl7.org/fhir/sid/icd-10-cm].code", ""},
              {"snomed", "code.coding[system=http://snomed.info/sct].code", ""},
              {"text", "code.text", ""},
              {"clinicalStatus", "clinicalStatus.coding[0].code", ""},
              {"verificationStatus", "verificationStatus.coding[0].code", ""},
              {"onset", "onsetDateTime", ""},
              {"recorded", "recordedDate", ""},
              {"lastUpdated", "meta.lastUpdated", ""},
          }};
}

Resource allergy_intolerance() {
  return {"AllergyIntolerance",
          "patient",
          {
              {"id", "id", ""},
              {"patient", "patient.reference", patient_reference},
              {"code", "code.coding[0].code", ""},
              {"system", "code.coding[0].system", ""},
              {"display", "code.coding[0].display", ""},
              {"criticality", "criticality", ""},
              {"clinicalStatus", "clinicalStatus.coding[0].code", ""},
              {"type", "type", ""},
              {"onset", "onsetDateTime", ""},
              {"lastUpdated", "meta.lastUpdated", ""},
          }};
}

}  // namespace

const ResourceColumn* Resource::find(std::string_view column) const {
  auto found = std::ranges::find(columns, column, &ResourceColumn::name);
  return found == columns.end() ? nullptr : &*found;
}

std::vector<Resource> resources(const std::string& student_number_system) {
  return {patient(student_number_system), immunization(), condition(), allergy_intolerance()};
}

void set_path(std::vector<Resource>& all, const std::string& column, const std::string& path) {
  size_t dot = column.find('.');
  auto found = std::ranges::find(all, column.substr(0, dot), &Resource::name);
  if (dot == column.npos || found == all.end())
    throw Error(Next::fix_settings, "setting 'paths." + column +
                                        "' names no stream and column (expected e.g. "
                                        "paths.Patient.nickname)");
  PathNode tried;
  for (auto one : alternatives(path)) add_path(tried, one, 0);
  std::string name = column.substr(dot + 1);
  auto former = std::ranges::find(found->columns, name, &ResourceColumn::name);
  if (former != found->columns.end())
    former->path = path;
  else
    found->columns.push_back({name, path, ""});
}

const Resource* find_resource(const std::vector<Resource>& all, std::string_view name) {
  auto found = std::ranges::find(all, name, &Resource::name);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace homeroom::fhir_ndjson
