// keys: sealing, tokens, signatures and the audit chain. The only user of OpenSSL for stored data.
//
// Three levels: a root key and the tenant keys it wraps lie in the key file (mode 0400, made on the
// first run); keys of subjects, persons and blocks lie, wrapped by the tenant key, in a key
// database of its own (FILE.keydb beside the key file), in pages of 256 keys.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hub/keys/root_key.hpp"

namespace homeroom::keys {

/// What a sealed unit is; part of the data it is bound to.
enum class Unit : uint8_t {
  frame = 1,
  profile,
  reference,
  quarantine,
  features,
  landing,
  spill,
  outbox,
  audit,
  correction,
  decision,
  postings,
  refusal,
  record_keys
};

/// A key that was destroyed to forget a child: of which unit. `token` is that of a frame's subject
/// or of a profile's person, 0 otherwise; 0 of these, too, where only its time was over: who it was
/// may come again.
struct Erasure {
  uint64_t number = 0;  ///< from 1, given when it is saved
  int64_t at_ms = 0;
  Unit unit = Unit::frame;
  uint32_t scope = 0;
  uint64_t id = 0;
  uint64_t token = 0;
};

/// How many keys of a kind there are; they are drawn 256 at a time.
struct KeyCount {
  Unit unit = Unit::frame;
  uint64_t pages = 0;
  uint64_t destroyed = 0;
};

inline constexpr const char* root_in_key_file = "in the key file";

/// What there is, without anything secret.
struct KeyStatus {
  std::string root_kept;  ///< root_in_key_file, or "said by a command"
  uint32_t tenant_key = 1;
  int64_t tenant_key_made_ms = 0;  ///< 0: not known
  uint64_t waiting = 0;            ///< pages still under the former tenant key
  bool is_rotating = false;
  std::vector<KeyCount> counts;
  std::vector<Erasure> erasures;
};

/// For one thread at a time, but for token(), which any thread may call.
class KeyRing {
 public:
  /// Opens or, when neither exists, makes the key file and key database for a tenant. Throws
  /// Error(fix_settings) when the file is readable by others, belongs to another tenant, or one of
  /// the two is missing while the other exists.
  static std::unique_ptr<KeyRing> open(const std::filesystem::path& key_file,
                                       std::string_view tenant_id, const RootKeyPlace& root = {});
  /// Draws new tenant and root keys beside the old ones; rewrap() does the rest. A root key that is
  /// kept outside stays what `root` says; `root_was` says where it was before, if elsewhere.
  /// Durable at once. Throws Error(fix_settings) while an earlier rotation goes on.
  static void rotate(const std::filesystem::path& key_file, std::string_view tenant_id,
                     const RootKeyPlace& root, const RootKeyPlace& root_was);
  /// Writes the key file and the key database beside a new name, durably, with the rights they
  /// have; others may seal meanwhile. Throws when something is there.
  static void copy(const std::filesystem::path& key_file, const std::filesystem::path& to);
  virtual ~KeyRing() = default;

  /// Compresses if that pays, then AES-256-GCM under the key of (unit kind, scope, id), which is
  /// made when it does not exist. Bound to tenant, kind, scope, id, key and format. Random nonces.
  virtual void seal(Unit unit, uint32_t scope, uint64_t id, std::string_view plain,
                    std::string& out) = 0;
  /// Throws Error(fail) when the bytes were changed, moved or sealed under a destroyed key.
  virtual void open(Unit unit, uint32_t scope, uint64_t id, std::string_view sealed,
                    std::string& out) = 0;
  /// Writes new keys durably. Call before the data that needs them is committed.
  virtual void save() = 0;
  /// Until let_go() or save() keys are read as of one moment, which costs one lock instead of one
  /// for each page. For the one writer: others would wait to write.
  virtual void hold() = 0;
  virtual void let_go() = 0;
  /// Whether open() would: the key these bytes were sealed with is neither lost nor destroyed, nor
  /// is it one that another copy of the keys drew in its place.
  virtual bool opens(Unit unit, uint32_t scope, uint64_t id, std::string_view sealed) = 0;
  /// Forgets the key of a unit for ever, durable with the next save(): nothing sealed under it can
  /// be opened. What is sealed in its place later gets another key.
  virtual void destroy(Unit unit, uint32_t scope, uint64_t id) = 0;
  /// The same for all keys of a kind but those that are kept.
  virtual void destroy_all_but(Unit unit,
                               const std::function<bool(uint32_t scope, uint64_t id)>& is_kept) = 0;
  /// Whether a store was ever published with these keys; where none is there, it was lost.
  virtual bool has_published() = 0;
  virtual void note_published() = 0;  ///< durable at once
  /// Keys destroyed to forget children, oldest first, with numbers above `after`. Who puts a store
  /// back needs them: it may know less.
  virtual std::vector<Erasure> erasures(uint64_t after) = 0;
  /// Destroys a key and notes it, with the next save().
  virtual void erase(const Erasure& erasure) = 0;

  /// Wraps up to `most` key pages anew while a rotation goes on, durable at once; with the last of
  /// them the former tenant key is forgotten. How many pages are left.
  virtual uint64_t rewrap(uint64_t most) = 0;
  virtual KeyStatus status() = 0;

  /// 64 bits of a keyed hash of (space, value); for grouping and look-ups. Fast (tens of ns).
  virtual uint64_t token(uint32_t space, std::string_view value) const = 0;
  /// HMAC-SHA-256 under the tenant's id key.
  virtual std::array<unsigned char, 32> identify(std::string_view text) const = 0;
};

/// SHA-256 as 64 hex letters.
std::string sha256_hex(std::string_view bytes);
/// 16 random bytes as 32 hex letters: a new tenant id.
std::string new_tenant_id();

/// hash = SHA-256(previous hash | canonical entry), hex.
std::string chain(std::string_view previous_hex, std::string_view entry);

}  // namespace homeroom::keys
