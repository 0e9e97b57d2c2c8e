// Intake: rows of plain tables become Records.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hub/record/column.hpp"
#include "hub/resolve/identity.hpp"
#include "hub/resolve/records.hpp"

namespace homeroom::resolve {

class Intake {
 public:
  /// `heads` are the columns that the tables have; `table` is what messages call them. Throws
  /// fix_settings, with the place in the identity file, for a column or expression that cannot be.
  Intake(const Identity& identity, const std::vector<std::string>& heads, const std::string& table);
  ~Intake();

  /// Which of the heads are read, and in which order add() wants them.
  const std::vector<uint32_t>& needed() const;
  /// Opens a table; its records belong to `source` where the identity file names no column for it.
  void begin(const std::string& table, const std::string& source);
  /// The next rows of it; `lines` are for messages.
  void add(const std::vector<record::Column>& columns, uint32_t rows,
           const std::vector<uint32_t>& lines);
  /// All that was added, in an order of its own. Throws not_readable for a record id that stands
  /// twice in a table or nowhere.
  Records finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace homeroom::resolve
