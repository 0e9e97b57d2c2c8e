#include "hub/keys/key_file.hpp"

#include <algorithm>
#include <cerrno>
#include <map>
#include <sstream>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "homeroom/error.hpp"
#include "hub/keys/cipher.hpp"
#include "hub/keys/hex.hpp"
#include "hub/world/files.hpp"
#include "hub/world/trouble.hpp"

namespace homeroom::keys {

namespace {

constexpr std::string_view first_line = "homeroom-keys 1";
constexpr uint64_t most_bytes = 64 * 1024;

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
    throw refused(file,
                  "line " + std::string(name) + " was changed; put back the file as it was made");
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

// Written beside its name, then linked: the name appears with the whole file, and an existing file
// is never replaced.
void create_once(const std::filesystem::path& file, std::string_view bytes) {
  std::filesystem::path beside = file.string() + ".new." + std::to_string(getpid());
  unlink(beside.c_str());
  world::File made(
      open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0400));
  if (made.descriptor() < 0) throw world::trouble(errno, "make", file);
  write_all(made.descriptor(), bytes, file);
  if (fsync(made.descriptor()) != 0) throw world::trouble(errno, "write", file);
  int linked = link(beside.c_str(), file.c_str());
  int error = errno;
  unlink(beside.c_str());
  if (linked != 0) throw world::trouble(error, "make", file);
  world::flush_folder(file.has_parent_path() ? file.parent_path() : ".");
}

void refuse_if_open_to_others(const std::filesystem::path& file) {
  struct stat facts {};
  if (stat(file.c_str(), &facts) != 0) throw world::trouble(errno, "read", file);
  if ((facts.st_mode & 077) != 0)
    throw refused(file,
                  "others may read this key file; run chmod 400 on it, and if somebody else "
                  "could have read it make new keys");
}

std::map<std::string, std::string> lines_of(const std::filesystem::path& file,
                                            const std::string& text) {
  std::istringstream in(text);
  std::string line;
  std::getline(in, line);
  if (line != first_line)
    throw refused(file, "not a key file of this version of Homeroom (expected '" +
                            std::string(first_line) + "' in line 1)");
  std::map<std::string, std::string> lines;
  while (std::getline(in, line)) {
    std::size_t space = line.find(' ');
    if (space != std::string::npos) lines[line.substr(0, space)] = line.substr(space + 1);
    OPENSSL_cleanse(line.data(), line.size());
  }
  return lines;
}

}  // namespace

TenantKeys make_key_file(const std::filesystem::path& file, std::string_view tenant_id) {
  SecretKey root = new_key();
  TenantKeys keys{new_key(), new_key(), new_key()};
  std::string text(first_line);
  text += '\n';
  text += "tenant " + std::string(tenant_id) + "\n";
  text += "root " + to_hex(view(root)) + "\n";
  text += "tenant-key " + wrap(root, tenant_id, "tenant-key", keys.tenant) + "\n";
  text += "id-key " + wrap(keys.tenant, tenant_id, "id-key", keys.id) + "\n";
  text += "token-key " + wrap(keys.tenant, tenant_id, "token-key", keys.token) + "\n";
  create_once(file, text);
  OPENSSL_cleanse(text.data(), text.size());
  return keys;
}

void copy_key_file(const std::filesystem::path& file, const std::filesystem::path& to) {
  refuse_if_open_to_others(file);
  auto text = world::read_whole(file, most_bytes);
  create_once(to, text);
  OPENSSL_cleanse(text.data(), text.size());
}

TenantKeys read_key_file(const std::filesystem::path& file, std::string_view tenant_id) {
  refuse_if_open_to_others(file);
  std::string text = world::read_whole(file, most_bytes);
  auto lines = lines_of(file, text);
  OPENSSL_cleanse(text.data(), text.size());
  if (lines["tenant"] != tenant_id)
    throw refused(file,
                  "these are the keys of another tenant; set `keys` to the file that belongs "
                  "to this workspace");
  std::string bytes = from_hex(lines["root"]);
  if (bytes.size() != key_size)
    throw refused(file, "line root was changed; put back the file as it was made");
  SecretKey root;
  std::copy(bytes.begin(), bytes.end(), root.data());
  OPENSSL_cleanse(bytes.data(), bytes.size());
  OPENSSL_cleanse(lines["root"].data(), lines["root"].size());
  TenantKeys keys;
  keys.tenant = unwrap(file, root, tenant_id, "tenant-key", lines["tenant-key"]);
  keys.id = unwrap(file, keys.tenant, tenant_id, "id-key", lines["id-key"]);
  keys.token = unwrap(file, keys.tenant, tenant_id, "token-key", lines["token-key"]);
  return keys;
}

}  // namespace homeroom::keys
