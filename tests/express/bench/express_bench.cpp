// What a mapping's expressions cost a row: a roster's users, an attendance export, enrollments.
// All people are invented. Batches lie in memory; reading and keeping rows is not measured.
#include <cstdio>
#include <cstdlib>

#include <benchmark/benchmark.h>

#include "hub/express/express.hpp"

namespace {

using namespace homeroom;

constexpr uint32_t rows_of_batch = 2048;
constexpr uint32_t batches = 32;

struct Table {
  std::vector<std::string> columns;
  std::vector<std::string> expressions;
  std::string (*value)(size_t column, uint32_t row);
};

std::string day(uint32_t row, const char* form) {
  char text[32];
  unsigned month = row % 12 + 1, date = row * 7 % 28 + 1, year = 2010 + row % 15;
  if (form[0] == 'Y')
    std::snprintf(text, sizeof text, "%04u-%02u-%02u", year, month, date);
  else
    std::snprintf(text, sizeof text, "%02u/%02u/%04u", month, date, year);
  return text;
}

std::string user(size_t column, uint32_t row) {
  static const char* given[] = {"Willa", "RUFUS", "Ona", "LETTIE", "Sparrow"};
  static const char* family[] = {"Testwood", "FAUXLEY", "Mockridge", "MADEUPSKI-TEST",
                                 "Pretendson"};
  std::string number = std::to_string(100000 + row);
  switch (column) {
    case 0:
      return " " + number;
    case 1:
      return given[row % 5];
    case 2:
      return family[row * 3 % 5];
    case 3:
      return row % 3 ? "" : "Q";
    case 4:
      return "Student" + number + "@Example.org";
    case 5:
      return "(614) 555-0" + std::to_string(100 + row % 100);
    case 6:
      return "agent-" + number + ",agent-" + std::to_string(row);
    default:
      return row % 13 ? std::to_string(row % 12 + 1) : "KG";
  }
}
const Table users{
    {"identifier", "givenName", "familyName", "middleName", "email", "phone", "agents", "grades"},
    {"trim(identifier)",
     "case when trim(givenName) = upper(trim(givenName)) then concat(upper(substr(trim(givenName), "
     "1, 1)), "
     "lower(substr(trim(givenName), 2))) else trim(givenName) end",
     "case when trim(familyName) = upper(trim(familyName)) then "
     "concat(upper(substr(trim(familyName), 1, "
     "1)), lower(substr(trim(familyName), 2))) else trim(familyName) end",
     "nullif(trim(middleName), '')", "lower(email)", "digits(phone)", "split(agents, ',')",
     "case when grades = 'KG' then 0 else int(grades) end"},
    user};

const Table name_cased{{"identifier", "givenName", "familyName"},
                       {"name_case(givenName)", "name_case(familyName)"},
                       user};

std::string attendance(size_t column, uint32_t row) {
  static const char* codes[] = {"A", "AE", "AU", "T", "TU ", "H"};
  switch (column) {
    case 0:
      return std::to_string(100000 + row);
    case 1:
      return day(row, "M");
    case 2:
      return codes[row % 6];
    default:
      return std::to_string(row * 5 % 390);
  }
}
const Table attendances{{"Student_Number", "Att_Date", "Att_Code", "Minutes"},
                        {"Student_Number", "date(Att_Date, 'MM/DD/YYYY')",
                         "code(trim(Att_Code), 'attendance')", "int(Minutes)"},
                        attendance};

std::string enrollment(size_t column, uint32_t row) {
  return column == 0 ? "user-sourced-id-" + std::to_string(row)
                     : day(row + static_cast<uint32_t>(column), "Y");
}
const Table enrollments{
    {"userSourcedId", "beginDate", "endDate"},
    {"userSourcedId", "date(beginDate, 'YYYY-MM-DD')", "date(endDate, 'YYYY-MM-DD')"},
    enrollment};

void run(benchmark::State& state, const Table& table) {
  static const std::map<std::string, express::CodeTable> codes{{"attendance",
                                                                {"attendance",
                                                                 {{"A", "excused"},
                                                                  {"AE", "excused"},
                                                                  {"AU", "unexcused"},
                                                                  {"T", "tardy"},
                                                                  {"TU", "tardy_unexcused"},
                                                                  {"H", "half_day"},
                                                                  {"OSS", "suspension"}}}}};
  express::Scope scope;
  for (const auto& name : table.columns) scope.columns.push_back({name, record::Type::text});
  scope.codes = &codes;
  express::Program program(std::move(scope));
  std::vector<express::ExpressionId> ids;
  for (const auto& text : table.expressions) {
    express::Problem problem;
    auto compiled = program.compile(text, problem);
    if (!compiled) std::abort();
    ids.push_back(compiled->id);
  }
  record::Arena input, arena;
  std::vector<std::vector<record::Column>> all(batches);
  for (uint32_t batch = 0; batch < batches; ++batch)
    for (size_t column = 0; column < table.columns.size(); ++column) {
      auto* texts = input.many<record::Text>(rows_of_batch);
      for (uint32_t row = 0; row < rows_of_batch; ++row)
        texts[row] = input.keep(std::string_view(table.value(column, batch * rows_of_batch + row)));
      all[batch].push_back({record::Type::text, 1, texts});
    }
  uint32_t batch = 0;
  for (auto _ : state) {
    arena.reset();
    program.begin(all[batch++ % batches], rows_of_batch, arena);
    for (auto id : ids) benchmark::DoNotOptimize(program.run(id).values);
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()) * rows_of_batch);
}

BENCHMARK_CAPTURE(run, users, users);
BENCHMARK_CAPTURE(run, attendance, attendances);
BENCHMARK_CAPTURE(run, enrollments, enrollments);
BENCHMARK_CAPTURE(run, name_case, name_cased);

}  // namespace

BENCHMARK_MAIN();
