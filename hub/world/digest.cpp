#include "hub/world/digest.hpp"

#include <cerrno>

#include <openssl/evp.h>
#include <unistd.h>

#include "hub/world/files.hpp"
#include "hub/world/trouble.hpp"

namespace homeroom::world {

namespace {

/// Fetched once: EVP_sha256() is looked up again with every sum.
const EVP_MD* algorithm() {
  static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return fetched;
}

void start(EVP_MD_CTX* context) {
  if (!context || !algorithm() || EVP_DigestInit_ex(context, algorithm(), nullptr) != 1)
    throw Error(Next::fail, "SHA-256 is not available in this OpenSSL");
}

}  // namespace

struct Sha256Sum::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~State() { EVP_MD_CTX_free(context); }
};

Sha256Sum::Sha256Sum() : state_(std::make_unique<State>()) {
  start(state_->context);
}
Sha256Sum::Sha256Sum(Sha256Sum&&) noexcept = default;
Sha256Sum::~Sha256Sum() = default;

void Sha256Sum::add(std::string_view bytes) {
  EVP_DigestUpdate(state_->context, bytes.data(), bytes.size());
}

Sha256 Sha256Sum::finish() {
  Sha256 digest{};
  EVP_DigestFinal_ex(state_->context, digest.data(), nullptr);
  return digest;
}

Sha256 sha256(std::string_view bytes) {
  thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(
      EVP_MD_CTX_new(), EVP_MD_CTX_free);
  start(context.get());
  Sha256 digest{};
  EVP_DigestUpdate(context.get(), bytes.data(), bytes.size());
  EVP_DigestFinal_ex(context.get(), digest.data(), nullptr);
  return digest;
}

Sha256 sha256_of_file(const std::filesystem::path& path) {
  File file = open_regular(path);
  Sha256Sum sum;
  std::string piece(256 << 10, '\0');
  for (;;) {
    ssize_t got = read(file.descriptor(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw trouble(errno, "read", path);
    if (got == 0) return sum.finish();
    sum.add({piece.data(), static_cast<size_t>(got)});
  }
}

std::string hex(const Sha256& digest) {
  static constexpr char letters[] = "0123456789abcdef";
  std::string text(2 * digest.size(), '\0');
  char* at = text.data();
  for (uint8_t byte : digest) {
    *at++ = letters[byte >> 4];
    *at++ = letters[byte & 15];
  }
  return text;
}

}  // namespace homeroom::world
