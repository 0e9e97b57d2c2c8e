// code(text, 'table'): a crosswalk by hash, dated or not. And what the checker builds itself.
#include <deque>

#include "hub/express/function.hpp"
#include "hub/express/kernel.hpp"
#include "hub/record/date.hpp"

namespace homeroom::express {

namespace {

const DatedCode* in_force(const std::vector<DatedCode>& rows, int32_t day) {
  for (const auto& row : rows)
    if (row.from <= day && day <= row.to) return &row;
  return nullptr;
}

/// An open-addressing table of texts, at most half full.
struct Crosswalk : Prepared {
  struct Slot {
    Text key;
    Text value;
    bool is_used = false;
  };
  std::vector<Slot> slots;
  std::deque<std::string> bytes;  // of keys and values; a deque so that they stay where they are
  std::string says;

  /// With the rows that hold on a day.
  Crosswalk(const CodeTable& table, std::optional<int32_t> day)
      : says("code not in " + table.name) {
    size_t size = 8;
    while (size < (table.codes.size() + table.dated.size()) * 2) size *= 2;
    slots.resize(size);
    for (const auto& [key, value] : table.codes) insert(own(key), own(value));
    for (const auto& [key, rows] : table.dated)
      if (const auto* row = in_force(rows, *day)) insert(own(key), own(row->value));
  }
  const Slot* find(const Text& key) const {
    size_t mask = slots.size() - 1;
    for (size_t at = hash_of(key) & mask; slots[at].is_used; at = (at + 1) & mask)
      if (slots[at].key == key) return &slots[at];
    return nullptr;
  }

 private:
  Text own(const std::string& text) {
    bytes.push_back(text + std::string(record::readable_behind, '\0'));
    return record::text(bytes.back().data(), static_cast<uint32_t>(text.size()));
  }
  void insert(const Text& key, const Text& value) {
    size_t mask = slots.size() - 1;
    size_t at = hash_of(key) & mask;
    while (slots[at].is_used) at = (at + 1) & mask;
    slots[at] = {key, value, true};
  }
};

const CodeTable& table_named(const Preparing& preparing) {
  const std::string& name = preparing.word(0);
  std::vector<std::string> names;
  if (preparing.scope.codes) {
    auto found = preparing.scope.codes->find(name);
    if (found != preparing.scope.codes->end()) return found->second;
    for (const auto& [other, table] : *preparing.scope.codes) names.push_back(other);
  }
  std::string near = nearest(name, names);
  throw "no codes " + name + (near.empty() ? "" : ", did you mean " + near);
}

std::shared_ptr<const Prepared> crosswalk(const Preparing& preparing) {
  const auto& table = table_named(preparing);
  const auto& parameters = preparing.scope.parameters;
  auto run_date = parameters.find("run_date");
  std::optional<int32_t> day;
  if (run_date != parameters.end()) day = record::parse_iso_date(run_date->second);
  if (!day && !table.dated.empty())
    throw "the codes " + table.name + " have dates, and there is no run_date here";
  return std::make_shared<Crosswalk>(table, day);
}

/// A crosswalk whose rows are looked up by day too.
struct DatedCrosswalk : Prepared {
  std::map<std::string, std::vector<DatedCode>, std::less<>> rows;
  std::string says;
};
std::shared_ptr<const Prepared> dated_crosswalk(const Preparing& preparing) {
  const auto& table = table_named(preparing);
  auto made = std::make_shared<DatedCrosswalk>();
  made->says = "code not in " + table.name + " on that day";
  made->rows = {table.dated.begin(), table.dated.end()};
  for (const auto& [key, value] : table.codes) made->rows[key].push_back({value});
  return made;
}

Column code_kernel(Call& call) {
  const auto& table = call.prepared<Crosswalk>();
  const char* says = table.says.c_str();
  return read_one<Text, Text>(call, Type::text, [&](const Text& key, Text& out) {
    const auto* slot = table.find(key);
    if (!slot) return says;
    out = slot->value;
    return out.empty() ? absent : static_cast<const char*>(nullptr);
  });
}

Column dated_code_kernel(Call& call) {
  const auto& table = call.prepared<DatedCrosswalk>();
  const Column& keys = call.args[0];
  const Column& days = call.args[2];
  return read_rows<Text>(
      call, Type::text, valid_in_both(call, keys, days), [&](uint32_t row, Text& out) {
        auto found = table.rows.find(keys.text_at(row).view());
        const DatedCode* code =
            found == table.rows.end() ? nullptr : in_force(found->second, days.at<int32_t>(row));
        if (!code) return table.says.c_str();
        out = made(call, code->value);
        return out.empty() ? absent : static_cast<const char*>(nullptr);
      });
}

}  // namespace

std::vector<Function> code_functions() {
  return {
      define(
          "code(text, 'table') -> text",
          "The code of a crosswalk, of its rows that hold on run_date; an empty one is null, a key "
          "that is not there is a fault.",
          {a_text, a_word}, Type::text, code_kernel, {{"code('male', 'sex')", "\"M\""}})
          .faults()
          .prepared_by(crosswalk),
      define("code(text, 'table', on) -> text", "The code of the row that holds on a date.",
             {a_text, a_word, a_date}, Type::text, dated_code_kernel,
             {{"code('LB', 'program', date('2024-10-01', 'YYYY-MM-DD'))", "\"lunch\""},
              {"code('LB', 'program', date('2025-10-01', 'YYYY-MM-DD'))", "\"lunch-box\""}})
          .faults()
          .prepared_by(dated_crosswalk)};
}

std::vector<Function> choice_functions() {
  return {
      define(
          "coalesce(value, ...) -> value",
          "The first value that is not null; later ones are only worked out where they are needed.",
          {a_text}, Type::text, nullptr, {{"coalesce(null, 'b', 'c')", "\"b\""}})
          .repeated(),
      define("nullif(value, other) -> value", "Null if both are equal, else the value.",
             {a_text, a_text}, Type::text, nullptr,
             {{"nullif('NULL', 'NULL')", "null"}, {"nullif('a', 'NULL')", "\"a\""}}),
      define("greatest(value, ...) -> value", "The greatest of the values that are not null.",
             {a_text}, Type::text, nullptr, {{"greatest(3, null, 7)", "7"}})
          .repeated(),
      define("least(value, ...) -> value", "The least of the values that are not null.", {a_text},
             Type::text, nullptr, {{"least(3, null, 7)", "3"}})
          .repeated(),
  };
}

}  // namespace homeroom::express
