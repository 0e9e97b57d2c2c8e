#include "hub/keys/root_key.hpp"

#include <algorithm>
#include <cerrno>

#include <sys/stat.h>

#include "homeroom/error.hpp"
#include "hub/keys/hex.hpp"
#include "hub/world/command_output.hpp"
#include "hub/world/files.hpp"
#include "hub/world/trouble.hpp"

namespace homeroom::keys {

namespace {

constexpr uint64_t most_bytes = 64 * 1024;
constexpr int most_seconds = 20;  // a vault that asks another machine

/// Text that is wiped when it goes away.
struct Wiped {
  explicit Wiped(std::string given) : text(std::move(given)) {}
  Wiped(const Wiped&) = delete;
  Wiped& operator=(const Wiped&) = delete;
  ~Wiped() { OPENSSL_cleanse(text.data(), text.size()); }
  std::string text;
};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  auto first = text.find_first_not_of(space);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

/// The value of a line `NAME=VALUE`, with or without quotes, as systemd's environment files have
/// it.
std::string_view value_of(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    auto line = trimmed(text.substr(0, text.find('\n')));
    text.remove_prefix(
        std::min(text.size(), text.find('\n') == text.npos ? text.size() : text.find('\n') + 1));
    if (line.starts_with(name) && line.substr(name.size()).starts_with('=')) {
      auto value = line.substr(name.size() + 1);
      bool is_quoted = value.size() > 1 && value.front() == value.back() &&
                       (value.front() == '"' || value.front() == '\'');
      return is_quoted ? value.substr(1, value.size() - 2) : value;
    }
  }
  return {};
}

}  // namespace

std::string RootKeyPlace::says() const {
  if (!file.empty()) return "in a file of its own";
  if (!command.empty()) return "said by a command";
  if (!environment.empty()) return "in an environment file";
  return "in the key file";
}

SecretKey key_of_hex(std::string_view letters, const std::string& where) {
  Wiped bytes(from_hex(letters));
  if (bytes.text.size() != key_size)
    throw Error(Next::fix_settings, where + ": expected a root key, " +
                                        std::to_string(2 * key_size) +
                                        " letters of 0-9 and a-f; openssl rand -hex 32 makes one");
  SecretKey key;
  std::copy(bytes.text.begin(), bytes.text.end(), key.data());
  return key;
}

void refuse_if_open_to_others(const std::filesystem::path& file, const char* what) {
  struct stat facts {};
  if (stat(file.c_str(), &facts) != 0) throw world::trouble(errno, "read", file);
  if ((facts.st_mode & 077) != 0)
    throw Error(Next::fix_settings, file.string() + ": others may read this " + what +
                                        "; run chmod 400 on it, and if somebody else "
                                        "could have read it make new keys");
}

SecretKey read_root_key(const RootKeyPlace& place) {
  if (!place.command.empty()) {
    Wiped said(world::output_of(place.command, most_bytes, most_seconds));
    return key_of_hex(trimmed(said.text), place.command.front());
  }
  const auto& file = place.file.empty() ? place.environment : place.file;
  refuse_if_open_to_others(file, "root key");
  Wiped whole(world::read_whole(file, most_bytes));
  if (!place.file.empty()) return key_of_hex(trimmed(whole.text), file.string());
  return key_of_hex(value_of(whole.text, place.name), file.string() + ": " + place.name);
}

}  // namespace homeroom::keys
