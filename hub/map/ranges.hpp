// Ranges of large relations: steps that look at each row alone run on some thousand rows at a time,
// so that what is made in between stays in the caches and is not paid for in fresh memory.
#pragma once

#include "hub/map/relation.hpp"

namespace homeroom::map {

inline constexpr uint32_t rows_at_once = 4096;

/// Whether a step makes rows of each row alone, whatever the others are.
bool is_by_row(const Step& step);

/// Rows [first, first + rows) of a relation, without copying values.
Relation range_of(const Relation& relation, uint32_t first, uint32_t rows, record::Arena& arena);

/// Relations of one shape put behind each other; their values are copied, and long texts that lie
/// in an arena that is about to be reset.
class Joined {
 public:
  /// `rows` is how many are expected; more may come.
  Joined(uint32_t rows, const record::Arena& passing, record::Arena& arena)
      : expected_(rows), passing_(passing), arena_(arena) {}
  void add(const Relation& relation);
  Relation take();

 private:
  /// An array that grows in the arena; room that is not used costs nothing.
  struct Values {
    char* bytes = nullptr;
    std::size_t size = 0, room = 0;
  };
  struct Grown {
    record::Column shape;
    Values values, valid, ends;
    uint32_t items = 0;
  };
  char* more(Values& values, std::size_t bytes, std::size_t expected);
  void add_column(Grown& grown, const record::Column& column, uint32_t rows);
  void add_items(Grown& grown, const record::Column& column, uint32_t rows);
  void add_rows(Values& values, const uint32_t* rows, uint32_t count);

  void keep_texts(record::Text* texts, uint32_t count);

  uint32_t expected_;
  const record::Arena& passing_;
  record::Arena& arena_;
  uint32_t rows_ = 0;
  std::vector<Grown> columns_;
  std::vector<std::pair<uint32_t, Values>> parts_;
  std::vector<std::pair<Folded, Values>> folded_;
};

}  // namespace homeroom::map
