// Signature: Standard Webhooks 1.0 - what proves to the receiver that a body is ours and fresh.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace homeroom::webhook {

/// Key bytes of a signing secret: the base64 behind "whsec_", or the text itself without that
/// prefix. Throws Error(fix_settings) if the base64 is broken or the key has fewer than 24 or more
/// than 64 bytes, the bounds of the standard.
std::string signing_key(std::string_view secret);

/// "v1," and base64 of HMAC-SHA-256 over "id.timestamp.body". `timestamp` is seconds since 1970.
std::string signature(std::string_view key, std::string_view id, int64_t timestamp,
                      std::string_view body);

/// SHA-256 as 64 hex letters.
std::string sha256_hex(std::string_view bytes);

}  // namespace homeroom::webhook
