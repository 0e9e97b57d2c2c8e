#include "hub/keys/key_pages.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include "homeroom/error.hpp"
#include "hub/world/files.hpp"
#include "hub/world/trouble.hpp"

namespace homeroom::keys {

namespace {

constexpr const char* schema = R"(
  PRAGMA application_id = 1213549654;
  PRAGMA user_version = 1;
  CREATE TABLE tenant(id TEXT NOT NULL);
  CREATE TABLE page(
    unit INTEGER NOT NULL, scope INTEGER NOT NULL, number INTEGER NOT NULL,
    wrapped BLOB NOT NULL,
    UNIQUE (unit, scope, number));
)";
constexpr int64_t application_id = 1213549654;  // "HUKV"

}  // namespace

void KeyPages::make(const std::filesystem::path& file, std::string_view tenant_id) {
  std::filesystem::path beside = file.string() + ".new";
  std::filesystem::remove(beside);
  {
    world::File made(open(beside.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (made.descriptor() < 0) throw world::trouble(errno, "make", file);
  }
  {
    sqlite::Database database(beside, sqlite::Access::write);
    database.run("PRAGMA synchronous = FULL");
    database.run(schema);
    sqlite::Statement(database, "INSERT INTO tenant VALUES(?)").bind_text(tenant_id).execute();
  }
  std::filesystem::rename(beside, file);
  world::flush_folder(file.has_parent_path() ? file.parent_path() : ".");
}

bool KeyPages::holds_nothing(const std::filesystem::path& file) {
  sqlite::Database database(file, sqlite::Access::read);
  return database.number("PRAGMA application_id") == application_id &&
         database.number("SELECT count(*) FROM page") == 0;
}

KeyPages::KeyPages(const std::filesystem::path& file, std::string_view tenant_id,
                   const SecretKey& tenant)
    : tenant_id_(tenant_id),
      tenant_(tenant),
      database_(file, sqlite::Access::write),
      read_((database_.run("PRAGMA synchronous = FULL; PRAGMA secure_delete = ON"), database_),
            "SELECT wrapped FROM page WHERE unit = ? AND scope = ? AND number = ?") {
  if (database_.number("PRAGMA application_id") != application_id ||
      database_.text("SELECT id FROM tenant") != tenant_id)
    throw Error(Next::fix_settings, file.string() +
                                        ": this is not the key database of this tenant; put back "
                                        "the one that was made with the key file");
}

std::size_t KeyPages::Hash::operator()(const PageName& name) const {
  uint64_t mixed = name.number * 0x9e3779b97f4a7c15 ^ (uint64_t{name.scope} << 8) ^
                   static_cast<uint64_t>(name.unit);
  return mixed ^ mixed >> 29;
}

KeyPages::Page::~Page() {
  OPENSSL_cleanse(keys.data(), keys.size());
}

const unsigned char* KeyPages::key_to_seal(Unit unit, uint32_t scope, uint64_t id) {
  Page& page = find_or_draw({unit, scope, id / keys_in_page});
  uint64_t slot = id % keys_in_page;
  if (page.is_destroyed(slot))
    throw Error(Next::fail, "nothing may be sealed any more under a key that was destroyed");
  return page.keys.data() + slot * key_size;
}

const unsigned char* KeyPages::key_to_open(Unit unit, uint32_t scope, uint64_t id) {
  Page* page = find({unit, scope, id / keys_in_page});
  uint64_t slot = id % keys_in_page;
  if (!page || page->is_destroyed(slot)) return nullptr;
  return page->keys.data() + slot * key_size;
}

void KeyPages::destroy(Unit unit, uint32_t scope, uint64_t id) {
  Page& page = find_or_draw({unit, scope, id / keys_in_page});
  uint64_t slot = id % keys_in_page;
  OPENSSL_cleanse(page.keys.data() + slot * key_size, key_size);
  page.destroyed[slot / 8] |= static_cast<unsigned char>(1u << (slot % 8));
  if (page.kept == Kept::as_stored) page.kept = Kept::changed;
}

void KeyPages::save() {
  sqlite::Transaction transaction(database_);
  sqlite::Statement insert(database_, "INSERT INTO page VALUES(?, ?, ?, ?)");
  sqlite::Statement update(
      database_, "UPDATE page SET wrapped = ?4 WHERE unit = ?1 AND scope = ?2 AND number = ?3");
  std::string plain;
  std::string wrapped;
  for (auto& [name, page] : pages_) {
    // Spilled blocks lie in unlinked files and die with the run; so do their keys.
    if (page->kept == Kept::as_stored || name.unit == Unit::spill) continue;
    plain.assign(reinterpret_cast<const char*>(page->keys.data()), page->keys.size());
    plain.append(reinterpret_cast<const char*>(page->destroyed.data()), page->destroyed.size());
    cipher_.seal(tenant_.data(), bound(name), plain, wrapped);
    sqlite::Statement& write = page->kept == Kept::made ? insert : update;
    write.bind(static_cast<int64_t>(name.unit)).bind(name.scope);
    write.bind(static_cast<int64_t>(name.number)).bind_bytes(wrapped).execute();
  }
  OPENSSL_cleanse(plain.data(), plain.size());
  transaction.commit();
  for (auto& [name, page] : pages_)
    if (name.unit != Unit::spill) page->kept = Kept::as_stored;
}

KeyPages::Page* KeyPages::find(const PageName& name) {
  if (last_ && last_name_ == name) return last_;
  auto found = pages_.find(name);
  if (found == pages_.end()) {
    std::unique_ptr<Page> stored = read(name);
    if (!stored) return nullptr;
    found = pages_.emplace(name, std::move(stored)).first;
  }
  last_name_ = name;
  return last_ = found->second.get();
}

KeyPages::Page& KeyPages::find_or_draw(const PageName& name) {
  if (last_ && last_name_ == name) return *last_;
  if (auto known = pages_.find(name); known != pages_.end() || is_stored(name)) return *find(name);
  auto page = std::make_unique<Page>();
  draw_random(page->keys.data(), page->keys.size());
  page->kept = Kept::made;
  last_name_ = name;
  last_ = pages_.emplace(name, std::move(page)).first->second.get();
  return *last_;
}

/// Who seals is the only writer, so what stands there stays; asking for each page costs a look at
/// the file's locks each time.
bool KeyPages::is_stored(const PageName& name) {
  if (!stored_) {
    stored_.emplace();
    sqlite::Statement names(database_, "SELECT unit, scope, number FROM page");
    while (names.step())
      stored_->insert({static_cast<Unit>(names.integer(0)), static_cast<uint32_t>(names.integer(1)),
                       static_cast<uint64_t>(names.integer(2))});
  }
  return stored_->contains(name);
}

std::unique_ptr<KeyPages::Page> KeyPages::read(const PageName& name) {
  sqlite::Use use(read_);
  use->bind(static_cast<int64_t>(name.unit)).bind(name.scope);
  use->bind(static_cast<int64_t>(name.number));
  if (!use->step()) return nullptr;
  std::string plain;
  auto page = std::make_unique<Page>();
  bool is_whole = cipher_.open(tenant_.data(), bound(name), use->bytes(0), plain);
  if (!is_whole || plain.size() != page->keys.size() + page->destroyed.size())
    throw Error(Next::fix_settings, database_.file().string() +
                                        ": a page of keys was changed or belongs to another key "
                                        "file; restore the key database from its own backup");
  std::memcpy(page->keys.data(), plain.data(), page->keys.size());
  std::memcpy(page->destroyed.data(), plain.data() + page->keys.size(), page->destroyed.size());
  OPENSSL_cleanse(plain.data(), plain.size());
  return page;
}

std::string KeyPages::bound(const PageName& name) const {
  return tenant_id_ + "|page|" + std::to_string(static_cast<int>(name.unit)) + "|" +
         std::to_string(name.scope) + "|" + std::to_string(name.number);
}

}  // namespace homeroom::keys
