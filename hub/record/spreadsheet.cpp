#include "hub/record/spreadsheet.hpp"

#include <string_view>

namespace homeroom::record {

std::string spreadsheet_cell(const std::string& text) {
  bool is_formula =
      !text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos;
  auto safe = is_formula ? "'" + text : text;
  if (safe.find_first_of(",\"\r\n") == std::string::npos) return safe;
  std::string out = "\"";
  for (char letter : safe) out += letter == '"' ? std::string("\"\"") : std::string(1, letter);
  return out + '"';
}

}  // namespace homeroom::record
