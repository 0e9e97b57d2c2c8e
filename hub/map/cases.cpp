// Cases: the examples at the end of a mapping file, run through the same code as a night.
#include <algorithm>

#include "homeroom/error.hpp"
#include "hub/map/case_rows.hpp"
#include "hub/record/json.hpp"

namespace homeroom::map {

namespace {

using settings::Kind;
using settings::Node;

std::string value_text(const record::Column& column, uint32_t row) {
  if (!column.values || !column.is_valid(row)) return "null";
  std::string json;
  record::append_json_value(json, column, row);
  if (json.size() < 2 || json.front() != '"') return json;
  std::string text;
  for (std::size_t i = 1; i + 1 < json.size(); ++i) {
    if (json[i] == '\\' && i + 2 < json.size()) ++i;
    text += json[i];
  }
  return text;
}

std::string expected_text(const Node& node) {
  if (node.kind() == Kind::nothing) return "null";
  if (node.kind() != Kind::list) return node.text();
  std::string text = "[";
  for (const auto& item : node.items())
    text += (text.size() > 1 ? ",\"" : "\"") + item.text() + '"';
  return text + "]";
}

std::string key_text(const Node& node) {
  std::string key;
  for (const auto& part : node.items()) key += (key.empty() ? "" : "\x1f") + part.text();
  return key;
}

std::string shown(std::string key) {
  std::ranges::replace(key, '\x1f', '/');
  return key;
}

class CaseRun {
 public:
  CaseRun(Mapping& mapping, const record::Model& model, CaseResult& result)
      : mapping_(mapping), model_(model), result_(result) {}

  void run(const Node& given, const Node& expect) {
    const auto& reads = mapping_.reads();
    for (uint32_t i = 0; i < reads.size(); ++i) {
      auto csv = given.find(reads[i].stream);
      StreamRows rows;
      rows.columns.resize(reads[i].columns.size());
      if (csv) rows = case_rows(csv, reads[i], arena_);
      mapping_.apply_nulls(i, rows.columns, rows.rows, arena_);
      block_.streams.push_back(std::move(rows));
    }
    for (const auto& [stream, csv] : given.entries())
      if (std::ranges::find(reads, stream.text(), &Reads::stream) == reads.end())
        stream.refuse("reads has no stream " + stream.text());
    output_ = mapping_.run(block_, arena_);
    for (const auto& [name, wanted] : expect.entries()) compare(name, wanted);
  }

 private:
  void compare(const Node& name, const Node& wanted) {
    if (name.text() == "findings") return compare_findings(wanted, false);
    if (name.text() == "set_aside") return compare_findings(wanted, true);
    if (name.text() == "refused") return compare_refused(wanted);
    if (name.text() == "left_out") return compare_left_out(wanted);
    auto entity = model_.find(name.text());
    if (!entity) name.refuse("no entity " + name.text());
    compare_rows(*entity, wanted);
  }

  struct Row {
    const EntityRows* table;
    uint32_t row;
    bool is_expected = false;
  };

  void compare_rows(record::EntityId entity, const Node& wanted) {
    std::map<std::string, Row> made;
    const auto& of = model_.entities[entity];
    for (const auto& table : output_.entities)
      if (table.entity == entity)
        for (uint32_t row = 0; row < table.rows; ++row)
          if (!made.try_emplace(std::string(table.key.text_at(row).view()), Row{&table, row})
                   .second)
            differ(of.name + ": two rows with one key");
    for (const auto& row : wanted.items()) {
      auto key = key_text(row.require("key"));
      auto found = made.find(key);
      if (found == made.end()) {
        differ(of.name + " " + shown(key) + ": expected, not made");
        continue;
      }
      found->second.is_expected = true;
      for (const auto& [field, value] : row.entries())
        if (field.text() != "key")
          compare_field(of, found->second, shown(key), field, field.text(), value);
    }
    for (const auto& [key, row] : made)
      if (!row.is_expected) differ(of.name + " " + shown(key) + ": made, not expected");
  }

  void compare_field(const record::Entity& of, const Row& row, const std::string& key,
                     const Node& name, const std::string& path, const Node& wanted) {
    auto at = of.name + " " + key + ": " + path;
    if (path == "student") return equal(at, wanted, row.table->student, row.row);
    auto field = of.find(path);
    if (field && wanted.kind() == Kind::map && wanted.find("kept")) {
      if (!std::ranges::binary_search(row.table->kept, std::pair{row.row, *field}))
        differ(at + " is not kept, it is " + value_text(row.table->fields[*field], row.row));
    } else if (field) {
      equal(at, wanted, row.table->fields[*field], row.row);
    } else if (wanted.kind() == Kind::map) {
      for (const auto& [inner, value] : wanted.entries())
        compare_field(of, row, key, inner, path + "." + inner.text(), value);
    } else {
      name.refuse(of.name + " has no field " + path);
    }
  }

  void equal(const std::string& at, const Node& wanted, const record::Column& column,
             uint32_t row) {
    auto found = value_text(column, row);
    if (found != expected_text(wanted))
      differ(at + " is " + found + ", expected " + expected_text(wanted));
  }

  const std::string& stream_name(uint32_t stream) const { return mapping_.reads()[stream].stream; }

  void compare_findings(const Node& wanted, bool is_set_aside) {
    std::vector<const MapFinding*> found;
    for (const auto& finding : output_.findings)
      if (finding.is_set_aside == is_set_aside) found.push_back(&finding);
    for (const auto& one : wanted.items()) {
      one.only({"stream", "line", "field", "says"});
      auto match =
          std::ranges::find_if(found, [&](const MapFinding* f) { return is_like(*f, one); });
      if (match == found.end())
        differ(one.place(), "expected, not found");
      else
        found.erase(match);
    }
    for (const auto* finding : found)
      differ(stream_name(finding->stream) + " line " +
             std::to_string(block_.streams[finding->stream].lines[finding->row]) + ": " +
             finding->field + ": " + finding->says + (is_set_aside ? " (set aside)" : "") +
             ", not expected");
  }

  bool is_like(const MapFinding& finding, const Node& wanted) const {
    auto stream = wanted.find("stream"), line = wanted.find("line");
    auto field = wanted.find("field"), says = wanted.find("says");
    return (!stream || stream.text() == stream_name(finding.stream)) &&
           (!line || line.integer() == block_.streams[finding.stream].lines[finding.row]) &&
           (!field || field.text() == finding.field) && (!says || says.text() == finding.says);
  }

  void compare_refused(const Node& wanted) {
    auto found = output_.refusals;
    for (const auto& one : wanted.items()) {
      one.only({"stream", "count", "says"});
      auto match = std::ranges::find_if(found, [&](const Output::Refusal& r) {
        auto says = one.find("says"), count = one.find("count");
        return one.require("stream").text() == stream_name(r.stream) &&
               (!says || says.text() == r.why) &&
               (!count || static_cast<uint64_t>(count.integer()) == r.count);
      });
      if (match == found.end())
        differ(one.place(), "expected, not refused");
      else
        found.erase(match);
    }
    for (const auto& refusal : found)
      differ(stream_name(refusal.stream) + ": " + std::to_string(refusal.count) +
             " refused, not expected");
  }

  void compare_left_out(const Node& wanted) {
    for (const auto& [stream, count] : wanted.entries()) {
      for (uint32_t i = 0; i < block_.streams.size(); ++i) {
        if (stream_name(i) != stream.text()) continue;
        auto found = std::ranges::count(output_.fates[i], Fate::filtered);
        if (found != count.integer())
          differ(stream.text() + ": " + std::to_string(found) + " left out, expected " +
                 count.text());
      }
    }
  }

  void differ(const std::string& says) { result_.differences.push_back(says); }
  void differ(const settings::Place& place, const std::string& says) {
    differ("line " + std::to_string(place.line) + ": " + says);
  }

  Mapping& mapping_;
  const record::Model& model_;
  CaseResult& result_;
  record::Arena arena_;
  Block block_;
  Output output_;
};

}  // namespace

std::vector<CaseResult> run_cases(const std::filesystem::path& file, const record::Model& model) {
  std::vector<CaseResult> results;
  for (const auto& one : settings::load(file).find("cases").items()) {
    one.only({"case", "given", "parameters", "expect"});
    auto& result = results.emplace_back(CaseResult{one.require("case").text(), one.place(), {}});
    // A case that needs another day says so.
    std::map<std::string, std::string> parameters = {{"run_date", "2026-01-13"},
                                                     {"school_year", "2026"}};
    for (const auto& [name, value] : one.find("parameters").entries())
      parameters[name.text()] = value.text();
    std::vector<Remark> remarks;
    try {
      auto mapping = Mapping::compile(file, model, {}, parameters, remarks);
      if (mapping)
        CaseRun(*mapping, model, result).run(one.require("given"), one.require("expect"));
    } catch (const Error& error) {
      result.differences.emplace_back(error.what());
    }
    for (const auto& remark : remarks)
      if (remark.is_error)
        result.differences.push_back(std::to_string(remark.place.line) + ":" +
                                     std::to_string(remark.place.column) + ": " + remark.says);
  }
  return results;
}

}  // namespace homeroom::map
