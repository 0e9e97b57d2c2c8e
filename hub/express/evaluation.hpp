// Evaluation: runs the nodes of a graph over one batch. What came out for all rows is remembered
// and may serve the rows of a branch; what came out for a branch serves that branch only. Faults go
// the same way as values, so a row that never reached a fallible part has no fault of it.
#pragma once

#include <vector>

#include "hub/express/graph.hpp"

namespace homeroom::express {

/// The value of a node and the faults met on the way to it.
struct Result {
  Column column;
  bool is_known = false;
  std::vector<RowFault> faults;
};

/// Values for a list of rows; they also serve the lists that were cut out of it.
struct Known {
  Known* wider = nullptr;
  std::vector<std::pair<uint32_t, Result>> results;
};

class Evaluation {
 public:
  explicit Evaluation(const Graph& graph) : graph_(&graph) {}

  void begin(const std::vector<Column>& columns, uint32_t rows, record::Arena& arena);
  /// Values of a node; faults of it and of all it is made of are added to `faults`.
  Column run(uint32_t id, const Rows& rows, std::vector<RowFault>& faults);
  /// Whether a node that reads no column cannot be worked out.
  bool faults_once(uint32_t id);
  Rows all_rows() const { return {nullptr, rows_, rows_}; }
  /// A mask in which no row is valid.
  const uint8_t* nothing();
  record::Arena& arena() { return *arena_; }

 private:
  struct Piece {
    Column column;
    Rows rows;
  };

  const Result* found(uint32_t id, const Rows& rows) const;
  Column work(const Node& node, const Rows& rows, std::vector<RowFault>& faults);
  Column kernel(const Node& node, const Rows& rows, std::vector<RowFault>& faults);
  Column choose(const Node& node, const Rows& rows, std::vector<RowFault>& faults);
  Column coalesce(const Node& node, const Rows& rows, std::vector<RowFault>& faults);
  Column assemble(Type type, const std::vector<Piece>& pieces, const Rows& rows);
  Column assemble_lists(const std::vector<Piece>& pieces, const Rows& rows);
  Column literal(const Node& node);
  Column column(const Node& node);

  const Graph* graph_;
  std::vector<Column> columns_;
  uint32_t rows_ = 0;
  record::Arena* arena_ = nullptr;
  std::vector<Result> memory_;
  const uint8_t* nothing_ = nullptr;
};

}  // namespace homeroom::express
