// A synthetic district in a scratch folder and the program run on it, as a scheduled job would.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include <nlohmann/json.hpp>

#include "hub/sqlite/sqlite.hpp"
#include "hub/synth/synth.hpp"

namespace homeroom::flows {

namespace fs = std::filesystem;

struct Answer {
  int exit_code = -1;
  nlohmann::json report;
  std::string errors;
};

class District {
 public:
  explicit District(uint64_t students, uint64_t seed = 1) {
    std::string name = (fs::temp_directory_path() / "homeroom-flow-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    fs::copy(fs::path(HOMEROOM_SOURCE_DIR) / "configs/examples/lakeview", folder_ / "workspace",
             fs::copy_options::recursive);
    synth::write_district(folder_ / "data", students, seed);
  }
  ~District() { fs::remove_all(folder_); }
  District(const District&) = delete;
  District& operator=(const District&) = delete;

  const fs::path& folder() const { return folder_; }
  fs::path workspace(const std::string& file) const { return folder_ / "workspace" / file; }
  fs::path data(const std::string& file) const { return folder_ / "data" / file; }
  fs::path out(const std::string& store, const std::string& file = "record.ndjson") const {
    return folder_ / (store + "-out") / file;
  }

  std::string command(const std::string& store, const std::string& day,
                      const std::string& more = "") const {
    auto at = [&](const std::string& name) { return (folder_ / name).string(); };
    return std::string(HOMEROOM_BUILD_DIR) + "/bin/homeroom --output json --workspace " +
           at("workspace") + " --set data=" + at("data/" + day) +
           " --set 'store=" + location(store) + "' --set keys=" + at(store + ".keys") +
           " --set out=" + at(store + "-out") + " " + more;
  }
  /// A store that lies elsewhere than in a file of its name.
  void put(const std::string& store, const std::string& location) { elsewhere_[store] = location; }
  std::string location(const std::string& store) const {
    auto found = elsewhere_.find(store);
    return found != elsewhere_.end() ? found->second
                                     : "sqlite:" + (folder_ / (store + ".db")).string();
  }

  /// Keys that a store was published with, as if none ever had been.
  static void make_unused(const fs::path& keys) {
    sqlite::Database(keys.string() + ".keydb", sqlite::Access::write)
        .run("UPDATE tenant SET has_published = 0");
  }
  /// Flags of a first load with keys that another store was published with.
  static constexpr const char* with_used_keys = "--approve lost_store --why test";
  /// Runs the nightly job on one day's folder with a store of its own name.
  Answer night(const std::string& store, const std::string& day, const std::string& flags = "",
               const std::string& set = "") const {
    return say(command(store, day, set) + " run nightly " + flags);
  }

  /// What the program answers about a store, as JSON.
  nlohmann::json ask(const std::string& store, const std::string& verb) const {
    return say(command(store, "day1") + ' ' + verb).report;
  }

  Answer say(std::string line) const {
    auto errors = (folder_ / "errors.txt").string();
    line += " 2>" + errors;
    Answer answer;
    FILE* pipe = ::popen(line.c_str(), "r");
    std::string text;
    char piece[4096];
    for (std::size_t n; (n = std::fread(piece, 1, sizeof piece, pipe)) > 0;) text.append(piece, n);
    answer.exit_code = WEXITSTATUS(::pclose(pipe));
    answer.errors = read(errors);
    if (!text.empty()) answer.report = nlohmann::json::parse(text, nullptr, false);
    return answer;
  }

  /// A second store in the state of the first, with its keys and what it wrote.
  void copy(const std::string& from, const std::string& to) const {
    for (const char* ending : {".db", ".keys", ".keys.keydb"})
      fs::copy_file(folder_ / (from + ending), folder_ / (to + ending));
    fs::copy(folder_ / (from + "-out"), folder_ / (to + "-out"));
  }

  static std::string read(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  static void write(const fs::path& file, const std::string& text) {
    std::ofstream(file, std::ios::binary) << text;
  }
  /// Puts `with` in place of the first `what` of a file.
  static void replace(const fs::path& file, const std::string& what, const std::string& with) {
    auto text = read(file);
    auto at = text.find(what);
    if (at == std::string::npos)
      throw std::runtime_error("the file does not hold what the test changes");
    write(file, text.replace(at, what.size(), with));
  }

 private:
  fs::path folder_;
  std::map<std::string, std::string> elsewhere_;
};

/// A OneRoster package in which nothing changed.
inline void write_quiet_roster(const fs::path& folder) {
  fs::create_directories(folder);
  std::string manifest = "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\n";
  for (const char* file :
       {"academicSessions", "categories", "classes", "classResources", "courses", "courseResources",
        "demographics", "enrollments", "lineItems", "orgs", "resources", "results", "users"})
    manifest += std::string("file.") + file + ",absent\n";
  District::write(folder / "manifest.csv", manifest);
}

inline uint64_t delivered(const Answer& answer) {
  uint64_t sum = 0;
  for (const auto& delivery : answer.report["deliveries"])
    sum += delivery["delivered"].get<uint64_t>();
  return sum;
}

}  // namespace homeroom::flows
