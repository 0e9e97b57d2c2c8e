#include "hub/world/secrets.hpp"

#include <algorithm>
#include <cerrno>

#include <openssl/crypto.h>
#include <sys/stat.h>

#include "hub/world/files.hpp"
#include "hub/world/trouble.hpp"

namespace homeroom::world {
namespace {

constexpr uint64_t most_secret_bytes = 64 << 10;

bool is_secret_name(const std::string& name) {
  auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  return !name.empty() && name.front() != '.' && std::ranges::all_of(name, fits);
}

void check_mode(const std::filesystem::path& path) {
  File file = open_regular(path);
  struct stat seen {};
  if (fstat(file.descriptor(), &seen) != 0) throw trouble(errno, "read", path);
  if (seen.st_mode & (S_IRWXG | S_IRWXO))
    throw Error(Next::fix_settings,
                "secret " + path.string() + " is open to others; run: chmod 600 " + path.string());
}

}  // namespace

Secret::Secret(Secret&& other) noexcept : bytes_(other.bytes_) {
  other.wipe();
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  wipe();
  bytes_ = other.bytes_;
  other.wipe();
  return *this;
}

Secret::~Secret() {
  wipe();
}

void Secret::wipe() {
  OPENSSL_cleanse(bytes_.data(), bytes_.size());
  bytes_.clear();
}

bool Secret::equals(std::string_view other) const {
  return other.size() == bytes_.size() &&
         CRYPTO_memcmp(bytes_.data(), other.data(), other.size()) == 0;
}

Secret SecretFolder::read(const std::string& name) const {
  if (!is_secret_name(name))
    throw Error(Next::fix_settings,
                "a secret's name has letters, digits, '.', '_' and '-' only, and names one file");
  auto path = folder_ / name;
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored))
    throw Error(Next::fix_settings, "there is no secret " + name + ": write it into " +
                                        path.string() + " and run: chmod 600 " + path.string());
  check_mode(path);
  std::string bytes = read_whole(path, most_secret_bytes);
  while (!bytes.empty() && (bytes.back() == '\n' || bytes.back() == '\r')) bytes.pop_back();
  if (bytes.empty()) throw Error(Next::fix_settings, "secret " + path.string() + " is empty");
  return Secret(std::move(bytes));
}

}  // namespace homeroom::world
