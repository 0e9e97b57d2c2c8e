// ColumnLook: what the values of a column look like, learnt from its rows: dates of which format,
// numbers, yes or no, codes. It keeps different texts only as long as they are few.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace homeroom::map {

/// A code and how many rows hold it.
struct SeenCode {
  std::string code;
  uint64_t rows = 0;
};

class ColumnLook {
 public:
  explicit ColumnLook(std::string name) : name_(std::move(name)) {}

  /// One row's value; nothing and the empty text say nothing.
  void take(std::optional<std::string_view> value);

  const std::string& name() const { return name_; }
  uint64_t rows() const { return rows_; }
  uint64_t filled() const { return filled_; }

  /// The likeliest date format that reads nearly every value, as date() takes it; empty if none
  /// does.
  std::string date_format() const;
  /// Another format that reads every value as well, with day and month the other way round.
  bool has_ambiguous_days() const;
  bool is_timestamp() const { return is_most(timestamps_); }
  bool is_integer() const { return is_most(integers_); }
  bool is_decimal() const { return is_most(decimals_); }
  /// Every value is a yes or a no as bool() reads them, and there are two of them at most.
  bool is_boolean() const;
  /// The text that says yes, where the column is boolean; else empty.
  std::string yes() const;

  /// More different values than a code list would have.
  bool has_many() const { return has_many_; }
  /// Whether a value could stand in both columns; true where there are too many to know.
  bool may_share_values(const ColumnLook& other) const;
  /// The codes of the column that may be shown. A value is shown when `knows` it as a code. If it
  /// knows those of at least half of the rows the column is one of codes, and other short texts
  /// that three rows hold are shown too; else only what looks like a code by itself: very short, or
  /// short with a digit.
  std::vector<SeenCode> codes(const std::function<bool(const std::string&)>& knows) const;
  /// "date M/D/YYYY", "integer", "5 different texts": words about the shape, never a value.
  std::string shape() const;

 private:
  static constexpr std::size_t formats = 11;
  bool is_most(uint64_t count) const;

  std::string name_;
  uint64_t rows_ = 0;
  uint64_t filled_ = 0;
  uint64_t timestamps_ = 0;
  uint64_t integers_ = 0;
  uint64_t decimals_ = 0;
  std::array<uint64_t, formats> dates_{};
  std::map<std::string, uint64_t, std::less<>> values_;
  bool has_many_ = false;
};

/// Whether a text is a yes (true) or a no (false) as bool() reads it.
std::optional<bool> yes_or_no(std::string_view text);

}  // namespace homeroom::map
