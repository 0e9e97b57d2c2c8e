// Any bytes as an expression over columns of every type: it is refused with a place inside it, or
// it runs, and a row alone comes to what it comes to among others.
#include <algorithm>
#include <cstdlib>
#include <map>

#include "hub/express/express.hpp"
#include "hub/record/json.hpp"
#include "tests/fuzz/more_inputs.hpp"

namespace {

using namespace homeroom;
using express::Type;
using record::Arena;
using record::Column;

constexpr uint32_t rows = 4;

void must(bool holds) {
  if (!holds) std::abort();
}

template <class T>
Column column_of(Type type, Arena& arena, const T (&given)[rows], uint32_t null_row) {
  Column column;
  column.type = type;
  auto* values = arena.many<T>(rows);
  auto* valid = arena.many<uint8_t>(rows);
  for (uint32_t row = 0; row < rows; ++row) {
    values[row] = given[row];
    valid[row] = row != null_row;
  }
  column.values = values;
  column.valid = valid;
  return column;
}

Column list_column(Arena& arena) {
  Column column;
  column.type = Type::list;
  auto* items = arena.many<record::Text>(3);
  items[0] = arena.keep(std::string_view("a"));
  items[1] = arena.keep(std::string_view("an item of many letters"));
  items[2] = arena.keep(std::string_view("b"));
  auto* ends = arena.many<uint32_t>(rows);
  constexpr uint32_t given[] = {0, 2, 2, 3};
  std::copy_n(given, rows, ends);
  column.values = items;
  column.ends = ends;
  return column;
}

const std::vector<express::Name> names = {
    {"t", Type::text},    {"u", Type::text}, {"i", Type::integer},   {"b", Type::boolean},
    {"m", Type::decimal}, {"d", Type::date}, {"p", Type::date_part}, {"s", Type::timestamp},
    {"l", Type::list},    {"j", Type::json}};

std::vector<Column> columns(Arena& arena) {
  auto text = [&](std::string_view bytes) {
    return arena.keep(bytes);
  };  // room behind it, as texts have
  const record::Text texts[rows] = {text(""), text("Zo\xc3\xab Test, a text of many letters"),
                                    text("2014-11-03"), text("{a:1}")};
  const record::Text others[rows] = {text("a"), text("42"), text("-0.5"), text("'%_")};
  const record::Text json[rows] = {text("{\"a\":[1,\"x\",null]}"), text("[]"), text("\"x\""),
                                   text("1e3")};
  const int64_t integers[rows] = {0, INT64_MAX, INT64_MIN, -1};
  const uint8_t truths[rows] = {0, 1, 1, 0};
  const record::Decimal decimals[rows] = {
      {0, 0}, {-12345, 2}, {static_cast<__int128>(1) << 90, 18}, {1, 0}};
  const int32_t dates[rows] = {0, 16742, -719528, 2932896};
  const record::DatePart parts[rows] = {{0, record::Precision::year},
                                        {16742, record::Precision::day},
                                        {-719528, record::Precision::month},
                                        {31, record::Precision::month}};
  const record::Timestamp times[rows] = {
      {0, 0, false}, {1700000000000000, -240, true}, {-1, 840, true}, {1, 0, true}};
  return {column_of(Type::text, arena, texts, 0),
          column_of(Type::text, arena, others, rows),
          column_of(Type::integer, arena, integers, 0),
          column_of(Type::boolean, arena, truths, 3),
          column_of(Type::decimal, arena, decimals, rows),
          column_of(Type::date, arena, dates, 0),
          column_of(Type::date_part, arena, parts, rows),
          column_of(Type::timestamp, arena, times, rows),
          list_column(arena),
          column_of(Type::json, arena, json, rows)};
}

/// The columns with one row only.
std::vector<Column> row_of(const std::vector<Column>& all, uint32_t row, Arena& arena) {
  static constexpr std::size_t widths[] = {sizeof(record::Text),
                                           1,
                                           8,
                                           sizeof(record::Decimal),
                                           8,
                                           4,
                                           sizeof(record::DatePart),
                                           sizeof(record::Timestamp),
                                           sizeof(record::Text),
                                           0};
  auto one = all;
  for (auto& column : one) {
    if (column.valid) column.valid += row;
    if (column.type != Type::list) {
      column.values =
          static_cast<const char*>(column.values) + row * widths[static_cast<int>(column.type)];
      continue;
    }
    uint32_t from = row ? column.ends[row - 1] : 0;
    auto* end = arena.many<uint32_t>(1);
    *end = column.ends[row] - from;
    column.values = static_cast<const record::Text*>(column.values) + from;
    column.ends = end;
  }
  return one;
}

/// Equal texts have equal hashes; which ones does not matter here.
class Sum : public express::Hasher {
 public:
  std::array<unsigned char, 16> hash(std::string_view text) const override {
    std::array<unsigned char, 16> out{};
    for (std::size_t i = 0; i < text.size(); ++i)
      out[i % 16] = static_cast<unsigned char>(out[i % 16] * 31 + text[i]);
    return out;
  }
};

std::string shown(const Column& column, uint32_t row) {
  if (!column.values || !column.is_valid(row)) return "null";
  std::string out;
  record::append_json_value(out, column, row);
  return out;
}

}  // namespace

/// Besides the corpus: the examples of every function, so that a new one is looked at at once.
std::vector<std::string> more_inputs() {
  std::vector<std::string> out;
  for (const auto& function : express::functions())
    for (const auto& [expression, result] : function.examples) out.push_back(expression);
  return out;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  static const std::map<std::string, express::CodeTable> codes{
      {"c", {"c", {{"a", "b"}, {"42", ""}}, {{"x", {{"y", 0, 16742}, {"z", 16743, INT32_MAX}}}}}}};
  static const Sum sum;
  express::Scope scope;
  scope.columns = names;
  scope.codes = &codes;
  scope.hasher = &sum;
  scope.parameters = {{"run_date", "2026-01-13"}, {"school_year", "2026"}};
  express::Program program(scope);
  express::Problem problem;
  auto compiled = program.compile(text, problem);
  if (!compiled) {
    must(problem.at <= size && !problem.says.empty());
    return 0;
  }
  Arena arena;
  auto all = columns(arena);
  program.begin(all, rows, arena);
  auto together = program.run(compiled->id);
  auto faults = program.faults();
  for (uint32_t row = 0; row < rows; ++row) {
    program.begin(row_of(all, row, arena), 1, arena);
    auto alone = program.run(compiled->id);
    must(shown(alone, 0) == shown(together, row));
    bool is_faulty =
        std::ranges::any_of(faults, [&](const auto& fault) { return fault.row == row; });
    must(is_faulty == !program.faults().empty());
  }
  return 0;
}
