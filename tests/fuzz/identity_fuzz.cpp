// Any bytes as an identity file: it is refused with its place, or it links six records, each of
// which stands in a cluster.
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "homeroom/error.hpp"
#include "hub/resolve/intake.hpp"
#include "hub/resolve/linkage.hpp"

namespace {

using namespace homeroom;
using namespace homeroom::resolve;

void must(bool holds) {
  if (!holds) std::abort();
}

const std::vector<std::string> heads = {"id", "source", "first", "last", "born", "home", "number"};
const std::vector<std::vector<std::string>> rows = {
    {"1", "sis", "Ottoline", "Samplez Mockery", "2011-11-30", "9 Fable Rd Apt 2", "555-000-1111"},
    {"2", "clinic", "OTTOLINE", "SAMPLEZ", "2011-30-11", "9 FABLE ROAD", "5550001111"},
    {"3", "sis", "Bartholomew", "Testfield", "20140305", "", "0000000000"},
    {"4", "clinic", "", "", "", "12 Story Ln", "x"},
    {"5", "sis", "\xc3\x89\xff", "O'Example-Testfield", "2014-02-30", "40", "12345"},
    {"6", "clinic", "Bart", "Testfield", "2014-03-05", "40", "1234"}};

Records records_of(const Identity& identity) {
  Intake intake(identity, heads, "t.csv");
  intake.begin("t.csv", "t.csv");
  std::vector<std::vector<record::Text>> texts(heads.size());
  for (const auto& row : rows)
    for (std::size_t c = 0; c < heads.size(); ++c) texts[c].push_back(record::text(row[c]));
  std::vector<record::Column> columns;
  for (auto head : intake.needed()) {
    record::Column column;
    column.values = texts[head].data();
    columns.push_back(column);
  }
  intake.add(columns, static_cast<uint32_t>(rows.size()), {2, 3, 4, 5, 6, 7});
  return intake.finish();
}

/// Other files than the one given are not read here.
bool names_a_file(const settings::Node& root) {
  return root.kind() == settings::Kind::map && root.find("nicknames");
}

void link(const Identity& identity) {
  auto records = records_of(identity);
  Workers workers;
  Linkage linkage(records, identity, workers);
  auto linked = linkage.link(linkage.learn(), {});
  must(linked.clusters.of.size() == rows.size());
  for (auto first : linked.clusters.of) must(linked.clusters.of[first] == first);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  try {
    auto root = settings::parse({reinterpret_cast<const char*>(data), size}, "f.yaml");
    if (!names_a_file(root)) link(read_identity(root, "."));
  } catch (const Error& refused) {
    auto says = std::string_view(refused.what());
    // An id that is empty or stands twice is a fault of the table.
    must(says.starts_with("f.yaml:") || says.starts_with("t.csv:"));
  }
  return 0;
}
