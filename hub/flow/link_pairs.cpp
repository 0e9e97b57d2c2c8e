#include "hub/flow/link_pairs.hpp"

#include <optional>
#include <unordered_map>

#include "homeroom/error.hpp"
#include "hub/flow/row_reader.hpp"
#include "hub/world/world.hpp"

namespace homeroom::flow {

namespace {

/// The record with this id; where several tables have it, the id is said with the source before it.
uint32_t record_called(const resolve::Records& records, const std::string& name) {
  std::optional<uint32_t> found;
  for (uint32_t record = 0; record < records.count; ++record) {
    auto id = records.id(record).view();
    if (id != name && records.sources[records.source(record)] + ":" + std::string(id) != name)
      continue;
    if (found) throw Error(Next::fix_settings, "several records have this id; say SOURCE:ID");
    found = record;
  }
  if (!found) throw Error(Next::fix_settings, "no record has one of the ids that were said");
  return *found;
}

std::unordered_map<std::string, std::vector<uint32_t>> records_by_id(
    const resolve::Records& records) {
  std::unordered_map<std::string, std::vector<uint32_t>> made;
  for (uint32_t record = 0; record < records.count; ++record) {
    std::string id(records.id(record).view());
    if (!records.are_ids_unique)
      made[records.sources[records.source(record)] + ":" + id].push_back(record);
    made[std::move(id)].push_back(record);
  }
  return made;
}

/// The id; with its source before it where several tables use the same ids.
std::string called(const resolve::Records& records, uint32_t record) {
  std::string id(records.id(record).view());
  return records.are_ids_unique ? id : records.sources[records.source(record)] + ":" + id;
}

}  // namespace

void append_cell(std::string& to, std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    to += text;
    return;
  }
  to += '"';
  for (char c : text) {
    if (c == '"') to += '"';
    to += c;
  }
  to += '"';
}

std::vector<resolve::Decision> read_decisions(const std::filesystem::path& file,
                                              const resolve::Records& records) {
  std::vector<resolve::Decision> made;
  if (file.empty()) return made;
  auto by_id = records_by_id(records);
  map::Reads reads;
  reads.stream = "decisions";
  reads.columns = {{"record_id"}, {"other_record_id"}, {"decision"}};
  auto reader = file_rows(file, reads);
  for (map::StreamRows rows; reader->next(rows);)
    for (uint32_t row = 0; row < rows.rows; ++row) {
      auto refuse = [&](const char* says) {
        throw Error(Next::fix_settings,
                    file.string() + ":" + std::to_string(rows.lines[row]) + ": " + says);
      };
      auto text = [&](std::size_t column) {
        return rows.columns[column].is_valid(row)
                   ? std::string(rows.columns[column].text_at(row).view())
                   : std::string();
      };
      if (text(2).empty()) continue;
      resolve::Decision decision;
      uint32_t* ends[] = {&decision.a, &decision.b};
      for (std::size_t i = 0; i < 2; ++i) {
        auto found = by_id.find(text(i));
        if (found == by_id.end()) refuse("no record has this id");
        if (found->second.size() > 1) refuse("several records have this id; say SOURCE:ID");
        *ends[i] = found->second[0];
      }
      if (text(2) != "same" && text(2) != "different") refuse("a decision is same or different");
      if (decision.a == decision.b) refuse("both ids are those of one record");
      decision.is_same = text(2) == "same";
      made.push_back(decision);
    }
  return made;
}

std::pair<uint32_t, uint32_t> two_records(const std::string& names,
                                          const resolve::Records& records) {
  auto comma = names.find(',');
  if (comma == std::string::npos)
    throw Error(Next::fix_settings, "two record ids with a comma between them are expected");
  std::pair both(record_called(records, names.substr(0, comma)),
                 record_called(records, names.substr(comma + 1)));
  if (both.first == both.second)
    throw Error(Next::fix_settings, "both ids are those of one record");
  return both;
}

void write_review(const std::filesystem::path& file, const resolve::Records& records,
                  const std::vector<resolve::Edge>& open) {
  std::string text = "record_id,other_record_id,decision\n";
  for (const auto& edge : open) {
    append_cell(text, called(records, edge.a));
    text += ',';
    append_cell(text, called(records, edge.b));
    text += ",\n";
  }
  world::write_atomically(file, text, 0644);
}

}  // namespace homeroom::flow
