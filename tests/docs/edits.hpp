// Edits as a page shows them: a diff whose hunks begin with @@ and find their place by the lines
// around.
#pragma once

#include <algorithm>
#include <stdexcept>

#include "tests/docs/markdown.hpp"

namespace homeroom::docs {

/// The lines with the hunks applied; throws where a hunk finds no place.
inline Lines edited(Lines lines, const Lines& diff) {
  for (std::size_t at = 0; at < diff.size();) {
    Lines before, after;
    for (++at; at < diff.size() && !diff[at].starts_with("@@"); ++at) {
      auto text = diff[at].empty() ? "" : diff[at].substr(1);
      if (!diff[at].starts_with('+')) before.push_back(text);
      if (!diff[at].starts_with('-')) after.push_back(text);
    }
    auto place = std::search(lines.begin(), lines.end(), before.begin(), before.end());
    if (before.empty() || place == lines.end())
      throw std::runtime_error("no place for: " + (after.empty() ? "" : after[0]));
    place = lines.erase(place, place + static_cast<std::ptrdiff_t>(before.size()));
    lines.insert(place, after.begin(), after.end());
  }
  return lines;
}

/// How many lines a person has to write, change or take out; empty lines are none.
inline std::size_t count_of_edits(const Lines& diff) {
  std::size_t count = 0, written = 0, gone = 0;
  for (const auto& line : diff) {
    if (line.starts_with('+') && line.size() > 1)
      ++written;
    else if (line.starts_with('-'))
      ++gone;
    else
      count += std::max(std::exchange(written, 0), std::exchange(gone, 0));
  }
  return count + std::max(written, gone);
}

}  // namespace homeroom::docs
