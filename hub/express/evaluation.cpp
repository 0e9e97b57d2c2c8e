#include "hub/express/evaluation.hpp"

#include <algorithm>
#include <deque>

#include "hub/express/kernel.hpp"

namespace homeroom::express {

namespace {

alignas(16) const char zeros[64] = {};

}  // namespace

void Evaluation::begin(const std::vector<Column>& columns, uint32_t rows, record::Arena& arena) {
  columns_ = columns;
  rows_ = rows;
  arena_ = &arena;
  nothing_ = nullptr;
  memory_.resize(graph_->size());
  for (auto& memory : memory_) memory.is_known = false;
}

const uint8_t* Evaluation::nothing() {
  if (nothing_) return nothing_;
  auto* mask = arena_->many<uint8_t>(rows_ + 1);
  std::fill_n(mask, rows_ + 1, uint8_t{0});
  return nothing_ = mask;
}

Column Evaluation::run(uint32_t id, const Rows& rows, std::vector<RowFault>& faults) {
  const Node& node = (*graph_)[id];
  if (node.kind == Node::Kind::column) return column(node);
  if (node.kind == Node::Kind::literal) return literal(node);
  const Result* known = found(id, rows);
  if (!known) {
    Result made;
    made.column = work(node, rows, made.faults);
    made.is_known = true;
    if (rows.whole())
      known = &(memory_[id] = std::move(made));
    else
      known = &rows.known->results.emplace_back(id, std::move(made)).second;
  }
  for (const auto& fault : known->faults) {
    bool counts = rows.whole() || std::binary_search(rows.at, rows.at + rows.count, fault.row);
    if (counts) faults.push_back(fault);
  }
  return known->column;
}

bool Evaluation::faults_once(uint32_t id) {
  record::Arena arena;
  std::vector<RowFault> faults;
  begin({}, 1, arena);
  run(id, all_rows(), faults);
  return !faults.empty();
}

const Result* Evaluation::found(uint32_t id, const Rows& rows) const {
  if (memory_[id].is_known) return &memory_[id];
  for (const Known* known = rows.known; known; known = known->wider)
    for (const auto& [node, result] : known->results)
      if (node == id) return &result;
  return nullptr;
}

Column Evaluation::work(const Node& node, const Rows& rows, std::vector<RowFault>& faults) {
  if (node.kind == Node::Kind::choose) return choose(node, rows, faults);
  if (node.kind == Node::Kind::coalesce) return coalesce(node, rows, faults);
  return kernel(node, rows, faults);
}

Column Evaluation::column(const Node& node) {
  const Column* found = node.column < columns_.size() ? &columns_[node.column] : nullptr;
  if (found && found->values) return *found;
  Column none;
  none.type = node.type;
  none.stride = 0;
  none.values = zeros;
  none.valid = nothing();
  if (node.type == Type::list) {
    auto* ends = arena_->many<uint32_t>(rows_);
    std::fill_n(ends, rows_, 0u);
    none.ends = ends;
  }
  return none;
}

Column Evaluation::literal(const Node& node) {
  Column made;
  made.type = node.type;
  made.stride = 0;
  made.values = node.value.get();
  if (!node.is_null) return made;
  made.valid = nothing();
  if (node.type == Type::list) {
    auto* ends = arena_->many<uint32_t>(rows_);
    std::fill_n(ends, rows_, 0u);
    made.ends = ends;
  }
  return made;
}

Column Evaluation::kernel(const Node& node, const Rows& rows, std::vector<RowFault>& faults) {
  std::vector<Column> args;
  args.reserve(node.kids.size());
  bool is_constant = node.type != Type::list;
  for (uint32_t kid : node.kids) {
    args.push_back(run(kid, rows, faults));
    is_constant &= args.back().stride == 0 && !args.back().valid && args.back().type != Type::list;
  }
  if (is_constant) {  // worked out once; a fault or null is worked out for each row instead
    std::vector<RowFault> none;
    Call once{node, {nullptr, 1, 1}, args, *arena_, none};
    Column out = node.kernel(once);
    if (none.empty() && out.is_valid(0)) {
      out.stride = 0;
      out.valid = nullptr;
      return out;
    }
  }
  Call call{node, rows, args, *arena_, faults};
  return node.kernel(call);
}

Column Evaluation::choose(const Node& node, const Rows& rows, std::vector<RowFault>& faults) {
  std::vector<Piece> pieces;
  std::deque<Known> lists;  // a deque: they point at each other
  Rows rest = rows;
  auto cut = [&](const uint32_t* at, uint32_t count) {
    lists.push_back({rest.known, {}});
    return Rows{at, count, rows.all, &lists.back()};
  };
  size_t k = 0;
  for (; k + 1 < node.kids.size() && rest.count > 0; k += 2) {
    Column condition = run(node.kids[k], rest, faults);
    auto* yes = arena_->many<uint32_t>(rest.count);
    auto* no = arena_->many<uint32_t>(rest.count);
    uint32_t taken = 0, left = 0;
    each(rest, [&](uint32_t row) {
      bool is_true = condition.is_valid(row) && condition.at<uint8_t>(row) != 0;
      yes[taken] = row;
      no[left] = row;
      taken += is_true;
      left += !is_true;
    });
    Rows reached = left == 0 ? rest : cut(yes, taken);
    if (taken > 0) pieces.push_back({run(node.kids[k + 1], reached, faults), reached});
    if (taken > 0) rest = cut(no, left);
  }
  bool has_else = node.kids.size() % 2 == 1;
  if (has_else && rest.count > 0) pieces.push_back({run(node.kids.back(), rest, faults), rest});
  return assemble(node.type, pieces, rows);
}

Column Evaluation::coalesce(const Node& node, const Rows& rows, std::vector<RowFault>& faults) {
  std::vector<Piece> pieces;
  std::deque<Known> lists;
  Rows rest = rows;
  for (uint32_t kid : node.kids) {
    Column value = run(kid, rest, faults);
    pieces.push_back({value, rest});
    if (!value.valid) break;
    auto* no = arena_->many<uint32_t>(rest.count);
    uint32_t left = 0;
    each(rest, [&](uint32_t row) {
      no[left] = row;
      left += !value.valid[row];
    });
    if (left == 0) break;
    lists.push_back({rest.known, {}});
    rest = Rows{no, left, rows.all, &lists.back()};
  }
  return assemble(node.type, pieces, rows);
}

/// Later pieces write over earlier ones; rows in no piece are null.
Column Evaluation::assemble(Type type, const std::vector<Piece>& pieces, const Rows& rows) {
  if (pieces.size() == 1 && pieces[0].rows.count == rows.count) return pieces[0].column;
  if (type == Type::list) return assemble_lists(pieces, rows);
  Column out;
  out.type = type;
  auto* mask = arena_->many<uint8_t>(rows.all);
  out.valid = mask;
  bool is_covered = !pieces.empty() && pieces[0].rows.count == rows.count;
  if (!is_covered) each(rows, [&](uint32_t row) { mask[row] = 0; });
  with_type(type, [&]<class T>() {
    T* values = arena_->many<T>(rows.all);
    out.values = values;
    if (!is_covered) each(rows, [&](uint32_t row) { values[row] = T{}; });
    for (const auto& piece : pieces)
      each(piece.rows, [&](uint32_t row) {
        mask[row] = piece.column.is_valid(row);
        values[row] = mask[row] ? piece.column.at<T>(row) : T{};
      });
  });
  return out;
}

Column Evaluation::assemble_lists(const std::vector<Piece>& pieces, const Rows& rows) {
  Column out;
  out.type = Type::list;
  auto* mask = arena_->many<uint8_t>(rows.all);
  auto* ends = arena_->many<uint32_t>(rows.all);
  std::fill_n(mask, rows.all, uint8_t{0});
  std::vector<const Column*> of_row(rows.all, nullptr);
  for (const auto& piece : pieces)
    each(piece.rows, [&](uint32_t row) {
      bool is_there = piece.column.is_valid(row);
      of_row[row] = is_there ? &piece.column : nullptr;
      mask[row] = is_there;
    });
  auto first = [&](uint32_t row) { return row ? of_row[row]->ends[row - 1] : 0; };
  uint32_t most = 0;
  for (uint32_t row = 0; row < rows.all; ++row) {
    if (of_row[row]) most += of_row[row]->ends[row] - first(row);
    ends[row] = most;
  }
  Text* items = arena_->many<Text>(most);
  for (uint32_t row = 0; row < rows.all; ++row) {
    if (!of_row[row]) continue;
    const Text* from = static_cast<const Text*>(of_row[row]->values);
    items = std::copy(from + first(row), from + of_row[row]->ends[row], items);
  }
  out.values = items - most;
  out.valid = mask;
  out.ends = ends;
  return out;
}

}  // namespace homeroom::express
