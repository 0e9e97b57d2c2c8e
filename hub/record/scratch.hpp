// Scratch: where rows of a room go that do not fit into memory. flow hands it in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace homeroom::record {

/// A place for rows beside memory. put() may be called on any thread, all else on one at a time.
class Scratch {
 public:
  virtual ~Scratch() = default;
  /// Bytes of rows that may be in memory at once.
  virtual uint64_t budget() const = 0;
  /// Keeps the bytes; the answer stands for them. Throws where there is no room left.
  virtual uint64_t put(std::string_view bytes) = 0;
  /// Replaces `bytes` by what put() was given.
  virtual void get(uint64_t piece, std::string& bytes) = 0;
  /// Nobody will ask for the piece again.
  virtual void forget(uint64_t piece) noexcept = 0;
};

}  // namespace homeroom::record
