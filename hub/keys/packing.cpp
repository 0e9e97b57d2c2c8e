#include "hub/keys/packing.hpp"

#include <zstd.h>

#include "homeroom/error.hpp"

namespace homeroom::keys {

namespace {

// Measured on a first load: packing frames of 400 bytes and profiles of 3 KB costs more CPU than
// all the rest of sealing and storing them; blocks of many records pack at a tenth of that a byte.
constexpr std::size_t smallest = 8192;
constexpr int level = 1;
constexpr unsigned long long most_unpacked = 1ull << 31;

}  // namespace

void Packing::Free::operator()(ZSTD_CCtx_s* context) const {
  ZSTD_freeCCtx(context);
}
void Packing::Free::operator()(ZSTD_DCtx_s* context) const {
  ZSTD_freeDCtx(context);
}

Packing::Packing() : packing_(ZSTD_createCCtx()), unpacking_(ZSTD_createDCtx()) {
  if (!packing_ || !unpacking_) throw Error(Next::fail, "there is no memory for packing");
}

Packing::~Packing() = default;

std::string_view Packing::pack(std::string_view plain) {
  if (plain.size() < smallest) return {};
  std::size_t room = ZSTD_compressBound(plain.size());
  if (buffer_.size() < room) buffer_.resize(room);
  std::size_t size = ZSTD_compressCCtx(packing_.get(), buffer_.data(), buffer_.size(), plain.data(),
                                       plain.size(), level);
  if (ZSTD_isError(size)) throw Error(Next::fail, "packing a block failed");
  bool pays = size * 10 <= plain.size() * 9;
  return pays ? std::string_view(buffer_).substr(0, size) : std::string_view();
}

bool Packing::unpack(std::string_view packed, std::string& out) {
  unsigned long long size = ZSTD_getFrameContentSize(packed.data(), packed.size());
  if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR || size > most_unpacked)
    return false;
  out.resize(size);
  std::size_t got =
      ZSTD_decompressDCtx(unpacking_.get(), out.data(), out.size(), packed.data(), packed.size());
  return !ZSTD_isError(got) && got == size;
}

}  // namespace homeroom::keys
