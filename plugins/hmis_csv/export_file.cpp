#include "plugins/hmis_csv/export_file.hpp"

#include <chrono>
#include <cstdio>
#include <map>

#include "homeroom/csv.hpp"
#include "homeroom/error.hpp"

namespace homeroom::hmis_csv {
namespace {

using Row = std::map<std::string, std::string>;

std::string text_of(const TextColumn& column, size_t row, const Batch& batch) {
  return std::string(batch.text_at(column, row));
}

// The columns that say what the package is; ExportID and dates of the range are the mapping's.
Row only_row(const CsvPackage& package, const std::string& file) {
  Read all;
  all.columns = {"CSVVersion?", "ExportDirective?", "ExportDate?"};
  CsvOptions options;
  options.place = file;
  options.any_case = true;
  CsvReader reader(Host(), package.open(file), options, all);
  Row row;
  uint64_t rows = 0;
  Batch batch;
  for (;;) {
    batch.clear();
    reader.next(batch);
    if (batch.rows() == 0) break;
    rows += batch.rows();
    for (auto& column : batch.texts()) row[column.name] = text_of(column, 0, batch);
  }
  if (rows != 1)
    throw Error(Next::not_readable, file + ": " + std::to_string(rows) + " rows, expected one");
  return row;
}

// Old producers leave CSVVersion empty; the Client header tells the year then.
std::string year_by_header(const CsvPackage& package, const std::string& client) {
  CsvOptions options;
  options.place = client;
  for (auto& name : csv_header(package.open(client), options)) {
    if (name == "Sex") return "2026";
    if (name == "HispanicLatinaeo") return "2024";
  }
  return {};
}

}  // namespace

int64_t utc_ms(const std::string& text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  int found = std::sscanf(text.c_str(), "%4d-%2d-%2d %2d:%2d:%2d", &year, &month, &day, &hour,
                          &minute, &second);
  using namespace std::chrono;
  year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                      std::chrono::day(static_cast<unsigned>(day))};
  if ((found != 3 && found != 6) || !date.ok()) return 0;
  auto time = sys_days(date) + hours(hour) + minutes(minute) + seconds(second);
  return duration_cast<milliseconds>(time.time_since_epoch()).count();
}

ExportFile read_export(const CsvPackage& package) {
  std::string file = package.find("Export.csv"), client = package.find("Client.csv");
  if (file.empty()) throw Error(Next::not_readable, "Export.csv is missing");
  Row row = only_row(package, file);
  ExportFile found;
  found.version = row["CSVVersion"].substr(0, 4);
  if (found.version.empty() && !client.empty()) found.version = year_by_header(package, client);
  if (found.version != "2024" && found.version != "2026")
    throw Error(Next::not_readable, file + " line 2: CSVVersion is neither of 2024 nor of 2026");
  const std::string& directive = row["ExportDirective"];
  if (directive != "1" && directive != "2" && directive != "3")
    throw Error(Next::not_readable, file + " line 2: ExportDirective is none of 1, 2 and 3");
  found.is_delta = directive == "1";
  found.export_ms = utc_ms(row["ExportDate"]);
  return found;
}

}  // namespace homeroom::hmis_csv
