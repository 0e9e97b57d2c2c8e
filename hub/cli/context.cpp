#include "hub/cli/context.hpp"

#include <algorithm>

#include "homeroom/error.hpp"
#include "hub/flow/flow.hpp"

namespace homeroom::cli {

namespace {

std::filesystem::path program_folder() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path();
}

}  // namespace

std::filesystem::path Context::configs() const {
  auto beside = program_folder().parent_path();
  for (const auto& folder : {beside / "configs", beside / "share" / "homeroom"})
    if (std::filesystem::exists(folder / "model.yaml")) return folder;
  throw Error(
      Next::fix_settings,
      "the program's own files (configs/model.yaml) are not beside it; build or install it again");
}

std::vector<std::filesystem::path> Context::plugin_folders() const {
  auto folders = own_plugin_folders();
  folders.insert(folders.begin(), std::filesystem::path(workspace) / "plugins");
  return folders;
}

std::vector<std::filesystem::path> Context::own_plugin_folders() const {
  auto beside = program_folder().parent_path();
  return {beside / "plugins", beside / "lib" / "homeroom" / "plugins"};
}

std::map<std::string, std::string> Context::parameters() const {
  std::map<std::string, std::string> parameters;
  for (const auto& pair : set) {
    auto equals = pair.find('=');
    if (equals == std::string::npos || equals == 0)
      throw Error(Next::fix_settings, "--set takes NAME=VALUE");
    parameters[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  return parameters;
}

flow::Hub Context::hub() const {
  return flow::Hub(settings::load_workspace(workspace, parameters()), {configs(), plugin_folders()},
                   clock, log, cancel);
}

std::string Table::text(std::size_t left) const {
  std::vector<std::size_t> widths;
  for (const auto& row : rows_)
    for (std::size_t c = 0; c < row.size(); ++c) {
      if (c >= widths.size()) widths.push_back(0);
      widths[c] = std::max(widths[c], row[c].size());
    }
  std::string out;
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) {
      std::string pad(widths[c] - row[c].size(), ' ');
      line += c < left ? row[c] + pad + "  " : pad + row[c] + "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  }
  return out;
}

std::string with_commas(uint64_t number) {
  auto text = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
    text.insert(static_cast<std::size_t>(at), ",");
  return text;
}

std::string printable_size(uint64_t bytes) {
  return with_commas(bytes >> 20) + " MiB";
}

}  // namespace homeroom::cli
