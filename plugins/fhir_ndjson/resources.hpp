// Resources: the FHIR R4 resource types this plugin offers as streams, and where their columns
// stand.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace homeroom::fhir_ndjson {

struct ResourceColumn {
  std::string name;
  std::string path;
  std::string cut;  ///< a reference loses this in front: "Patient/"
};

struct Resource {
  std::string name;     ///< FHIR's, and the stream's
  std::string subject;  ///< column that says whose record it is
  std::vector<ResourceColumn> columns;

  const ResourceColumn* find(std::string_view column) const;
};

/// The offered resource types. `student_number_system` is the identifier system under which the
/// clinic keeps the district's student number.
std::vector<Resource> resources(const std::string& student_number_system);

/// Adds a column to the resource "Patient" of "Patient.nickname", or gives it another path. Throws
/// Error(fix_settings) if there is no such resource or the path makes no sense.
void set_path(std::vector<Resource>& all, const std::string& column, const std::string& path);

/// The resource of this name, or nullptr.
const Resource* find_resource(const std::vector<Resource>& all, std::string_view name);

}  // namespace homeroom::fhir_ndjson
