#include "tests/express/table.hpp"

#include "hub/express/decimal.hpp"
#include "hub/record/date.hpp"

namespace homeroom::express {

namespace {

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string date_part_text(const record::DatePart& part) {
  static constexpr size_t sizes[] = {4, 7, 10};
  return record::iso_date(part.days).substr(0, sizes[static_cast<size_t>(part.precision)]);
}

std::string timestamp_text(const record::Timestamp& value) {
  int64_t seconds = value.utc_us / 1000000 + value.offset_minutes * 60;
  auto day = static_cast<int32_t>(seconds / 86400 - (seconds % 86400 < 0));
  int64_t rest = seconds - day * int64_t{86400};
  char text[48];
  std::snprintf(text, sizeof text, "%sT%02d:%02d:%02d", record::iso_date(day).c_str(),
                int(rest / 3600), int(rest / 60 % 60), int(rest % 60));
  std::string all = text;
  int minutes = std::abs(value.offset_minutes);
  std::snprintf(text, sizeof text, "%c%02d:%02d", value.offset_minutes < 0 ? '-' : '+',
                minutes / 60, minutes % 60);
  return value.has_offset ? all + text : all;
}

std::string list_text(const record::Column& column, uint32_t row) {
  std::string out = "[";
  for (uint32_t i = row ? column.ends[row - 1] : 0; i < column.ends[row]; ++i)
    out += (out.size() > 1 ? "," : "") +
           in_quotes(static_cast<const record::Text*>(column.values)[i].view());
  return out + "]";
}

record::Column column_of(const Given& given, record::Arena& arena) {
  auto rows = given.values.size();
  record::Column column;
  auto* texts = arena.many<record::Text>(rows);
  auto* mask = arena.many<uint8_t>(rows);
  for (size_t i = 0; i < rows; ++i) {
    mask[i] = given.values[i] != nullptr;
    texts[i] = mask[i] ? arena.keep(std::string_view(given.values[i])) : record::Text{};
  }
  column.values = texts;
  column.valid = mask;
  return column;
}

/// Tells texts apart, no more.
class TestHasher : public Hasher {
 public:
  std::array<unsigned char, 16> hash(std::string_view text) const override {
    std::array<unsigned char, 16> made{};
    for (size_t i = 0; i < text.size(); ++i)
      made[i % 16] = static_cast<unsigned char>(made[i % 16] * 31 + text[i]);
    return made;
  }
};

}  // namespace

std::string json_of(const record::Column& column, uint32_t row) {
  if (!column.is_valid(row)) return "null";
  switch (column.type) {
    case Type::boolean:
      return column.at<uint8_t>(row) ? "true" : "false";
    case Type::integer:
      return std::to_string(column.at<int64_t>(row));
    case Type::decimal:
      return decimal_text(column.at<record::Decimal>(row));
    case Type::real:
      return std::to_string(column.at<double>(row));
    case Type::date:
      return in_quotes(record::iso_date(column.at<int32_t>(row)));
    case Type::date_part:
      return in_quotes(date_part_text(column.at<record::DatePart>(row)));
    case Type::timestamp:
      return in_quotes(timestamp_text(column.at<record::Timestamp>(row)));
    case Type::list:
      return list_text(column, row);
    default:
      return in_quotes(column.text_at(row).view());
  }
}

Scope scope_of(const std::vector<Given>& columns) {
  static const std::map<std::string, CodeTable> codes{
      {"sex", {"sex", {{"male", "M"}, {"other", "X"}, {"unspecified", ""}}}},
      {"long", {"long", {{"a code of more than twelve", "what it means in many words"}}}},
      {"program",
       {"program",
        {{"SN", "snack"}},
        {{"LB", {{"lunch", INT32_MIN, 20269}, {"lunch-box", 20270, INT32_MAX}}},
         {"OLD", {{"old", INT32_MIN, 20269}}}}}}};
  static const TestHasher hasher;
  Scope scope;
  scope.hasher = &hasher;
  for (const auto& column : columns) scope.columns.push_back({column.name, Type::text});
  scope.codes = &codes;
  scope.parameters = {{"run_date", "2026-01-13"}, {"school_year", "2026"}};
  return scope;
}

Outcome evaluate(const std::string& expression, const std::vector<Given>& columns, uint32_t rows) {
  Outcome outcome;
  Program program(scope_of(columns));
  Problem problem;
  auto compiled = program.compile(expression, problem);
  if (!compiled) {
    outcome.problem = std::to_string(problem.at) + ": " + problem.says;
    return outcome;
  }
  outcome.type = compiled->type;
  outcome.can_fault = compiled->can_fault;
  record::Arena arena;
  std::vector<record::Column> batch;
  for (const auto& column : columns) batch.push_back(column_of(column, arena));
  if (!columns.empty()) rows = static_cast<uint32_t>(columns[0].values.size());
  program.begin(batch, rows, arena);
  record::Column result = program.run(compiled->id);
  for (uint32_t row = 0; row < rows; ++row) outcome.values.push_back(json_of(result, row));
  for (const auto& fault : program.faults())
    outcome.faults.push_back(std::to_string(fault.row) + ": " + fault.says);
  return outcome;
}

std::string value_of(const std::string& expression, const std::vector<Given>& columns) {
  Outcome outcome = evaluate(expression, columns);
  if (!outcome.problem.empty()) return "problem " + outcome.problem;
  if (!outcome.faults.empty()) return "fault" + outcome.faults[0].substr(1);
  return outcome.values[0];
}

}  // namespace homeroom::express
