// link_score: links the records of a synthetic district's first day and compares the links with the
// truth. `link_score DISTRICT [--wrong]`, DISTRICT as `homeroom synth` writes it. Prints pairs,
// precision, recall, reviews and CPU seconds a source; --wrong also counts what each pass got
// wrong.
#include <cstdio>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

#include <nlohmann/json.hpp>

#include "hub/record/date.hpp"
#include "hub/resolve/names.hpp"
#include "hub/resolve/resolve.hpp"

namespace {

using homeroom::resolve::Evidence;
using homeroom::resolve::Features;
using homeroom::resolve::Link;
namespace fs = std::filesystem;

double cpu_seconds() {
  timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

using Line = std::vector<std::string>;

/// Fields of one line; the synthetic files have no line break inside quotes.
Line fields_of(const std::string& line) {
  Line fields(1);
  bool is_quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') {
      bool is_escaped = is_quoted && i + 1 < line.size() && line[i + 1] == '"';
      if (is_escaped)
        fields.back() += line[++i];
      else
        is_quoted = !is_quoted;
    } else if (line[i] == ',' && !is_quoted) {
      fields.emplace_back();
    } else if (line[i] != '\r') {
      fields.back() += line[i];
    }
  }
  return fields;
}

template <class Visit>
void each_row(const fs::path& file, Visit visit) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error("cannot read " + file.string());
  std::string line;
  std::getline(in, line);
  std::map<std::string, std::size_t> column;
  auto head = fields_of(line);
  for (std::size_t i = 0; i < head.size(); ++i) column[head[i]] = i;
  while (std::getline(in, line)) {
    auto fields = fields_of(line);
    visit([&](const char* name) -> const std::string& { return fields.at(column.at(name)); });
  }
}

std::optional<int32_t> us_date(const std::string& text) {
  unsigned month = 0, day = 0;
  int year = 0;
  if (std::sscanf(text.c_str(), "%u/%u/%d", &month, &day, &year) != 3) return std::nullopt;
  return homeroom::record::days_of(year, month, day);
}

char sex_of(const std::string& text) {
  return text.empty() ? '\0' : static_cast<char>(text[0] & ~32);
}

struct Source {
  std::string name;
  bool is_unique = true;
  std::vector<std::string> keys;
  std::vector<Features> records;

  Features& add(const std::string& key, const std::string& first, const std::string& last) {
    keys.push_back(key);
    auto& made = records.emplace_back();
    made.first = homeroom::resolve::normal_name(first);
    made.last = homeroom::resolve::without_suffix(homeroom::resolve::normal_name(last));
    return made;
  }
};

void live_at(Features& child, const std::string& street, const std::string& postal) {
  child.street = homeroom::resolve::normal_street(street);
  child.postal = homeroom::resolve::normal_postal(postal);
}

Source roster(const fs::path& day) {
  Source source{"sis"};
  std::unordered_map<std::string, std::size_t> by_key, by_number;
  each_row(day / "oneroster/users.csv", [&](auto at) {
    if (at("role") != "student") return;
    auto& child = source.add(at("sourcedId"), at("givenName"), at("familyName"));
    child.district_number = at("identifier");
    by_key[at("sourcedId")] = by_number[at("identifier")] = source.records.size() - 1;
  });
  each_row(day / "oneroster/demographics.csv", [&](auto at) {
    auto found = by_key.find(at("sourcedId"));
    if (found == by_key.end()) return;
    auto& child = source.records[found->second];
    child.birth_date = homeroom::record::parse_iso_date(at("birthDate"));
    child.sex = sex_of(at("sex"));
  });
  each_row(day / "sis/student_ext.csv", [&](auto at) {
    auto found = by_number.find(at("Student_Number"));
    if (found == by_number.end()) return;
    auto& child = source.records[found->second];
    live_at(child, at("Street"), at("Zip"));
    child.phone = homeroom::resolve::normal_phone(at("Home_Phone"));
  });
  return source;
}

Source clinic(const fs::path& day) {
  Source source{"health"};
  std::ifstream in(day / "health/Patient.ndjson");
  for (std::string line; std::getline(in, line);) {
    auto patient = nlohmann::json::parse(line);
    std::string given;
    for (const auto& one : patient["name"][0]["given"]) given += one.get<std::string>() + " ";
    auto& child = source.add(patient["id"], given, patient["name"][0]["family"]);
    child.birth_date = homeroom::record::parse_iso_date(patient["birthDate"].get<std::string>());
    child.sex = sex_of(patient.value("gender", ""));
    for (const auto& id : patient["identifier"])
      if (id.value("system", "").find("student-number") != std::string::npos)
        child.district_number = id["value"];
    if (patient.contains("telecom"))
      child.phone =
          homeroom::resolve::normal_phone(patient["telecom"][0]["value"].get<std::string>());
    if (patient.contains("address"))
      live_at(child, patient["address"][0]["line"][0], patient["address"][0]["postalCode"]);
  }
  return source;
}

Source shelter(const fs::path& day) {
  Source source{"hmis"};
  each_row(day / "hmis/Client.csv", [&](auto at) {
    auto& child = source.add(at("PersonalID"), at("FirstName"), at("LastName"));
    child.birth_date = homeroom::record::parse_iso_date(at("DOB"));
    child.sex = at("Sex") == "0" ? 'F' : at("Sex") == "1" ? 'M' : '\0';
  });
  return source;
}

Source referrals(const fs::path& day) {
  Source source{"social", false};
  each_row(day / "social/referrals.csv", [&](auto at) {
    auto& child = source.add(at("ReferralID"), at("ClientFirst"), at("ClientLast"));
    child.birth_date = us_date(at("DOB"));
    child.sex = sex_of(at("Gender"));
    live_at(child, at("Address"), at("Zip"));
    child.phone = homeroom::resolve::normal_phone(at("Phone"));
  });
  return source;
}

using Truth = std::unordered_map<std::string, std::string>;  ///< "source,key" -> person

Truth truth_of(const fs::path& file) {
  Truth truth;
  each_row(file, [&](auto at) { truth[at("source") + "," + at("source_key")] = at("person_id"); });
  return truth;
}

struct Score {
  std::size_t records = 0, possible = 0, linked = 0, right = 0, strong = 0, strong_right = 0,
              reviews = 0;

  void operator+=(const Score& more) {
    records += more.records;
    possible += more.possible;
    linked += more.linked;
    right += more.right;
    strong += more.strong;
    strong_right += more.strong_right;
    reviews += more.reviews;
  }
};

void print(const char* name, const Score& score, double seconds) {
  auto share = [](std::size_t a, std::size_t b) {
    return b ? static_cast<double>(a) / static_cast<double>(b) : 0.0;
  };
  std::printf(
      "{\"source\":\"%s\",\"records\":%zu,\"possible\":%zu,\"linked\":%zu,\"right\":%zu,"
      "\"precision\":%.6f,\"recall\":%.5f,\"strong\":%zu,\"strong_precision\":%.6f,\"review\":%zu,"
      "\"cpu_seconds\":%.3f}\n",
      name, score.records, score.possible, score.linked, score.right,
      share(score.right, score.linked), share(score.right, score.possible), score.strong,
      share(score.strong_right, score.strong), score.reviews, seconds);
}

struct PerPass {
  std::size_t linked = 0, wrong = 0;
};

Score score(const Source& source, const std::vector<Link>& links, const Source& students,
            const Truth& truth, std::vector<PerPass>& passes) {
  std::unordered_map<std::string, bool> is_student;
  std::vector<std::string> person(students.keys.size());
  for (std::size_t i = 0; i < person.size(); ++i) {
    person[i] = truth.at("sis," + students.keys[i]);
    is_student[person[i]] = true;
  }
  Score score;
  for (std::size_t i = 0; i < links.size(); ++i) {
    auto known = truth.find(source.name + "," + source.keys[i]);
    if (known == truth.end()) continue;  // a client of the victim service provider never gets here
    const auto& link = links[i];
    ++score.records;
    score.possible += is_student.contains(known->second);
    score.reviews += link.is_for_review;
    if (link.student == Link::nobody) continue;
    bool is_right = person[link.student] == known->second;
    ++score.linked;
    score.right += is_right;
    score.strong += link.evidence == Evidence::strong;
    score.strong_right += link.evidence == Evidence::strong && is_right;
    ++passes[link.rule].linked;
    passes[link.rule].wrong += !is_right;
  }
  return score;
}

void run(const fs::path& district, bool shows_wrong) {
  auto truth = truth_of(district / "truth.csv");
  auto students = roster(district / "day1");
  auto start = cpu_seconds();
  auto matcher = homeroom::resolve::deterministic(students.records);
  auto index_seconds = cpu_seconds() - start;
  std::vector<PerPass> passes(matcher->rules().size());
  Score all;
  double all_seconds = index_seconds;
  for (const auto& read : {clinic, shelter, referrals}) {
    auto source = read(district / "day1");
    start = cpu_seconds();
    auto links = matcher->match(source.records, source.is_unique);
    auto seconds = cpu_seconds() - start;
    auto one = score(source, links, students, truth, passes);
    print(source.name.c_str(), one, seconds);
    all += one;
    all_seconds += seconds;
  }
  std::printf("{\"roster\":%zu,\"index_cpu_seconds\":%.3f}\n", students.records.size(),
              index_seconds);
  print("all", all, all_seconds);
  if (!shows_wrong) return;
  for (std::size_t i = 0; i < passes.size(); ++i)
    std::printf("{\"pass\":\"%s\",\"linked\":%zu,\"wrong\":%zu}\n",
                matcher->rules()[i].name.c_str(), passes[i].linked, passes[i].wrong);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: link_score DISTRICT [--wrong]\n");
    return 2;
  }
  try {
    run(argv[1], argc > 2 && !std::strcmp(argv[2], "--wrong"));
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "link_score: %s\n", problem.what());
    return 1;
  }
}
