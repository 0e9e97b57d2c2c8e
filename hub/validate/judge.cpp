// Judging: all rules over all students, some thousands of them at a time.
#include <algorithm>
#include <set>

#include "hub/record/date.hpp"
#include "hub/record/json.hpp"
#include "hub/validate/fte.hpp"
#include "hub/validate/glance.hpp"
#include "hub/validate/row_rules.hpp"
#include "hub/validate/run_rules.hpp"
#include "hub/validate/spans.hpp"
#include "hub/validate/text_set.hpp"

namespace homeroom::validate {

namespace {

using record::Column;
using record::EntityId;
using record::FieldId;
using Check = Rule::Check;

constexpr uint64_t rows_at_a_time = 65'536;

struct Hit {
  uint32_t rule = 0;
  uint32_t student = none;
  RowPlace place;
  RowPlace beside;
  std::string group;
};

/// Rows that may stand for two students, by a hash of what they say.
struct Claim {
  uint64_t hash;
  uint32_t row;
};

class Judge {
 public:
  Judge(Pack::Plan& plan, GivenRows& given, const Before* before, Reach reach)
      : sight_(plan, given),
        plan_(plan),
        given_(given),
        before_(before),
        reach_(reach),
        claims_(plan.rules.size()) {}

  Verdict verdict() {
    decide_what_is_checked();
    if (plan_.fte && given_.entities[plan_.fte->entity].is_given) fte_.emplace(sight_);
    RunRules run(sight_, of_run_);
    look_at_all(run);
    for (auto rule : of_rows_)
      if (plan_.rules[rule].is_same_across_students) settle_claims(rule);
    for (const auto& hit : run.judge(before_, arena_)) hits_.push_back({hit.rule, none, {}, {}, hit.group});
    verdict_.measures = run.measures(arena_);
    tell();
    return std::move(verdict_);
  }

 private:
  void decide_what_is_checked();
  void look_at_all(RunRules& run);
  void look(Glance& glance, Students students);
  void check_rows(uint32_t index, Glance& glance, Students students);
  void check_unreadable(uint32_t index);
  void claim(uint32_t index, const Glance::Seen& seen, const std::vector<uint8_t>& is_meant);
  void settle_claims(uint32_t index);
  void hit(uint32_t rule, const Glance::Seen& seen, Students students, uint32_t i, uint32_t beside);
  void tell();
  void tell_names();
  std::string number_of(uint32_t student) const;
  Where where(RowPlace place) const;

  Sight sight_;
  Pack::Plan& plan_;
  GivenRows& given_;
  const Before* before_;
  Reach reach_;
  record::Arena arena_;
  std::optional<Fte> fte_;
  std::vector<uint32_t> of_rows_, of_run_;
  std::vector<Hit> hits_;
  std::vector<std::vector<Claim>> claims_;  ///< by rule
  std::vector<float> fte_of_;               ///< by student
  std::vector<std::string> school_of_;      ///< by student
  Verdict verdict_;
};

/// Not the whole run, not other students, and not what has left rows out already.
bool needs_one_student(const Rule& rule) {
  bool needs_others = rule.is_of_run || rule.is_same_across_students;
  return !needs_others && rule.check != Check::unreadable && !leaves_rows_out(rule);
}

void Judge::decide_what_is_checked() {
  verdict_.counts.resize(plan_.rules.size());
  for (uint32_t i = 0; i < plan_.rules.size(); ++i) {
    const auto& rule = plan_.rules[i];
    verdict_.rules.push_back(rule.text);
    if (!rule.text.is_on || (reach_ == Reach::students && !needs_one_student(rule))) continue;
    auto& why = verdict_.counts[i].not_checked;
    for (auto entity : rule.needs)
      if (!given_.entities[entity].is_given)
        why += (why.empty() ? "" : ", ") + plan_.model.entities[entity].name;
    if (!why.empty()) why = "no rows were given of: " + why;
    if (why.empty()) (rule.is_of_run ? of_run_ : of_rows_).push_back(i);
    // It is counted all the same, for the next time.
    if (why.empty() && rule.needs_before && !before_) why = "no earlier run was given";
  }
}

void Judge::look_at_all(RunRules& run) {
  uint64_t most = 1;
  for (const auto& entity : given_.entities) most = std::max<uint64_t>(most, entity.rows());
  auto all = sight_.students + 1;  // and whatever is about nobody
  auto step = static_cast<uint32_t>(std::clamp<uint64_t>(rows_at_a_time * all / most, 64, rows_at_a_time));
  fte_of_.assign(all, 0);
  school_of_.resize(all);
  for (auto index : of_rows_) check_unreadable(index);
  for (uint32_t first = 0; first < all; first += step) {
    arena_.reset();
    Students students{first, std::min(all, first + step)};
    Glance glance(sight_, students, arena_);
    look(glance, students);
    run.look(glance);
  }
}

void Judge::look(Glance& glance, Students students) {
  if (plan_.school) {
    const auto& school = glance.measure(*plan_.school);
    for (auto s = students.first; s < students.last; ++s)
      if (school.values && school.is_valid(s - students.first))
        school_of_[s] = school.text_at(s - students.first).view();
  }
  if (fte_) {
    const auto& view = sight_.views.view(plan_.fte->entity, {});
    for (auto s = students.first; s < std::min(students.last, sight_.students); ++s)
      fte_of_[s] = static_cast<float>(fte_->of(view.order.data() + view.begin[s], view.order.data() + view.begin[s + 1]));
  }
  for (auto index : of_rows_) check_rows(index, glance, students);
}

void Judge::hit(uint32_t rule, const Glance::Seen& seen, Students students, uint32_t i, uint32_t beside) {
  const auto& places = given_.entities[seen.entity].places;
  auto student = seen.part.students[i] == none ? none : students.first + seen.part.students[i];
  hits_.push_back({rule, student, places[seen.part.rows[i]], beside == none ? RowPlace{} : places[beside], ""});
}

void Judge::check_rows(uint32_t index, Glance& glance, Students students) {
  const auto& rule = plan_.rules[index];
  if (rule.check == Check::unreadable) return;
  auto& seen = glance.see(*rule.entity, rule.order);
  auto is_meant = glance.holds(rule.where, seen, rule.lookups);
  auto is_wrong = glance.holds(rule.wrong, seen, rule.lookups);
  if (rule.is_same_across_students) {
    for (std::size_t i = 0; i < is_meant.size(); ++i) is_meant[i] = is_meant[i] && is_wrong[i];
    return claim(index, seen, is_meant);
  }
  if (rule.check == Check::unlisted) {
    auto codes = given_.field(*rule.entity, rule.fields.front());
    for (uint32_t i = 0; i < is_wrong.size(); ++i) {
      auto row = seen.part.rows[i];
      is_wrong[i] = is_wrong[i] && codes.is_valid(row) && !rule.listed.has(codes.text_at(row));
    }
  }
  if (rule.check == Check::wrong || rule.check == Check::unlisted) {
    for (uint32_t i = 0; i < is_meant.size(); ++i)
      if (is_meant[i] && is_wrong[i]) hit(index, seen, students, i, none);
    return;
  }
  for (const auto& [row, beside] : collisions(rule, given_, seen.part, is_meant))
    if (is_wrong[row]) hit(index, seen, students, row, beside);
}

void Judge::check_unreadable(uint32_t index) {
  const auto& rule = plan_.rules[index];
  if (rule.check != Check::unreadable) return;
  for (const auto& one : given_.unreadable)
    if (one.entity == *rule.entity && std::ranges::find(rule.fields, one.field) != rule.fields.end())
      hits_.push_back({index, one.student, one.place, {}, ""});
}

void Judge::claim(uint32_t index, const Glance::Seen& seen, const std::vector<uint8_t>& is_meant) {
  const auto& rule = plan_.rules[index];
  std::string text;
  for (std::size_t i = 0; i < seen.part.rows.size(); ++i) {
    if (!is_meant[i]) continue;
    text.clear();
    bool says_all = true;
    for (auto field : rule.fields) {
      auto column = given_.field(seen.entity, field);
      if ((says_all = column.is_valid(seen.part.rows[i])) == false) break;
      record::append_json_value(text, column, seen.part.rows[i]);
      text += ',';
    }
    if (says_all) claims_[index].push_back({hash_of(record::text(text)), seen.part.rows[i]});
  }
}

/// Equal hashes stand side by side after sorting; each row that another student's row equals is told.
void Judge::settle_claims(uint32_t index) {
  const auto& rule = plan_.rules[index];
  const auto& rows = given_.entities[*rule.entity];
  auto& claims = claims_[index];
  std::ranges::sort(claims, {}, [](const Claim& one) { return std::pair(one.hash, one.row); });
  auto collide = [&](uint32_t a, uint32_t b) {
    if (rows.students[a] == rows.students[b]) return false;
    return std::ranges::all_of(rule.fields, [&](FieldId field) { return is_same(given_.field(*rule.entity, field), a, b); });
  };
  for (auto from = claims.begin(); from != claims.end();) {
    auto to = std::find_if(from, claims.end(), [&](const Claim& one) { return one.hash != from->hash; });
    for (auto one = from; one != to; ++one) {
      auto other = std::find_if(from, to, [&](const Claim& it) { return collide(one->row, it.row); });
      if (other != to)
        hits_.push_back({index, rows.students[one->row], rows.places[one->row], rows.places[other->row], ""});
    }
    from = to;
  }
}

std::string Judge::number_of(uint32_t student) const {
  auto row = sight_.student_rows[student];
  if (row != none)
    if (auto field = plan_.model.entities[*plan_.student].find("identifiers.district")) {
      auto column = given_.field(*plan_.student, *field);
      if (column.values && column.is_valid(row)) return std::string(column.text_at(row).view());
    }
  return given_.students[student];
}

Where Judge::where(RowPlace place) const {
  if (place.origin == none) return {};
  const auto& origin = given_.origins[place.origin];
  return {origin.source, origin.stream, origin.file, place.line};
}

/// Schools by the names of organizations, else by the name that stands beside a student's school.
void Judge::tell_names() {
  auto tell = [&](EntityId entity, const Column& school, const char* field) {
    auto id = plan_.model.entities[entity].find(field);
    auto name = id ? given_.field(entity, *id) : Column{};
    if (!school.values || !name.values) return;
    for (uint32_t row = 0; row < given_.entities[entity].rows(); ++row)
      if (name.is_valid(row) && school.is_valid(row))
        verdict_.school_names.try_emplace(std::string(school.text_at(row).view()), name.text_at(row).view());
  };
  if (plan_.organization) {
    auto number = plan_.model.entities[*plan_.organization].find("number");
    tell(*plan_.organization, given_.field(*plan_.organization, key_of_row), "name");
    if (number) tell(*plan_.organization, given_.field(*plan_.organization, *number), "name");
  }
  if (!plan_.school) return;
  const auto& school = plan_.measures[*plan_.school];
  tell(school.entity, given_.field(school.entity, *school.field), "schoolName");
}

void Judge::tell() {
  verdict_.pack = plan_.name;
  verdict_.says = plan_.says;
  verdict_.fiscal_year = plan_.fiscal_year;
  verdict_.run_date = record::iso_date(plan_.run_date);
  verdict_.has_fte = fte_.has_value();
  verdict_.is_fte_by_calendar = fte_ && fte_->is_by_calendar();
  verdict_.has_before = before_ != nullptr;
  for (const auto& entity : given_.entities) verdict_.rows += entity.rows();
  for (auto row : sight_.student_rows) verdict_.students += row != none;
  tell_names();
  std::ranges::stable_sort(hits_, {}, [](const Hit& hit) { return std::pair(hit.rule, hit.student); });
  for (std::size_t i = 0; i < hits_.size(); ++i) {
    const auto& hit = hits_[i];
    auto& count = verdict_.counts[hit.rule];
    ++count.findings;
    bool is_first = i == 0 || hits_[i - 1].rule != hit.rule || hits_[i - 1].student != hit.student;
    RuleFound found{hit.rule, "", "", where(hit.place), where(hit.beside), hit.group};
    if (hit.student != none) {
      found.student = number_of(hit.student);
      found.school = school_of_[hit.student];
      found.fte = fte_of_[hit.student];
      count.students += is_first;
      if (is_first) count.fte += fte_of_[hit.student];
    }
    verdict_.found.push_back(std::move(found));
    if (before_) {
      auto& made = verdict_.found.back();
      made.is_new = !std::ranges::binary_search(before_->found, identity_of(verdict_, made));
    }
  }
  std::ranges::stable_sort(verdict_.found, [&](const RuleFound& a, const RuleFound& b) {
    if (a.school != b.school) return a.school < b.school;
    auto grave = [&](const RuleFound& one) { return verdict_.rules[one.rule].severity; };
    if (grave(a) != grave(b)) return grave(a) > grave(b);
    return std::tie(a.rule, a.student, a.at.line) < std::tie(b.rule, b.student, b.at.line);
  });
}

}  // namespace

Verdict judge(const Pack& pack, Given& given, const Before* before, Reach reach) {
  return Judge(pack.plan(), given.kept(), before, reach).verdict();
}

std::string identity_of(const Verdict& verdict, const RuleFound& found) {
  return verdict.rules[found.rule].id + "/" + found.student + "/" + found.group;
}

uint64_t Verdict::count(record::Severity severity) const {
  uint64_t count = 0;
  for (std::size_t i = 0; i < rules.size(); ++i)
    if (rules[i].severity == severity) count += counts[i].findings;
  return count;
}

}  // namespace homeroom::validate
