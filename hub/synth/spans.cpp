// Enrollment spans, and the errors planted among them: one among each 200 students, the kinds by
// turns.
#include "hub/synth/days.hpp"
#include "hub/synth/writers.hpp"

namespace homeroom::synth {

namespace {

enum class Needs : uint8_t { nothing, iep, no_iep };

struct Kind {
  const char *kind, *what;
  Needs needs = Needs::nothing;
};

constexpr Kind kinds[] = {
    {"span-overlap", "two enrollment spans overlap by ten days"},
    {"span-gap", "20 days between two spans without a withdrawal reason"},
    {"exit-before-entry", "the first span ends before it starts"},
    {"two-open-spans", "two spans without an exit date"},
    {"admission-reason-unknown", "admission reason Z is in no list"},
    {"withdrawal-without-exit", "withdrawal reason 41 but no exit date"},
    {"percent-out-of-range", "percent of time is 150"},
    {"iep-without-disability", "student_ext says IEP, the attribute span says no disability",
     Needs::iep},
    {"disability-without-iep", "the attribute span says a disability, student_ext says no IEP",
     Needs::no_iep},
    {"attribute-before-entry", "the attribute span starts 20 days before the enrollment span"},
    {"attribute-gap", "15 days between two attribute spans of one enrollment"},
    {"grade-against-age", "the grade is six or seven away from the age"},
    {"disability-unknown", "disability 99 is in no list", Needs::iep},
    {"date-unreadable", "the entry date is 13/45/2025"},
    {"school-unknown", "school 99999 does not exist"},
    {"student-unknown", "an extra row of a student number that nobody has"},
    {"entry-in-future", "the span starts on 08/19/2026"},
    {"duplicate-row", "the row stands there twice"}};
constexpr uint64_t block = 200;

/// Which kind is planted on this student, or -1.
int error_of(uint64_t seed, uint64_t person) {
  auto number = person / block;
  auto kind = number % std::size(kinds);
  auto first = Draw(seed, number, Purpose::planted).below(block);
  for (uint64_t i = 0; i < block; ++i) {
    auto candidate = number * block + (first + i) % block;
    bool fits = kinds[kind].needs == Needs::nothing ||
                facts(seed, candidate).has_iep == (kinds[kind].needs == Needs::iep);
    if (fits) return candidate == person ? static_cast<int>(kind) : -1;
  }
  return -1;
}

struct Span {
  std::string number, school, entry, exit, admission, withdrawal, percent, grade, from, to,
      disability, english, poor;
};

class Spans {
 public:
  explicit Spans(const Seen& seen)
      : person_(seen.person), draw_(seen.seed, seen.person.id, Purpose::span) {
    constexpr const char* disabilities[] = {"10", "05", "14", "12", "09", "08", "15"};
    auto known = facts(seen.seed, person_.id);
    has_iep_ = known.has_iep;
    disability_ = disabilities[draw_.below(7)];
    turn_ = year_start + 30 + draw_.day(80);
    away_ = 10 + draw_.day(30);
    auto entry = us_date(year_start);
    bool came_lately = known.entry > year_start - 60;
    all_.push_back({person_.number, std::to_string(person_.school + 1), entry, "",
                    !came_lately         ? "7"
                    : person_.grade == 0 ? "4"
                                         : "6",
                    "**", draw_.chance(0.03) ? "50" : "100", grade_code(person_.grade), entry, "",
                    has_iep_ ? disability_ : "**", known.learns_english ? "Y" : "N",
                    known.lunch == "F" || known.lunch == "R" ? "Y" : "N"});
  }

  void as_usual() {
    auto percent = draw_.below(100);
    if (percent < 4) move_away_and_back();
    if (percent >= 4 && percent < 8) change_attribute(0);
  }

  void with_error(int kind) {
    auto& first = all_.front();
    switch (kind) {
      case 0:
        move_away_and_back();
        end_first(turn_ + away_ + 9);
        break;
      case 1:
        move_away_and_back();
        all_[0].withdrawal = "**";
        all_[1].entry = all_[1].from = us_date(turn_ + 20);
        break;
      case 2:
        move_away_and_back();
        end_first(year_start - 5);
        break;
      case 3:
        move_away_and_back();
        all_[0].exit = all_[0].to = "";
        all_[0].withdrawal = "**";
        break;
      case 4:
        first.admission = "Z";
        break;
      case 5:
        first.withdrawal = "41";
        break;
      case 6:
        first.percent = "150";
        break;
      case 7:
        first.disability = "**";
        break;
      case 8:
        first.disability = disability_;
        break;
      case 9:
        first.from = us_date(year_start - 20);
        break;
      case 10:
        change_attribute(15);
        break;
      case 11:
        first.grade = grade_code((person_.grade + 7) % 13);
        break;
      case 12:
        first.disability = "99";
        break;
      case 13:
        first.entry = "13/45/2025";
        break;
      case 14:
        first.school = "99999";
        break;
      case 15:
        repeat();
        all_[1].number = "9" + person_.number;
        break;
      case 16:
        first.entry = first.from = "08/19/2026";
        break;
      default:
        repeat();
    }
  }

  void write(std::string& text) const {
    for (const auto& s : all_)
      put(text, "{},{},{},{},{},{},{},{},{},{},{},{},{}\r\n", s.number, s.school, s.entry, s.exit,
          s.admission, s.withdrawal, s.percent, s.grade, s.from, s.to, s.disability, s.english,
          s.poor);
  }

 private:
  void repeat() { all_.push_back(Span(all_.front())); }
  void end_first(int day) { all_[0].exit = all_[0].to = us_date(day); }
  void move_away_and_back() {
    repeat();
    end_first(turn_ - 1);
    all_[0].withdrawal = "41";
    all_[1].admission = "6";
    all_[1].entry = all_[1].from = us_date(turn_ + away_);
  }
  void change_attribute(int gap) {
    repeat();
    all_[0].to = us_date(turn_ - 1);
    all_[1].from = us_date(turn_ + gap);
    all_[0].poor = all_[1].poor == "Y" ? "N" : "Y";
  }

  const Person& person_;
  Draw draw_;
  bool has_iep_ = false;
  std::string disability_;
  int turn_ = 0, away_ = 0;
  std::vector<Span> all_;
};

}  // namespace

void write_spans(const Seen& seen, Rows& rows) {
  Spans spans(seen);
  auto kind = error_of(seen.seed, seen.person.id);
  if (kind < 0) {
    spans.as_usual();
  } else {
    spans.with_error(kind);
  }
  spans.write(rows[File::spans]);
}

Planted planted(uint64_t seed, const Person& person) {
  auto kind = error_of(seed, person.id);
  if (kind < 0) return {};
  return {kinds[kind].kind, kind == 15 ? "9" + person.number : person.number, kinds[kind].what};
}

}  // namespace homeroom::synth
