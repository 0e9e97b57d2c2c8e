#include "hub/plugin/signature.hpp"

#include <algorithm>
#include <charconv>
#include <map>

#include <fmt/format.h>

#include "homeroom/error.hpp"
#include "hub/plugin/library.hpp"
#include "hub/record/date.hpp"
#include "hub/world/base64.hpp"
#include "hub/world/digest.hpp"
#include "hub/world/ed25519.hpp"
#include "hub/world/lock.hpp"

namespace homeroom::plugin {

using world::from_base64;
using world::is_signed;
using world::key_id;
using world::PrivateKey;
using world::read_public_key;
using world::to_base64;
namespace {

namespace fs = std::filesystem;

constexpr uint64_t most_signature_bytes = 16 << 10;
constexpr uint64_t most_seen_bytes = 1 << 20;
constexpr std::string_view first_line = "homeroom plugin signature 1\n";
constexpr std::string_view last_name = "signature";

[[noreturn]] void refuse(const fs::path& file, const std::string& why) {
  throw Error(Next::fix_settings, file.string() + ": " + why);
}

/// The lines "name: value" in their order.
using Lines = std::vector<std::pair<std::string, std::string>>;

std::string text_of(const Lines& lines) {
  std::string text(first_line);
  for (const auto& [name, value] : lines) text += name + ": " + value + '\n';
  return text;
}

std::string abi_text(uint32_t abi) {
  return fmt::format("{}.{}", abi >> 16, abi & 0xffff);
}

/// What is stated of a plugin whatever the day and the key.
Lines facts_of(const Found& plugin, const world::File& library) {
  const auto& manifest = plugin.manifest;
  return {{"name", manifest.name},
          {"version", manifest.version},
          {"contract", abi_text(manifest.abi_from) + " below " + abi_text(manifest.abi_below)},
          {"library", digest_of(library, plugin.library)},
          {"manifest", manifest.digest}};
}

/// What a file states and who signed it.
struct Signature {
  Lines facts;
  int32_t from = 0, until = 0;
  std::string key, stated, bytes;
};

class Reader {
 public:
  Reader(std::string_view text, const fs::path& file) : rest_(text), file_(file) {
    if (!rest_.starts_with(first_line)) refuse(file_, "is no signature of a plugin");
    rest_.remove_prefix(first_line.size());
  }
  std::string value(std::string_view name) {
    auto end = rest_.find('\n');
    auto line = rest_.substr(0, end);
    if (end == std::string_view::npos || !line.starts_with(name) ||
        line.substr(name.size(), 2) != ": ")
      refuse(file_, "has no line '" + std::string(name) + ": ...' where one belongs");
    rest_.remove_prefix(end + 1);
    return std::string(line.substr(name.size() + 2));
  }
  int32_t date(std::string_view name) {
    auto day = record::parse_iso_date(value(name));
    if (!day) refuse(file_, "has no date YYYY-MM-DD at '" + std::string(name) + "'");
    return *day;
  }
  std::size_t left() const { return rest_.size(); }

 private:
  std::string_view rest_;
  const fs::path& file_;
};

Signature read_signature(const fs::path& file) {
  auto text = world::read_whole(file, most_signature_bytes);
  Reader reader(text, file);
  Signature made;
  for (const char* name : {"name", "version", "contract", "library", "manifest"})
    made.facts.emplace_back(name, reader.value(name));
  made.from = reader.date("from");
  made.until = reader.date("until");
  made.key = reader.value("key");
  made.stated = text.substr(0, text.size() - reader.left());
  auto bytes = from_base64(reader.value(last_name));
  if (!bytes || reader.left() != 0) refuse(file, "ends in no signature");
  made.bytes = *bytes;
  return made;
}

void expect_same(const Lines& stated, const Lines& found, const fs::path& file) {
  for (std::size_t i = 0; i < found.size(); ++i)
    if (stated[i] != found[i])
      refuse(file, "is about another " + found[i].first +
                       " than the plugin beside it: something was changed; get the plugin again "
                       "from its publisher");
}

fs::path shipped_file(const Found& plugin) {
  return plugin.library.parent_path() / (plugin.manifest.name + ".shipped");
}

bool is_same_folder(const fs::path& one, const fs::path& other) {
  std::error_code missing;
  return fs::equivalent(one, other, missing);
}

}  // namespace

fs::path signature_file(const Found& plugin) {
  return plugin.library.parent_path() / (plugin.manifest.name + ".sig");
}

TrustList::TrustList(const std::vector<fs::path>& keys, std::vector<fs::path> own)
    : own_(std::move(own)) {
  for (const auto& file : keys) {
    auto bytes = read_public_key(file);
    keys_.push_back({key_id(bytes), bytes});
  }
}

Standing TrustList::judge(const Found& plugin, int32_t today) const {
  Standing standing;
  standing.library = sealed_copy(plugin.library);
  auto found = facts_of(plugin, standing.library);
  auto is_here = [&](const fs::path& own) {
    return is_same_folder(own, plugin.library.parent_path());
  };
  if (std::ranges::any_of(own_, is_here) && fs::exists(shipped_file(plugin))) {
    auto noted = world::read_whole(shipped_file(plugin), most_signature_bytes);
    if (noted != found[3].second + '\n' + found[4].second + '\n')
      refuse(shipped_file(plugin),
             "the library or manifest is not the one that was built: install "
             "the program again");
    standing.trust = Trust::shipped;
    standing.says = "came with this program";
    return standing;
  }
  auto file = signature_file(plugin);
  if (!fs::exists(file)) {
    standing.says = "not signed: there is no " + file.filename().string() + " beside it";
    return standing;
  }
  auto signature = read_signature(file);
  auto key = std::ranges::find(keys_, signature.key, &Key::id);
  if (key == keys_.end()) {
    standing.says = "signed by key " + signature.key + ", which is not in the list of trust";
    return standing;
  }
  if (!is_signed(signature.stated, signature.bytes, key->bytes))
    refuse(file,
           "the signature is not by the key it names: something was changed; get the plugin "
           "again from its publisher");
  expect_same(signature.facts, found, file);
  auto span = record::iso_date(signature.from) + " to " + record::iso_date(signature.until);
  if (today < signature.from || today > signature.until) {
    standing.says = "signed by key " + signature.key + " for " + span + " only";
    return standing;
  }
  standing.trust = Trust::vouched;
  standing.says = "signed by key " + signature.key + " for " + span;
  return standing;
}

std::string sign(const Found& plugin, const fs::path& key_file, int32_t from, int32_t until) {
  PrivateKey key(key_file);
  auto lines = facts_of(plugin, sealed_copy(plugin.library));
  lines.emplace_back("from", record::iso_date(from));
  lines.emplace_back("until", record::iso_date(until));
  lines.emplace_back("key", key_id(key.public_bytes()));
  auto text = text_of(lines);
  return text + std::string(last_name) + ": " + to_base64(key.sign(text)) + '\n';
}

namespace {

uint64_t next_number(std::string_view& rest) {
  uint64_t number = 0;
  auto read = std::from_chars(rest.data(), rest.data() + rest.size(), number);
  rest.remove_prefix(static_cast<std::size_t>(read.ptr - rest.data()));
  if (!rest.empty()) rest.remove_prefix(1);
  return number;
}

}  // namespace

int compare_versions(std::string_view one, std::string_view other) {
  while (!one.empty() || !other.empty()) {
    auto left = next_number(one);
    auto right = next_number(other);
    if (left != right) return left < right ? -1 : 1;
  }
  return 0;
}

void SeenVersions::expect_no_older(const Manifest& manifest) const {
  // Runs may open plugins at the same time; each must see what the others remember.
  auto turn = world::take_turn(file_.string() + ".lock");
  std::map<std::string, std::string> seen;
  auto text = fs::exists(file_) ? world::read_whole(file_, most_seen_bytes) : std::string();
  for (std::string_view rest = text; !rest.empty();) {
    auto line = rest.substr(0, rest.find('\n'));
    if (auto blank = line.find(' '); blank != std::string_view::npos)
      seen.emplace(line.substr(0, blank), line.substr(blank + 1));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
  }
  auto& version = seen[manifest.name];
  int order = compare_versions(manifest.version, version);
  if (!version.empty() && order < 0)
    throw Error(Next::fix_settings, "plugin " + manifest.name + " " + manifest.version +
                                        " is older than " + version +
                                        ", which was used here before; to go back on purpose, "
                                        "delete its line in " +
                                        file_.string());
  if (!version.empty() && order == 0) return;
  version = manifest.version;
  std::string all;
  for (const auto& [name, highest] : seen) all += name + ' ' + highest + '\n';
  world::write_atomically(file_, all);
}

}  // namespace homeroom::plugin
