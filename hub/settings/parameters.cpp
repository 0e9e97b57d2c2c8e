#include "hub/settings/parameters.hpp"

#include <algorithm>

#include "homeroom/error.hpp"

namespace homeroom::settings {

namespace {

constexpr const char* folders[] = {"data", "out", "keys"};

std::string absolute_from(const std::filesystem::path& folder, const std::string& path) {
  return path.empty() ? path : (folder / path).lexically_normal().string();
}

/// "sqlite:FILE" with FILE made absolute; other stores as they are.
std::string absolute_store(const std::filesystem::path& folder, const std::string& store) {
  if (!store.starts_with("sqlite:")) return store;
  return "sqlite:" + absolute_from(folder, store.substr(7));
}

std::vector<std::string> names_of(const std::map<std::string, std::string>& values) {
  std::vector<std::string> names;
  for (const auto& [name, value] : values) names.push_back(name);
  return names;
}

}  // namespace

Parameters::Parameters(const Node& declared, const std::map<std::string, std::string>& set,
                       const std::filesystem::path& folder)
    : values_{{"data", "data"}, {"out", "out"},   {"store", "sqlite:homeroom.db"},
              {"keys", ""},     {"mode", "full"}, {"deliver", "snapshot"},
              {"run_date", ""}} {
  for (const auto& [key, value] : declared.entries()) values_[key.text()] = value.text();
  for (const char* name : folders) values_[name] = absolute_from(folder, values_[name]);
  values_["store"] = absolute_store(folder, values_["store"]);
  auto here = std::filesystem::current_path();
  for (const auto& [name, value] : set) {
    if (!values_.contains(name)) {
      auto near = did_you_mean(name, names_of(values_));
      throw Error(Next::fix_settings, "--set " + name + ": no such parameter" +
                                          (near ? ", did you mean " + *near + "?" : ""));
    }
    bool is_folder = std::find(std::begin(folders), std::end(folders), name) != std::end(folders);
    values_[name] = name == "store" ? absolute_store(here, value)
                    : is_folder     ? absolute_from(here, value)
                                    : value;
  }
  if (!values_["keys"].empty()) return;
  bool is_file = values_["store"].starts_with("sqlite:");
  std::filesystem::path beside =
      is_file ? values_["store"].substr(7) : absolute_from(folder, "homeroom.db");
  values_["keys"] = beside.replace_extension(".keys").string();
}

std::string Parameters::fill(const Node& node) const {
  const auto& text = node.text();
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    auto open = text.find("${", at);
    out += text.substr(at, open - at);
    if (open == std::string::npos) break;
    auto close = text.find('}', open);
    if (close == std::string::npos) node.refuse("${ without a closing }");
    auto name = text.substr(open + 2, close - open - 2);
    auto found = values_.find(name);
    if (found == values_.end()) {
      auto near = did_you_mean(name, names_of(values_));
      node.refuse("no parameter " + name + (near ? ", did you mean " + *near + "?" : ""));
    }
    out += found->second;
    at = close + 1;
  }
  return out;
}

}  // namespace homeroom::settings
