// RecordPlaces: through which mapping line a source makes a field, and from which line of its file.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hub/flow/frame.hpp"
#include "hub/flow/hub.hpp"
#include "hub/map/map.hpp"
#include "hub/store/rows.hpp"

namespace homeroom::flow {

/// Compiles each source's mapping when it is first asked for, from the columns of the last run: no
/// plugin is opened. Answers nothing where the mapping was changed since that run.
/// A row of a source.
struct RecordPlace {
  std::string stream;
  uint64_t rows = 0;    ///< among which it may be; only with one is more known
  std::string file;     ///< empty: its name is not known
  uint64_t line = 0;    ///< 0: the source has no lines
  uint64_t record = 0;  ///< its number where there are no lines
};

class RecordPlaces {
 public:
  /// Borrows both.
  RecordPlaces(const Hub& hub, store::Store& store) : hub_(hub), store_(store) {}

  const map::FieldSource* source_of(const std::string& source, record::EntityId entity,
                                    record::FieldId field);
  /// The record on this node from which the field is made. Where a child has many records, that of
  /// the row with `row_key`, if it has the key of its record.
  std::optional<RecordPlace> place(const std::string& source, const store::Node& node,
                                   record::EntityId entity, record::FieldId field,
                                   std::string_view row_key = {});
  /// The same in words, "demographics.csv line 8112", or empty.
  std::string where(const std::string& source, const store::Node& node, record::EntityId entity,
                    record::FieldId field, std::string_view row_key = {});

 private:
  map::Mapping* mapping_of(const std::string& source);
  RecordPlace row_in(const std::string& name, const std::string& source, const store::Node& node,
                     uint16_t stream, std::string_view row_key) const;

  const Hub& hub_;
  store::Store& store_;
  std::map<std::string, std::unique_ptr<map::Mapping>> mappings_;
};

}  // namespace homeroom::flow
