// Signature: Standard Webhooks 1.0, what proves to a receiver that a call is ours.
#pragma once

#include <string>

#include "hub/world/secrets.hpp"

namespace homeroom::world {

/// "v1," and base64 of HMAC-SHA-256 over `text`, which is "id.timestamp.body". The key is the
/// base64 behind "whsec_", or the secret as it is; throws fix_settings if that base64 is broken.
std::string webhook_signature(const Secret& secret, const std::string& text);

}  // namespace homeroom::world
