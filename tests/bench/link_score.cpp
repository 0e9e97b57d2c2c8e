// link_score: links the records of a synthetic district's first day and compares the links with the
// truth. `link_score CONFIGS DISTRICT`: the folder with model.yaml and identity/default.yaml, and a
// district as `homeroom synth` writes it. Prints pairs, precision, recall, reviews, the recall if
// they were decided rightly and CPU seconds a source, and that recall by the language of the family
// name and by the language spoken at home.
#include <algorithm>
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
#include "hub/record/json.hpp"
#include "hub/resolve/resolve.hpp"
#include "hub/settings/model.hpp"
#include "tests/bench/languages.hpp"

namespace {

using homeroom::resolve::Evidence;
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

std::string us_date(const std::string& text) {
  unsigned month = 0, day = 0;
  int year = 0;
  if (std::sscanf(text.c_str(), "%u/%u/%d", &month, &day, &year) != 3) return {};
  auto days = homeroom::record::days_of(year, month, day);
  return days ? homeroom::record::iso_date(*days) : std::string();
}

std::string sex_of(const std::string& text) {
  return text.empty() ? std::string() : std::string(1, static_cast<char>(text[0] & ~32));
}

/// What is known of a child, by the path of the field.
using Child = std::map<std::string, std::string>;

struct Source {
  std::string name;
  std::vector<std::string> keys;
  std::vector<Child> children;
  std::vector<std::string> home_languages;  ///< by child; only of the roster

  Child& add(const std::string& key, const std::string& first, const std::string& middle,
             const std::string& last) {
    keys.push_back(key);
    return children.emplace_back(
        Child{{"name.first", first}, {"name.middle", middle}, {"name.last", last}});
  }
};

void live_at(Child& child, const std::string& street, const std::string& city,
             const std::string& postal) {
  child["addresses.home.line"] = street;
  child["addresses.home.city"] = city;
  child["addresses.home.postal"] = postal;
}

Source roster(const fs::path& day) {
  Source source{"sis"};
  std::unordered_map<std::string, std::size_t> by_key, by_number;
  each_row(day / "oneroster/users.csv", [&](auto at) {
    if (at("role") != "student") return;
    auto& child = source.add(at("sourcedId"), at("givenName"), at("middleName"), at("familyName"));
    child["identifiers.district"] = at("identifier");
    by_key[at("sourcedId")] = by_number[at("identifier")] = source.children.size() - 1;
  });
  each_row(day / "oneroster/demographics.csv", [&](auto at) {
    auto found = by_key.find(at("sourcedId"));
    if (found == by_key.end()) return;
    auto& child = source.children[found->second];
    child["birthDate"] = at("birthDate");
    child["sex"] = sex_of(at("sex"));
  });
  source.home_languages.resize(source.children.size());
  each_row(day / "sis/student_ext.csv", [&](auto at) {
    auto found = by_number.find(at("Student_Number"));
    if (found == by_number.end()) return;
    source.home_languages[found->second] = at("Home_Lang");
    auto& child = source.children[found->second];
    live_at(child, at("Street"), at("City"), at("Zip"));
    child["phones.home"] = at("Home_Phone");
  });
  return source;
}

Source clinic(const fs::path& day) {
  Source source{"health"};
  std::ifstream in(day / "health/Patient.ndjson");
  for (std::string line; std::getline(in, line);) {
    auto patient = nlohmann::json::parse(line);
    const auto& name = patient["name"][0];
    auto& child = source.add(patient["id"], name["given"][0],
                             name["given"].size() > 1 ? name["given"][1].get<std::string>() : "",
                             name["family"]);
    child["birthDate"] = patient["birthDate"];
    child["sex"] = sex_of(patient.value("gender", ""));
    for (const auto& id : patient.value("identifier", nlohmann::json::array()))
      if (id.value("system", "").find("student-number") != std::string::npos)
        child["identifiers.district"] = id["value"];
    if (patient.contains("telecom")) child["phones.home"] = patient["telecom"][0]["value"];
    if (patient.contains("address"))
      live_at(child, patient["address"][0]["line"][0], patient["address"][0].value("city", ""),
              patient["address"][0]["postalCode"]);
  }
  return source;
}

Source shelter(const fs::path& day) {
  Source source{"hmis"};
  each_row(day / "hmis/Client.csv", [&](auto at) {
    auto& child = source.add(at("PersonalID"), at("FirstName"), at("MiddleName"), at("LastName"));
    child["birthDate"] = at("DOB");
    child["sex"] = at("Sex") == "0" ? "F" : at("Sex") == "1" ? "M" : "";
  });
  return source;
}

Source referrals(const fs::path& day) {
  Source source{"social"};
  each_row(day / "social/referrals.csv", [&](auto at) {
    auto& child = source.add(at("ReferralID"), at("ClientFirst"), "", at("ClientLast"));
    child["birthDate"] = us_date(at("DOB"));
    child["sex"] = sex_of(at("Gender"));
    live_at(child, at("Address"), at("City"), at("Zip"));
    child["phones.home"] = at("Phone");
  });
  return source;
}

using Truth = std::unordered_map<std::string, std::string>;  ///< "source,key" -> person

Truth truth_of(const fs::path& file) {
  Truth truth;
  each_row(file, [&](auto at) { truth[at("source") + "," + at("source_key")] = at("person_id"); });
  return truth;
}

double share(std::size_t part, std::size_t whole) {
  return whole ? static_cast<double>(part) / static_cast<double>(whole) : 0.0;
}

struct Score {
  std::size_t records = 0, possible = 0, linked = 0, right = 0, strong = 0, strong_right = 0,
              reviews = 0, reviews_right = 0;

  void operator+=(const Score& more) {
    records += more.records;
    possible += more.possible;
    linked += more.linked;
    right += more.right;
    strong += more.strong;
    strong_right += more.strong_right;
    reviews += more.reviews;
    reviews_right += more.reviews_right;
  }
  double recall_decided() const { return share(right + reviews_right, possible); }
};

using Groups = std::map<std::string, Score>;

void print(const char* name, const Score& score, double seconds) {
  std::printf(
      "{\"source\":\"%s\",\"records\":%zu,\"possible\":%zu,\"linked\":%zu,\"right\":%zu,"
      "\"precision\":%.6f,\"recall\":%.5f,\"strong\":%zu,\"strong_precision\":%.6f,\"review\":%zu,"
      "\"review_right\":%zu,\"review_share\":%.5f,\"recall_decided\":%.5f,\"cpu_seconds\":%.3f}\n",
      name, score.records, score.possible, score.linked, score.right,
      share(score.right, score.linked), share(score.right, score.possible), score.strong,
      share(score.strong_right, score.strong), score.reviews, score.reviews_right,
      share(score.reviews, score.records), score.recall_decided(), seconds);
}

/// Groups of at least 200 pairs, and how far the worst lies below the mean of all.
void print(const Groups& groups, const Score& all) {
  double worst = all.recall_decided();
  for (const auto& [name, score] : groups) {
    if (score.possible < 200) continue;
    std::printf(
        "{\"group\":\"%s\",\"possible\":%zu,\"recall\":%.5f,\"group_recall_decided\":%.5f}\n",
        name.c_str(), score.possible, share(score.right, score.possible), score.recall_decided());
    worst = std::min(worst, score.recall_decided());
  }
  std::printf("{\"worst_group_below_mean\":%.5f}\n", all.recall_decided() - worst);
}

/// The students of the roster by what the truth calls them.
struct Known {
  Known(const Source& students, const Truth& truth) : roster(students) {
    for (std::size_t i = 0; i < students.keys.size(); ++i) {
      persons.push_back(truth.at("sis," + students.keys[i]));
      of[persons.back()] = i;
    }
  }

  const Source& roster;
  std::vector<std::string> persons;  ///< by student
  std::unordered_map<std::string, std::size_t> of;
};

/// Of one record that may be a student's and what became of it.
Score score(const Link& link, const std::string& person, const Known& known) {
  Score made;
  made.records = 1;
  made.possible = known.of.contains(person);
  made.reviews = link.is_for_review;
  made.reviews_right = link.is_for_review && known.persons[link.candidate] == person;
  if (link.student == Link::nobody) return made;
  made.linked = 1;
  made.right = known.persons[link.student] == person;
  made.strong = link.evidence == Evidence::strong;
  made.strong_right = made.strong && made.right;
  return made;
}

Score score(const Source& source, const std::vector<Link>& links, const Known& known,
            const Truth& truth, Groups& groups) {
  Score sum;
  for (std::size_t i = 0; i < links.size(); ++i) {
    auto person = truth.find(source.name + "," + source.keys[i]);
    if (person == truth.end()) continue;  // a client of the victim service provider never gets here
    auto one = score(links[i], person->second, known);
    sum += one;
    auto student = known.of.find(person->second);
    if (student == known.of.end()) continue;
    groups["name: " + homeroom::resolve::language_of(
                          known.roster.children[student->second].at("name.last"))] += one;
    groups["at home: " + known.roster.home_languages[student->second]] += one;
  }
  return sum;
}

/// The canonical rows of a source's children.
std::string rows_of(const Source& source, const homeroom::record::Model& model) {
  auto entity = *model.find(homeroom::record::student_entity);
  std::string bytes;
  for (std::size_t i = 0; i < source.children.size(); ++i) {
    homeroom::record::RowWriter writer(bytes);
    std::map<homeroom::record::FieldId, std::string> fields;  // in the order of the model
    for (const auto& [path, text] : source.children[i])
      if (!text.empty())
        homeroom::record::append_json_string(fields[*model.entities[entity].find(path)], text);
    writer.begin(entity, source.keys[i]);
    for (const auto& [field, json] : fields) writer.field(field, json);
    writer.end();
  }
  return bytes;
}

void run(const fs::path& configs, const fs::path& district) {
  auto model = homeroom::settings::load_model(configs / "model.yaml", {});
  auto identity = homeroom::resolve::load_identity(configs / "identity/default.yaml");
  auto truth = truth_of(district / "truth.csv");
  auto students = roster(district / "day1");
  auto rows = rows_of(students, model);
  auto start = cpu_seconds();
  Known persons(students, truth);
  homeroom::resolve::Roster known(identity, model);
  auto add = [&](const std::string& bytes) {
    homeroom::record::each_row(bytes,
                               [&](const homeroom::record::RowView& row) { known.add(row); });
  };
  add(rows);
  known.index({});
  auto index_seconds = cpu_seconds() - start;
  Score all;
  Groups groups;
  double all_seconds = index_seconds;
  for (const auto& read : {clinic, shelter, referrals}) {
    auto source = read(district / "day1");
    auto bytes = rows_of(source, model);
    start = cpu_seconds();
    add(bytes);
    known.settle();
    auto read_seconds = cpu_seconds() - start;
    auto learned = known.learn();
    auto learn_seconds = cpu_seconds() - start - read_seconds;
    auto links = known.match(learned);
    auto seconds = cpu_seconds() - start;
    known.clear();
    auto one = score(source, links, persons, truth, groups);
    print(source.name.c_str(), one, seconds);
    std::printf("  read %.3f, learn %.3f\n", read_seconds, learn_seconds);
    all += one;
    all_seconds += seconds;
  }
  std::printf("{\"roster\":%zu,\"index_cpu_seconds\":%.3f}\n", students.children.size(),
              index_seconds);
  print(groups, all);
  print("all", all, all_seconds);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: link_score CONFIGS DISTRICT\n");
    return 2;
  }
  try {
    run(argv[1], argv[2]);
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "link_score: %s\n", problem.what());
    return 1;
  }
}
