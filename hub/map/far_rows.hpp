// FarRows: a relation that is not in memory. Its rows are bytes, one behind the other, in pieces of
// a scratch file; they are read in their order.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hub/map/relation.hpp"
#include "hub/record/scratch.hpp"

namespace homeroom::map {

/// What rows are made of while they are bytes.
struct RowShape {
  std::vector<record::Type> types;  ///< by column
  std::vector<uint8_t> is_carried;  ///< by column; others are not there
  std::vector<uint32_t> streams;    ///< by part
  std::vector<Folded> folded;       ///< group_of says nothing

  /// The shape of rows like these, of which only some columns are carried on.
  static RowShape of(const Relation& relation, const std::vector<NamedColumn>& columns,
                     const std::vector<uint8_t>& is_carried);
  /// What a row takes in memory beside its bytes.
  std::size_t width() const;
};

/// A row: how many bytes follow, its number, its parts, its groups, its values.
void append_row(std::string& out, const RowShape& shape, const Relation& relation, uint32_t row,
                uint32_t number);
uint32_t number_of(std::string_view row);
/// The stream row that its first part is.
uint32_t first_part_of(std::string_view row);

/// Stands for no stream: the part that holds the numbers of rows.
inline constexpr uint32_t numbers_stream = UINT32_MAX;

/// Rows again, from the bytes of `rows` of them; their texts point into `bytes`, which must have
/// readable_behind. Of the columns only those in `wanted`, if given. With `has_numbers` the last
/// part are the rows' numbers.
Relation relation_of(std::string_view bytes, uint32_t rows, const RowShape& shape,
                     record::Arena& arena, bool has_numbers = false,
                     const std::vector<uint32_t>* wanted = nullptr);

class FarRows {
 public:
  FarRows(record::Scratch& scratch, RowShape shape) : scratch_(scratch), shape_(std::move(shape)) {}
  FarRows(const FarRows&) = delete;
  FarRows& operator=(const FarRows&) = delete;
  ~FarRows();

  const RowShape& shape() const { return shape_; }
  uint32_t rows() const { return rows_; }
  /// What they would take in memory.
  uint64_t memory() const { return bytes_ + rows_ * uint64_t{shape_.width()}; }
  /// All of them, in memory.
  Relation whole(record::Arena& arena, bool has_numbers = false) const;

 private:
  friend class FarWriter;
  friend class FarReader;
  record::Scratch& scratch_;
  RowShape shape_;
  uint32_t rows_ = 0;
  uint64_t bytes_ = 0;
  std::vector<uint64_t> pieces_;
};

/// Bytes of a piece, for a budget of so many: many of them fit into it.
std::size_t piece_bytes(const record::Scratch& scratch);

class FarWriter {
 public:
  FarWriter(record::Scratch& scratch, RowShape shape);
  const RowShape& shape() const { return made_->shape_; }
  uint32_t rows() const { return made_->rows_; }
  /// Rows with their numbers; nullptr: they are counted on from those before.
  void add(const Relation& relation, const uint32_t* numbers = nullptr);
  /// A row as it is, or with another number.
  void add(std::string_view row);
  void add_numbered(std::string_view row);
  std::shared_ptr<const FarRows> finish();

 private:
  void end_row();

  record::Scratch& scratch_;
  std::size_t piece_bytes_;
  std::shared_ptr<FarRows> made_;
  std::string filling_;
};

class FarReader {
 public:
  explicit FarReader(std::shared_ptr<const FarRows> rows) : rows_(std::move(rows)) {}
  const RowShape& shape() const { return rows_->shape_; }
  /// The next row; it is there until the row after it is asked for.
  bool next();
  std::string_view row() const { return row_; }

 private:
  std::shared_ptr<const FarRows> rows_;
  std::size_t piece_ = 0;
  std::string bytes_;
  std::size_t at_ = 0;
  std::string_view row_;
};

/// Some rows of a reader at a time, in memory.
class FarRange {
 public:
  explicit FarRange(std::shared_ptr<const FarRows> rows) : reader_(std::move(rows)) {}
  /// Up to `most_rows` or about `most_bytes`; false at the end.
  bool next(uint32_t most_rows, std::size_t most_bytes);
  uint32_t rows() const { return static_cast<uint32_t>(starts_.size()); }
  Relation relation(record::Arena& arena, bool has_numbers = false,
                    const std::vector<uint32_t>* wanted = nullptr) const;
  /// The bytes of one of its rows.
  std::string_view row(uint32_t row) const;

 private:
  FarReader reader_;
  std::string bytes_;
  std::vector<std::size_t> starts_;
};

}  // namespace homeroom::map
