// Reading: columns of text become values of features, each brought to one spelling and known by
// its number in a dictionary.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hub/record/column.hpp"
#include "hub/resolve/identity.hpp"
#include "hub/resolve/records.hpp"

namespace homeroom::resolve {

class Reading {
 public:
  /// `heads` are the columns that may be read; `table` is what messages call them. Throws
  /// fix_settings, with the place in the identity file, for a column or expression that cannot be.
  Reading(const Identity& identity, const std::vector<std::string>& heads,
          const std::string& table);
  ~Reading();
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

  /// Which of the heads are read, in the order in which add() wants them.
  const std::vector<uint32_t>& needed() const;
  /// Asks for one more column, by its head: its position among the needed ones.
  uint32_t need(const std::string& head, const settings::Place& place);

  /// The next rows.
  void add(const std::vector<record::Column>& columns, uint32_t rows);
  /// A needed column of the rows added last: without blanks around texts where the identity file
  /// asks for it, empty texts as null.
  const record::Column& clean(uint32_t needed) const;
  /// One more record, from values that were brought to one spelling before: one text for each
  /// feature, empty where nothing is known.
  void add_normal(const std::vector<std::string_view>& texts);
  /// The values of all records were taken elsewhere: only how many they are stays.
  void let_go();
  /// Takes the records from this one on back; the dictionaries keep their values.
  void cut(uint32_t first);

  uint32_t count() const;  ///< records
  std::size_t features() const;
  const FeatureColumn& feature(std::size_t at) const;
  /// The first record whose value of this feature could not be read; 0 if there is none.
  uint32_t first_unreadable(std::size_t feature) const;
  /// The values of a feature, by record, since let_go().
  const std::vector<uint32_t>& values(std::size_t feature) const;
  /// The same, handed over: nothing is left here.
  std::vector<uint32_t> take(std::size_t feature);
  uint64_t shortened() const;  ///< values of more than 1,000 bytes, of which the first were taken

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace homeroom::resolve
