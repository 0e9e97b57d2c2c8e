// link_one: what one new record costs against a store full of students. `link_one CONFIGS STUDENTS
// [SEED]`: the folder with model.yaml and identity/default.yaml. The students are put into a store
// as a first load puts them; then some hundreds of new records come one at a time, each is looked
// up, weighed, linked and published for itself. Prints microseconds, median and worst.
#include <algorithm>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <time.h>

#include "hub/flow/students.hpp"
#include "hub/flow/weighed_records.hpp"
#include "hub/keys/keys.hpp"
#include "hub/record/json.hpp"
#include "hub/resolve/resolve.hpp"
#include "hub/settings/model.hpp"
#include "hub/store/store.hpp"
#include "hub/world/files.hpp"
#include "tests/resolve/children.hpp"

namespace {

using namespace homeroom;
namespace fs = std::filesystem;

constexpr std::size_t measured = 500;
constexpr std::size_t learned_from = 65'536;

double microseconds() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return 1e6 * static_cast<double>(time.tv_sec) + 1e-3 * static_cast<double>(time.tv_nsec);
}

std::string digits(const std::string& text) {
  std::string kept;
  for (char c : text)
    if (c >= '0' && c <= '9') kept += c;
  return kept;
}

std::string row_of(const resolve::ChildRecord& child, const record::Model& model) {
  auto entity = *model.find(record::student_entity);
  auto born = digits(child.dob).size() == 8 ? digits(child.dob) : "";
  if (!born.empty()) born = born.substr(0, 4) + '-' + born.substr(4, 2) + '-' + born.substr(6);
  std::map<record::FieldId, std::string> fields;  // in the order of the model
  for (const auto& [path, text] :
       std::map<std::string, std::string>{{"name.first", child.first},
                                          {"name.middle", child.middle},
                                          {"name.last", child.last},
                                          {"birthDate", born},
                                          {"sex", child.sex},
                                          {"phones.home", child.phone},
                                          {"addresses.home.line", child.street},
                                          {"addresses.home.city", child.city},
                                          {"addresses.home.postal", child.zip}})
    if (!text.empty()) record::append_json_string(fields[*model.entities[entity].find(path)], text);
  std::string bytes;
  record::RowWriter writer(bytes);
  writer.begin(entity, child.id);
  for (const auto& [field, json] : fields) writer.field(field, json);
  writer.end();
  return bytes;
}

/// The first record of each child is a student, the others are records of another system.
struct Two {
  std::vector<std::string> students, records;
};

Two rows_of(uint32_t students, uint64_t seed, const record::Model& model) {
  Two made;
  std::map<uint32_t, bool> is_known;
  for (const auto& one : resolve::children(students * 2 + students / 4, seed))
    if (!is_known[one.child] && made.students.size() < students) {
      is_known[one.child] = true;
      made.students.push_back(row_of(one, model));
    } else if (made.records.size() < learned_from + measured) {
      made.records.push_back(row_of(one, model));
    }
  return made;
}

struct District {
  District(const fs::path& configs, const fs::path& folder)
      : model(settings::load_model(configs / "model.yaml", {})),
        identity(resolve::load_identity(configs / "identity/default.yaml")),
        keys(keys::KeyRing::open(folder / "keys", "bench")),
        location("sqlite:" + (folder / "bench.db").string()) {}

  std::unique_ptr<store::Store> open() {
    return store::Store::open(location, "bench", *keys, true);
  }

  record::Model model;
  resolve::Identity identity;
  std::unique_ptr<keys::KeyRing> keys;
  std::string location;
  uint32_t roster = 0, agency = 0;
};

void load(District& district, const Two& rows) {
  auto store = district.open();
  store->begin();
  district.roster = store->source_number("sis");
  district.agency = store->source_number("agency");
  flow::Learned learned(*store, district.identity, district.roster);
  flow::Students students(
      {district.model, district.identity, *store, *district.keys, learned, district.roster});
  students.begin(true);
  std::vector<store::SubjectLink> links;
  for (uint32_t node = 1; node <= rows.students.size(); ++node) {
    students.take(node, record::RowView(rows.students[node - 1]), true);
    links.push_back({node, node, 2, 0});
  }
  students.finish(links, {}, {});
  store->put_links(district.roster, links);
  auto& roster = students.roster();
  for (std::size_t i = 0; i < std::min(learned_from, rows.records.size()); ++i)
    roster.add(record::RowView(rows.records[i]));
  roster.settle();
  learned.put(district.agency, roster.learn());
  learned.put_file(district.agency);
  store->publish();
}

void print(const char* what, std::vector<double> taken) {
  std::ranges::sort(taken);
  std::printf("\"%s\":{\"median_us\":%.0f,\"p99_us\":%.0f,\"worst_us\":%.0f}", what,
              taken[taken.size() / 2], taken[taken.size() * 99 / 100], taken.back());
}

void run(const fs::path& configs, uint32_t count, uint64_t seed) {
  world::ScratchFolder scratch(fs::current_path() / "build");
  District district(configs, scratch.path());
  auto rows = rows_of(count, seed, district.model);
  load(district, rows);
  auto begun = microseconds();
  auto store = district.open();
  flow::Learned learned(*store, district.identity, district.roster);
  flow::Students students(
      {district.model, district.identity, *store, *district.keys, learned, district.roster});
  students.begin(false);
  auto& roster = students.roster();
  auto model = *learned.model(district.agency, roster.comparisons());
  auto opened = microseconds() - begun;
  std::vector<double> weighed, published;
  std::size_t linked = 0;
  for (std::size_t i = 0; i < measured && learned_from + i < rows.records.size(); ++i) {
    auto node = static_cast<uint32_t>(i + 1);
    begun = microseconds();
    roster.add(record::RowView(rows.records[learned_from + i]));
    roster.settle();
    auto found = roster.answers(model);
    weighed.push_back(microseconds() - begun);
    const auto& link = found.links[0];
    store->begin();
    flow::WeighedRecords kept(*store, district.agency, flow::WeighedRecords::Keeps::changes);
    if (link.student != resolve::Link::nobody || link.is_for_review) {
      auto student = link.student != resolve::Link::nobody ? link.student : link.candidate;
      auto person = student;  // by the way they were loaded
      kept.keep(node, roster.features_of_record(0), found.tokens_of(0));
      store->put_link(district.agency,
                      {node, person, static_cast<uint8_t>(link.evidence), 0, link.weight});
      linked += link.student != resolve::Link::nobody;
    }
    kept.finish();
    store->publish();
    roster.clear();
    published.push_back(microseconds() - begun);
  }
  std::printf("{\"students\":%zu,\"records\":%zu,\"linked\":%zu,\"opened_us\":%.0f,",
              rows.students.size(), weighed.size(), linked, opened);
  print("weighed", weighed);
  std::printf(",");
  print("published", published);
  std::printf("}\n");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 4) {
    std::fprintf(stderr, "usage: link_one CONFIGS STUDENTS [SEED]\n");
    return 2;
  }
  try {
    run(argv[1], static_cast<uint32_t>(std::stoul(argv[2])), argc == 4 ? std::stoull(argv[3]) : 1);
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "link_one: %s\n", problem.what());
    return 1;
  }
}
