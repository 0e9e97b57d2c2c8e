// SipHash-2-4, 64 bits: a keyed hash that is fast on short texts.
// Source: J.-P. Aumasson, D. J. Bernstein, "SipHash: a fast short-input PRF" (INDOCRYPT 2012),
// written anew from the paper's section 2; its appendix A is the known answer of the tests.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace homeroom::keys {

using SipKey = std::array<uint64_t, 2>;

/// The hash of `prefix` (four bytes, little endian) followed by `text`.
uint64_t siphash(const SipKey& key, uint32_t prefix, std::string_view text);
/// The hash of `text` alone.
uint64_t siphash(const SipKey& key, std::string_view text);

}  // namespace homeroom::keys
