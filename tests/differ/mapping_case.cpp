#include <algorithm>
#include <fstream>
#include <set>

#include <unistd.h>

#include "homeroom/error.hpp"
#include "hub/map/cases.hpp"
#include "hub/settings/model.hpp"
#include "tests/differ/cases.hpp"
#include "tests/differ/tables.hpp"

namespace homeroom::differ {

namespace {

namespace fs = std::filesystem;

const record::Model& model() {
  static const auto loaded =
      settings::load_model(fs::path(HOMEROOM_SOURCE_DIR) / "configs/model.yaml", {});
  return loaded;
}

/// A folder that goes with the program.
struct Folder {
  fs::path path = fs::temp_directory_path() / ("homeroom-differ-" + std::to_string(::getpid()));
  Folder() { fs::create_directories(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path); }
};

using Texts = std::vector<std::string>;
using Given = std::vector<std::vector<Texts>>;  ///< by stream, row, column; an empty text is null

Given given_rows(Random& random) {
  Given given;
  for (const auto& stream : streams()) {
    auto& rows = given.emplace_back();
    for (auto count = random.once_in(20) ? 0 : 4 + random.below(9); count > 0; --count) {
      auto& row = rows.emplace_back();
      for (const auto& column : stream.columns) row.push_back(random.of(column.pool));
    }
  }
  return given;
}

/// Streams with the columns every SQL table of a mapping carries.
std::vector<std::string> stream_sql(const Given& given) {
  std::vector<std::string> out;
  for (std::size_t s = 0; s < given.size(); ++s) {
    const auto& stream = streams()[s];
    std::string create = "create table " + stream.name +
                         "(o_ integer, s_ varchar, r_ integer, b_ varchar",
                values;
    for (const auto& column : stream.columns) create += ", c_" + column.name + " varchar";
    for (std::size_t row = 0; row < given[s].size(); ++row) {
      values += (row ? ", (" : "(") + std::to_string(row) + ", '" + stream.name + "', " +
                std::to_string(row) + ", '" + stream.name + ':' + std::to_string(row) + "'";
      for (const auto& text : given[s][row])
        values += ", " + (text.empty() ? "null" : sql_text(text));
      values += ')';
    }
    out.push_back("drop table if exists " + stream.name);
    out.push_back(create + ")");
    if (!values.empty()) out.push_back("insert into " + stream.name + " values " + values);
  }
  return out;
}

/// One text for all columns of a row, in the mapping language and in SQL.
std::pair<std::string, std::string> whole_row(const MadeTable& table, const Dialect& dialect) {
  std::string ours, sql;
  for (const auto& column : table.columns) {
    std::string mine = column.ours, theirs = "cast(" + column.sql + " as varchar)";
    if (column.type == Type::list)
      mine = "join(" + mine + ", ';')", theirs = dialect.joined(column.sql, ";");
    else if (column.type != Type::text)
      mine = "text(" + mine + ")";
    if (column.type == Type::boolean)
      theirs =
          "(case when " + column.sql + " then 'true' when not " + column.sql + " then 'false' end)";
    ours += (ours.empty() ? "" : " || '|' || ") + ("coalesce(" + mine + ", '~')");
    sql += (sql.empty() ? "" : " || '|' || ") + ("coalesce(" + theirs + ", '~')");
  }
  return {ours, sql};
}

/// " people:0 visits:3", in the order of texts.
std::string origins(const std::vector<map::SourceRow>& rows, const map::Mapping& mapping) {
  std::set<std::string> words;
  for (const auto& row : rows)
    words.insert(mapping.reads()[row.stream].stream + ':' + std::to_string(row.row));
  std::string out;
  for (const auto& word : words) out += ' ' + word;
  return out;
}

std::vector<std::string> outcome(const std::string& yaml, const Given& given, Case& made) {
  static const Folder folder;
  auto file = folder.path / "mapping.yaml";
  std::ofstream(file, std::ios::trunc) << yaml;
  std::vector<map::Remark> remarks;
  std::unique_ptr<map::Mapping> mapping;
  try {
    mapping =
        map::Mapping::compile(file, model(), {}, map::parameters_on(map::day_of_cases), remarks);
  } catch (const Error& refused) {
    made.problem = refused.what();
  }
  for (const auto& remark : remarks)
    if (remark.is_error) made.problem = std::to_string(remark.place.line) + ": " + remark.says;
  made.is_skipped = made.problem.find("join in two steps") != std::string::npos;
  if (!mapping) return {};
  record::Arena arena;
  map::GivenRows rows(*mapping, arena);
  for (uint32_t s = 0; s < given.size(); ++s)
    for (uint32_t row = 0; row < given[s].size(); ++row) {
      std::vector<const std::string*> values;
      for (const auto& text : given[s][row]) values.push_back(&text);
      rows.take(s, values, row + 2);
    }
  auto output = mapping->run(rows.block(), arena);
  std::vector<std::string> out;
  for (const auto& entity : output.entities)
    for (uint32_t row = 0; row < entity.rows; ++row)
      out.push_back(mapping->reads()[entity.from_stream].stream + ':' +
                    std::to_string(entity.from_row[row]) + ':' +
                    std::string(entity.key.text_at(row).view()) + " <" +
                    origins(entity.lineage.of(row), *mapping));
  std::ranges::sort(out);
  return out;
}

}  // namespace

Case mapping_case(uint64_t seed, const Dialect& dialect) {
  Case made;
  made.seed = made.table = seed;
  Random random(seed + 7'000'000'007);
  auto given = given_rows(random);
  Tables tables(random, dialect);
  for (auto count = 1 + random.below(3); count > 0; --count) tables.add();
  const auto& last = tables.made().back();
  auto [ours, sql] = whole_row(last, dialect);
  std::string yaml = "mapping: 1\nreads:\n";
  for (const auto& stream : streams()) {
    yaml += "  " + stream.name + ": ";
    for (const auto& column : stream.columns)
      yaml += (&column == &stream.columns[0] ? "" : ", ") + column.name;
    yaml += '\n';
  }
  yaml += "nulls: ['']\ncodes: {c: {a: one, ab: a code of many letters, '': ''}}\n" +
          (tables.pieces().empty() ? "" : "pieces:\n" + tables.pieces()) + "tables:\n" +
          tables.yaml() + "service:\n  from: " + last.ours + "\n  key: \"" + ours +
          "\"\n  student: \"'s'\"\n  fields: {name: \"'x'\"}\n";
  made.ours = yaml;
  made.setup = stream_sql(given);
  made.expected = outcome(yaml, given, made);
  made.query = tables.sql() + "\nselect line from (select s_ || ':' || r_ || ':' || " + sql +
               " || ' < ' || " + dialect.distinct_words("b_") + " as line from " + last.sql +
               ") order by line";
  made.intended = tables.intended();
  for (std::size_t s = 0; s < given.size(); ++s)
    for (const auto& row : given[s]) {
      made.rows += "  " + streams()[s].name + ": ";
      for (const auto& text : row) made.rows += text + " | ";
      made.rows += '\n';
    }
  return made;
}

}  // namespace homeroom::differ
