// Judging: all rules over all students, some thousands of them at a time.
#include <algorithm>
#include <functional>
#include <map>
#include <tuple>

#include "homeroom/error.hpp"
#include "hub/record/date.hpp"
#include "hub/record/json.hpp"
#include "hub/validate/claims.hpp"
#include "hub/validate/fte.hpp"
#include "hub/validate/given_parts.hpp"
#include "hub/validate/glance.hpp"
#include "hub/validate/row_rules.hpp"
#include "hub/validate/run_rules.hpp"
#include "hub/validate/spans.hpp"

namespace homeroom::validate {

namespace {

using record::Column;
using record::EntityId;
using record::FieldId;
using Check = Rule::Check;

constexpr uint64_t rows_at_a_time = 65'536;

/// What all parts of the rows have in common, and what was found in those that were looked at.
struct Whole {
  Pack::Plan& plan;
  const Before* before;
  record::Scratch* scratch;
  const GivenRows* profiles_before;
  std::vector<uint32_t> of_rows, of_run;  ///< rules that are checked
  std::map<uint32_t, Claims> claims;      ///< by rule
  std::map<std::string, std::pair<std::pair<int, uint64_t>, std::string>>
      school_names;  ///< with the place of the row that said it
  const std::vector<Origin>& origins;
  Verdict verdict;

  void tell(uint32_t rule, const Claimant& whom, RowPlace place, RowPlace beside,
            const std::string& group = "");
};

Where where_of(RowPlace place, const std::vector<Origin>& origins) {
  if (place.origin == none) return {};
  const auto& origin = origins[place.origin];
  return {origin.source, origin.stream, origin.file, place.line};
}

void Whole::tell(uint32_t rule, const Claimant& whom, RowPlace place, RowPlace beside,
                 const std::string& group) {
  RuleFound found{rule,
                  whom.student,
                  whom.school,
                  where_of(place, origins),
                  where_of(beside, origins),
                  group,
                  whom.fte,
                  true,
                  whom.rank};
  if (before) found.is_new = !before->has(identity_of(verdict, found));
  verdict.found.add(found, verdict.rules[rule].severity);
}

/// Looks at the rows of some students, or of all.
class Look {
 public:
  Look(Whole& whole, GivenRows& given)
      : whole_(whole),
        plan_(whole.plan),
        sight_(whole.plan, given, whole.profiles_before),
        given_(given) {}

  /// `has_nobody`: rows about nobody are looked at too.
  void look(RunRules& run, bool has_nobody);

 private:
  void look(Glance& glance, Students students);
  void check_rows(uint32_t index, Glance& glance, Students students);
  void check_unreadable(uint32_t index);
  void claim(uint32_t index, const Glance::Seen& seen, Students students,
             const std::vector<uint8_t>& is_meant);
  void hit(uint32_t rule, const Glance::Seen& seen, Students students, uint32_t i, uint32_t beside);
  void tell(uint32_t rule, uint32_t student, RowPlace place, RowPlace beside);
  void tell_names();
  Claimant claimant(uint32_t student) const;
  std::string number_of(uint32_t student) const;

  Whole& whole_;
  Pack::Plan& plan_;
  Sight sight_;
  GivenRows& given_;
  record::Arena arena_;
  std::optional<Fte> fte_;
  std::vector<float> fte_of_;           ///< by student
  std::vector<std::string> school_of_;  ///< by student
};

void Look::look(RunRules& run, bool has_nobody) {
  if (plan_.fte && given_.entities[plan_.fte->entity].is_given) fte_.emplace(sight_);
  uint64_t most = 1;
  for (const auto& entity : given_.entities) most = std::max<uint64_t>(most, entity.rows());
  auto all = sight_.students + has_nobody;  // and whatever is about nobody
  auto step =
      static_cast<uint32_t>(std::clamp<uint64_t>(rows_at_a_time * all / most, 64, rows_at_a_time));
  fte_of_.assign(sight_.students + 1, 0);
  school_of_.resize(sight_.students + 1);
  run.see(given_);
  for (uint32_t first = 0; first < all; first += step) {
    arena_.reset();
    Students students{first, std::min(all, first + step)};
    Glance glance(sight_, students, arena_);
    look(glance, students);
    run.look(glance, given_);
  }
  for (auto index : whole_.of_rows) check_unreadable(index);
  tell_names();
  auto& verdict = whole_.verdict;
  for (auto row : sight_.student_rows) verdict.students += row != none;
  verdict.has_fte = fte_.has_value();
  verdict.is_fte_by_calendar = fte_ && fte_->is_by_calendar();
}

void Look::look(Glance& glance, Students students) {
  if (plan_.school) {
    const auto& school = glance.measure(*plan_.school);
    for (auto s = students.first; s < students.last; ++s)
      if (school.values && school.is_valid(s - students.first))
        school_of_[s] = school.text_at(s - students.first).view();
  }
  if (fte_) {
    const auto& view = sight_.views.view(plan_.fte->entity, {});
    for (auto s = students.first; s < std::min(students.last, sight_.students); ++s)
      fte_of_[s] = static_cast<float>(
          fte_->of(view.order.data() + view.begin[s], view.order.data() + view.begin[s + 1]));
  }
  for (auto index : whole_.of_rows) check_rows(index, glance, students);
}

void Look::hit(uint32_t rule, const Glance::Seen& seen, Students students, uint32_t i,
               uint32_t beside) {
  const auto& places = given_.entities[seen.entity].places;
  auto student = seen.part.students[i] == none ? none : students.first + seen.part.students[i];
  tell(rule, student, places[seen.part.rows[i]], beside == none ? RowPlace{} : places[beside]);
}

void Look::tell(uint32_t rule, uint32_t student, RowPlace place, RowPlace beside) {
  whole_.tell(rule, claimant(student), place, beside);
}

void Look::check_rows(uint32_t index, Glance& glance, Students students) {
  const auto& rule = plan_.rules[index];
  if (rule.check == Check::unreadable) return;
  auto& seen = glance.see(*rule.entity, rule.order);
  auto is_meant = glance.holds(rule.where, seen, rule.lookups);
  auto is_wrong = glance.holds(rule.wrong, seen, rule.lookups);
  if (rule.is_same_across_students) {
    for (std::size_t i = 0; i < is_meant.size(); ++i) is_meant[i] = is_meant[i] && is_wrong[i];
    return claim(index, seen, students, is_meant);
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

void Look::check_unreadable(uint32_t index) {
  const auto& rule = plan_.rules[index];
  if (rule.check != Check::unreadable) return;
  for (const auto& one : given_.unreadable)
    if (one.entity == *rule.entity &&
        std::ranges::find(rule.fields, one.field) != rule.fields.end())
      tell(index, one.student, one.place, {});
}

void Look::claim(uint32_t index, const Glance::Seen& seen, Students students,
                 const std::vector<uint8_t>& is_meant) {
  const auto& rule = plan_.rules[index];
  const auto& rows = given_.entities[seen.entity];
  auto& claims = whole_.claims.try_emplace(index, whole_.scratch).first->second;
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
    if (!says_all) continue;
    auto student = seen.part.students[i] == none ? none : students.first + seen.part.students[i];
    claims.add(text, rows.number(seen.part.rows[i]), rows.places[seen.part.rows[i]],
               claimant(student));
  }
}

Claimant Look::claimant(uint32_t student) const {
  if (student == none) return {UINT64_MAX, "", "", 0};
  return {given_.rank(student), number_of(student), school_of_[student], fte_of_[student]};
}

std::string Look::number_of(uint32_t student) const {
  auto row = sight_.student_rows[student];
  if (row != none)
    if (auto field = plan_.model.entities[*plan_.student].find("identifiers.district")) {
      auto column = given_.field(*plan_.student, *field);
      if (column.values && column.is_valid(row)) return std::string(column.text_at(row).view());
    }
  return given_.students[student];
}

/// Schools by the names of organizations, else by the name that stands beside a student's school;
/// the first row says it.
void Look::tell_names() {
  auto tell = [&](int order, EntityId entity, const Column& school, const char* field) {
    auto id = plan_.model.entities[entity].find(field);
    auto name = id ? given_.field(entity, *id) : Column{};
    if (!school.values || !name.values) return;
    const auto& rows = given_.entities[entity];
    for (uint32_t row = 0; row < rows.rows(); ++row) {
      if (!name.is_valid(row) || !school.is_valid(row)) continue;
      std::pair at(order, rows.number(row));
      auto [found, is_new] =
          whole_.school_names.try_emplace(std::string(school.text_at(row).view()), at, "");
      if (!is_new && found->second.first <= at) continue;
      found->second = {at, std::string(name.text_at(row).view())};
    }
  };
  if (plan_.organization) {
    auto number = plan_.model.entities[*plan_.organization].find("number");
    tell(0, *plan_.organization, given_.field(*plan_.organization, key_of_row), "name");
    if (number) tell(1, *plan_.organization, given_.field(*plan_.organization, *number), "name");
  }
  if (!plan_.school) return;
  const auto& school = plan_.measures[*plan_.school];
  tell(2, school.entity, given_.field(school.entity, *school.field), "schoolName");
}

class Judge {
 public:
  Judge(Pack::Plan& plan, Given& given, const Before* before, Reach reach)
      : whole_{plan, before, given.scratch(),      given.before(), {}, {},
               {},   {},     given.kept().origins, Verdict()},
        plan_(plan),
        given_(given),
        before_(before),
        reach_(reach) {
    verdict_.found = Findings(given.scratch());
  }

  Verdict verdict() {
    decide_what_is_checked();
    RunRules run(plan_, whole_.of_run);
    look_at_all(run);
    settle_claims();
    record::Arena arena;
    for (const auto& hit : run.judge(before_, arena))
      whole_.tell(hit.rule, {UINT64_MAX, "", "", 0}, {}, {}, hit.group);
    verdict_.measures = run.measures(arena);
    count();
    return std::move(verdict_);
  }

 private:
  void decide_what_is_checked();
  void look_at_all(RunRules& run);
  void look_at(GivenRows& rows, RunRules& run, bool has_nobody);
  void refuse_lookups() const;
  void settle_claims();
  void count();

  Whole whole_;
  Verdict& verdict_ = whole_.verdict;
  Pack::Plan& plan_;
  Given& given_;
  const Before* before_;
  Reach reach_;
};

/// Not the whole run, not other students, and not what has left rows out already.
bool needs_one_student(const Rule& rule) {
  bool needs_others = rule.is_of_run || rule.is_same_across_students;
  return !needs_others && rule.check != Check::unreadable && !sets_records_aside(rule);
}

void Judge::decide_what_is_checked() {
  verdict_.counts.resize(plan_.rules.size());
  for (uint32_t i = 0; i < plan_.rules.size(); ++i) {
    const auto& rule = plan_.rules[i];
    verdict_.rules.push_back(rule.text);
    if (!rule.text.is_on || (reach_ == Reach::students && !needs_one_student(rule))) continue;
    auto& why = verdict_.counts[i].not_checked;
    for (auto entity : rule.needs)
      if (!given_.kept().entities[entity].is_given)
        why += (why.empty() ? "" : ", ") + plan_.model.entities[entity].name;
    if (!why.empty()) why = "no rows were given of: " + why;
    if (why.empty() && rule.needs_profile_before && !given_.before())
      why = "only a run knows the profiles before it";
    if (why.empty()) (rule.is_of_run ? whole_.of_run : whole_.of_rows).push_back(i);
    // It is counted all the same, for the next time.
    if (why.empty() && rule.needs_before && !before_) why = "no earlier run was given";
  }
}

void Judge::look_at(GivenRows& rows, RunRules& run, bool has_nobody) {
  Look(whole_, rows).look(run, has_nobody);
}

/// Rows about nobody stand beside each part: they are few, and looked up.
void Judge::look_at_all(RunRules& run) {
  auto* parts = given_.parts();
  if (!parts || !parts->has_rows()) {
    for (const auto& entity : given_.kept().entities) verdict_.rows += entity.rows();
    return look_at(given_.kept(), run, true);
  }
  parts->put(given_.kept());
  parts->end();
  verdict_.rows = parts->rows();
  refuse_lookups();
  auto room = parts->room();
  auto nobody = parts->memory(GivenParts::nobody);
  if (nobody > 2 * room)
    throw Error(Next::fix_settings,
                "the rows that are about no student need more memory than the budget of " +
                    std::to_string(parts->budget() >> 20) + " MiB leaves; give more with --memory");
  bool is_first = true;
  auto look = [&](const std::function<void(GivenRows&)>& add) {
    GivenRows rows(plan_);
    rows.origins = given_.kept().origins;
    for (std::size_t e = 0; e < rows.entities.size(); ++e)
      rows.entities[e].is_given = given_.kept().entities[e].is_given;
    parts->get(GivenParts::nobody, rows);
    if (!is_first) rows.unreadable.clear();
    add(rows);
    look_at(rows, run, is_first);
    run.leave();
    is_first = false;
  };
  for (uint32_t part = 1; part < parts->parts();) {
    auto shares = static_cast<uint32_t>(1 + nobody / room + 2 * parts->memory(part) / room);
    if (shares > 2) {
      for (uint32_t share = 0; share < shares; ++share)
        look([&](GivenRows& rows) { parts->get(part, rows, share, shares); });
      ++part;
      continue;
    }
    auto last = part;
    for (auto used = nobody;
         last < parts->parts() && (last == part || used + parts->memory(last) <= room); ++last)
      used += parts->memory(last);
    look([&](GivenRows& rows) {
      for (; part < last; ++part) parts->get(part, rows);
    });
  }
}

/// A row that is looked up may be another student's, in another part.
void Judge::refuse_lookups() const {
  for (const auto* rules : {&whole_.of_rows, &whole_.of_run})
    for (auto index : *rules)
      for (const auto& lookup : plan_.rules[index].lookups)
        if (plan_.model.entities[lookup.entity].is_of_student)
          throw Error(Next::fix_settings,
                      "the rule " + plan_.rules[index].text.id + " looks rows of " +
                          plan_.model.entities[lookup.entity].name +
                          " up, for which all of them must be in memory; they need more than the "
                          "budget of " +
                          std::to_string(given_.parts()->budget() >> 20) +
                          " MiB: give more with --memory, or turn the rule off");
}

void Judge::settle_claims() {
  for (auto& [rule, claims] : whole_.claims)
    claims.settle([&, rule = rule](const Claimant& whom, RowPlace place, RowPlace beside) {
      whole_.tell(rule, whom, place, beside);
    });
}

void Judge::count() {
  verdict_.pack = plan_.name;
  verdict_.says = plan_.says;
  verdict_.fiscal_year = plan_.fiscal_year;
  verdict_.run_date = record::iso_date(plan_.run_date);
  verdict_.has_before = before_ != nullptr;
  for (auto& [school, name] : whole_.school_names)
    verdict_.school_names.emplace(school, std::move(name.second));
  verdict_.found.sort();
  // Findings of one rule about one student follow each other.
  std::pair last(UINT32_MAX, UINT64_MAX);
  for (const auto& found : verdict_.found) {
    auto& count = verdict_.counts[found.rule];
    ++count.findings;
    std::pair now(found.rule, found.rank);
    if (found.rank != UINT64_MAX && now != last) {
      ++count.students;
      count.fte += found.fte;
    }
    last = now;
  }
}

}  // namespace

Verdict judge(const Pack& pack, Given& given, const Before* before, Reach reach) {
  return Judge(pack.plan(), given, before, reach).verdict();
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
