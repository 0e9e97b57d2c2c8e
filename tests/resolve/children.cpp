#include "tests/resolve/children.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "hub/resolve/nicknames.hpp"

namespace homeroom::resolve {

namespace {

/// xorshift64*: the standard library's distributions differ between machines.
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed * 2 + 1) {
    for (int i = 0; i < 8; ++i) next();
  }
  uint32_t below(uint32_t end) { return static_cast<uint32_t>((next() >> 32) * end >> 32); }
  bool once_in(double chance) { return static_cast<double>(next() >> 11) * 0x1p-53 < chance; }
  /// The smaller, the likelier: names are like that.
  uint32_t mostly_small(uint32_t end) {
    auto x = static_cast<double>(next() >> 11) * 0x1p-53;
    return std::min(end - 1, static_cast<uint32_t>(x * x * x * end));
  }
  template <class List>
  const auto& of(const List& list) {
    return list[below(static_cast<uint32_t>(std::size(list)))];
  }

 private:
  uint64_t next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return state_ * 2685821657736338717U;
  }
  uint64_t state_;
};

constexpr const char* starts[] = {"ba", "ce",  "do",  "fri", "gu", "hal", "jo",
                                  "ke", "lo",  "mar", "ne",  "os", "pe",  "qui",
                                  "ro", "sta", "tre", "ul",  "va", "wim", "zo"};
constexpr const char* middles[] = {"la",  "mi",  "no",  "ri", "sa", "te",  "vo",
                                   "den", "gar", "lin", "mo", "ni", "pel", "ra"};
constexpr const char* ends[] = {"ber",   "dale", "field", "gan", "holm", "ley",  "man", "nard",
                                "quist", "ric",  "son",   "ton", "vic",  "wood", "yer"};
constexpr const char* given_ends[] = {"a",   "an",  "bel", "dric", "ena", "fer", "ina",
                                      "lia", "mon", "na",  "ric",  "ta",  "ven", "wyn"};
constexpr const char* streets[] = {"Sample",  "Example", "Mockingbird", "Makebelieve", "Invented",
                                   "Pretend", "Fable",   "Story",       "Legend",      "Riddle"};
constexpr std::array<const char*, 2> kinds[] = {
    {"Street", "St"}, {"Avenue", "Ave"}, {"Lane", "Ln"}, {"Road", "Rd"}, {"Court", "Ct"}};

std::string name(Dice& dice, uint32_t number, bool is_given) {
  std::string made = starts[number % std::size(starts)];
  number /= std::size(starts);
  made += middles[number % std::size(middles)];
  number /= std::size(middles);
  made += is_given ? given_ends[number % std::size(given_ends)] : ends[number % std::size(ends)];
  if (!is_given && number / std::size(ends) > 0) made += dice.of(ends);
  return made;
}

struct Home {
  std::string number, street, unit, city, zip, phone;
  uint32_t kind = 0;
};

struct Child {
  std::string first, middle;
  int year = 0, month = 0, day = 0;
  bool is_girl = false;
};

class Maker {
 public:
  Maker(uint32_t records, uint64_t seed)
      : dice_(seed), records_(records), towns_(std::max(6U, records / 3000)) {}

  std::vector<ChildRecord> run() {
    while (made_.size() < records_) family();
    made_.resize(records_);
    return std::move(made_);
  }

 private:
  Home home() {
    Home made;
    auto town = dice_.mostly_small(towns_);
    made.number = std::to_string(1 + dice_.below(4000));
    made.street = dice_.of(streets);
    made.street += " " + std::string(1, static_cast<char>('A' + dice_.below(20)));
    made.unit = dice_.once_in(0.2) ? " Apt " + std::to_string(1 + dice_.below(40)) : "";
    made.kind = dice_.below(5);
    made.city =
        "Town" + std::string(starts[town % std::size(starts)]) + ends[town % std::size(ends)];
    made.zip = std::to_string(60000 + 3 * town);
    made.phone = "555" + std::to_string(1000000 + dice_.below(9000000));
    return made;
  }

  std::string given() {
    auto list = nicknames();
    if (dice_.once_in(0.4))
      return std::string(list[dice_.mostly_small(static_cast<uint32_t>(list.size()))].formal);
    return name(dice_, dice_.mostly_small(3000), true);
  }

  void family() {
    std::vector<std::string> surname = {name(dice_, dice_.mostly_small(9000), false)};
    if (dice_.once_in(0.22)) surname.push_back(name(dice_, dice_.mostly_small(3000), false));
    auto at = home();
    auto before = dice_.once_in(0.15) ? home() : at;
    Child last;
    auto kids = 1 + dice_.mostly_small(5);
    for (uint32_t kid = 0; kid < kids; ++kid) {
      Child child{given(),
                  dice_.once_in(0.7) ? given() : "",
                  2006 + static_cast<int>(dice_.below(13)),
                  1 + static_cast<int>(dice_.below(12)),
                  1 + static_cast<int>(dice_.below(28)),
                  dice_.once_in(0.5)};
      if (child.first == last.first) continue;
      if (kid > 0 && dice_.once_in(0.06)) {
        child.year = last.year;
        child.month = last.month;
        child.day = last.day;
      }
      last = child;
      ++child_;
      emit("sis", child, at, surname, 1);
      if (dice_.once_in(0.05)) emit("sis", child, before, surname, 1);
      if (dice_.once_in(0.6)) emit("health", child, before, surname, 1.5);
      if (dice_.once_in(0.35))
        emit("social", child, dice_.once_in(0.9) ? before : home(), surname, 2.5);
    }
  }

  std::string slip(std::string word) {
    if (word.size() < 3) return word;
    auto at = 1 + dice_.below(static_cast<uint32_t>(word.size() - 1));
    switch (dice_.below(4)) {
      case 0:
        return word.erase(at, 1);
      case 1:
        return word.insert(at, 1, word[at]);
      case 2:
        std::swap(word[at], word[at - 1]);
        return word;
      default:
        word[at] = static_cast<char>('a' + dice_.below(26));
        return word;
    }
  }

  std::string surname_as_written(const std::vector<std::string>& parts) {
    if (parts.size() == 1) return parts[0];
    switch (dice_.below(5)) {
      case 0:
        return parts[0];
      case 1:
        return parts[0] + "-" + parts[1];
      default:
        return parts[0] + " " + parts[1];
    }
  }

  std::string first_as_written(const Child& child, double slips) {
    if (dice_.once_in(0.04 * slips))
      for (const auto& [formal, shorts] : nicknames())
        if (formal == child.first) return std::string(shorts.substr(0, shorts.find(' ')));
    if (dice_.once_in(0.02 * slips)) return slip(child.first);
    if (!child.middle.empty() && dice_.once_in(0.01 * slips)) return child.middle;
    return child.first;
  }

  std::string date_as_written(const Child& child, double slips) {
    auto [year, month, day] = std::array{child.year, child.month, child.day};
    if (dice_.once_in(0.008 * slips)) return "";
    if (dice_.once_in(0.008 * slips) && day <= 12)
      std::swap(month, day);
    else if (dice_.once_in(0.008 * slips))
      day = std::clamp(day + (dice_.once_in(0.5) ? 1 : -10), 1, 28);
    else if (dice_.once_in(0.006 * slips))
      year += dice_.once_in(0.5) ? 1 : -1;
    char text[16];
    std::snprintf(text, sizeof text, "%04d-%02d-%02d", year, month % 100, day % 100);
    return text;
  }

  static std::string as_title(std::string text) {
    bool is_start = true;
    for (char& c : text) {
      if (is_start && c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
      is_start = c == ' ' || c == '-';
    }
    return text;
  }

  void emit(const char* source, const Child& child, const Home& home,
            const std::vector<std::string>& surname, double slips) {
    ChildRecord record;
    record.id = std::to_string(made_.size() + 1);
    record.source = source;
    record.first = first_as_written(child, slips);
    record.last = surname_as_written(surname);
    if (dice_.once_in(0.025 * slips)) record.last = slip(record.last);
    if (dice_.once_in(0.005 * slips)) std::swap(record.first, record.last);
    record.middle = child.middle.empty() || dice_.once_in(0.3) ? ""
                    : dice_.once_in(0.5)                       ? child.middle.substr(0, 1)
                                                               : child.middle;
    for (auto* text : {&record.first, &record.last, &record.middle}) *text = as_title(*text);
    record.dob = date_as_written(child, slips);
    record.sex = dice_.once_in(0.02 * slips) ? "" : child.is_girl ? "F" : "M";
    if (!dice_.once_in(0.06 * slips))
      record.street = home.number + " " + home.street + " " + kinds[home.kind][dice_.below(2)] +
                      (dice_.once_in(0.8) ? home.unit : "");
    record.city = home.city;
    record.zip = dice_.once_in(0.03 * slips) ? "" : home.zip;
    record.phone = dice_.once_in(0.15 * slips)   ? ""
                   : dice_.once_in(0.08 * slips) ? this->home().phone
                                                 : home.phone;
    record.child = child_;
    made_.push_back(std::move(record));
  }

  Dice dice_;
  uint32_t records_;
  uint32_t towns_;
  uint32_t child_ = 0;
  std::vector<ChildRecord> made_;
};

}  // namespace

std::vector<ChildRecord> children(uint32_t records, uint64_t seed) {
  return Maker(records, seed).run();
}

std::string csv_of(const std::vector<ChildRecord>& records) {
  std::string out =
      "rec_id,source,first_name,middle_name,last_name,dob,sex,street,city,zip,phone,child\n";
  for (const auto& r : records) {
    for (const auto* text : {&r.id, &r.source, &r.first, &r.middle, &r.last, &r.dob, &r.sex,
                             &r.street, &r.city, &r.zip, &r.phone}) {
      out += *text;
      out += ',';
    }
    out += std::to_string(r.child) + '\n';
  }
  return out;
}

}  // namespace homeroom::resolve
