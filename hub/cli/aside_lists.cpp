#include "hub/cli/aside_lists.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <set>

#include <nlohmann/json.hpp>

#include "homeroom/error.hpp"
#include "hub/cli/print.hpp"
#include "hub/cli/unmask.hpp"
#include "hub/cli/verbs.hpp"
#include "hub/flow/flow.hpp"
#include "hub/record/record.hpp"
#include "hub/store/store.hpp"
#include "hub/world/world.hpp"

namespace homeroom::cli {

namespace {

using nlohmann::ordered_json;

/// As it may stand in a file name on any file system.
std::string plain(const std::string& text) {
  std::string name;
  for (char letter : text) {
    auto c = static_cast<unsigned char>(letter);
    if (std::isalnum(c) || c == '_' || c >= 0x80)
      name += letter;
    else if (!name.empty() && name.back() != '-')
      name += '-';
  }
  return name;
}

constexpr const char* list_head =
    "School,System,File,Record,Column,What is wrong,Where,Since run\n";

/// Writes the files into the folder. Those of an earlier day, of which `is_ours` knows the first
/// line, go where there is nothing to mend now; other files stay.
void write_files(const std::filesystem::path& folder,
                 const std::map<std::string, std::string>& files,
                 const std::function<bool(const std::string& first_line)>& is_ours) {
  world::make_folder(folder);
  std::vector<std::filesystem::path> old;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".csv" || files.contains(entry.path().filename().string()))
      continue;
    std::ifstream in(entry.path());
    std::string head;
    std::getline(in, head);
    if (is_ours(head)) old.push_back(entry.path());
  }
  for (const auto& path : old) std::filesystem::remove(path);
  for (const auto& [name, text] : files) world::write_atomically(folder / name, text);
}

std::string counted(std::size_t records, std::size_t files, const char* one, const char* many,
                    const std::string& folder) {
  return (records == 1 ? "1 record" : with_commas(records) + " records") + " to mend, in " +
         (files == 1 ? std::string("1 ") + one : with_commas(files) + ' ' + many) + " of " + folder;
}

/// Names of schools, each of which tells its school apart from the others.
class SchoolNames {
 public:
  template <class Lists>
  explicit SchoolNames(const Lists& lists) {
    std::map<std::string, int> uses;
    for (const auto& [school, lines] : lists) ++uses[plain(short_name(school))];
    for (const auto& [school, lines] : lists) {
      auto name = short_name(school);
      if (uses[plain(name)] > 1 && !school.number.empty()) name += " (" + school.number + ')';
      names_[school] = name;
    }
  }
  const std::string& name(const flow::School& school) const { return names_.at(school); }
  std::string file(const flow::School& school) const {
    if (school == flow::School()) return "no-school-known.csv";
    auto name = plain(names_.at(school));
    if (name.ends_with('-')) name.pop_back();
    return (name.empty() ? "school" : name) + ".csv";
  }

 private:
  static std::string short_name(const flow::School& school) {
    return school.name.empty() ? school.number : school.name;
  }
  std::map<flow::School, std::string> names_;
};

}  // namespace

bool AsideLists::has(const store::QuarantineRow& row) const {
  bool is_open = row.state == store::AsideState::open || row.reads_again;
  return (is_all || is_open) && destination.empty() && (source.empty() || row.source == source);
}

bool AsideLists::are_files() const {
  return !by_what.empty() || !csv.empty() || !rejects.empty() || !why.empty();
}

void AsideLists::refuse_what_does_not_fit() const {
  bool is_by_school = !by_what.empty() || !csv.empty();
  if (is_by_school && !rejects.empty())
    throw Error(Next::fix_settings, "--rejects and --by school write other files; ask one by one");
  if (is_by_school && (by_what != "school" || csv.empty()))
    throw Error(Next::fix_settings, "--by school and --csv FOLDER go together");
  if (!destination.empty())
    throw Error(Next::fix_settings,
                "--destination: what a destination refused is no record of a source; leave it out, "
                "and look with homeroom quarantine list --destination " +
                    destination);
  if (is_by_school && is_all)
    throw Error(
        Next::fix_settings,
        "--all: the lists by school have what is still to mend; leave it out, and look with "
        "homeroom quarantine list --all");
  if (rejects.empty() != why.empty())
    throw Error(Next::fix_settings, rejects.empty()
                                        ? "--why goes with --rejects FOLDER"
                                        : "--rejects needs --why TEXT: the files show values, so "
                                          "the reason is recorded");
}

void AsideLists::write(Context& context) const {
  refuse_what_does_not_fit();
  if (!source.empty()) context.hub().source(source);  // refuses an unknown one
  rejects.empty() ? write_by_school(context) : write_rejects(context);
}

/// For each school a list that its secretary can work through.
void AsideLists::write_by_school(Context& context) const {
  auto hub = context.hub();
  auto reading = flow::open_for_reading(hub);
  auto lists = flow::asides_by_school(hub, *reading.store, *reading.keys, source);
  SchoolNames names(lists);
  std::map<std::string, std::string> files;
  ordered_json told = ordered_json::array();
  std::size_t records = 0;
  for (const auto& [school, lines] : lists) {
    auto& file = files[names.file(school)];
    if (file.empty()) file = list_head;
    for (const auto& line : lines) {
      for (const auto& cell : {names.name(school), line.source, line.stream, line.record,
                               line.columns, line.why, line.where})
        file += record::spreadsheet_cell(cell) + ',';
      file += std::to_string(line.since_run) + '\n';
    }
    records += lines.size();
    told.push_back(
        {{"school", names.name(school)}, {"file", names.file(school)}, {"records", lines.size()}});
  }
  write_files(csv, files, [](const std::string& line) { return line + '\n' == list_head; });
  if (context.is_json()) return print({{"lists", told}});
  std::printf("%s.\n", counted(records, files.size(), "list", "lists", csv).c_str());
}

/// For each stream its records as its source has them: values are seen, so who and why is recorded.
void AsideLists::write_rejects(Context& context) const {
  auto hub = context.hub();
  flow::record_unmasking(hub, account(),
                         "records set aside" + (source.empty() ? "" : " of " + source), why);
  auto reading = flow::open_for_reading(hub);
  auto rows = reading.store->quarantine();
  std::erase_if(rows, [&](const auto& row) { return !has(row); });
  std::map<std::string, std::string> files;
  ordered_json told = ordered_json::array();
  for (auto& reject : flow::reject_files(*reading.store, rows)) {
    auto name = plain(reject.source) + '.' + plain(reject.stream);
    for (int other = 2; files.contains(name + ".csv"); ++other)
      name = plain(reject.source) + '.' + plain(reject.stream) + '-' + std::to_string(other);
    files[name + ".csv"] = std::move(reject.text);
    told.push_back({{"source", reject.source},
                    {"stream", reject.stream},
                    {"file", name + ".csv"},
                    {"records", reject.records}});
  }
  write_files(rejects, files, flow::begins_reject_file);
  if (context.is_json()) return print({{"rejects", told}});
  std::printf("%s. They show values: destroy them when they are done with.\n",
              counted(rows.size(), files.size(), "file", "files", rejects).c_str());
}

}  // namespace homeroom::cli
