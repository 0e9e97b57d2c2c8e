#include "hub/conformance/subject.hpp"

#include <algorithm>
#include <array>

namespace homeroom::conformance {

namespace {

namespace fs = std::filesystem;

constexpr uint64_t most_bytes = uint64_t{64} << 20;
constexpr uint64_t most_files = 10'000;

constexpr std::array<std::pair<std::string_view, Next>, 6> kinds{{{"retry", Next::retry},
                                                                  {"sign_in", Next::sign_in},
                                                                  {"settings", Next::fix_settings},
                                                                  {"data", Next::not_readable},
                                                                  {"unsupported", Next::hide},
                                                                  {"stopped", Next::stop}}};
const std::vector<std::string> moments = {"open", "check", "discover", "read", "write"};

settings::Flat flat(const settings::Node& node) {
  return settings::flat_settings(node, {}, [](const settings::Node& text) { return text.text(); });
}

ErrorCase error_case(const settings::Node& node) {
  node.only({"when", "next", "with", "without"});
  ErrorCase made;
  auto when = node.require("when");
  made.when = when.text();
  if (std::ranges::find(moments, made.when) == moments.end())
    when.refuse("expected open, check, discover, read or write");
  auto next = node.require("next");
  auto kind = std::ranges::find(kinds, next.text(), [](const auto& pair) { return pair.first; });
  if (kind == kinds.end())
    next.refuse("expected retry, sign_in, settings, data, unsupported or stopped");
  made.next = kind->second;
  if (auto with = node.find("with")) made.with = flat(with);
  for (const auto& name : node.find("without").items()) made.without.push_back(name.text());
  return made;
}

Hints read_hints(const fs::path& file) {
  Hints hints;
  if (!fs::exists(file)) return hints;
  auto root = settings::load(file);
  root.only({"empty", "errors", "refuses", "skip"});
  if (auto empty = root.find("empty")) hints.empty = flat(empty);
  for (const auto& one : root.find("errors").items()) hints.errors.push_back(error_case(one));
  if (auto refuses = root.find("refuses")) hints.refuses = refuses.text();
  for (const auto& [name, why] : root.find("skip").entries()) {
    hints.skip[name.text()] = why.text();
    if (why.text().find_first_not_of(" \t\n") == std::string::npos)
      why.refuse("say why this check is skipped");
  }
  return hints;
}

void check_size(const fs::path& folder) {
  uint64_t bytes = 0;
  uint64_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    bytes += entry.file_size();
    if (++files > most_files || bytes > most_bytes)
      throw Error(Next::fix_settings,
                  "folder " + folder.string() +
                      " is too large to be copied for each check; lay the settings file into a "
                      "folder of its own, beside a small sample of the input");
  }
}

}  // namespace

Subject read_subject(const plugin::Found& found, const fs::path& settings) {
  auto file = settings.empty() ? found.library.parent_path() / (found.manifest.name + ".sample") /
                                     "settings.yaml"
                               : settings;
  if (!fs::exists(file))
    throw Error(Next::fix_settings,
                "there is no " + file.string() +
                    "; a plugin comes with sample settings, or --settings names a file of them");
  Subject subject{found, fs::absolute(file).parent_path(), flat(settings::load(file)), {}};
  subject.hints = read_hints(subject.folder / "conformance.yaml");
  check_size(subject.folder);
  return subject;
}

}  // namespace homeroom::conformance
