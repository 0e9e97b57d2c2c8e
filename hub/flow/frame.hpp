// Frame: all that is kept of one node, as one unit to seal: what its source says of the child (the
// contribution, if the node is a child) and the node's source rows.
//
// Layout: u32 size | contribution | for each stream with rows: u16 stream | u32 count | stored
// rows.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "hub/flow/stored_row.hpp"
#include "hub/record/row.hpp"

namespace homeroom::flow {

/// One source row in hand: where it belongs, what it is, and where its bytes are.
struct RowRef {
  uint64_t key = 0;           ///< hash of the key cells
  const char* row = nullptr;  ///< a StoredRow
  uint32_t node = 0;
  uint16_t stream = 0;            ///< index into the mapping's reads
  bool is_gone : 1 = false;       ///< the source says that the record of this key is gone
  bool is_moved : 1 = false;      ///< gone from this node only: the record hangs on another one now
  bool is_refused : 1 = false;    ///< a `refuse` rule forgot it
  bool is_new : 1 = false;        ///< read in this run and not byte for byte what was published
  bool is_unchanged : 1 = false;  ///< read in this run, byte for byte what was published
  bool is_aside : 1 = false;      ///< set aside by the mapping or a fatal rule
};
static_assert(sizeof(RowRef) == 24, "a large district has tens of millions");

/// Order in which rows of a source are worked on: by node, stream, key, then line. An object, so
/// that sorting millions of rows takes no call for each two.
struct RowOrder {
  bool operator()(const RowRef& a, const RowRef& b) const {
    if (a.node != b.node) return a.node < b.node;
    if (a.stream != b.stream) return a.stream < b.stream;
    if (a.key != b.key) return a.key < b.key;
    if (!a.row || !b.row) return !a.row && b.row;  // a record that moved away has no bytes here
    return StoredRow(a.row).origin().line < StoredRow(b.row).origin().line;
  }
};

void write_frame(std::string& out, std::string_view contribution, std::span<const RowRef> rows);

/// The contribution inside a frame; empty for an empty frame.
std::string_view contribution_of(std::string_view frame);

/// The child's own row in a contribution, which must not be empty; without one the first row.
record::RowView student_row(std::string_view contribution, record::EntityId student);

/// Visits the rows of a frame: (stream, StoredRow).
template <class Visit>
void each_stored_row(std::string_view frame, Visit visit) {
  if (frame.empty()) return;
  uint32_t skip;
  std::memcpy(&skip, frame.data(), sizeof skip);
  const char* at = frame.data() + sizeof skip + skip;
  const char* end = frame.data() + frame.size();
  while (at < end) {
    uint16_t stream;
    uint32_t count;
    std::memcpy(&stream, at, sizeof stream);
    std::memcpy(&count, at + sizeof stream, sizeof count);
    at += sizeof stream + sizeof count;
    for (uint32_t i = 0; i < count; ++i) {
      StoredRow row(at);
      visit(stream, row);
      at += row.size();
    }
  }
}

/// Count and sum of row hashes of one stream inside a node: equal sums, equal rows.
struct StreamSum {
  uint16_t stream = 0;
  uint32_t count = 0;
  uint64_t sum = 0;
  bool operator==(const StreamSum&) const = default;
};

/// The sums of rows sorted by stream, packed into `out` for the node's `digests`, with that of the
/// rows set aside.
void pack_sums(std::span<const RowRef> rows, uint64_t seed, std::string& out);
/// Not a stream: its sum counts the rows of the node that are set aside, if there are any.
inline constexpr uint16_t aside_sum = UINT16_MAX;
/// Visits the sums of a packed text.
inline constexpr std::size_t packed_sum = 14;
template <class Visit>
void each_sum(std::string_view packed, Visit visit) {
  for (; packed.size() >= packed_sum; packed.remove_prefix(packed_sum)) {
    StreamSum sum;
    std::memcpy(&sum.stream, packed.data(), 2);
    std::memcpy(&sum.count, packed.data() + 2, 4);
    std::memcpy(&sum.sum, packed.data() + 6, 8);
    visit(sum);
  }
}
uint64_t row_hash(std::string_view cells, uint64_t seed);

/// Sorted numbers as differences of variable length, and back.
template <class Number>
void pack_sorted(std::span<const Number> sorted, std::string& out) {
  out.clear();
  Number before = 0;
  for (Number number : sorted) {
    record::append_number(out, static_cast<uint64_t>(number - before));
    before = number;
  }
}
template <class Number, class Visit>
void each_packed(std::string_view packed, Visit visit) {
  Number number = 0;
  for (uint64_t step = 0; record::take_number(packed, step);) {
    number = static_cast<Number>(number + step);
    visit(number);
  }
}

}  // namespace homeroom::flow
