#include "hub/record/cells.hpp"

namespace homeroom::record {

bool read_cells(std::string_view line, std::vector<std::string>& cells) {
  cells.assign(1, "");
  bool is_quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    char letter = line[i];
    if (letter == '"') {
      if (is_quoted && i + 1 < line.size() && line[i + 1] == '"')
        cells.back() += line[++i];
      else
        is_quoted = !is_quoted;
    } else if (letter == ',' && !is_quoted) {
      cells.emplace_back();
    } else if (letter != '\r') {
      cells.back() += letter;
    }
  }
  return !is_quoted;
}

}  // namespace homeroom::record
