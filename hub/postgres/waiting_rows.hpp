// WaitingRows: rows put into one table, kept for a while and sent together: a first load makes
// hundreds of thousands, and a message there and back for each would cost more than all the rest.
// Rows behind all that are there go by COPY, others overwrite those of their keys.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "hub/postgres/connection.hpp"
#include "hub/postgres/dialect.hpp"

namespace homeroom::postgres {

class WaitingRows {
 public:
  /// Of a table whose rows are named by one number in front.
  WaitingRows(Connection& connection, Table table);

  /// `cells` are those of one row, the key first. With `overwrites` the row takes the place of one
  /// that is there; else that is an error, which may come with flush().
  void put(int64_t key, std::string_view cells, bool overwrites);
  void flush();
  /// After a rollback.
  void forget();

 private:
  bool is_behind_all(int64_t key);
  void copy_new();
  void put_others();

  Connection& connection_;
  Table table_;
  std::string new_;                        ///< as COPY BINARY wants them
  std::map<int64_t, std::string> others_;  ///< by key: of several the last counts
  std::size_t size_of_others_ = 0;
  bool overwrites_ = true;
  std::map<uint64_t, int64_t> last_;  ///< greatest key, by its upper half: see store/pair_key.hpp
};

}  // namespace homeroom::postgres
