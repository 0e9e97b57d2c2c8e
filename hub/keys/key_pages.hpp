// KeyPages: the data keys, 256 to a page, wrapped by the tenant key, in the key database.
// A page is drawn whole when the first of its keys is asked for, read when it is first needed, and
// then kept in memory. It is written by save(), before the data that was sealed with it.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "hub/keys/cipher.hpp"
#include "hub/keys/keys.hpp"
#include "hub/keys/secret_key.hpp"
#include "hub/sqlite/sqlite.hpp"

namespace homeroom::keys {

class KeyPages {
 public:
  static constexpr uint64_t keys_in_page = 256;

  /// Makes the database. Whatever stands under the name must have been checked before.
  static void make(const std::filesystem::path& file, std::string_view tenant_id);
  /// True when the file holds no page: left by a first run that was stopped between its two files.
  static bool holds_nothing(const std::filesystem::path& file);

  KeyPages(const std::filesystem::path& file, std::string_view tenant_id, const SecretKey& tenant);

  /// The key, made when it is not there. Valid until the next call.
  const unsigned char* key_to_seal(Unit unit, uint32_t scope, uint64_t id);
  /// The key, or nullptr when it was never made or is destroyed.
  const unsigned char* key_to_open(Unit unit, uint32_t scope, uint64_t id);
  /// Forgets a key for ever; written with the next save().
  void destroy(Unit unit, uint32_t scope, uint64_t id);
  void save();

 private:
  enum class Kept : uint8_t { as_stored, made, changed };
  struct PageName {
    Unit unit;
    uint32_t scope;
    uint64_t number;
    bool operator==(const PageName&) const = default;
  };
  struct Hash {
    std::size_t operator()(const PageName& name) const;
  };
  struct Page {
    ~Page();
    std::array<unsigned char, keys_in_page * key_size> keys{};
    std::array<unsigned char, keys_in_page / 8> destroyed{};
    Kept kept = Kept::as_stored;
    bool is_destroyed(uint64_t slot) const { return destroyed[slot / 8] >> (slot % 8) & 1; }
  };

  Page* find(const PageName& name);
  Page& find_or_draw(const PageName& name);
  std::unique_ptr<Page> read(const PageName& name);
  bool is_stored(const PageName& name);
  std::string bound(const PageName& name) const;

  std::string tenant_id_;
  SecretKey tenant_;
  sqlite::Database database_;
  sqlite::Statement read_;
  Cipher cipher_;
  std::unordered_map<PageName, std::unique_ptr<Page>, Hash> pages_;
  std::optional<std::unordered_set<PageName, Hash>>
      stored_;  ///< asked for with the first key to seal
  PageName last_name_{};
  Page* last_ = nullptr;
};

}  // namespace homeroom::keys
