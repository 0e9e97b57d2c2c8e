// What `./dev bench link` needs beside the program: invented children, the score of an answer, and
// the speed of comparing alone. Only this program reads the truth.
//   link_bench make RECORDS SEED                          children as CSV, on standard output
//   link_bench score CLUSTERS REVIEW ID TRUTH FILE [FILE]
//       TRUTH: a column, or "id" where the id says it up to its second hyphen (FEBRL); REVIEW: open
//       pairs; two files: pairs across them
//   link_bench pairs IDENTITY FILE                       how fast all pairs that meet are compared
#include <cstdio>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <time.h>

#include "hub/flow/workers.hpp"
#include "hub/resolve/meetings.hpp"
#include "tests/bench/languages.hpp"
#include "tests/resolve/linking.hpp"

namespace {

using namespace homeroom::resolve;
using nlohmann::json;

using Cells = std::vector<std::string>;

std::string trimmed(const std::string& text) {
  auto first = text.find_first_not_of(" \r");
  auto last = text.find_last_not_of(" \r");
  return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

/// Cells of a line; the sets that are scored have no line breaks inside quotes.
Cells cells_of(const std::string& line) {
  Cells made(1);
  bool is_quoted = false;
  for (char c : line) {
    if (c == '"')
      is_quoted = !is_quoted;
    else if (c == ',' && !is_quoted)
      made.emplace_back();
    else
      made.back() += c;
  }
  for (auto& cell : made) cell = trimmed(cell);
  return made;
}

std::vector<Cells> table_of(const std::string& path) {
  std::ifstream in(path);
  if (!in) throw std::runtime_error(path + ": cannot be read");
  std::vector<Cells> made;
  for (std::string line; std::getline(in, line);)
    if (!trimmed(line).empty()) made.push_back(cells_of(line));
  if (made.empty()) throw std::runtime_error(path + ": is empty");
  return made;
}

std::size_t column(const Cells& heads, const std::string& name) {
  for (std::size_t i = 0; i < heads.size(); ++i)
    if (heads[i] == name) return i;
  throw std::runtime_error("no column " + name);
}

template <class Counts>
double pairs(const Counts& counts) {
  double sum = 0;
  for (const auto& [key, count] : counts) sum += static_cast<double>(count) * (count - 1) / 2;
  return sum;
}

/// One record that is scored.
struct Scored {
  std::string person, cluster, file;
};

/// Records of the files by id, and the group of each person: of the first record.
struct Scoring {
  std::map<std::string, Scored> records;
  std::map<std::string, std::string> groups;  ///< by person; where the files have last_name
};

Scoring scoring_of(const std::string& clusters, const std::string& id, const std::string& truth,
                   const std::vector<std::string>& files) {
  Scoring made;
  std::map<std::string, std::string> said;
  auto answer = table_of(clusters);
  for (std::size_t i = 1; i < answer.size(); ++i) said[answer[i][0]] = answer[i][1];
  for (const auto& file : files) {
    auto rows = table_of(file);
    auto at = column(rows[0], id);
    bool has_names = std::ranges::count(rows[0], "last_name") > 0;
    for (std::size_t i = 1; i < rows.size(); ++i) {
      const auto& key = rows[i][at];
      auto person = truth == "id" ? key.substr(0, key.find('-', key.find('-') + 1))
                                  : rows[i][column(rows[0], truth)];
      made.records[key] = {person, said.contains(key) ? said[key] : "alone " + key, file};
      if (has_names && !made.groups.contains(person))
        made.groups[person] = language_of(rows[i][column(rows[0], "last_name")]);
    }
  }
  return made;
}

/// Clusters as they would be if a person answered every open pair rightly: those of one person that
/// an open pair joins are called alike.
void decide_rightly(Scoring& scoring, const std::string& review) {
  using Piece = std::pair<std::string, std::string>;  // person, cluster
  std::map<Piece, Piece> joined;
  auto find = [&](Piece piece) {
    for (auto at = joined.find(piece); at != joined.end(); at = joined.find(piece))
      piece = at->second;
    return piece;
  };
  auto rows = table_of(review);
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const auto& a = scoring.records.at(rows[i][0]);
    const auto& b = scoring.records.at(rows[i][1]);
    if (a.person != b.person) continue;
    auto x = find({a.person, a.cluster});
    auto y = find({b.person, b.cluster});
    if (x != y) joined[std::max(x, y)] = std::min(x, y);
  }
  for (auto& [id, record] : scoring.records)
    record.cluster = find({record.person, record.cluster}).second;
}

/// Pairs of records: those that are one person, those said to be, those that are and are said.
struct PairCounts {
  double wanted = 0, given = 0, right = 0;

  double recall() const { return wanted > 0 ? right / wanted : 1; }
};

PairCounts count_pairs(const Scoring& scoring, bool is_across,
                       const std::function<bool(const Scored&)>& is_counted) {
  std::map<std::string, int> truth, answer;
  std::map<std::string, int> both;
  std::map<std::string, int> truth_in, answer_in, both_in;  // within one file
  for (const auto& [id, record] : scoring.records) {
    if (!is_counted(record)) continue;
    auto pair = record.person + "\n" + record.cluster;
    ++truth[record.person];
    ++answer[record.cluster];
    ++both[pair];
    if (!is_across) continue;
    ++truth_in[record.person + "\n" + record.file];
    ++answer_in[record.cluster + "\n" + record.file];
    ++both_in[pair + "\n" + record.file];
  }
  return {pairs(truth) - pairs(truth_in), pairs(answer) - pairs(answer_in),
          pairs(both) - pairs(both_in)};
}

/// Recall (as `found`) by language of the family name, for groups of at least 200 pairs, and how
/// far the worst lies below the mean over all pairs.
void add_groups(json& into, const Scoring& scoring, bool is_across, double mean) {
  std::set<std::string> names;
  for (const auto& [person, group] : scoring.groups) names.insert(group);
  double worst = 1;
  for (const auto& name : names) {
    auto counts = count_pairs(scoring, is_across, [&](const Scored& record) {
      return scoring.groups.at(record.person) == name;
    });
    if (counts.wanted < 200) continue;
    into["groups"].push_back(
        {{"group", name}, {"pairs", counts.wanted}, {"found", counts.recall()}});
    worst = std::min(worst, counts.recall());
  }
  if (into.contains("groups")) into["worst_group_below_mean"] = mean - worst;
}

json score_of(const std::string& clusters, const std::string& review, const std::string& id,
              const std::string& truth, const std::vector<std::string>& files) {
  auto scoring = scoring_of(clusters, id, truth, files);
  bool is_across = files.size() > 1;
  auto all = [](const Scored&) { return true; };
  auto counts = count_pairs(scoring, is_across, all);
  auto precision = counts.given > 0 ? counts.right / counts.given : 1;
  auto recall = counts.recall();
  auto records = static_cast<double>(scoring.records.size());
  json made = {{"records", records},
               {"precision", precision},
               {"recall", recall},
               {"f1", counts.right > 0 ? 2 * precision * recall / (precision + recall) : 0},
               {"open_pairs_share", static_cast<double>(table_of(review).size() - 1) / records}};
  decide_rightly(scoring, review);
  auto decided = count_pairs(scoring, is_across, all).recall();
  made["recall_decided"] = decided;
  add_groups(made, scoring, is_across, decided);
  return made;
}

double now(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

/// Children of a file that `make` or another generator wrote; the last column is the truth.
std::vector<ChildRecord> children_of(const std::string& file) {
  auto rows = table_of(file);
  std::vector<ChildRecord> made;
  std::map<std::string, uint32_t> children;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    auto& cells = rows[i];
    if (cells.size() != rows[0].size()) throw std::runtime_error(file + ": a row is ragged");
    auto child = children.try_emplace(cells.back(), children.size()).first->second;
    made.push_back({cells[0], cells[1], cells[2], cells[3], cells[4], cells[5], cells[6], cells[7],
                    cells[8], cells[9], cells[10], child});
  }
  return made;
}

/// Comparing and weighing all pairs that meet, as linking does it, on two threads: no reading, no
/// blocks, no training and no clusters are timed. The median of fifteen.
json pairs_of(const std::string& identity_file, const std::string& file) {
  auto list = children_of(file);
  auto identity = load_identity(identity_file);
  auto records = records_of(identity, list, 4096);
  auto two = homeroom::flow::workers(2);
  Linkage linkage(records, identity, *two);
  auto model = linkage.learn();
  std::map<uint32_t, int> by_child;
  for (const auto& record : list) ++by_child[record.child];
  double found = 0;
  for (const auto& piece : linkage.blocking().pieces()) {
    Meetings meetings(linkage.blocking(), piece);
    for (auto pairs = meetings.next(); !pairs.empty(); pairs = meetings.next())
      for (const auto& pair : pairs)
        found += list[records.input[pair.a]].child == list[records.input[pair.b]].child;
  }
  double pairs_scored = 0;
  std::vector<double> seconds;
  std::vector<double> cpu_seconds;
  for (int round = 0; round < 15; ++round) {
    auto begun = now(CLOCK_MONOTONIC);
    auto cpu_begun = now(CLOCK_PROCESS_CPUTIME_ID);
    pairs_scored = static_cast<double>(linkage.score(model).report.pairs);
    seconds.push_back(now(CLOCK_MONOTONIC) - begun);
    cpu_seconds.push_back(now(CLOCK_PROCESS_CPUTIME_ID) - cpu_begun);
  }
  std::ranges::sort(seconds);
  std::ranges::sort(cpu_seconds);
  return {{"pairs", pairs_scored},
          {"seconds", seconds[7]},
          {"cpu_seconds", cpu_seconds[7]},
          {"least_cpu_seconds", cpu_seconds[0]},
          {"pairs_a_second", pairs_scored / seconds[7]},
          {"pairs_a_cpu_second", pairs_scored / cpu_seconds[7]},
          {"candidates_a_record", 2 * pairs_scored / static_cast<double>(list.size())},
          {"pair_completeness", found / pairs(by_child)}};
}

int run(const Cells& words) {
  auto word = words.empty() ? std::string() : words[0];
  if (word == "make" && words.size() == 3)
    std::fputs(csv_of(children(static_cast<uint32_t>(std::stoul(words[1])), std::stoull(words[2])))
                   .c_str(),
               stdout);
  else if (word == "score" && words.size() >= 6)
    std::printf("%s\n",
                score_of(words[1], words[2], words[3], words[4], {words.begin() + 5, words.end()})
                    .dump()
                    .c_str());
  else if (word == "pairs" && words.size() == 3)
    std::printf("%s\n", pairs_of(words[1], words[2]).dump().c_str());
  else
    return std::fputs(
               "make RECORDS SEED | score CLUSTERS REVIEW ID TRUTH FILE [FILE] | pairs IDENTITY "
               "FILE\n",
               stderr),
           2;
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "link_bench: %s\n", error.what());
    return 1;
  }
}
