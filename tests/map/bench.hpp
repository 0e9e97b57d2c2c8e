// A mapping made of text, run on rows made of text.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "hub/map/cases.hpp"
#include "hub/settings/model.hpp"

namespace homeroom::map {

inline const record::Model& shipped_model() {
  static const auto loaded =
      settings::load_model(std::filesystem::path(HOMEROOM_SOURCE_DIR) / "configs/model.yaml", {});
  return loaded;
}

/// A mapping file in a folder of its own test, gone with it.
class Bench {
 public:
  explicit Bench(const std::string& yaml) {
    auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::temp_directory_path() /
              ("homeroom-map-" + std::string(info->test_suite_name()) + "-" + info->name() + "-" +
               std::to_string(::getpid()));
    for (auto& letter : (name_ = folder_.filename().string()))
      if (letter == '/') letter = '-';
    folder_ = folder_.parent_path() / name_;
    std::filesystem::create_directories(folder_);
    std::ofstream(file()) << yaml;
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;
  ~Bench() { std::filesystem::remove_all(folder_); }

  std::filesystem::path file() const { return folder_ / "mapping.yaml"; }

  std::unique_ptr<Mapping> compile(const std::vector<StreamShape>& shapes = {}) {
    return Mapping::compile(file(), shipped_model(), shapes, parameters_on(day_of_cases), remarks);
  }
  std::vector<Remark> remarks;

 private:
  std::filesystem::path folder_;
  std::string name_;
};

}  // namespace homeroom::map
