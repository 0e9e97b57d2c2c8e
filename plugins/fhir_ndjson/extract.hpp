// Extract: the cells of one row from one FHIR resource, by the paths of the columns asked for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "plugins/fhir_ndjson/cells.hpp"
#include "plugins/fhir_ndjson/paths.hpp"
#include "plugins/fhir_ndjson/resources.hpp"

namespace homeroom::fhir_ndjson {

class Extract {
 public:
  /// Cell i is `columns[i]` of the resource.
  Extract(const Resource& resource, const std::vector<std::string>& columns);

  /// Fills the cells; what is absent, null or empty stays empty. Numbers and booleans stay as
  /// they are written. False when a name that is read stands twice in one object, of which readers
  /// take either: then nothing of the resource is to be believed. The resource's `id` and
  /// `resourceType` count as read.
  bool row(simdjson::dom::object document, Cells& cells);

 private:
  void watch(const char* name);
  bool find(simdjson::dom::object members, std::string_view name, simdjson::dom::element& found);
  bool has_text(simdjson::dom::element at, std::string_view key, std::string_view wanted);
  void walk_in_order(simdjson::dom::object document, const PathNode& above, Cells& cells);
  void walk(simdjson::dom::object document, const PathNode& above, Cells& cells);
  void take(simdjson::dom::element found, const PathNode& step, Cells& cells);
  void arrive(simdjson::dom::element found, const PathNode& step, Cells& cells);
  void take_all(simdjson::dom::array items, const PathNode& step, Cells& cells) const;
  void set(int column, std::string_view text, Cells& cells) const;

  PathNode root_;
  bool has_alternatives_ = false;  ///< then the order of paths counts, not that of the document
  bool has_double_ = false;        ///< in the resource that is walked
  std::vector<std::string> cuts_;
};

}  // namespace homeroom::fhir_ndjson
