#include "plugins/csv_file/table.hpp"

#include <sstream>

#include "homeroom/error.hpp"

namespace homeroom::csv_file {
namespace {

[[noreturn]] void wrong(const std::string& setting, const std::string& why) {
  throw Error(Next::fix_settings, "setting " + setting + " " + why);
}

// "A, B" as its parts.
std::vector<std::string> parts_of(const std::string& list) {
  std::vector<std::string> parts;
  std::istringstream text(list);
  for (std::string part; std::getline(text, part, ',');) {
    part.erase(0, part.find_first_not_of(' '));
    part.erase(part.find_last_not_of(' ') + 1);
    if (!part.empty()) parts.push_back(part);
  }
  return parts;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (auto& part : parts) text += (text.empty() ? "" : ",") + part;
  return text;
}

char letter(const Settings& about, const std::string& where, const std::string& name, char usual) {
  std::string text = about.text_or(name, std::string(1, usual));
  if (text == "tab") return '\t';
  if (text.size() != 1 || text[0] == '\n' || text[0] == '\r' ||
      static_cast<unsigned char>(text[0]) >= 0x80)
    wrong(where + "." + name, "is not one plain character (or: tab)");
  return text[0];
}

Role role_named(const std::string& name, const std::string& where) {
  if (name == "subject") return Role::subject;
  if (name == "reference") return Role::reference;
  wrong(where + ".role", "is neither subject nor reference");
}

Gone gone_named(const std::string& name, const std::string& where) {
  if (name == "absent") return Gone::absent;
  if (name == "never") return Gone::never;
  wrong(where + ".gone", "is neither absent nor never");
}

// A file lies in the folder or below it.
std::string inside_folder(const std::string& file, const std::string& where) {
  for (auto& part : std::vector<std::string>{"../", "/..", "//"})
    if (file.find(part) != std::string::npos) wrong(where, "leaves the folder");
  if (file.starts_with('/') || file == "..") wrong(where, "leaves the folder");
  return file;
}

std::string keys_of(const Settings& about) {
  auto parts = about.list("key");
  return parts.size() > 1 ? joined(parts) : joined(parts_of(parts.empty() ? "" : parts[0]));
}

// A column of the file that says which of its rows are removals.
std::optional<Removal> removal_of(const Settings& about) {
  if (!about.has("removed.column") && !about.has("removed.is")) return std::nullopt;
  auto value = about.text_or("removed.is", "");
  auto when = value.empty() ? Removal::When::filled : Removal::When::equals;
  return Removal{when, about.text("removed.column"), value};
}

Table table_of(const std::string& stream, const Settings& about, const std::string& where) {
  Table table;
  table.stream = stream;
  table.file = inside_folder(about.text("path"), where + ".path");
  table.key = keys_of(about);
  table.subject = about.text_or("subject", "");
  table.space = about.text_or("space", "");
  table.role = role_named(about.text_or("role", "subject"), where);
  table.gone = gone_named(about.text_or("gone", "absent"), where);
  table.encoding = encoding_named(about.text_or("encoding", "utf-8"));
  table.options.place = table.file;
  table.options.delimiter = letter(about, where, "delimiter", ',');
  table.options.quote = letter(about, where, "quote", '"');
  if (table.options.quote == table.options.delimiter)
    wrong(where + ".quote", "is the delimiter too");
  table.options.may_be_empty = about.boolean_or("may_be_empty", true);
  table.options.key = parts_of(table.key);
  table.options.removal = removal_of(about);
  return table;
}

// removed.csv: which subjects are gone from tables that cannot say so themselves.
Table removed_table(const Settings& about) {
  Table table = table_of("removed", about, "removed");
  table.removals = true;
  table.source = about.text_or("source", "");
  table.key = table.subject = "key";
  table.gone = Gone::marked;
  table.options.key = {"key"};
  table.options.removal = Removal{Removal::When::always, "", ""};
  if (!table.source.empty()) table.options.only = CsvOptions::Only{"source", table.source};
  return table;
}

}  // namespace

std::vector<Table> tables_of(const Settings& settings) {
  std::vector<Table> tables;
  for (auto& stream : settings.names_below("files")) {
    Settings about = settings.below("files." + stream);
    if (auto path = settings.optional("files." + stream)) about = Settings({{"path", *path}});
    tables.push_back(table_of(stream, about, "files." + stream));
  }
  if (settings.has("removed.path")) tables.push_back(removed_table(settings.below("removed")));
  if (tables.empty()) throw Error(Next::fix_settings, "setting files is missing: it names no file");
  return tables;
}

}  // namespace homeroom::csv_file
