// The samples of a page of docs/: what stands between fences, in order.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace homeroom::docs {

using Lines = std::vector<std::string>;

inline std::filesystem::path root() {
  return HOMEROOM_SOURCE_DIR;
}

inline Lines lines_of(const std::filesystem::path& file) {
  Lines lines;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

inline void write(const std::filesystem::path& file, const Lines& lines) {
  std::ofstream out(file);
  for (const auto& line : lines) out << line << '\n';
}

struct Sample {
  std::string language;  ///< what stands behind the fence: "yaml"
  Lines lines;
};

inline std::vector<Sample> samples_of(const std::filesystem::path& page) {
  std::vector<Sample> samples;
  bool is_inside = false;
  for (const auto& line : lines_of(root() / page)) {
    if (line.starts_with("```")) {
      is_inside = !is_inside;
      if (is_inside) samples.push_back({line.substr(3), {}});
    } else if (is_inside) {
      samples.back().lines.push_back(line);
    }
  }
  return samples;
}

/// The sample with a line that holds `words`.
inline Lines sample_with(const std::filesystem::path& page, const std::string& words) {
  for (const auto& sample : samples_of(page))
    for (const auto& line : sample.lines)
      if (line.find(words) != std::string::npos) return sample.lines;
  throw std::runtime_error(page.string() + " has no sample with: " + words);
}

}  // namespace homeroom::docs
