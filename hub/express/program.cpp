#include <algorithm>

#include "hub/express/checker.hpp"
#include "hub/express/evaluation.hpp"
#include "hub/express/kernel.hpp"

namespace homeroom::express {

namespace {

struct Root {
  uint32_t node;
  Else on_fault;
  uint32_t fallback;  ///< node of the literal of `else 'text'`
  bool is_run = false;
  Column result;
};

/// Indexes of the columns that a node reads, each once.
std::vector<uint32_t> columns_of(const Graph& graph, uint32_t root) {
  std::vector<uint32_t> found, waiting{root};
  std::vector<bool> seen(graph.size());
  while (!waiting.empty()) {
    uint32_t id = waiting.back();
    waiting.pop_back();
    if (seen[id]) continue;
    seen[id] = true;
    if (graph[id].kind == Node::Kind::column) found.push_back(graph[id].column);
    waiting.insert(waiting.end(), graph[id].kids.begin(), graph[id].kids.end());
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

struct Program::State {
  explicit State(Scope given) : scope(std::move(given)), evaluation(graph) {}

  Scope scope;
  Graph graph;
  Evaluation evaluation;
  std::vector<Root> roots;
  std::vector<Fault> faults;
  std::vector<RowFault> row_faults;

  Column with_fallback(Column column, const Root& root);
  void add_faults(ExpressionId expression);
};

Program::Program(Scope scope) : state_(std::make_unique<State>(std::move(scope))) {}
Program::~Program() = default;
Program::Program(Program&&) noexcept = default;
Program& Program::operator=(Program&&) noexcept = default;

std::optional<Compiled> Program::compile(std::string_view text, Problem& problem) {
  Graph& graph = state_->graph;
  uint32_t before = graph.size();
  try {
    Parsed parsed = parse(text);
    Checker checker(state_->scope, graph);
    auto root = checker.check(*parsed.root);
    Root made{root.node, parsed.on_fault, 0, false, {}};
    if (parsed.fallback) {
      auto fallback = checker.check(*parsed.fallback);
      if (fallback.type != root.type)
        mistake(parsed.fallback->at, parsed.fallback->size,
                "else gives a " + std::string(name_of(fallback.type)) + ", the expression a " +
                    name_of(root.type));
      made.fallback = fallback.node;
    }
    state_->roots.push_back(made);
    auto id = static_cast<ExpressionId>(state_->roots.size() - 1);
    return Compiled{id,
                    root.type,
                    parsed.on_fault,
                    columns_of(graph, root.node),
                    graph[root.node].can_fault,
                    graph[root.node].has_hashes};
  } catch (const Mistake& found) {
    graph.cut(before);
    problem = found.problem;
    return std::nullopt;
  }
}

void Program::begin(const std::vector<Column>& columns, uint32_t rows, record::Arena& arena) {
  state_->evaluation.begin(columns, rows, arena);
  state_->faults.clear();
  for (auto& root : state_->roots) root.is_run = false;
}

Column Program::run(ExpressionId expression) {
  Root& root = state_->roots[expression];
  if (root.is_run) return root.result;
  auto& faults = state_->row_faults;
  faults.clear();
  auto& evaluation = state_->evaluation;
  root.result = evaluation.run(root.node, evaluation.all_rows(), faults);
  if (!faults.empty()) {
    state_->add_faults(expression);
    root.result = state_->with_fallback(root.result, root);
  }
  root.is_run = true;
  return root.result;
}

/// Takes over the row faults: one a row, the first that was found.
void Program::State::add_faults(ExpressionId expression) {
  auto by_row = [](const auto& a, const auto& b) { return a.row < b.row; };
  std::stable_sort(row_faults.begin(), row_faults.end(), by_row);
  auto is_same = [](const auto& a, const auto& b) { return a.row == b.row; };
  row_faults.erase(std::unique(row_faults.begin(), row_faults.end(), is_same), row_faults.end());
  auto before = static_cast<std::ptrdiff_t>(faults.size());
  for (const auto& fault : row_faults) faults.push_back({fault.row, expression, fault.says});
  std::inplace_merge(faults.begin(), faults.begin() + before, faults.end(), by_row);
}

/// The column with its faulty rows null, or the value of the else clause.
Column Program::State::with_fallback(Column column, const Root& root) {
  uint32_t rows = evaluation.all_rows().count;
  auto* mask = evaluation.arena().many<uint8_t>(rows);
  for (uint32_t row = 0; row < rows; ++row) mask[row] = column.is_valid(row);
  bool has_value = root.on_fault == Else::value;
  for (const auto& fault : row_faults) mask[fault.row] = has_value;
  column.valid = mask;
  if (!has_value) return column;
  return with_type(column.type, [&]<class T>() {
    T* values = evaluation.arena().many<T>(rows);
    for (uint32_t row = 0; row < rows; ++row) values[row] = column.at<T>(row);
    const auto& value = *static_cast<const T*>(graph[root.fallback].value.get());
    for (const auto& fault : row_faults) values[fault.row] = value;
    column.values = values;
    column.stride = 1;
    return column;
  });
}

const std::vector<Fault>& Program::faults() const {
  return state_->faults;
}

}  // namespace homeroom::express
