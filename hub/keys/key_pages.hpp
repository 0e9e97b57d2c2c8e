// KeyPages: the data keys, 256 to a page, wrapped by the tenant key, in the key database.
// A page is drawn whole when the first of its keys is asked for, read when it is first needed, and
// then kept in memory. It is written by save(), before the data that was sealed with it; where a
// night draws very many, some are written as they fill and leave memory: a key that nothing was
// sealed with does no harm.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "hub/keys/cipher.hpp"
#include "hub/keys/key_file.hpp"
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

  KeyPages(const std::filesystem::path& file, std::string_view tenant_id, const TenantKeys& keys);

  /// A key and how often its place had another one before, from 1; it stands in what is sealed.
  struct Key {
    const unsigned char* bytes = nullptr;
    uint8_t version = 0;
  };
  /// The key, drawn when it is not there or was destroyed. Valid until the next call.
  Key key_to_seal(Unit unit, uint32_t scope, uint64_t id);
  /// The key of this version, or nullptr when it was never made or is destroyed.
  const unsigned char* key_to_open(Unit unit, uint32_t scope, uint64_t id, uint8_t version);
  /// Forgets a key for ever; written with the next save().
  void destroy(Unit unit, uint32_t scope, uint64_t id);
  /// The same for all keys of a kind but those that are kept.
  void destroy_all_but(Unit unit, const std::function<bool(uint32_t scope, uint64_t id)>& is_kept);
  void save();
  /// Until let_go() or save() pages are read in one transaction, which begins with the first.
  void hold() { is_held_ = true; }
  void let_go();

  /// Keys destroyed to forget a child, oldest first, from a number on.
  std::vector<Erasure> erasures(uint64_t after);
  void add_erasure(const Erasure& erasure);  ///< written with the next save()

  bool has_published();
  void note_published();  ///< durable at once

  /// Wraps up to `most` pages that are under the former tenant key anew; how many are left.
  uint64_t rewrap(uint64_t most);
  uint64_t waiting();
  /// Pages and destroyed keys by kind; opens every page.
  std::vector<KeyCount> counts();

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
    std::array<uint8_t, keys_in_page> versions{};  ///< of the keys; of a destroyed one the last
    Kept kept = Kept::as_stored;
    bool is_destroyed(uint64_t slot) const { return destroyed[slot / 8] >> (slot % 8) & 1; }
    void destroy(uint64_t slot);
    void draw_anew(uint64_t slot);
  };

  bool is_saved() const;
  void write_drawn();
  void write(const PageName& name, const Page& page);
  Page* find(const PageName& name);
  Page& find_or_draw(const PageName& name);
  std::unique_ptr<Page> read(const PageName& name);
  bool is_stored(const PageName& name);
  std::string bound(const PageName& name) const;
  void unwrap(const PageName& name, std::string_view wrapped, int64_t tenant_key,
              std::string& plain);

  std::string tenant_id_;
  TenantKeys keys_;
  sqlite::Database database_;
  sqlite::Statement read_, insert_, update_;
  Cipher cipher_;
  std::unordered_map<PageName, std::unique_ptr<Page>, Hash> pages_;
  std::optional<std::unordered_set<PageName, Hash>>
      stored_;  ///< asked for with the first key to seal
  std::vector<Erasure> new_erasures_;
  bool is_held_ = false;
  std::size_t drawn_ = 0;  ///< pages, spilled blocks' apart
  PageName last_name_{};
  Page* last_ = nullptr;
};

}  // namespace homeroom::keys
