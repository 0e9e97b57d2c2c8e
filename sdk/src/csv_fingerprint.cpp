#include "csv_fingerprint.hpp"

#include <cinttypes>
#include <cstdio>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace homeroom::csv {

struct Fingerprint::State {
  XXH3_state_t hash;
};

Fingerprint::Fingerprint() : state_(std::make_unique<State>()) {
  XXH3_128bits_reset(&state_->hash);
}

Fingerprint::~Fingerprint() = default;

void Fingerprint::add(const char* bytes, std::size_t size) {
  XXH3_128bits_update(&state_->hash, bytes, size);
  size_ += size;
}

std::string Fingerprint::version() const {
  auto hash = XXH3_128bits_digest(&state_->hash);
  char text[64];
  std::snprintf(text, sizeof text, "%" PRIu64 "-%016" PRIx64 "%016" PRIx64, size_,
                static_cast<uint64_t>(hash.high64), static_cast<uint64_t>(hash.low64));
  return text;
}

bool is_of_size(std::string_view version, uint64_t size) {
  return version.starts_with(std::to_string(size) + '-');
}

}  // namespace homeroom::csv
