#include "homeroom/csv_input.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include "csv_fingerprint.hpp"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "homeroom/error.hpp"

namespace homeroom {
namespace {

int64_t milliseconds(const timespec& time) {
  return time.tv_sec * 1000 + time.tv_nsec / 1'000'000;
}

std::string unreadable(int error_number) {
  return std::string("cannot be read: ") + std::strerror(error_number);
}

class PlainFile : public CsvInput {
 public:
  PlainFile(std::string path, std::string place)
      : path_(std::move(path)), place_(std::move(place)) {
    // O_NONBLOCK: a FIFO in the folder must not hold the run.
    file_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file_ < 0)
      refuse(errno == ENOENT ? "is missing" : errno == ELOOP ? "is a link" : unreadable(errno));
    if (::fstat(file_, &before_) != 0 || !S_ISREG(before_.st_mode)) {
      ::close(file_);
      refuse("is no regular file");
    }
    ::posix_fadvise(file_, 0, 0, POSIX_FADV_SEQUENTIAL);
  }
  ~PlainFile() override { ::close(file_); }
  PlainFile(const PlainFile&) = delete;
  PlainFile& operator=(const PlainFile&) = delete;

  size_t read(char* to, size_t room) override {
    for (;;) {
      ssize_t got = ::read(file_, to, room);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) refuse(unreadable(errno));
      fingerprint_.add(to, static_cast<size_t>(got));
      return static_cast<size_t>(got);
    }
  }

  std::string doubt() override {
    struct stat open_now {
    }, named_now{};
    bool seen = ::fstat(file_, &open_now) == 0 && ::lstat(path_.c_str(), &named_now) == 0;
    bool same = seen && alike(open_now) && alike(named_now) && fingerprint_.size() == size();
    return same ? "" : "changed while it was read";
  }

  Proof proof() const override { return Proof::settled; }
  uint64_t size() const override { return static_cast<uint64_t>(before_.st_size); }
  std::string version() const override { return fingerprint_.version(); }

 private:
  bool alike(const struct stat& now) const {
    return now.st_ino == before_.st_ino && now.st_dev == before_.st_dev &&
           now.st_size == before_.st_size && now.st_mtim.tv_sec == before_.st_mtim.tv_sec &&
           now.st_mtim.tv_nsec == before_.st_mtim.tv_nsec;
  }
  [[noreturn]] void refuse(const std::string& why) const {
    throw Error(Next::not_readable, place_ + " " + why);
  }

  std::string path_, place_;
  int file_ = -1;
  struct stat before_ {};
  csv::Fingerprint fingerprint_;
};

// gzip carries a CRC and a length behind the data; zlib checks both before it says that it ended.
class Unpacked : public CsvInput {
 public:
  Unpacked(std::unique_ptr<CsvInput> packed, std::string place)
      : packed_(std::move(packed)), place_(std::move(place)), buffer_(size_t{64} << 10) {
    constexpr int gzip_only = 16 + MAX_WBITS;
    if (inflateInit2(&state_, gzip_only) != Z_OK) throw std::bad_alloc();
  }
  ~Unpacked() override { inflateEnd(&state_); }
  Unpacked(const Unpacked&) = delete;
  Unpacked& operator=(const Unpacked&) = delete;

  size_t read(char* to, size_t room) override {
    state_.next_out = reinterpret_cast<Bytef*>(to);
    state_.avail_out = static_cast<uInt>(room);
    while (state_.avail_out == room) {
      if (state_.avail_in == 0 && !refill()) {
        if (inside_member_) refuse("is cut off");
        break;
      }
      unpack();
    }
    given_ += room - state_.avail_out;
    if (given_ > most_bytes) refuse("unpacks to more than 16 GiB");
    return room - state_.avail_out;
  }

  std::string doubt() override { return packed_->doubt(); }
  Proof proof() const override { return Proof::format; }
  uint64_t size() const override { return packed_->size(); }
  std::string version() const override { return packed_->version(); }
  bool stands(std::string_view version) override { return packed_->stands(version); }

 private:
  static constexpr uint64_t most_bytes = uint64_t{16} << 30;

  bool refill() {
    size_t got = packed_->read(buffer_.data(), buffer_.size());
    state_.next_in = reinterpret_cast<Bytef*>(buffer_.data());
    state_.avail_in = static_cast<uInt>(got);
    return got > 0;
  }
  // A gzip file may hold several members one behind the other.
  void unpack() {
    inside_member_ = true;
    int code = inflate(&state_, Z_NO_FLUSH);
    if (code == Z_STREAM_END) {
      inside_member_ = false;
      inflateReset(&state_);
    } else if (code != Z_OK && code != Z_BUF_ERROR) {
      refuse("is no whole gzip file");
    }
  }
  [[noreturn]] void refuse(const std::string& why) const {
    throw Error(Next::not_readable, place_ + " " + why);
  }

  std::unique_ptr<CsvInput> packed_;
  std::string place_;
  std::vector<char> buffer_;
  z_stream state_{};
  bool inside_member_ = true;
  uint64_t given_ = 0;
};

// Windows-1252 at 0x80..0x9F; the five unassigned bytes keep their number, as browsers read them.
constexpr std::array<uint16_t, 32> windows_1252_high = {
    0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

class Decoded : public CsvInput {
 public:
  Decoded(std::unique_ptr<CsvInput> input, Encoding encoding)
      : input_(std::move(input)),
        encoding_(encoding),
        raw_(size_t{64} << 10),
        text_(longest * raw_.size()) {}

  size_t read(char* to, size_t room) override {
    if (given_ == ready_) decode_more();
    size_t size = std::min(room, ready_ - given_);
    std::memcpy(to, text_.data() + given_, size);
    given_ += size;
    return size;
  }
  std::string doubt() override { return input_->doubt(); }
  Proof proof() const override { return input_->proof(); }
  uint64_t size() const override { return input_->size(); }
  std::string version() const override { return input_->version(); }
  bool stands(std::string_view version) override { return input_->stands(version); }

 private:
  static constexpr size_t longest = 3;  // bytes of UTF-8 that one byte may become

  void decode_more() {
    size_t got = input_->read(raw_.data(), raw_.size());
    char* end = text_.data();
    for (size_t i = 0; i < got; ++i) end = write(end, static_cast<unsigned char>(raw_[i]));
    given_ = 0;
    ready_ = static_cast<size_t>(end - text_.data());
  }

  char* write(char* to, unsigned char byte) const {
    uint16_t code = byte;
    if (encoding_ == Encoding::windows_1252 && byte >= 0x80 && byte < 0xA0)
      code = windows_1252_high[byte - 0x80];
    if (code < 0x80) {
      *to++ = static_cast<char>(code);
    } else if (code < 0x800) {
      *to++ = static_cast<char>(0xC0 | code >> 6);
      *to++ = static_cast<char>(0x80 | (code & 0x3F));
    } else {
      *to++ = static_cast<char>(0xE0 | code >> 12);
      *to++ = static_cast<char>(0x80 | (code >> 6 & 0x3F));
      *to++ = static_cast<char>(0x80 | (code & 0x3F));
    }
    return to;
  }

  std::unique_ptr<CsvInput> input_;
  Encoding encoding_;
  std::vector<char> raw_, text_;
  size_t ready_ = 0, given_ = 0;  // of text_
};

}  // namespace

bool CsvInput::stands(std::string_view version) {
  if (version.empty() || !csv::is_of_size(version, size())) return false;
  std::vector<char> buffer(size_t{256} << 10);
  while (read(buffer.data(), buffer.size()) > 0) {
  }
  return doubt().empty() && this->version() == version;
}

Encoding encoding_named(std::string_view name) {
  if (name.empty() || name == "utf-8") return Encoding::utf8;
  if (name == "windows-1252") return Encoding::windows_1252;
  if (name == "latin1") return Encoding::latin1;
  throw Error(Next::fix_settings, "setting encoding is none of utf-8, windows-1252 and latin1");
}

std::unique_ptr<CsvInput> open_csv_file(const std::string& path, const std::string& place) {
  std::unique_ptr<CsvInput> file = std::make_unique<PlainFile>(path, place);
  if (!path.ends_with(".gz")) return file;
  return std::make_unique<Unpacked>(std::move(file), place);
}

std::unique_ptr<CsvInput> decoded(std::unique_ptr<CsvInput> input, Encoding encoding) {
  if (encoding == Encoding::utf8) return input;
  return std::make_unique<Decoded>(std::move(input), encoding);
}

int64_t changed_ms(const std::string& path) {
  struct stat now {};
  return ::stat(path.c_str(), &now) == 0 ? milliseconds(now.st_mtim) : 0;
}

}  // namespace homeroom
