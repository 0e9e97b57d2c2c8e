// A mapping over files, run with whatever memory a test gives it.
#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include <gmock/gmock.h>

#include "homeroom/error.hpp"
#include "hub/flow/map_files.hpp"
#include "hub/flow/scratch_file.hpp"
#include "hub/settings/model.hpp"
#include "tests/world/scratch.hpp"

namespace homeroom::flow {

inline const record::Model& usual_model() {
  static const auto model =
      settings::load_model(std::filesystem::path(HOMEROOM_SOURCE_DIR) / "configs/model.yaml", {});
  return model;
}

/// What came out: the files by name, the counts, or what was said instead.
struct CameOut {
  std::map<std::string, std::string> files;
  MappedCounts counts;
  std::string wrong;

  std::string told() const {
    return wrong + "/" + std::to_string(counts.rows_in) + " " + std::to_string(counts.mapped) +
           " " + std::to_string(counts.filtered) + " " + std::to_string(counts.rejected) + " " +
           std::to_string(counts.rows_out);
  }
};

class MappingOverFiles {
 public:
  std::filesystem::path path(const std::string& name) const { return folder_.path() / name; }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::binary) << text;
  }
  /// The file STREAM.csv of each stream.
  FilesToMap files(const std::vector<std::string>& streams, uint64_t memory_bytes) const {
    FilesToMap files{path("mapping.yaml"), {}, usual_model(), map::parameters_on("2026-01-13"), {},
                     memory_bytes};
    for (const auto& stream : streams) files.inputs.emplace(stream, path(stream + ".csv"));
    return files;
  }
  CameOut run(const std::vector<std::string>& streams, uint64_t memory_bytes,
              uint32_t threads) const {
    auto files = this->files(streams, memory_bytes);
    auto out = path("out");
    std::filesystem::remove_all(out);
    CameOut made;
    try {
      made.counts = map_files(files, out, threads);
    } catch (const Error& error) {
      made.wrong = error.what();
      return made;
    }
    for (const auto& file : std::filesystem::directory_iterator(out)) {
      std::ostringstream text;
      text << std::ifstream(file.path(), std::ios::binary).rdbuf();
      made.files[file.path().filename()] = text.str();
    }
    return made;
  }

 private:
  /// In memory where there is such a folder: a run waits for the disk to have what it wrote.
  world::ScratchFolder folder_ =
      std::filesystem::exists("/dev/shm") ? world::ScratchFolder("/dev/shm") : scratch();
};

inline void expect_same(const CameOut& expected, const CameOut& found, const std::string& how) {
  EXPECT_EQ(expected.told(), found.told()) << how;
  ASSERT_EQ(expected.files.size(), found.files.size()) << how;
  for (const auto& [name, text] : expected.files)
    EXPECT_TRUE(found.files.at(name) == text) << how << ": " << name;
}

}  // namespace homeroom::flow
