#include "hub/keys/key_file.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <map>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "homeroom/error.hpp"
#include "hub/keys/cipher.hpp"
#include "hub/keys/hex.hpp"
#include "hub/world/clock.hpp"
#include "hub/world/files.hpp"
#include "hub/world/trouble.hpp"

namespace homeroom::keys {

namespace {

// 1 knew one tenant key and a root key in the file only.
constexpr std::string_view first_line = "homeroom-keys 2";
constexpr std::string_view first_line_before = "homeroom-keys 1";
constexpr uint64_t most_bytes = 64 * 1024;

/// Lines `name value`; wiped when they go away.
struct Lines : std::map<std::string, std::string> {
  Lines() = default;
  Lines(const Lines&) = default;
  Lines& operator=(const Lines&) = delete;
  ~Lines() {
    for (auto& [name, value] : *this) OPENSSL_cleanse(value.data(), value.size());
  }
  void forget(const std::string& name) {
    auto found = find(name);
    if (found == end()) return;
    OPENSSL_cleanse(found->second.data(), found->second.size());
    erase(found);
  }
};

Error refused(const std::filesystem::path& file, const std::string& why) {
  return {Next::fix_settings, file.string() + ": " + why};
}

std::string_view view(const SecretKey& key) {
  return {reinterpret_cast<const char*>(key.data()), key_size};
}

std::string bound(std::string_view tenant_id, std::string_view name) {
  return std::string(tenant_id) + "|key|" + std::string(name);
}

SecretKey new_key() {
  SecretKey made;
  draw_random(made.data(), key_size);
  return made;
}

std::string wrap(const SecretKey& by, std::string_view tenant_id, std::string_view name,
                 const SecretKey& key) {
  std::string sealed;
  Cipher().seal(by.data(), bound(tenant_id, name), view(key), sealed);
  return to_hex(sealed);
}

SecretKey unwrap(const std::filesystem::path& file, const SecretKey& by, std::string_view tenant_id,
                 std::string_view name, std::string_view wrapped) {
  std::string plain;
  bool is_whole = Cipher().open(by.data(), bound(tenant_id, name), from_hex(wrapped), plain);
  if (!is_whole || plain.size() != key_size)
    throw refused(file, "line " + std::string(name) +
                            " was changed, or the root key is not the one it was wrapped with; "
                            "put back the file as it was made");
  SecretKey key;
  std::copy(plain.begin(), plain.end(), key.data());
  OPENSSL_cleanse(plain.data(), plain.size());
  return key;
}

void write_all(int descriptor, std::string_view bytes, const std::filesystem::path& file) {
  while (!bytes.empty()) {
    ssize_t written = write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw world::trouble(errno, "write", file);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::filesystem::path folder_of(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : ".";
}

/// A durable file of mode 0400 in the place of whatever a killed writer left there.
void write_beside(const std::filesystem::path& beside, std::string_view bytes) {
  unlink(beside.c_str());
  world::File made(
      open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0400));
  if (made.descriptor() < 0) throw world::trouble(errno, "make", beside);
  write_all(made.descriptor(), bytes, beside);
  if (fsync(made.descriptor()) != 0) throw world::trouble(errno, "write", beside);
}

// Written beside its name, then linked: the name appears with the whole file, and an existing file
// is never replaced.
void create_once(const std::filesystem::path& file, std::string_view bytes) {
  std::filesystem::path beside = file.string() + ".new." + std::to_string(getpid());
  write_beside(beside, bytes);
  int linked = link(beside.c_str(), file.c_str());
  int error = errno;
  unlink(beside.c_str());
  if (linked != 0) throw world::trouble(error, "make", file);
  world::flush_folder(folder_of(file));
}

// Renamed over: who reads the name sees the one or the other whole.
void replace(const std::filesystem::path& file, std::string_view bytes) {
  std::filesystem::path beside = file.string() + ".next";
  write_beside(beside, bytes);
  if (rename(beside.c_str(), file.c_str()) != 0) throw world::trouble(errno, "write", file);
  world::flush_folder(folder_of(file));
}

Lines lines_of(const std::filesystem::path& file, std::string_view text) {
  auto take_line = [&text] {
    auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    return line;
  };
  auto first = take_line();
  if (first != first_line && first != first_line_before)
    throw refused(file, "not a key file of this version of Homeroom (expected '" +
                            std::string(first_line) + "' in line 1)");
  Lines lines;
  while (!text.empty()) {
    auto line = take_line();
    auto space = line.find(' ');
    if (space != line.npos) lines[std::string(line.substr(0, space))] = line.substr(space + 1);
  }
  return lines;
}

Lines read_lines(const std::filesystem::path& file) {
  refuse_if_open_to_others(file, "key file");
  std::string text = world::read_whole(file, most_bytes);
  auto lines = lines_of(file, text);
  OPENSSL_cleanse(text.data(), text.size());
  return lines;
}

std::string text_of(const Lines& lines) {
  std::string text;
  text.reserve(most_bytes);  // a text that moves leaves the root key behind
  text.append(first_line) += '\n';
  for (const auto& [name, value] : lines) ((text.append(name) += ' ').append(value)) += '\n';
  return text;
}

uint64_t number_at(const std::filesystem::path& file, const Lines& lines, const char* name,
                   uint64_t otherwise) {
  auto found = lines.find(name);
  if (found == lines.end()) return otherwise;
  uint64_t number = 0;
  const auto& text = found->second;
  auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size())
    throw refused(file,
                  "line " + std::string(name) + " was changed; put back the file as it was made");
  return number;
}

/// The root key of the file, or the one that is kept outside.
SecretKey root_of(const std::filesystem::path& file, const Lines& lines,
                  const RootKeyPlace& outside) {
  if (auto found = lines.find("root"); found != lines.end()) {
    if (found->second.size() != 2 * key_size)
      throw refused(file, "line root was changed; put back the file as it was made");
    return key_of_hex(found->second, file.string() + ": line root");
  }
  if (!outside.is_outside())
    throw refused(file, "its root key is kept outside; say in homeroom.yaml, keys, root, where");
  return read_root_key(outside);
}

/// Draws a root key for the file, unless it is kept outside.
SecretKey new_root(Lines& lines, const RootKeyPlace& outside) {
  lines.forget("root");
  if (outside.is_outside()) return read_root_key(outside);
  auto root = new_key();
  lines["root"] = to_hex(view(root));
  return root;
}

void put_tenant_keys(Lines& lines, std::string_view tenant_id, const SecretKey& root,
                     const TenantKeys& keys) {
  lines["tenant-key-number"] = std::to_string(keys.number);
  lines["tenant-key-made-ms"] = std::to_string(keys.made_ms);
  lines["tenant-key"] = wrap(root, tenant_id, "tenant-key", keys.tenant);
  lines["id-key"] = wrap(keys.tenant, tenant_id, "id-key", keys.id);
  lines["token-key"] = wrap(keys.tenant, tenant_id, "token-key", keys.token);
  if (keys.before)
    lines["tenant-key-before"] = wrap(root, tenant_id, "tenant-key-before", *keys.before);
}

TenantKeys keys_in(const std::filesystem::path& file, Lines& lines, std::string_view tenant_id,
                   const SecretKey& root) {
  auto get = [&](const SecretKey& by, const char* name) {
    return unwrap(file, by, tenant_id, name, lines[name]);
  };
  TenantKeys keys;
  keys.tenant = get(root, "tenant-key");
  keys.id = get(keys.tenant, "id-key");
  keys.token = get(keys.tenant, "token-key");
  if (lines.contains("tenant-key-before")) keys.before = get(root, "tenant-key-before");
  keys.number = static_cast<uint32_t>(number_at(file, lines, "tenant-key-number", 1));
  keys.made_ms = static_cast<int64_t>(number_at(file, lines, "tenant-key-made-ms", 0));
  return keys;
}

void must_be_of(const std::filesystem::path& file, Lines& lines, std::string_view tenant_id) {
  if (lines["tenant"] != tenant_id)
    throw refused(file,
                  "these are the keys of another tenant; set `keys` to the file that belongs "
                  "to this workspace");
}

}  // namespace

TenantKeys make_key_file(const std::filesystem::path& file, std::string_view tenant_id,
                         const RootKeyPlace& root) {
  TenantKeys keys{new_key(), new_key(), new_key()};
  keys.made_ms = world::SystemClock().now_ms();
  keys.root_kept = root.says();
  Lines lines;
  lines["tenant"] = tenant_id;
  put_tenant_keys(lines, tenant_id, new_root(lines, root), keys);
  auto text = text_of(lines);
  create_once(file, text);
  OPENSSL_cleanse(text.data(), text.size());
  return keys;
}

void copy_key_file(const std::filesystem::path& file, const std::filesystem::path& to) {
  refuse_if_open_to_others(file, "key file");
  auto text = world::read_whole(file, most_bytes);
  create_once(to, text);
  OPENSSL_cleanse(text.data(), text.size());
}

TenantKeys read_key_file(const std::filesystem::path& file, std::string_view tenant_id,
                         const RootKeyPlace& root) {
  auto lines = read_lines(file);
  must_be_of(file, lines, tenant_id);
  auto keys = keys_in(file, lines, tenant_id, root_of(file, lines, root));
  if (!lines.contains("root")) keys.root_kept = root.says();
  return keys;
}

void begin_rotation(const std::filesystem::path& file, std::string_view tenant_id,
                    const RootKeyPlace& root, const RootKeyPlace& root_was) {
  auto lines = read_lines(file);
  must_be_of(file, lines, tenant_id);
  if (lines.contains("tenant-key-before"))
    throw refused(file, "an earlier rotation goes on; let it end first: homeroom keys rotate");
  auto keys = keys_in(file, lines, tenant_id,
                      root_of(file, lines, root_was.is_outside() ? root_was : root));
  keys.before = keys.tenant;
  keys.tenant = new_key();
  ++keys.number;
  keys.made_ms = world::SystemClock().now_ms();
  put_tenant_keys(lines, tenant_id, new_root(lines, root), keys);
  auto text = text_of(lines);
  replace(file, text);
  OPENSSL_cleanse(text.data(), text.size());
}

void end_rotation(const std::filesystem::path& file) {
  auto lines = read_lines(file);
  lines.forget("tenant-key-before");
  auto text = text_of(lines);
  replace(file, text);
  OPENSSL_cleanse(text.data(), text.size());
}

}  // namespace homeroom::keys
