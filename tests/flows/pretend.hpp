// The small pretend district of tests/flows/workspace, night after night, and the program run on
// it.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/cli/program.hpp"

namespace homeroom::flows {

class Pretend {
 public:
  Pretend() {
    std::filesystem::copy(std::filesystem::path(HOMEROOM_SOURCE_DIR) / "tests/flows/workspace",
                          at("workspace"), std::filesystem::copy_options::recursive);
    std::filesystem::create_directory(at("data"));
    write("schools.csv", "School,Title\n7,Pretend Elementary\n");
  }

  std::string at(const std::string& name) const { return (folder_.path() / name).string(); }
  void write(const std::string& file, const std::string& text) const {
    std::ofstream(at("data/" + file)) << text;
  }
  /// Lines of `Number,First,Last,Born`.
  void students(const std::vector<std::string>& lines) const {
    std::string text = "Number,First,Last,Born,School,Grade\n";
    for (const auto& line : lines) text += line + ",7,05\n";
    write("students.csv", text);
  }
  /// Lines of `Referral,First,Last,Born`.
  void referrals(const std::vector<std::string>& lines) const {
    std::string text = "Referral,First,Last,Born,Program\n";
    for (const auto& line : lines) text += line + ",Food pantry\n";
    write("referrals.csv", text);
  }

  /// The agency is heard through a plugin of tests/flows/plugins, laid into the workspace.
  void hear_the_agency_by(const std::string& plugin) const {
    namespace fs = std::filesystem;
    fs::create_directories(at("workspace/plugins"));
    for (const char* end : {".so", ".manifest.yaml"})
      fs::copy(fs::path(HOMEROOM_BUILD_DIR "/tests/flows_plugins") / (plugin + end),
               at("workspace/plugins"));
    auto text = cli::whole(at("workspace/homeroom.yaml"));
    auto from = text.find("    plugin: csv_file", text.find("  agency:"));
    auto to = text.find("    mapping: mappings/agency.yaml");
    text.replace(from, to - from, "    plugin: " + plugin + "\n    folder: ${data}\n");
    text += "\nplugins: {unsigned: allow}\n";
    std::ofstream(at("workspace/homeroom.yaml")) << text;
  }
  /// In homeroom.yaml, the first place of it.
  void change_workspace(const std::string& what, const std::string& with) const {
    auto file = at("workspace/homeroom.yaml");
    auto text = cli::whole(file);
    text.replace(text.find(what), what.size(), with);
    std::ofstream(file) << text;
  }

  cli::Said say(const std::vector<std::string>& verb) const {
    std::vector<std::string> words{
        "--workspace", at("workspace"),    "--set", "data=" + at("data"),
        "--set",       "out=" + at("out"), "--set", "store=" + location_};
    if (is_elsewhere()) words.insert(words.end(), {"--set", "keys=" + at("hub.keys")});
    words.insert(words.end(), verb.begin(), verb.end());
    return cli::homeroom(words);
  }
  nlohmann::json ask(std::vector<std::string> verb) const {
    verb.insert(verb.begin(), {"--output", "json"});
    auto said = say(verb);
    EXPECT_EQ(said.exit_code, 0) << said.err;
    return said.exit_code == 0 ? said.json() : nlohmann::json();
  }
  /// The report of one run; all sources, or these alone.
  nlohmann::json night(const std::vector<std::string>& sources = {}) const {
    std::vector<std::string> verb{"--output", "json", "run", "nightly"};
    for (const auto& source : sources) verb.insert(verb.end(), {"--source", source});
    auto said = say(verb);
    EXPECT_EQ(said.exit_code, 0) << said.err << said.out;
    return said.json();
  }

  /// The store lies on a server, and not in hub.db.
  void put(const std::string& location) { location_ = location; }
  bool is_elsewhere() const { return !location_.starts_with("sqlite:"); }
  const std::string& location() const { return location_; }

  /// What the destination holds, byte for byte.
  std::string record() const { return cli::whole(at("out/record.ndjson")); }
  /// The records of other sources in each student's profile, by student number: "agency:R1 strong".
  std::map<std::string, std::vector<std::string>> records() const {
    std::map<std::string, std::vector<std::string>> by_number;
    std::ifstream in(at("out/record.ndjson"));
    for (std::string line; std::getline(in, line);) {
      auto one = nlohmann::json::parse(line);
      auto& records = by_number[one["identifiers"]["district"]];
      for (const auto& source : one["sources"])
        if (source["source"] != "sis")
          records.push_back(source["source"].get<std::string>() + ':' +
                            source["key"].get<std::string>() + ' ' +
                            source["evidence"].get<std::string>());
    }
    return by_number;
  }

 private:
  cli::Folder folder_;
  std::string location_ = "sqlite:" + at("hub.db");
};

}  // namespace homeroom::flows
