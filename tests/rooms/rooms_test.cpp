// Reads every #include of hub/, plugins/ and sdk/ and holds it against the table of rooms in
// docs/design/architecture.md.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>

namespace {

namespace fs = std::filesystem;
using ::testing::IsEmpty;
using Rooms = std::set<std::string>;

const fs::path root = HOMEROOM_SOURCE_DIR;

/// Which rooms' headers a room may include, besides its own.
const std::map<std::string, Rooms> table = {
    {"record", {"sdk"}},
    {"express", {"record"}},
    {"settings", {"record"}},
    {"world", {"record"}},
    {"sqlite", {"record"}},  // one wrapper of SQLite for the two databases, of store and of keys
    {"sql", {"record", "sqlite"}},  // one door for both databases a store may lie in
    {"postgres", {"record", "sql"}},
    {"keys", {"record", "world", "sqlite"}},
    {"map", {"record", "express", "settings"}},
    {"validate", {"record", "express", "settings"}},
    {"resolve", {"record", "express", "settings"}},
    {"govern", {"record", "express", "settings"}},
    {"merge", {"record", "settings"}},
    {"plugin", {"sdk", "record", "settings", "world", "keys"}},
    {"conformance", {"sdk", "record", "settings", "plugin", "world"}},
    {"extract", {"record", "settings", "plugin", "world"}},
    {"deliver", {"record", "settings", "plugin", "world"}},
    {"store", {"record", "world", "keys", "sql", "sqlite", "postgres"}},
    {"flow",
     {"sdk", "record", "express", "settings", "world", "keys", "map", "validate", "resolve",
      "govern", "merge", "plugin", "extract", "deliver", "store"}},
    {"jobs", {"record", "flow", "settings", "store", "world"}},
    {"server", {"jobs"}},
    {"cli", {"jobs"}},
    {"synth", {"record", "world"}},
};

/// What the sdk gives is part of every room that may see `record`: errors are one type everywhere.
const std::string shared_error = "homeroom/error.hpp";

/// Single headers beyond the table, each with its reason in docs/decisions/.
const std::set<std::pair<std::string, std::string>> allowed = {
    {"validate", "hub/map/rows.hpp"},  // 0005-validate-reads-map-rows.md
};

struct Include {
  fs::path file;  ///< relative to the root
  std::string header;
};

/// hub/ROOM/..., or "" for a file that stands in no room.
std::string room_of(const fs::path& path) {
  auto part = path.begin();
  if (part == path.end()) return "";
  if (*part == "homeroom") return "sdk";
  if (*part != "hub" || std::distance(path.begin(), path.end()) < 3) return "";
  return (++part)->string();
}

bool is_source(const fs::path& file) {
  static const std::set<std::string> endings = {".cpp", ".hpp", ".h", ".c"};
  return endings.contains(file.extension().string());
}

/// What stands between the quotes or brackets of an #include, or "" for any other line.
std::string included_by(std::string_view line) {
  auto after_blanks = [](std::string_view text) {
    return text.substr(std::min(text.find_first_not_of(" \t"), text.size()));
  };
  line = after_blanks(line);
  if (!line.starts_with('#')) return "";
  line = after_blanks(line.substr(1));
  if (!line.starts_with("include")) return "";
  auto from = line.find_first_of("<\"");
  auto to = line.find_last_of(">\"");
  bool is_named = from != std::string_view::npos && to > from;
  return is_named ? std::string(line.substr(from + 1, to - from - 1)) : "";
}

std::vector<Include> includes_below(const fs::path& folder) {
  std::vector<Include> found;
  if (!fs::exists(root / folder)) return found;
  for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
    if (!entry.is_regular_file() || !is_source(entry.path())) continue;
    std::ifstream in(entry.path());
    for (std::string line; std::getline(in, line);)
      if (auto header = included_by(line); !header.empty())
        found.push_back({fs::relative(entry.path(), root), header});
  }
  return found;
}

bool is_door(const std::string& header) {
  fs::path path = header;
  return path.stem() == room_of(path) && path.extension() == ".hpp";
}

bool may_include(const std::string& room, const std::string& header) {
  auto target = room_of(header);
  if (target.empty() || target == room || header == shared_error) return true;
  if (allowed.contains({room, header})) return true;
  if (room == "store" && fs::path(header).filename() == "memory.hpp") return true;
  if ((room == "server" || room == "cli") && is_door(header)) return true;
  auto rule = table.find(room);
  return rule != table.end() && rule->second.contains(target);
}

std::string said(const Include& include) {
  return include.file.string() + " includes " + include.header;
}

TEST(Rooms, IncludeOnlyWhatTheTableAllows) {
  std::vector<std::string> wrong;
  for (const auto& include : includes_below("hub")) {
    auto room = room_of(include.file);
    if (!room.empty() && !may_include(room, include.header)) wrong.push_back(said(include));
  }
  EXPECT_THAT(wrong, IsEmpty());
}

// A header that is the first include of its own source is compiled there once only.
TEST(Headers, MayBeIncludedTwice) {
  std::vector<std::string> wrong;
  for (const char* folder : {"hub", "sdk/include", "plugins"})
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      if (entry.path().extension() != ".hpp") continue;
      std::ifstream in(entry.path());
      bool says_once = false;
      for (std::string line; !says_once && std::getline(in, line);)
        says_once = line == "#pragma once";
      if (!says_once) wrong.push_back(fs::relative(entry.path(), root).string());
    }
  EXPECT_THAT(wrong, IsEmpty());
}

TEST(Rooms, StandInTheTable) {
  std::vector<std::string> unknown;
  for (const auto& entry : fs::directory_iterator(root / "hub"))
    if (entry.is_directory() && !table.contains(entry.path().filename().string()))
      unknown.push_back(entry.path().filename().string());
  EXPECT_THAT(unknown, IsEmpty());
}

TEST(Rooms, HaveNoWayBackInTheTable) {
  for (const auto& [room, others] : table)
    for (const auto& other : others) {
      auto back = table.find(other);
      bool has_way_back = back != table.end() && back->second.contains(room);
      EXPECT_FALSE(has_way_back) << room << " and " << other;
    }
}

TEST(Rooms, AreNeverNamedForNothing) {
  static const std::set<std::string> empty_names = {"utils", "util", "common",  "helpers", "helper",
                                                    "misc",  "core", "manager", "base",    "impl"};
  std::vector<std::string> wrong;
  for (const auto* folder : {"hub", "plugins", "sdk"})
    for (const auto& entry : fs::recursive_directory_iterator(root / folder))
      if (empty_names.contains(entry.path().stem().string()))
        wrong.push_back(fs::relative(entry.path(), root).string());
  EXPECT_THAT(wrong, IsEmpty());
}

TEST(Plugins, SeeNothingOfTheHub) {
  std::vector<std::string> wrong;
  for (const auto& include : includes_below("plugins"))
    // Their tests go through the hub's door, as a run does.
    if (include.header.starts_with("hub/") &&
        include.file.string().find("/tests/") == std::string::npos)
      wrong.push_back(said(include));
  EXPECT_THAT(wrong, IsEmpty());
}

TEST(Sdk, SeesNothingOfTheHub) {
  std::vector<std::string> wrong;
  for (const auto& include : includes_below("sdk"))
    if (include.header.starts_with("hub/")) wrong.push_back(said(include));
  EXPECT_THAT(wrong, IsEmpty());
}

TEST(Doors, HideThirdPartyLibraries) {
  static const std::vector<std::string> hidden = {
      "Poco/",    "yaml-cpp/",     "sqlite3", "libpq",     "openssl/", "curl/",     "re2/",
      "simdjson", "utf8proc",      "zstd",    "zlib",      "zip",      "boost/",    "spdlog/",
      "fmt/",     "phonenumbers/", "CLI/",    "nlohmann/", "date/",    "valijson/", "xxhash"};
  std::vector<std::string> wrong;
  for (const auto& include : includes_below("hub")) {
    bool is_public = include.file.filename() == "memory.hpp" || is_door(include.file.string());
    bool is_third_party = std::ranges::any_of(
        hidden, [&](const auto& library) { return include.header.starts_with(library); });
    if (is_public && is_third_party) wrong.push_back(said(include));
  }
  EXPECT_THAT(wrong, IsEmpty());
}

/// Poco, yaml-cpp, SQLite and OpenSSL each have few rooms that know them. `plugin` reads manifests,
/// which are YAML but no settings of a district.
TEST(Libraries, StayInTheirRooms) {
  static const std::map<std::string, Rooms> homes = {
      {"yaml-cpp/", {"settings", "plugin"}},
      {"sqlite3.h", {"sqlite"}},
      {"libpq-fe.h", {"postgres"}},
      {"Poco/", {"world", "server", "store", "keys"}},
      {"openssl/", {"keys", "world", "server"}},
  };
  std::vector<std::string> wrong;
  for (const auto& include : includes_below("hub"))
    for (const auto& [library, rooms] : homes)
      if (include.header.starts_with(library) && !rooms.contains(room_of(include.file)))
        wrong.push_back(said(include));
  EXPECT_THAT(wrong, IsEmpty());
}

TEST(Table, ReadsIncludes) {
  EXPECT_EQ(included_by("#include <vector>"), "vector");
  EXPECT_EQ(included_by("  #  include \"hub/map/map.hpp\"  // why"), "hub/map/map.hpp");
  EXPECT_EQ(included_by("// #include <vector>"), "");
  EXPECT_EQ(included_by(""), "");
}

TEST(Table, KnowsWhatIsForbidden) {
  EXPECT_FALSE(may_include("merge", "hub/resolve/resolve.hpp"));
  EXPECT_FALSE(may_include("map", "hub/validate/validate.hpp"));
  EXPECT_FALSE(may_include("store", "hub/deliver/deliver.hpp"));
  EXPECT_FALSE(may_include("cli", "hub/flow/intake.hpp"));
  EXPECT_TRUE(may_include("store", "hub/deliver/memory.hpp"));
  EXPECT_TRUE(may_include("cli", "hub/flow/flow.hpp"));
}

}  // namespace
