// Cases: the tests at the end of a mapping file. The parts: rows from CSV text, expected against
// what came out.
#pragma once

#include <deque>
#include <functional>

#include "hub/map/map.hpp"

namespace homeroom::map {

/// Rows as text in the column order of `reads`; what is not given is null.
class GivenRows {
 public:
  GivenRows(const Mapping& mapping, record::Arena& arena);
  /// Takes the records of one stream. Columns that `reads` does not name are ignored and returned.
  /// Throws fix_settings for text that is no CSV or a stream that `reads` does not name.
  std::vector<std::string> take_csv(const std::string& stream, std::string_view csv);
  /// Takes one record of a stream: a value or nullptr for each column of `reads`.
  void take(uint32_t stream, const std::vector<const std::string*>& values, uint32_t line);
  /// The block, with the mapping's nulls applied. Call once.
  Block block();

 private:
  struct Rows {
    std::vector<std::vector<record::Text>> texts;  ///< by column of reads
    std::vector<std::vector<uint8_t>> valid;
    std::vector<uint32_t> lines;
  };
  const Mapping& mapping_;
  record::Arena& arena_;
  std::deque<Rows> streams_;
};

/// Calls `take` with the cells of each record of a delimited text (RFC 4180) and the line it begins
/// on, from 1; empty lines are left out. Throws fix_settings when a quote is not closed.
void each_record(std::string_view text,
                 const std::function<void(const std::vector<std::string>&, uint32_t)>& take);

/// Adds to the result what a case expects and does not find.
void compare(const settings::Node& expect, const Mapping& mapping, const record::Model& model,
             const Block& block, const Output& output, CaseResult& result);

/// The day cases and lint stand on unless a case says another.
inline constexpr const char* day_of_cases = "2026-01-13";

}  // namespace homeroom::map
