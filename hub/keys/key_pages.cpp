#include "hub/keys/key_pages.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include "homeroom/error.hpp"
#include "hub/world/files.hpp"
#include "hub/world/trouble.hpp"

namespace homeroom::keys {

namespace {

constexpr const char* first = R"(
  PRAGMA application_id = 1213549654;
  CREATE TABLE tenant(id TEXT NOT NULL);
  CREATE TABLE page(
    unit INTEGER NOT NULL, scope INTEGER NOT NULL, number INTEGER NOT NULL,
    wrapped BLOB NOT NULL,
    UNIQUE (unit, scope, number));
)";
// Which tenant key a page is under, and what was destroyed to forget a child: a restored store of
// before does not know.
constexpr const char* rotations = R"(
  ALTER TABLE page ADD COLUMN tenant_key INTEGER NOT NULL DEFAULT 1;
  CREATE INDEX page_tenant_key ON page(tenant_key);
  CREATE TABLE erasure(
    number INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, unit INTEGER NOT NULL,
    scope INTEGER NOT NULL, id INTEGER NOT NULL, token INTEGER NOT NULL);
)";
// Whether anything was ever published with these keys: a store that is not there was lost then.
constexpr const char* publications = R"(
  ALTER TABLE tenant ADD COLUMN has_published INTEGER NOT NULL DEFAULT 0;
)";
/// Pages that wait in memory to be written, some 9 MB.
constexpr std::size_t most_drawn = 1024;
constexpr std::array steps = {first, rotations, publications};
constexpr int64_t application_id = 1213549654;  // "HUKV"

void bring_forward(sqlite::Database& database) {
  auto version = database.number("PRAGMA user_version");
  if (version > static_cast<int64_t>(steps.size()))
    throw Error(Next::fix_settings, database.file().string() +
                                        ": it was written by a newer Homeroom; install that "
                                        "version");
  if (version == static_cast<int64_t>(steps.size())) return;
  sqlite::Transaction transaction(database);
  version = database.number("PRAGMA user_version");  // another program may have been first
  for (; version < static_cast<int64_t>(steps.size()); ++version)
    database.run(steps[static_cast<std::size_t>(version)]);
  database.run(("PRAGMA user_version = " + std::to_string(version)).c_str());
  transaction.commit();
}

void prepare(sqlite::Database& database, std::string_view tenant_id) {
  database.run("PRAGMA synchronous = FULL; PRAGMA secure_delete = ON");
  if (database.number("PRAGMA application_id") != application_id ||
      database.text("SELECT id FROM tenant") != tenant_id)
    throw Error(Next::fix_settings, database.file().string() +
                                        ": this is not the key database of this tenant; put back "
                                        "the one that was made with the key file");
  bring_forward(database);
}

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
    bring_forward(database);
    sqlite::Statement(database, "INSERT INTO tenant(id) VALUES(?)").bind_text(tenant_id).execute();
  }
  std::filesystem::rename(beside, file);
  world::flush_folder(file.has_parent_path() ? file.parent_path() : ".");
}

bool KeyPages::holds_nothing(const std::filesystem::path& file) {
  sqlite::Database database(file, sqlite::Access::read);
  return database.number("PRAGMA application_id") == application_id &&
         database.number("SELECT count(*) FROM page") == 0;
}

bool KeyPages::has_published() {
  return database_.number("SELECT has_published FROM tenant") != 0;
}

void KeyPages::note_published() {
  let_go();
  if (!has_published()) database_.run("UPDATE tenant SET has_published = 1");
}

KeyPages::KeyPages(const std::filesystem::path& file, std::string_view tenant_id,
                   const TenantKeys& keys)
    : tenant_id_(tenant_id),
      keys_(keys),
      database_(file, sqlite::Access::write),
      read_((prepare(database_, tenant_id), database_),
            "SELECT wrapped, tenant_key FROM page WHERE unit = ? AND scope = ? AND number = ?"),
      insert_(database_, "INSERT INTO page VALUES(?, ?, ?, ?, ?)"),
      update_(database_,
              "UPDATE page SET wrapped = ?4, tenant_key = ?5 "
              "WHERE unit = ?1 AND scope = ?2 AND number = ?3") {}

std::size_t KeyPages::Hash::operator()(const PageName& name) const {
  uint64_t mixed = name.number * 0x9e3779b97f4a7c15 ^ (uint64_t{name.scope} << 8) ^
                   static_cast<uint64_t>(name.unit);
  return mixed ^ mixed >> 29;
}

KeyPages::Page::~Page() {
  OPENSSL_cleanse(keys.data(), keys.size());
}

void KeyPages::Page::destroy(uint64_t slot) {
  OPENSSL_cleanse(keys.data() + slot * key_size, key_size);
  destroyed[slot / 8] |= static_cast<unsigned char>(1u << (slot % 8));
  if (kept == Kept::as_stored) kept = Kept::changed;
}

// What was sealed under the key of before says its version, and opens no more.
void KeyPages::Page::draw_anew(uint64_t slot) {
  draw_random(keys.data() + slot * key_size, key_size);
  destroyed[slot / 8] &= static_cast<unsigned char>(~(1u << (slot % 8)));
  if (++versions[slot] == 0) versions[slot] = 1;
  if (kept == Kept::as_stored) kept = Kept::changed;
}

KeyPages::Key KeyPages::key_to_seal(Unit unit, uint32_t scope, uint64_t id) {
  Page& page = find_or_draw({unit, scope, id / keys_in_page});
  uint64_t slot = id % keys_in_page;
  if (page.is_destroyed(slot)) page.draw_anew(slot);
  return {page.keys.data() + slot * key_size, page.versions[slot]};
}

const unsigned char* KeyPages::key_to_open(Unit unit, uint32_t scope, uint64_t id,
                                           uint8_t version) {
  Page* page = find({unit, scope, id / keys_in_page});
  uint64_t slot = id % keys_in_page;
  if (!page || page->is_destroyed(slot) || page->versions[slot] != version) return nullptr;
  return page->keys.data() + slot * key_size;
}

void KeyPages::destroy(Unit unit, uint32_t scope, uint64_t id) {
  find_or_draw({unit, scope, id / keys_in_page}).destroy(id % keys_in_page);
}

void KeyPages::destroy_all_but(Unit unit,
                               const std::function<bool(uint32_t scope, uint64_t id)>& is_kept) {
  std::vector<PageName> names;
  sqlite::Statement rows(database_, "SELECT scope, number FROM page WHERE unit = ?");
  rows.bind(static_cast<int64_t>(unit));
  while (rows.step())
    names.push_back(
        {unit, static_cast<uint32_t>(rows.integer(0)), static_cast<uint64_t>(rows.integer(1))});
  for (const auto& name : names) {
    Page& page = *find(name);
    for (uint64_t slot = 0; slot < keys_in_page; ++slot)
      if (!page.is_destroyed(slot) && !is_kept(name.scope, name.number * keys_in_page + slot))
        page.destroy(slot);
  }
}

bool KeyPages::is_saved() const {
  return new_erasures_.empty() && std::ranges::all_of(pages_, [](const auto& page) {
           return page.second->kept == Kept::as_stored || page.first.unit == Unit::spill;
         });
}

void KeyPages::let_go() {
  is_held_ = false;
  if (database_.is_in_transaction()) database_.run("COMMIT");
}

/// In a transaction of the caller.
void KeyPages::write(const PageName& name, const Page& page) {
  std::string plain;
  plain.assign(reinterpret_cast<const char*>(page.keys.data()), page.keys.size());
  plain.append(reinterpret_cast<const char*>(page.destroyed.data()), page.destroyed.size());
  plain.append(reinterpret_cast<const char*>(page.versions.data()), page.versions.size());
  std::string wrapped;
  cipher_.seal(keys_.tenant.data(), bound(name), plain, wrapped);
  OPENSSL_cleanse(plain.data(), plain.size());
  sqlite::Use write(page.kept == Kept::made ? insert_ : update_);
  write->bind(static_cast<int64_t>(name.unit)).bind(name.scope);
  write->bind(static_cast<int64_t>(name.number)).bind_bytes(wrapped);
  write->bind(keys_.number).step();
}

void KeyPages::save() {
  let_go();
  if (is_saved()) return;
  sqlite::Transaction transaction(database_);
  for (auto& [name, page] : pages_) {
    // Spilled blocks lie in unlinked files and die with the run; so do their keys.
    if (page->kept == Kept::as_stored || name.unit == Unit::spill) continue;
    write(name, *page);
  }
  for (const auto& one : new_erasures_) {
    sqlite::Statement put(
        database_, "INSERT INTO erasure(at_ms, unit, scope, id, token) VALUES(?, ?, ?, ?, ?)");
    put.bind(one.at_ms).bind(static_cast<int64_t>(one.unit)).bind(one.scope);
    put.bind(static_cast<int64_t>(one.id)).bind(static_cast<int64_t>(one.token)).execute();
  }
  transaction.commit();
  new_erasures_.clear();
  for (auto& [name, page] : pages_)
    if (name.unit != Unit::spill) page->kept = Kept::as_stored;
}

/// Only what was drawn: that a key was destroyed is for save() to write.
void KeyPages::write_drawn() {
  auto is_drawn = [](const PageName& name, const Page& page) {
    return page.kept == Kept::made && name.unit != Unit::spill;
  };
  if (database_.is_in_transaction()) database_.run("COMMIT");  // of reading; see hold()
  sqlite::Transaction transaction(database_);
  for (const auto& [name, page] : pages_)
    if (is_drawn(name, *page)) write(name, *page);
  transaction.commit();
  std::erase_if(pages_, [&](const auto& page) {
    bool is_written = is_drawn(page.first, *page.second);
    if (is_written) stored_->insert(page.first);
    return is_written;
  });
  last_ = nullptr;
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
  if (name.unit != Unit::spill && ++drawn_ % most_drawn == 0) write_drawn();
  auto page = std::make_unique<Page>();
  draw_random(page->keys.data(), page->keys.size());
  page->versions.fill(1);
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
  if (is_held_ && !database_.is_in_transaction()) database_.run("BEGIN");
  sqlite::Use use(read_);
  use->bind(static_cast<int64_t>(name.unit)).bind(name.scope);
  use->bind(static_cast<int64_t>(name.number));
  if (!use->step()) return nullptr;
  std::string plain;
  auto page = std::make_unique<Page>();
  unwrap(name, use->bytes(0), use->integer(1), plain);
  std::string_view rest = plain;
  auto take = [&rest](auto& into) {
    std::memcpy(into.data(), rest.data(), into.size());
    rest.remove_prefix(into.size());
  };
  take(page->keys);
  take(page->destroyed);
  if (rest.empty())
    page->versions.fill(1);  // a page of before, when no key was ever drawn anew
  else
    take(page->versions);
  OPENSSL_cleanse(plain.data(), plain.size());
  return page;
}

void KeyPages::unwrap(const PageName& name, std::string_view wrapped, int64_t tenant_key,
                      std::string& plain) {
  if (tenant_key > keys_.number)
    throw Error(Next::retry,
                database_.file().string() + ": the keys were rotated meanwhile; do it again");
  bool is_current = tenant_key == keys_.number;
  const SecretKey* by = is_current ? &keys_.tenant : keys_.before ? &*keys_.before : nullptr;
  bool is_whole = by && cipher_.open(by->data(), bound(name), wrapped, plain);
  constexpr auto size = sizeof(Page::keys) + sizeof(Page::destroyed);
  if (!is_whole || (plain.size() != size && plain.size() != size + sizeof(Page::versions)))
    throw Error(Next::fix_settings, database_.file().string() +
                                        ": a page of keys was changed or belongs to another key "
                                        "file; restore the key database from its own backup");
}

std::vector<Erasure> KeyPages::erasures(uint64_t after) {
  sqlite::Statement rows(
      database_,
      "SELECT number, at_ms, unit, scope, id, token FROM erasure WHERE number > ? ORDER BY number");
  rows.bind(static_cast<int64_t>(after));
  std::vector<Erasure> all;
  while (rows.step())
    all.push_back({static_cast<uint64_t>(rows.integer(0)), rows.integer(1),
                   static_cast<Unit>(rows.integer(2)), static_cast<uint32_t>(rows.integer(3)),
                   static_cast<uint64_t>(rows.integer(4)), static_cast<uint64_t>(rows.integer(5))});
  return all;
}

void KeyPages::add_erasure(const Erasure& erasure) {
  new_erasures_.push_back(erasure);
}

uint64_t KeyPages::waiting() {
  sqlite::Statement count(database_, "SELECT count(*) FROM page WHERE tenant_key < ?");
  count.bind(keys_.number).step();
  return static_cast<uint64_t>(count.integer(0));
}

uint64_t KeyPages::rewrap(uint64_t most) {
  let_go();
  sqlite::Transaction transaction(database_);
  sqlite::Statement rows(database_,
                         "SELECT rowid, unit, scope, number, wrapped, tenant_key FROM page "
                         "WHERE tenant_key < ? LIMIT ?");
  rows.bind(keys_.number).bind(static_cast<int64_t>(most));
  struct Wrapped {
    int64_t row;
    std::string bytes;
  };
  std::vector<Wrapped> anew;
  std::string plain;
  while (rows.step()) {
    PageName name{static_cast<Unit>(rows.integer(1)), static_cast<uint32_t>(rows.integer(2)),
                  static_cast<uint64_t>(rows.integer(3))};
    unwrap(name, rows.bytes(4), rows.integer(5), plain);
    cipher_.seal(keys_.tenant.data(), bound(name), plain,
                 anew.emplace_back(rows.integer(0), std::string()).bytes);
  }
  rows.reset();
  OPENSSL_cleanse(plain.data(), plain.size());
  sqlite::Statement put(database_, "UPDATE page SET wrapped = ?, tenant_key = ? WHERE rowid = ?");
  for (const auto& one : anew) put.bind_bytes(one.bytes).bind(keys_.number).bind(one.row).execute();
  transaction.commit();
  return waiting();
}

std::vector<KeyCount> KeyPages::counts() {
  std::map<Unit, KeyCount> by_unit;
  sqlite::Statement rows(database_, "SELECT unit, scope, number FROM page");
  while (rows.step()) {
    PageName name{static_cast<Unit>(rows.integer(0)), static_cast<uint32_t>(rows.integer(1)),
                  static_cast<uint64_t>(rows.integer(2))};
    auto page = read(name);
    auto& count = by_unit.try_emplace(name.unit, KeyCount{name.unit, 0, 0}).first->second;
    ++count.pages;
    for (auto byte : page->destroyed) count.destroyed += static_cast<uint64_t>(std::popcount(byte));
  }
  std::vector<KeyCount> all;
  for (const auto& [unit, count] : by_unit) all.push_back(count);
  return all;
}

std::string KeyPages::bound(const PageName& name) const {
  return tenant_id_ + "|page|" + std::to_string(static_cast<int>(name.unit)) + "|" +
         std::to_string(name.scope) + "|" + std::to_string(name.number);
}

}  // namespace homeroom::keys
