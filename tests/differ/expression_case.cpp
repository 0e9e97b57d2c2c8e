#include "hub/record/json.hpp"
#include "tests/differ/cases.hpp"

namespace homeroom::differ {

namespace {

constexpr uint32_t rows_a_table = 12;

const std::map<std::string, express::CodeTable>& codes() {
  static const std::map<std::string, express::CodeTable> all{
      {"c", {"c", {{"a", "one"}, {"ab", "a code of many letters"}, {"", ""}}}}};
  return all;
}

std::vector<Named> columns() {
  std::vector<Named> out;
  for (const auto& field : usual_fields()) out.push_back({field.name, field.name, field.type});
  return out;
}

express::Scope scope() {
  express::Scope made;
  for (const auto& field : usual_fields()) made.columns.push_back({field.name, field.type});
  made.codes = &codes();
  return made;
}

/// An `else` that gives a value, for types that have literals: its words here and there.
std::pair<std::string, std::string> fallback(const Piece& piece, Random& random) {
  if (random.below(6) > 0) return {};
  if (piece.type == Type::text) return {" else 'zz'", "'zz'"};
  if (piece.type == Type::integer) return {" else -7", "'-7'"};
  if (piece.type == Type::boolean) return {" else true", "'1'"};
  return {};
}

std::string as_text(const Piece& piece, const Dialect& dialect) {
  if (piece.type == Type::boolean)
    return "(case when " + piece.value + " then '1' when not " + piece.value + " then '0' end)";
  if (piece.type == Type::list) return dialect.list_text(piece.value);
  return "cast(" + piece.value + " as varchar)";
}

std::vector<std::string> outcome(const std::string& text, const Piece& piece, const Rows& rows,
                                 std::string& problem) {
  express::Program program(scope());
  express::Problem wrong;
  auto compiled = program.compile(text, wrong);
  if (!compiled) {
    problem = "refused at " + std::to_string(wrong.at) + ": " + wrong.says;
    return {};
  }
  if (compiled->type != piece.type) problem = "has not the type that was generated";
  record::Arena arena;
  program.begin(rows.columns(arena), rows.rows(), arena);
  auto column = program.run(compiled->id);
  std::vector<std::string> out;
  for (uint32_t row = 0; row < rows.rows(); ++row) out.push_back(form_of(column, row, piece.scale));
  for (const auto& fault : program.faults())
    out[fault.row] = "fault" + (out[fault.row] == "null" ? "" : ' ' + out[fault.row]);
  return out;
}

struct Table {
  Rows rows;
  std::vector<std::string> setup;
  std::string shown;
};

/// The rows of a table's number. The last one is kept: cases come in the order of their tables.
const Table& table(uint64_t number, const Dialect& dialect) {
  static std::map<std::pair<uint64_t, bool>, Table> kept;
  auto key = std::pair(number, dialect.is_sqlite());
  if (auto found = kept.find(key); found != kept.end()) return found->second;
  Random random(number + 1'000'003);
  Rows rows(usual_fields(), rows_a_table, random);
  auto setup = rows.sql("r", dialect);
  std::string shown;
  for (uint32_t row = 0; row < rows.rows(); ++row)
    shown += "  " + std::to_string(row) + ": " + rows.shown(row) + '\n';
  kept.clear();
  return kept.emplace(key, Table{std::move(rows), std::move(setup), std::move(shown)})
      .first->second;
}

}  // namespace

Case expression_case(uint64_t seed, const Dialect& dialect) {
  Case made;
  made.seed = seed;
  made.table = seed / cases_a_table;
  const auto& [rows, setup, shown] = table(made.table, dialect);
  made.setup = setup;
  made.rows = shown;
  Random random(seed);
  Expressions expressions(random, dialect, columns());
  auto piece = expressions.make(expressions.any_type(), 1 + static_cast<int>(random.below(3)));
  auto [words, value] = fallback(piece, random);
  made.ours = piece.ours + words;
  made.expected = outcome(made.ours, piece, rows, made.problem);
  auto normal = "coalesce(" + as_text(piece, dialect) + ", 'null')";
  auto faulty = value.empty() ? std::string("'fault'") : "'fault ' || " + value;
  made.query = "select " +
               (piece.fault.empty()
                    ? normal
                    : "case when " + piece.fault + " then " + faulty + " else " + normal + " end") +
               " from r order by id";
  made.intended = expressions.intended();
  return made;
}

}  // namespace homeroom::differ
