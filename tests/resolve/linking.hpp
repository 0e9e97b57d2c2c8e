// Linking in memory, for tests: records in, clusters out, with the district's own identity file.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "hub/resolve/intake.hpp"
#include "hub/resolve/linkage.hpp"
#include "tests/resolve/children.hpp"

namespace homeroom::resolve {

inline Identity students_file() {
  return load_identity(std::string(HOMEROOM_SOURCE_DIR) + "/configs/identity/students.yaml");
}

/// The records, added `batch` rows at a time.
inline Records records_of(const Identity& identity, const std::vector<ChildRecord>& list,
                          uint32_t batch = 1000) {
  const std::vector<std::string> heads = {"rec_id",    "source", "first_name", "middle_name",
                                          "last_name", "dob",    "sex",        "street",
                                          "city",      "zip",    "phone"};
  Intake intake(identity, heads, "children.csv");
  intake.begin("children.csv", "children.csv");
  for (uint32_t first = 0; first < list.size(); first += batch) {
    auto rows = std::min<uint32_t>(batch, static_cast<uint32_t>(list.size()) - first);
    std::vector<std::vector<record::Text>> texts(heads.size());
    std::vector<uint32_t> lines;
    for (uint32_t row = first; row < first + rows; ++row) {
      const auto& r = list[row];
      const std::string* values[] = {&r.id,  &r.source, &r.first, &r.middle, &r.last, &r.dob,
                                     &r.sex, &r.street, &r.city,  &r.zip,    &r.phone};
      for (std::size_t c = 0; c < heads.size(); ++c) texts[c].push_back(record::text(*values[c]));
      lines.push_back(row + 2);
    }
    std::vector<record::Column> columns;
    for (auto head : intake.needed()) {
      record::Column column;
      column.values = texts[head].data();
      columns.push_back(column);
    }
    intake.add(columns, rows, lines);
  }
  return intake.finish();
}

/// record id -> id of the first record of its cluster.
using Answer = std::map<std::string, std::string>;

inline Answer answer_of(const Records& records, const Clusters& clusters) {
  Answer made;
  for (uint32_t record = 0; record < records.count; ++record)
    made[std::string(records.id(record).view())] =
        std::string(records.id(clusters.of[record]).view());
  return made;
}

inline Answer answer(const Identity& identity, const std::vector<ChildRecord>& list,
                     const Workers& workers = Workers(), uint32_t batch = 1000) {
  auto records = records_of(identity, list, batch);
  Linkage linkage(records, identity, workers);
  return answer_of(records, linkage.link(linkage.learn(), {}).clusters);
}

struct Score {
  double precision = 1;
  double recall = 1;
};

/// Over pairs of records.
inline Score score(const std::vector<ChildRecord>& list, const Answer& answer) {
  auto pairs = [](const auto& sizes) {
    double sum = 0;
    for (const auto& [key, size] : sizes) sum += static_cast<double>(size) * (size - 1) / 2;
    return sum;
  };
  std::map<uint32_t, int> truth;
  std::map<std::string, int> said;
  std::map<std::pair<uint32_t, std::string>, int> both;
  for (const auto& record : list) {
    ++truth[record.child];
    ++said[answer.at(record.id)];
    ++both[{record.child, answer.at(record.id)}];
  }
  auto right = pairs(both);
  return {right / std::max(pairs(said), 1.0), right / std::max(pairs(truth), 1.0)};
}

}  // namespace homeroom::resolve
