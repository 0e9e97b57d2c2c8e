// Lines of a file, each with its number and place, from one buffer that is used again. A line may
// be as long as 16 MiB; a longer one is told as such and passed over.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "homeroom/csv_input.hpp"

namespace homeroom::fhir_ndjson {

struct Line {
  std::string_view text;  ///< without its end; readable_behind bytes may be read behind it
  uint64_t number = 0;    ///< from 1
  uint64_t offset = 0;
  bool is_ended = true;  ///< false: the file stops inside it
  bool is_too_long = false;
};

class Lines {
 public:
  static constexpr size_t readable_behind = 64;

  /// `file` is at its beginning.
  explicit Lines(std::unique_ptr<CsvInput> file);

  /// The next line, empty ones included; false at the end. Valid until the next call.
  bool next(Line& line);
  uint64_t done() const { return offset_; }
  CsvInput& file() { return *file_; }

 private:
  bool fill();
  void pass_over(Line& line);

  std::unique_ptr<CsvInput> file_;
  std::vector<char> buffer_;
  size_t at_ = 0;    ///< first byte not given yet
  size_t have_ = 0;  ///< bytes in the buffer
  uint64_t offset_ = 0;
  uint64_t number_ = 0;
  bool is_at_end_ = false;
};

}  // namespace homeroom::fhir_ndjson
