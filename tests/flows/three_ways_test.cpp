// The same random edits heard as whole files, as a delta, and as a delta in three pieces: the ends
// are equal to the byte. A code list was changed in the same night.
#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "hub/keys/keys.hpp"
#include "hub/sqlite/sqlite.hpp"
#include "hub/store/store.hpp"
#include "tests/flows/edits.hpp"

namespace homeroom::flows {
namespace {

/// Writes what of a day's files a delta would say, compared with the day before.
class Delta {
 public:
  using Key = std::vector<int>;  ///< the cells that name a record
  Delta(fs::path before, fs::path after) : before_(std::move(before)), after_(std::move(after)) {}

  /// Rows of the package's files, new and gone, with their status; the manifest says which are
  /// there.
  void write_roster(const fs::path& folder, const std::set<std::string>& names) const {
    write_quiet_roster(folder);
    for (const auto& name : names) {
      auto file = "oneroster/" + name + ".csv";
      Lines rows{lines_of(after_ / file).front()};
      each_change(file, {0}, [&](const std::string& line, bool is_gone) {
        auto at = line.find(',') + 1;  // status and dateLastModified are empty in whole files
        rows.push_back(line.substr(0, at) + (is_gone ? "tobedeleted" : "active") +
                       ",2026-01-13T05:00:00.000Z" + line.substr(at + 1));
      });
      write(folder / (name + ".csv"), rows);
      District::replace(folder / "manifest.csv", "file." + name + ",absent",
                        "file." + name + ",delta");
    }
  }

  /// As the workspace of this test says it: a column more, D for a row that is gone.
  void write_table(const std::string& file, const fs::path& to, const Key& key,
                   bool can_remove) const {
    fs::create_directories(to.parent_path());
    Lines rows{lines_of(after_ / file).front() + (can_remove ? ",Op" : "")};
    each_change(file, key, [&](const std::string& line, bool is_gone) {
      rows.push_back(line + (can_remove ? is_gone ? ",D" : "," : ""));
    });
    write(to, rows);
  }

 private:
  template <class Visit>
  void each_change(const std::string& file, const Key& key, Visit visit) const {
    auto key_of = [&](const std::string& line) {
      std::string text;
      for (int n : key) text += cell(line, n) + '|';
      return text;
    };
    std::set<std::string> old_lines, keys;
    auto before = lines_of(before_ / file);
    auto after = lines_of(after_ / file);
    old_lines.insert(before.begin(), before.end());
    for (const auto& line : after) keys.insert(key_of(line));
    for (const auto& line : after)
      if (!old_lines.contains(line)) visit(line, false);
    for (const auto& line : before)
      if (!keys.contains(key_of(line))) visit(line, true);
  }

  fs::path before_, after_;
};

class ThreeWays : public testing::TestWithParam<uint64_t> {
 protected:
  ThreeWays() {
    auto may_say_gone = [&](const char* stream, const char* end_of_key) {
      District::replace(district_.workspace("homeroom.yaml"),
                        std::string("{path: ") + stream + ".csv, key: " + end_of_key,
                        std::string("{path: ") + stream +
                            ".csv, removed: {column: \"Op?\", is: D}, key: " + end_of_key);
    };
    may_say_gone("attendance", "\"Student_Number,Att_Date\"");
    may_say_gone("discipline", "Incident_ID");
    // A fatal rule that sets records aside on every day, so that they wait in each of the ways.
    District::write(
        district_.workspace("own-rules.yaml"),
        "rule_pack: 1\nname: own\nfiscal_year: 2026\nsource: the district\nrules:\n"
        "  - {id: no-expulsion, severity: fatal, says: It is wrong., remedy: Mend it.,\n"
        "     owner: Registrar, on: incident, wrong: action = 'expulsion'}\n");
    auto settings = district_.workspace("homeroom.yaml");
    District::write(settings, District::read(settings) + "\nvalidation: [own-rules.yaml]\n");
  }

  void edit() {
    fs::copy(district_.data("day1"), district_.data("whole"), fs::copy_options::recursive);
    std::mt19937_64 random(GetParam());
    for (int i = 0; i < 16; ++i) edit_day(district_.data("whole"), random, kinds_in_deltas);
    District::replace(district_.workspace("mappings/sis.yaml"), "R: reduced", "R: free");
  }

  void write_pieces() {
    Delta delta(district_.data("day1"), district_.data("whole"));
    auto write_tables = [&](const fs::path& to) {
      delta.write_table("sis/attendance.csv", to / "sis/attendance.csv", {0, 2}, true);
      delta.write_table("sis/discipline.csv", to / "sis/discipline.csv", {0}, true);
      delta.write_table("sis/student_ext.csv", to / "sis/student_ext.csv", {0}, false);
    };
    delta.write_roster(district_.data("delta/oneroster"), {"orgs", "users", "enrollments"});
    write_tables(district_.data("delta"));
    delta.write_roster(district_.data("p1/oneroster"), {"orgs"});
    delta.write_roster(district_.data("p2/oneroster"), {"users", "enrollments"});
    delta.write_roster(district_.data("p3/oneroster"), {});
    write_tables(district_.data("p3"));
    for (const char* piece : {"delta", "p1", "p2", "p3"})
      for (const char* folder : {"sis", "social"})
        fs::create_directories(district_.data(piece) / folder);
  }

  Answer hear(const std::string& store, const std::string& day, const char* set) {
    auto night = district_.night(store, day, "", set);
    // 3: in a delta the clinic and the others were not heard.
    EXPECT_TRUE(night.exit_code == 0 || night.exit_code == 3)
        << day << night.errors << night.report.dump();
    return night;
  }

  static std::map<std::string, std::string> deliveries(const Answer& night) {
    std::map<std::string, std::string> counts;
    for (const auto& d : night.report["deliveries"])
      counts[d["destination"]] =
          d["delivered"].dump() + " delivered, " + d["removed"].dump() + " removed";
    return counts;
  }

  /// How many records of each stream are in quarantine.
  std::map<std::string, int> set_aside(const std::string& store) const {
    std::map<std::string, int> counts;
    auto list = district_.ask(store, "quarantine list");
    for (const auto& row : list["set_aside"]) ++counts[row["stream"].get<std::string>()];
    return counts;
  }

  /// Source, stream, key and node of every record that a store knows the place of.
  std::set<std::string> places(const std::string& name) const {
    auto file = district_.folder() / (name + ".db");
    sqlite::Database database(file, sqlite::Access::read);
    auto tenant = database.text("SELECT tenant FROM store");
    auto keys = keys::KeyRing::open(district_.folder() / (name + ".keys"), tenant);
    auto store = store::Store::open("sqlite:" + file.string(), tenant, *keys, false);
    std::set<std::string> all;
    sqlite::Statement rows(database, "SELECT source, stream, columns FROM keyed_stream");
    while (rows.step()) {
      store::KeyedStream of{static_cast<uint32_t>(rows.integer(0)), std::string(rows.bytes(1)),
                            std::string(rows.bytes(2))};
      store->each_key(of, [&](const store::Posting& record) {
        all.insert(std::to_string(of.source) + ' ' + of.stream + ' ' +
                   std::to_string(record.token) + ' ' + std::to_string(record.node));
      });
    }
    return all;
  }

  District district_{200};
};

TEST_P(ThreeWays, EndInTheSameBytes) {
  hear("full", "day1", "");
  EXPECT_GT(set_aside("full")["discipline"], 0) << "the rule finds something";
  district_.copy("full", "delta");
  district_.copy("full", "pieces");
  edit();
  write_pieces();
  auto full = hear("full", "whole", "");
  auto delta = hear("delta", "delta", "--set mode=delta");
  for (const char* piece : {"p1", "p2", "p3"}) hear("pieces", piece, "--set mode=delta");
  EXPECT_GT(delivered(full), 16u) << "the edits and the code list reach somebody";
  EXPECT_EQ(deliveries(full), deliveries(delta));
  for (const char* file : {"record.ndjson", "nurses.ndjson", "success_plans.ndjson"}) {
    EXPECT_TRUE(District::read(district_.out("full", file)) ==
                District::read(district_.out("delta", file)))
        << file;
    EXPECT_TRUE(District::read(district_.out("full", file)) ==
                District::read(district_.out("pieces", file)))
        << file;
  }
  EXPECT_EQ(set_aside("full"), set_aside("delta"));
  EXPECT_EQ(set_aside("full"), set_aside("pieces"));
}

// Nights take in what they changed of the places of records; made anew of all that is published,
// they are the same.
TEST_P(ThreeWays, KnowThePlaceOfEveryRecordAllTheSame) {
  hear("full", "day1", "");
  district_.copy("full", "delta");
  edit();
  write_pieces();
  hear("full", "whole", "");
  hear("delta", "delta", "--set mode=delta");
  for (const std::string store : {"full", "delta"}) {
    SCOPED_TRACE(store);
    auto anew = store + "-anew";
    district_.copy(store, anew);
    sqlite::Database(district_.folder() / (anew + ".db"), sqlite::Access::write)
        .run("DELETE FROM keyed_stream; DELETE FROM key_segment; DELETE FROM key_page");
    hear(anew, "delta", "--set mode=delta");
    hear(store, "delta", "--set mode=delta");
    auto kept = places(store), made = places(anew);
    for (const char* of : {"1 enrollments ", "1 discipline ", "1  "}) {  // the last: tokens' nodes
      auto is_other = [&](const std::string& place) { return !place.starts_with(of); };
      auto some = kept, same = made;
      std::erase_if(some, is_other);
      std::erase_if(same, is_other);
      EXPECT_GT(some.size(), 20u);
      std::vector<std::string> differing;
      std::ranges::set_symmetric_difference(some, same, std::back_inserter(differing));
      EXPECT_TRUE(differing.empty()) << of << differing.size() << ": " << differing.front();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ThreeWays, testing::Range<uint64_t>(1, 9));

}  // namespace
}  // namespace homeroom::flows
