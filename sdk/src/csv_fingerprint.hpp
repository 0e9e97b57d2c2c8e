// Fingerprint: names the bytes of a file, so that nobody has to read it again to see that it is the
// same. It tells files apart that differ by accident, not those that somebody made to be mistaken
// for each other: who can do that can as well write what he likes into them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace homeroom::csv {

class Fingerprint {
 public:
  Fingerprint();
  ~Fingerprint();

  void add(const char* bytes, std::size_t size);
  uint64_t size() const { return size_; }
  /// "SIZE-HASH": number of bytes, and XXH3 of 128 bits in hexadecimal.
  std::string version() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
  uint64_t size_ = 0;
};

/// Whether a version is one of so many bytes.
bool is_of_size(std::string_view version, uint64_t size);

}  // namespace homeroom::csv
