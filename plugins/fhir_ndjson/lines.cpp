#include "plugins/fhir_ndjson/lines.hpp"

#include <cstring>

namespace homeroom::fhir_ndjson {
namespace {

constexpr size_t chunk_bytes = 1 << 20;
constexpr size_t most_line_bytes = 16 << 20;

}  // namespace

Lines::Lines(std::unique_ptr<CsvInput> file)
    : file_(std::move(file)), buffer_(chunk_bytes + readable_behind) {}

// Moves what is left to the front and reads behind it; false if nothing more comes.
bool Lines::fill() {
  if (is_at_end_) return false;
  std::memmove(buffer_.data(), buffer_.data() + at_, have_ - at_);
  have_ -= at_;
  at_ = 0;
  if (have_ + readable_behind == buffer_.size()) buffer_.resize(2 * have_ + readable_behind);
  size_t got = file_->read(buffer_.data() + have_, buffer_.size() - readable_behind - have_);
  have_ += got;
  is_at_end_ = got == 0;
  return got > 0;
}

bool Lines::next(Line& line) {
  size_t searched = 0;
  for (;;) {
    const char* from = buffer_.data() + at_;
    const void* end = std::memchr(from + searched, '\n', have_ - at_ - searched);
    if (end || (is_at_end_ && have_ > at_)) {
      size_t size = end ? static_cast<size_t>(static_cast<const char*>(end) - from) : have_ - at_;
      line = {{from, size}, ++number_, offset_, end != nullptr, false};
      at_ += size + (end ? 1 : 0);
      offset_ += size + (end ? 1 : 0);
      if (line.text.ends_with('\r')) line.text.remove_suffix(1);
      line.is_too_long = size > most_line_bytes;
      return true;
    }
    if (is_at_end_) return false;
    searched = have_ - at_;
    if (searched > most_line_bytes) {
      pass_over(line);
      return true;
    }
    fill();
  }
}

void Lines::pass_over(Line& line) {
  line = {{}, ++number_, offset_, true, true};
  for (;;) {
    const char* from = buffer_.data() + at_;
    const void* end = std::memchr(from, '\n', have_ - at_);
    size_t size = end ? static_cast<size_t>(static_cast<const char*>(end) - from) + 1 : have_ - at_;
    at_ += size;
    offset_ += size;
    if (end) return;
    if (!fill() && at_ == have_) {
      line.is_ended = false;
      return;
    }
  }
}

}  // namespace homeroom::fhir_ndjson
