// Two days of a district, family by family, and what differs between them.
#include <algorithm>

#include "homeroom/error.hpp"
#include "hub/synth/synth.hpp"
#include "hub/synth/writers.hpp"

namespace homeroom::synth {

namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    auto end = text.find('\n') + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

std::string_view key_of(std::string_view line) {
  return line.substr(0, line.find(','));
}

std::string marked(std::string_view line, const char* status) {
  auto key = key_of(line);
  return fmt::format("{},{},{},{}", key, status, delta_time, line.substr(key.size() + 3));
}

Rows difference(const Rows& before, const Rows& after) {
  Rows changed;
  for (std::size_t i = 0; i < file_count; ++i) {
    if (before.texts[i] == after.texts[i]) continue;
    auto old = lines_of(before.texts[i]), now = lines_of(after.texts[i]);
    bool has_status = is_oneroster(static_cast<File>(i));
    for (auto line : now)
      if (std::ranges::find(old, line) == old.end())
        changed.texts[i] += has_status ? marked(line, "active") : std::string(line);
    for (auto line : old)
      if (has_status && std::ranges::find(now, key_of(line), key_of) == now.end())
        changed.texts[i] += marked(line, "tobedeleted");
  }
  return changed;
}

class District {
 public:
  District(const std::filesystem::path& out, uint64_t students, uint64_t seed)
      : seed_(seed),
        students_(students),
        one_(out / "day1", false),
        two_(out / "day2-full", false),
        delta_(out / "day2-delta", true) {
    truth_.open(out / "truth.csv", "source,source_key,person_id\n", true);
    planted_.open(out / "planted.csv", "kind,file,key,what\n", true);
    removed_.open(out / "day2-delta/removed.csv", "source,key\r\n", true);
  }

  void write() {
    uint64_t total = students_ + (students_ * 2 + 999) / 1000, next = 0;
    write_places((total - 1) / students_of_five_schools * 5 + 5);
    for (uint64_t id = 0; next < total; ++id) next = write_family(family(seed_, id, next), total);
    for (uint64_t i = 0; i < students_ / 50; ++i) {
      Rows rows;
      Keys keys;
      write_stranger(seed_, i, rows, keys);
      one_.add(rows), two_.add(rows);
      tell_truth(keys, 5'000'000'000 + i * 2);
    }
    finish();
  }

 private:
  void write_places(uint64_t schools) {
    Rows rows, first, second;
    write_district_rows(rows);
    for (uint64_t school = 0; school < schools; ++school) {
      write_school(seed_, school, rows);
      one_.add(rows), two_.add(rows);
      rows.clear();
    }
    write_agencies(first, false, false), write_agencies(second, true, false);
    one_.add(first), two_.add(second);
  }

  uint64_t write_family(const Family& kin, uint64_t total) {
    auto end = std::min(total, kin.first_child + kin.children);
    std::vector<uint64_t> before, after;
    for (auto child = kin.first_child; child < end; ++child) {
      if (child < students_) before.push_back(child);
      if (child >= students_ || !is_gone(seed_, child)) after.push_back(child);
    }
    Rows old, now;
    auto eldest = person(seed_, kin, 0, kin.first_child);
    write_guardians(seed_, kin, eldest, before, old),
        write_guardians(seed_, kin, eldest, after, now);
    add(old, now);
    for (auto child = kin.first_child; child < end; ++child) write_child(kin, child);
    return end;
  }

  void write_child(const Family& kin, uint64_t id) {
    Seen seen{seed_, person(seed_, kin, id - kin.first_child, id), kin, {}, id >= students_};
    bool goes = !seen.is_new && is_gone(seed_, id);
    Rows old, now;
    Keys keys, again;
    if (!seen.is_new) write_all(seen, old, keys);
    if (seen.is_new) write_all(seen, now, keys);
    if (!seen.is_new && !goes) {
      seen.change = change(seed_, seen.person, kin.id);
      if (seen.change.any())
        write_all(seen, now, again);
      else
        now = old;
    }
    add(old, now);
    tell_truth(keys, id);
    for (const auto& [source, key] : keys)
      if (goes) removed_.add((source == "refuse" ? "hmis" : source) + ',' + key + "\r\n");
    if (auto error = planted(seed_, seen.person); !error.kind.empty())
      planted_.add(error.kind + ",sis/enrollment_spans.csv," + error.key + ',' +
                   csv(error.what + (goes          ? " (day 1 only)"
                                     : seen.is_new ? " (day 2 only)"
                                                   : "")) +
                   '\n');
  }

  void write_all(Seen seen, Rows& rows, Keys& keys) const {
    if (seen.change.moved)
      seen.person.home = address(seed_, seen.family.id, 1 + seen.person.id % 3);
    if (seen.change.renamed)
      seen.person.last = family(seed_, 7'000'000'000 + seen.person.id, 0).name;
    write_roster(seen, rows, keys);
    write_school_days(seen, rows);
    write_spans(seen, rows);
    write_forms(seen, rows);
    write_clinic(seen, rows, keys);
    write_shelter(seen, rows, keys);
    write_referrals(seen, rows, keys);
  }

  void add(const Rows& old, const Rows& now) {
    one_.add(old), two_.add(now);
    delta_.add(difference(old, now));
  }

  void tell_truth(const Keys& keys, uint64_t person) {
    for (const auto& [source, key] : keys) {
      if (source != "refuse")
        truth_.add(fmt::format("{},{},{}\n", source, key, person));
      else
        planted_.add("refuse,hmis/Client.csv," + key +
                     ",client of the victim service provider: no row may come through\n");
    }
  }

  void finish() {
    bool has_hmis = delta_.has(File::clients) || delta_.has(File::stays) ||
                    delta_.has(File::exits) || delta_.has(File::services);
    if (has_hmis) {
      Rows rows;
      write_agencies(rows, true, true);
      delta_.add(rows);
      delta_.start(File::clients), delta_.start(File::stays);
    }
    one_.close(), two_.close(), delta_.close();
    truth_.close(), planted_.close(), removed_.close();
  }

  uint64_t seed_, students_;
  DayFiles one_, two_, delta_;
  OutFile truth_, planted_, removed_;
};

}  // namespace

void write_district(const std::filesystem::path& out, uint64_t students, uint64_t seed) {
  if (students == 0) throw Error(Next::fix_settings, "a district needs at least one student");
  District(out, students, seed).write();
}

}  // namespace homeroom::synth
