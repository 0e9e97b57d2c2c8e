#include "hub/keys/passing_key.hpp"

#include "homeroom/error.hpp"
#include "hub/keys/cipher.hpp"
#include "hub/keys/secret_key.hpp"

namespace homeroom::keys {

namespace {

std::string_view bytes_of(const uint64_t& number) {
  return {reinterpret_cast<const char*>(&number), sizeof number};
}

}  // namespace

struct PassingKey::Own {
  SecretKey key;
  Cipher cipher;
};

PassingKey::PassingKey() : own_(std::make_unique<Own>()) {
  draw_random(own_->key.data(), key_size);
}

PassingKey::~PassingKey() = default;

void PassingKey::seal(uint64_t number, std::string_view plain, std::string& out) {
  own_->cipher.seal(own_->key.data(), bytes_of(number), plain, out);
}

void PassingKey::open(uint64_t number, std::string_view sealed, std::string& out) {
  if (!own_->cipher.open(own_->key.data(), bytes_of(number), sealed, out))
    throw Error(Next::fail, "a scratch file was changed while it was in use");
}

}  // namespace homeroom::keys
