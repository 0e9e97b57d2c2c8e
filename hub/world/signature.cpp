#include "hub/world/signature.hpp"

#include <string_view>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "homeroom/error.hpp"
#include "hub/world/base64.hpp"

namespace homeroom::world {
namespace {

/// The bytes behind "whsec_" (Standard Webhooks 1.0), or the secret as it is.
std::string signing_key(std::string_view secret) {
  constexpr std::string_view prefix = "whsec_";
  if (!secret.starts_with(prefix)) return std::string(secret);
  secret.remove_prefix(prefix.size());
  std::string key(secret.size() + 3, '\0');
  auto used = secret.size() % 4
                  ? -1
                  : EVP_DecodeBlock(reinterpret_cast<unsigned char*>(key.data()),
                                    reinterpret_cast<const unsigned char*>(secret.data()),
                                    static_cast<int>(secret.size()));
  if (used < 0)
    throw Error(Next::fix_settings, "alerts: what follows whsec_ in signing_key is no base64");
  auto padding = secret.ends_with("==") ? 2 : secret.ends_with('=') ? 1 : 0;
  key.resize(static_cast<std::size_t>(used - padding));
  return key;
}

}  // namespace

std::string webhook_signature(const Secret& secret, const std::string& text) {
  auto key = signing_key(secret.reveal());
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac, &size);
  return "v1," + to_base64({reinterpret_cast<const char*>(mac), size});
}

}  // namespace homeroom::world
