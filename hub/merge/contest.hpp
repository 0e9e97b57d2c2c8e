// Contest: several rows speak of the same fields; for each field one of them wins. It survives by
// a person's correction, then as a protection, then because it is known, admitted, by trust,
// because it has no finding, by the day it was heard, by how many say the same.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hub/merge/findings.hpp"
#include "hub/merge/trust.hpp"
#include "hub/record/row.hpp"

namespace homeroom::merge {

/// Rows of one entity that compete. May be used again and again: start() forgets the rows.
class Contest {
 public:
  Contest(const Trust& trust, Findings findings) : trust_(trust), mode_(findings) {}

  void start(record::EntityId entity, std::size_t fields);
  /// `row` must live until the winners have been asked for.
  void enter(uint32_t source, int32_t heard, const record::RowView& row);
  /// Fields of the row entered last have findings: a row of record::doubt_entity about it, which
  /// must live as long.
  void doubt(const record::RowView& doubts);

  /// Number of the row (in the order of enter) whose value stands, or nothing if nobody speaks.
  std::optional<uint32_t> winner(record::FieldId field) const;
  /// The value of a row; empty if it says nothing.
  std::string_view value(uint32_t row, record::FieldId field) const {
    return values_[row * fields_ + field];
  }
  uint32_t rows() const { return static_cast<uint32_t>(rows_.size()); }
  uint32_t source(uint32_t row) const { return rows_[row].source; }
  bool is_before(record::FieldId field, uint32_t a, uint32_t b) const {
    return stands_before(field, a, b).first;
  }
  /// Why `better` stands before `worse`, in words for explain.
  std::string reason(record::FieldId field, uint32_t better, uint32_t worse) const;

 private:
  struct Row {
    uint32_t source;
    int32_t heard;
  };
  enum class By : uint8_t {
    correction,
    protection,
    known,
    validity,
    trust,
    recency,
    agreement,
    order
  };

  std::pair<bool, By> stands_before(record::FieldId field, uint32_t a, uint32_t b) const;
  bool is_known(record::FieldId field, uint32_t row) const;
  /// The rule of the finding on a value, as JSON; empty if there is none.
  std::string_view finding(record::FieldId field, uint32_t row) const {
    return findings_.empty() ? std::string_view() : findings_[row * fields_ + field];
  }
  /// Whether a value has no finding, or another source says the same without one.
  bool is_sound(record::FieldId field, uint32_t row) const;
  /// Whether it is neither wrong nor, where old values count as wrong ones, old.
  bool is_admitted(record::FieldId field, uint32_t row) const;
  uint32_t agreeing(record::FieldId field, uint32_t row) const;

  const Trust& trust_;
  Findings mode_;
  record::EntityId entity_ = 0;
  std::size_t fields_ = 0;
  std::vector<Row> rows_;
  std::vector<std::string_view> values_;    ///< [row][field]
  std::vector<std::string_view> findings_;  ///< [row][field], or nothing while there are none
};

}  // namespace homeroom::merge
