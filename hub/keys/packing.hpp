// Packing: zstd with a kept context, only where it pays.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace homeroom::keys {

class Packing {
 public:
  Packing();
  ~Packing();

  /// The packed form in a buffer of its own, valid until the next call, or an empty view when
  /// packing does not pay for these bytes.
  std::string_view pack(std::string_view plain);
  /// Replaces `out`; false when the bytes are no whole packed block.
  bool unpack(std::string_view packed, std::string& out);

 private:
  struct Free {
    void operator()(ZSTD_CCtx_s* context) const;
    void operator()(ZSTD_DCtx_s* context) const;
  };
  std::unique_ptr<ZSTD_CCtx_s, Free> packing_;
  std::unique_ptr<ZSTD_DCtx_s, Free> unpacking_;
  std::string buffer_;
};

}  // namespace homeroom::keys
