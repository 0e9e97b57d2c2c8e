// A drop folder and a plugin opened as the hub opens it, for the tests of the CSV connectors.
#pragma once

#include <fstream>
#include <sstream>

#include <gmock/gmock.h>

#include "hub/plugin/plugin.hpp"
#include "hub/world/files.hpp"

namespace homeroom::plugin {

class PluginInHub : public testing::Test {
 protected:
  explicit PluginInHub(std::string plugin_name) : name(std::move(plugin_name)) {}

  void file(const std::string& file_name, const std::string& text) {
    std::ofstream(folder.path() / file_name, std::ios::binary) << text;
  }

  Instance& source() {
    const Found& found = catalogue.find(name);
    auto checked = check_settings(found.manifest, settings, "/", world::SecretFolder("/"));
    instance = open_in_process(found, checked, {clock, log, cancel, {}});
    return *instance;
  }

  /// Reads a stream: each row as its cells joined by '|', null as '-'.
  std::vector<std::string> rows(const std::string& stream, const std::vector<std::string>& columns,
                                Mode mode = Mode::full, uint32_t max_rows = 2) {
    auto reader = source().read({stream, "", mode, columns, max_rows, 1 << 24});
    std::vector<std::string> all;
    asides.clear();
    lines.clear();
    gone.clear();
    while (auto arrival = reader->next()) {
      for (uint32_t row = 0; row < arrival->rows.rows; ++row) {
        all.push_back(line_of(arrival->rows, row));
        lines.push_back(arrival->rows.place(row).line);
        if (!arrival->rows.is_gone.empty() && arrival->rows.is_gone[row])
          gone.push_back(all.back());
      }
    }
    end = reader->end();
    asides = reader->take_asides();
    return all;
  }

  /// The message of the error that `work` ends with, empty if it does not.
  template <class Work>
  std::string error(Work work) {
    try {
      work();
      return {};
    } catch (const Error& problem) {
      next = problem.next;
      return problem.what();
    }
  }

  static std::string line_of(const record::Batch& batch, uint32_t row) {
    std::string line;
    for (const auto& column : batch.columns)
      line += (&column == batch.columns.data() ? "" : "|") +
              (column.is_valid(row) ? std::string(column.text_at(row).view()) : "-");
    return line;
  }

  std::string name;
  GivenSettings settings;
  world::ScratchFolder folder{std::filesystem::temp_directory_path()};
  Catalogue catalogue{{std::filesystem::path(HOMEROOM_PLUGINS)}};
  std::ostringstream said;
  world::SystemClock clock;
  world::Log log{{}, said};
  world::Cancel cancel;
  std::unique_ptr<Instance> instance;
  End end;
  Next next = Next::fail;
  std::vector<Aside> asides;
  std::vector<uint32_t> lines;
  std::vector<std::string> gone;  ///< those of the rows that say that their record is gone
};

}  // namespace homeroom::plugin
