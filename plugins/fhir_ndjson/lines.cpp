#include "plugins/fhir_ndjson/lines.hpp"

#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "homeroom/error.hpp"

namespace homeroom::fhir_ndjson {
namespace {

constexpr size_t chunk_bytes = 1 << 20;
constexpr size_t most_line_bytes = 16 << 20;

int64_t nanoseconds(const timespec& time) {
  return time.tv_sec * int64_t{1'000'000'000} + time.tv_nsec;
}

[[noreturn]] void refuse(const std::string& shown, const std::string& why) {
  throw Error(Next::not_readable, "cannot read " + shown + ": " + why);
}

}  // namespace

Lines::Lines(const std::string& path, std::string shown)
    : shown_(std::move(shown)),
      file_(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)),
      buffer_(chunk_bytes + readable_behind) {
  struct stat seen {};
  if (file_ < 0) refuse(shown_, std::generic_category().message(errno));
  if (fstat(file_, &seen) != 0 || !S_ISREG(seen.st_mode)) {
    close(file_);
    refuse(shown_, "it is no plain file");
  }
  size_ = static_cast<uint64_t>(seen.st_size);
  modified_ns_ = nanoseconds(seen.st_mtim);
}

Lines::~Lines() {
  close(file_);
}

bool Lines::has_settled() const {
  struct stat seen {};
  return fstat(file_, &seen) == 0 && static_cast<uint64_t>(seen.st_size) == size_ &&
         nanoseconds(seen.st_mtim) == modified_ns_;
}

// Moves what is left to the front and reads behind it; false if nothing more comes.
bool Lines::fill() {
  if (is_at_end_) return false;
  std::memmove(buffer_.data(), buffer_.data() + at_, have_ - at_);
  have_ -= at_;
  at_ = 0;
  if (have_ + readable_behind == buffer_.size()) buffer_.resize(2 * have_ + readable_behind);
  ssize_t got = 0;
  do {
    got = read(file_, buffer_.data() + have_, buffer_.size() - readable_behind - have_);
  } while (got < 0 && errno == EINTR);
  if (got < 0) refuse(shown_, std::generic_category().message(errno));
  have_ += static_cast<size_t>(got);
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
