// Extract: the cells of one row from one FHIR resource, by the paths of the columns asked for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "plugins/fhir_ndjson/paths.hpp"
#include "plugins/fhir_ndjson/resources.hpp"
#include "plugins/fhir_ndjson/text_table.hpp"

namespace homeroom::fhir_ndjson {

class Extract {
 public:
  /// Column i of the table is `columns[i]` of the resource.
  Extract(const Resource& resource, const std::vector<std::string>& columns);

  /// Fills the table's started row; what is absent or null stays null. Numbers and booleans stay as
  /// they are written.
  void row(simdjson::dom::object document, TextTable& table) const;

 private:
  void walk(simdjson::dom::object object, const PathNode& above, TextTable& table) const;
  void take(simdjson::dom::element found, const PathNode& step, TextTable& table) const;
  void arrive(simdjson::dom::element found, const PathNode& step, TextTable& table) const;
  void take_all(simdjson::dom::array items, const PathNode& step, TextTable& table) const;
  void set(int column, std::string_view text, TextTable& table) const;

  PathNode root_;
  std::vector<std::string> cuts_;
};

}  // namespace homeroom::fhir_ndjson
