#include "hub/world/ed25519.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include "homeroom/error.hpp"
#include "hub/world/digest.hpp"
#include "hub/world/files.hpp"

namespace homeroom::world {
namespace {

constexpr uint64_t most_key_bytes = 16 << 10;
constexpr std::size_t key_bytes = 32;
constexpr std::size_t signature_bytes = 64;

using Pkey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& why) {
  throw Error(Next::fix_settings, file.string() + ": " + why);
}

Bio bio_of(const std::string& text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free};
}

// A file with a password would make OpenSSL ask on the terminal.
int no_password(char*, int, int, void*) {
  return 0;
}

std::string public_bytes_of(EVP_PKEY* key) {
  std::string bytes(key_bytes, '\0');
  std::size_t size = bytes.size();
  EVP_PKEY_get_raw_public_key(key, reinterpret_cast<unsigned char*>(bytes.data()), &size);
  return bytes;
}

bool is_ed25519(const Pkey& key) {
  return key && EVP_PKEY_id(key.get()) == EVP_PKEY_ED25519;
}

const unsigned char* letters(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string read_public_key(const std::filesystem::path& file) {
  auto text = world::read_whole(file, most_key_bytes);
  Pkey key(PEM_read_bio_PUBKEY(bio_of(text).get(), nullptr, no_password, nullptr), EVP_PKEY_free);
  if (!is_ed25519(key)) refuse(file, "holds no public Ed25519 key in PEM (BEGIN PUBLIC KEY)");
  return public_bytes_of(key.get());
}

std::string key_id(std::string_view public_bytes) {
  return world::hex(world::sha256(public_bytes)).substr(0, 16);
}

bool is_signed(std::string_view text, std::string_view signature, std::string_view public_bytes) {
  if (signature.size() != signature_bytes || public_bytes.size() != key_bytes) return false;
  Pkey key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, letters(public_bytes), key_bytes),
           EVP_PKEY_free);
  Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  return key && context &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), letters(signature), signature.size(), letters(text),
                          text.size()) == 1;
}

PrivateKey::PrivateKey(const std::filesystem::path& file) {
  auto mode = std::filesystem::status(file).permissions();
  auto others = std::filesystem::perms::group_all | std::filesystem::perms::others_all;
  if (std::filesystem::exists(file) && (mode & others) != std::filesystem::perms::none)
    refuse(file, "others may read this private key; chmod 600 it");
  auto text = world::read_whole(file, most_key_bytes);
  Pkey key(PEM_read_bio_PrivateKey(bio_of(text).get(), nullptr, no_password, nullptr),
           EVP_PKEY_free);
  OPENSSL_cleanse(text.data(), text.size());
  if (!is_ed25519(key)) refuse(file, "holds no private Ed25519 key in PEM without a password");
  key_ = std::shared_ptr<void>(key.release(),
                               [](void* held) { EVP_PKEY_free(static_cast<EVP_PKEY*>(held)); });
}

std::string PrivateKey::public_bytes() const {
  return public_bytes_of(static_cast<EVP_PKEY*>(key_.get()));
}

std::string PrivateKey::sign(std::string_view text) const {
  std::string made(signature_bytes, '\0');
  std::size_t size = made.size();
  Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  auto* key = static_cast<EVP_PKEY*>(key_.get());
  if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(made.data()), &size,
                     letters(text), text.size()) != 1)
    throw Error(Next::fail, "OpenSSL does not sign");
  return made;
}

}  // namespace homeroom::world
