#include "hub/record/spreadsheet.hpp"

#include <string_view>

namespace homeroom::record {

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (char letter : text) out += letter == '"' ? std::string("\"\"") : std::string(1, letter);
  return out + '"';
}

std::string spreadsheet_cell(const std::string& text) {
  bool is_formula =
      !text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos;
  return csv_cell(is_formula ? "'" + text : text);
}

}  // namespace homeroom::record
