// Lines of a file, each with its number and place, from one buffer that is used again. A line may
// be as long as 16 MiB; a longer one is told as such and passed over.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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

  /// Opens a plain file. Throws Error naming it by `shown`.
  Lines(const std::string& path, std::string shown);
  Lines(const Lines&) = delete;
  Lines& operator=(const Lines&) = delete;
  ~Lines();

  /// The next line, empty ones included; false at the end. Valid until the next call.
  bool next(Line& line);
  uint64_t size() const { return size_; }
  uint64_t done() const { return offset_; }
  /// Whether size and time of the file are still those it was opened with.
  bool has_settled() const;

 private:
  bool fill();
  void pass_over(Line& line);

  std::string shown_;
  int file_;
  uint64_t size_ = 0;
  int64_t modified_ns_ = 0;
  std::vector<char> buffer_;
  size_t at_ = 0;    ///< first byte not given yet
  size_t have_ = 0;  ///< bytes in the buffer
  uint64_t offset_ = 0;
  uint64_t number_ = 0;
  bool is_at_end_ = false;
};

}  // namespace homeroom::fhir_ndjson
