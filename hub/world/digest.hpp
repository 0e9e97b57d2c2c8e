// SHA-256, whole or in pieces.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace homeroom::world {

using Sha256 = std::array<uint8_t, 32>;

/// Takes bytes in pieces; finish() once.
class Sha256Sum {
 public:
  Sha256Sum();
  Sha256Sum(Sha256Sum&&) noexcept;
  ~Sha256Sum();
  void add(std::string_view bytes);
  Sha256 finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Sha256 sha256(std::string_view bytes);
/// Of a regular file, read once in pieces.
Sha256 sha256_of_file(const std::filesystem::path& path);
/// 64 small letters.
std::string hex(const Sha256& digest);

}  // namespace homeroom::world
