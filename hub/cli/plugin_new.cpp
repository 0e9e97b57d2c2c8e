// The verb plugin new: a folder in which only one place is to be written.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <set>

#include <nlohmann/json.hpp>

#include "homeroom/error.hpp"
#include "hub/cli/verbs.hpp"
#include "hub/world/world.hpp"

namespace homeroom::cli {

namespace {

namespace fs = std::filesystem;

constexpr uint64_t most_template_bytes = 1 << 20;

struct Wanted {
  std::string name;
  std::string kind = "file";
};

/// Names of targets that CMake makes itself, and of those the SDK brings.
const std::set<std::string> taken = {"all",
                                     "clean",
                                     "depend",
                                     "edit_cache",
                                     "help",
                                     "install",
                                     "install_local",
                                     "install_strip",
                                     "package",
                                     "preinstall",
                                     "package_source",
                                     "list_install_components",
                                     "rebuild_cache",
                                     "test",
                                     "homeroom_sdk",
                                     "homeroom_contract",
                                     "homeroom_sdk_rest"};

bool is_letter(char letter) {
  return letter >= 'a' && letter <= 'z';
}

/// Words of small letters and digits, each beginning with a letter, joined by '_': the name becomes
/// that of files and of a build target.
bool is_good_name(const std::string& name) {
  bool begins_word = true;
  for (char letter : name) {
    if (begins_word && !is_letter(letter)) return false;
    if (!is_letter(letter) && !(letter >= '0' && letter <= '9') && letter != '_') return false;
    begins_word = letter == '_';
  }
  return !name.empty() && name.size() <= 40 && !begins_word;
}

void check(const Wanted& wanted) {
  if (!is_good_name(wanted.name))
    throw Error(Next::fix_settings,
                "the name of a plugin has small letters, digits and single '_', as in demo_sis");
  if (taken.contains(wanted.name))
    throw Error(Next::fix_settings, "'" + wanted.name +
                                        "' is the name of a target that every build has; give the "
                                        "plugin another, as in demo_sis");
  if (fs::exists(wanted.name))
    throw Error(Next::fix_settings,
                wanted.name + " is there already; plugin new makes new folders only");
}

std::string filled(std::string text, const std::string& mark, const std::string& with) {
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + with.size()))
    text.replace(at, mark.size(), with);
  return text;
}

/// The templates are a plugin named new_plugin.
std::string renamed(std::string text, const std::string& name) {
  return filled(std::move(text), "new_plugin", name);
}

void write_file(const fs::path& to, const std::string& text) {
  fs::create_directories(to.parent_path());
  std::ofstream out(to, std::ios::binary);
  out << text;
  if (!out.flush()) throw Error(Next::fix_settings, to.string() + " cannot be written");
}

void fill_folder(const fs::path& from, const fs::path& folder, const std::string& name) {
  for (const auto& entry : fs::recursive_directory_iterator(from)) {
    if (!entry.is_regular_file()) continue;
    auto to = folder / renamed(entry.path().lexically_relative(from), name);
    write_file(to, renamed(world::read_whole(entry.path(), most_template_bytes), name));
  }
}

/// Beside its later place under a hidden name first: what stands under the name is whole.
void make_folder(const fs::path& from, const std::string& name) try {
  fs::path hidden = "." + name + ".new";
  fs::remove_all(hidden);  // of one that was ended in the middle
  try {
    fill_folder(from, hidden, name);
    fs::rename(hidden, name);
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(hidden, ignored);
    throw;
  }
} catch (const fs::filesystem_error& problem) {
  throw Error(Next::fix_settings,
              "folder " + name + " cannot be made: " + problem.code().message());
}

void make(const Context& context, const Wanted& wanted) {
  check(wanted);
  fs::path folder = wanted.name;
  make_folder(context.configs() / "plugin" / wanted.kind, wanted.name);
  auto source = (folder / (wanted.name + ".cpp")).string();
  if (context.is_json()) {
    nlohmann::json out = {{"folder", folder.string()}, {"kind", wanted.kind}, {"fill", source}};
    std::printf("%s\n", out.dump().c_str());
    return;
  }
  std::printf(
      "%s is made. One place is to be written: FILL THIS PLACE in %s.\n%s/README.md says how "
      "to build and test it.\n",
      folder.c_str(), source.c_str(), folder.c_str());
}

}  // namespace

void add_plugin_new(const Command& plugin, Context& context) {
  auto wanted = std::make_shared<Wanted>();
  plugin.add("new", "A new folder with all a plugin needs and one place to write")
      .takes("name", wanted->name, "Its name, as in demo_sis; the folder is made here", Need::must)
      .takes_one_of("--kind", wanted->kind, {"file", "rest", "destination"},
                    "What it reads, or that it writes (default: file)")
      .does([&context, wanted] { make(context, *wanted); });
}

}  // namespace homeroom::cli
