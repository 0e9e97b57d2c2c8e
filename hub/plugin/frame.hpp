// Frames between the hub and a runner: a kind, a size, and flat bytes without a pointer. The form
// is private to the two programs of one build; what arrives is believed only after it was checked.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include <sys/uio.h>

namespace homeroom::plugin {

/// Changes whenever a frame does.
inline constexpr uint32_t frame_version = 5;

enum class Kind : uint16_t {
  // Asked by the hub; each is answered by rows, done or failed.
  confine = 1,
  open,
  offers,
  discover,
  check,
  read,
  next,
  end_read,
  version,
  stands,
  takes,
  begin,
  put,
  finish,
  end_write,
  // Answered by the runner.
  done = 64,
  rows,
  failed,
  // Told by the runner before its answer.
  log,
  aside,
  progress,
  verdict,
  // Asked by the runner before its answer; all but the last are answered by done or failed.
  http_send = 96,
  http_next,
  http_release,
};

/// The most bytes of a frame that is no answer with rows.
inline constexpr uint32_t most_frame_bytes = 64 << 20;

/// Values one after another, as they lie in memory.
class Pack {
 public:
  template <class T>
  Pack& number(T value) {
    static_assert(std::is_arithmetic_v<T>);
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }
  Pack& text(std::string_view text) {
    number(static_cast<uint32_t>(text.size()));
    bytes_.append(text);
    return *this;
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

/// Reads what Pack wrote. Each step throws Error(fail) where the bytes end too soon or say more
/// than they may.
class Unpack {
 public:
  explicit Unpack(std::string_view bytes) : rest_(bytes) {}

  template <class T>
  T number() {
    static_assert(std::is_arithmetic_v<T> && !std::is_same_v<T, bool>);
    T value;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  std::string_view text() { return take(number<uint32_t>()); }
  /// A byte that is 0 or 1.
  bool flag();
  /// How many things follow, each of at least `least` bytes.
  uint32_t count(std::size_t least);
  /// The next `size` bytes.
  std::string_view take(std::size_t size);
  std::string_view rest() const { return rest_; }
  /// Nothing may be left.
  void finish() const;

 private:
  std::string_view rest_;
};

[[noreturn]] void refuse_frame(const char* why);

/// Memory for one frame at a time; keeps its size. 16-byte aligned, with record::readable_behind
/// bytes behind the frame.
class FrameBytes {
 public:
  char* room(std::size_t size);
  char* data() const { return bytes_.get(); }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t room_ = 0;
};

struct FrameHead {
  uint32_t size = 0;
  Kind kind = Kind::done;
  uint16_t lies_in_area = 0;  ///< 1: its bytes do not follow, they lie in the SharedArea
};
static_assert(sizeof(FrameHead) == 8);

/// Sends a frame whole, waiting as long as it takes; for the runner's side. False: nobody listens.
bool send_frame(int socket, FrameHead head, std::span<const iovec> parts);
/// Takes a frame whole; false at the end of the stream. Throws as Unpack does when it is larger
/// than `most`.
bool take_frame(int socket, FrameHead& head, FrameBytes& bytes, uint32_t most);
/// The two parts of it.
bool take_head(int socket, FrameHead& head, uint32_t most);
bool take_bytes(int socket, char* to, std::size_t size);

}  // namespace homeroom::plugin
