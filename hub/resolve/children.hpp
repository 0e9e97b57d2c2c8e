// Children: what canonical student rows say, as Records that can grow and be cut back: students
// first, then the records of one source after the other.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hub/record/model.hpp"
#include "hub/record/row.hpp"
#include "hub/resolve/reading.hpp"

namespace homeroom::resolve {

class Children {
 public:
  /// The columns of the identity file are the fields of `student`. Throws fix_settings, with the
  /// place, for one that the model does not have.
  Children(const Identity& identity, const record::Model& model);

  /// One more record; nothing looks at the row's bytes behind the call.
  void add(const record::RowView& student);
  /// The same from features() of this or an earlier run with the same identity file.
  void add(std::string_view features);
  /// Brings all that was added into records().
  void settle();
  /// Takes the records from this one on back.
  void cut(uint32_t first);

  const Records& records() const { return records_; }
  /// What is known of a record, brought to one spelling: small, to be kept.
  std::string features(uint32_t record) const;

 private:
  void begin_batch();
  void read();

  Reading reading_;
  record::EntityId student_ = 0;
  std::vector<uint8_t> column_of_;  ///< by field: the column it fills
  // What is needed of the rows that wait to be read, some thousands at once.
  uint32_t waiting_ = 0;
  std::vector<record::Column> columns_;
  std::vector<record::Text*> cells_;  ///< by column, by waiting row
  record::Arena texts_;
  Records records_;
};

}  // namespace homeroom::resolve
