#include "hub/validate/pack_rules.hpp"

#include <algorithm>
#include <sstream>

#include "hub/validate/pack_measures.hpp"

namespace homeroom::validate {

namespace {

using record::EntityId;
using record::Severity;
using settings::Kind;
using settings::Node;
using Check = Rule::Check;

Severity severity_of(const Node& node) {
  for (auto severity : {Severity::info, Severity::warning, Severity::critical, Severity::fatal})
    if (node.text() == word_of(severity)) return severity;
  node.refuse("no severity " + node.text() +
              meant(node.text(), {"info", "warning", "critical", "fatal"}));
}

RuleText text_of(const Node& node, const Node& source, int64_t fiscal_year) {
  RuleText text;
  text.id = node.require("id").text();
  text.severity = severity_of(node.require("severity"));
  text.says = node.require("says").text();
  text.remedy = node.require("remedy").text();
  text.owner = node.require("owner").text();
  if (auto own = node.find("source"))
    text.source = own.text();
  else if (source)
    text.source = source.text();
  else
    node.refuse("a rule names its source");
  if (auto code = node.find("code")) text.code = code.text();
  text.fiscal_year = node.find("fiscal_year") ? node.find("fiscal_year").integer() : fiscal_year;
  if (auto verified = node.find("verified")) text.is_verified = verified.boolean();
  if (!text.is_verified && text.severity > Severity::warning)
    node.find("severity").refuse("a rule whose source is not verified is at most a warning");
  if (auto off = node.find("off")) text.off = off.text();
  if (!text.is_verified && text.off.empty()) text.off = "its source is not verified";
  text.is_on = text.off.empty();
  return text;
}

class RuleReader {
 public:
  RuleReader(Pack::Plan& plan, PackScope& scope, uint32_t shared)
      : plan_(plan), scope_(scope), shared_(shared) {}

  Rule read(const Node& node, RuleText text) {
    Rule rule;
    rule.text = std::move(text);
    auto on = node.require("on");
    if (on.text() == "run") return of_run(node, std::move(rule));
    auto entity = scope_.entity(on, on.text());
    rule.entity = entity;
    rule.text.entity = on.text();
    rule.needs.insert(entity);
    if (node.find("per")) node.find("per").refuse("only rules on: run are counted per something");
    if (auto field = node.find("field")) {
      scope_.field(field, entity, field.text());
      rule.text.field = field.text();
    }
    rule.order = fields(node.find("sorted"), entity);
    for (const auto& [name, value] : node.find("with").entries())
      rule.lookups.push_back(lookup(name, value, entity));
    check(node, rule, entity);
    conditions(node, rule, entity);
    return rule;
  }

 private:
  std::vector<record::FieldId> fields(const Node& node, EntityId entity) {
    std::vector<record::FieldId> out;
    for (const auto& item : node.items()) out.push_back(scope_.field(item, entity, item.text()));
    return out;
  }

  /// `with: {place: organization by number = school, kind = kind}`
  Lookup lookup(const Node& name, const Node& node, EntityId here) {
    Lookup made;
    made.name = name.text();
    std::string text = node.text();
    std::ranges::replace(text, ',', ' ');
    std::istringstream in(text);
    std::string entity, by, there, sign, mine;
    in >> entity >> by;
    if (by != "by") node.refuse("expected ENTITY by FIELD = FIELD, ...");
    made.entity = scope_.entity(node, entity);
    while (in >> there >> sign >> mine) {
      if (sign != "=") node.refuse("expected ENTITY by FIELD = FIELD, ...");
      auto target = there == "key" ? key_of_row : scope_.field(node, made.entity, there);
      made.by.emplace_back(target, scope_.field(node, here, mine));
      auto type = [&](EntityId of, record::FieldId field) {
        return field == key_of_row ? record::Type::text
                                   : plan_.model.entities[of].fields[field].type;
      };
      if (type(made.entity, made.by.back().first) != type(here, made.by.back().second))
        node.refuse(there + " and " + mine + " are of different types");
    }
    if (made.by.empty()) node.refuse("expected ENTITY by FIELD = FIELD, ...");
    return made;
  }

  void check(const Node& node, Rule& rule, EntityId entity) {
    int count = 0;
    auto is = [&](const char* key, Check check) {
      auto found = node.find(key);
      if (!found) return found;
      if (++count > 1)
        found.refuse("a rule has one check: unreadable, unlisted, same, overlap or gap");
      rule.check = check;
      return found;
    };
    if (auto unreadable = is("unreadable", Check::unreadable)) {
      rule.fields = fields(unreadable, entity);
      if (node.find("wrong"))
        node.find("wrong").refuse("a value that cannot be read has no other condition");
    }
    if (auto unlisted = is("unlisted", Check::unlisted)) read_unlisted(unlisted, rule, entity);
    if (auto same = is("same", Check::same)) read_same(same, rule, entity);
    if (auto overlap = is("overlap", Check::overlap)) read_spans(overlap, rule, entity);
    if (auto gap = is("gap", Check::gap)) read_spans(gap, rule, entity);
    if (count == 0 && !node.find("wrong"))
      node.refuse("a rule needs a check: wrong, unreadable, unlisted, same, overlap or gap");
  }

  /// `unlisted: {FIELD: CODES}`: a code that is there and in no list.
  void read_unlisted(const Node& node, Rule& rule, EntityId entity) {
    auto entries = node.entries();
    if (entries.size() != 1) node.refuse("expected {FIELD: CODES}");
    const auto& [field, codes] = entries.front();
    rule.fields.push_back(scope_.field(field, entity, field.text()));
    if (plan_.model.entities[entity].fields[rule.fields.front()].type != record::Type::text)
      field.refuse("only texts have codes");
    std::vector<std::string> names;
    for (const auto& [name, table] : plan_.codes) names.push_back(name);
    auto found = plan_.codes.find(codes.text());
    if (found == plan_.codes.end())
      codes.refuse("no codes " + codes.text() + meant(codes.text(), names));
    for (const auto& [code, word] : found->second.codes) rule.listed.add(record::text(code));
    if (rule.text.field.empty()) rule.text.field = field.text();
  }

  /// `same: [fields]` within one student, or `same: {fields: [...], across: students}`.
  void read_same(const Node& node, Rule& rule, EntityId entity) {
    auto list = node;
    if (node.kind() == Kind::map) {
      node.only({"fields", "across"});
      list = node.require("fields");
      if (auto across = node.require("across"); across.text() != "students")
        across.refuse("expected students");
      rule.is_same_across_students = true;
    }
    for (const auto& item : list.items())
      rule.fields.push_back(item.text() == "key" ? key_of_row
                                                 : scope_.field(item, entity, item.text()));
    for (auto field : rule.fields)
      if (field == key_of_row)
        continue;
      else if (auto type = plan_.model.entities[entity].fields[field].type;
               type == record::Type::list || type == record::Type::json)
        list.refuse("lists cannot be compared here");
    if (!rule.order.empty()) node.refuse("same makes its own order");
    if (!rule.is_same_across_students) rule.order = rule.fields;
  }

  void read_spans(const Node& node, Rule& rule, EntityId entity) {
    node.only({"start", "end", "by", "more_than"});
    auto date = [&](const char* key) {
      auto at = node.require(key);
      auto field = scope_.field(at, entity, at.text());
      if (plan_.model.entities[entity].fields[field].type != record::Type::date)
        at.refuse("a date is needed here");
      return field;
    };
    rule.start = date("start");
    rule.end = date("end");
    rule.by = fields(node.find("by"), entity);
    if (auto more = node.find("more_than")) rule.days = more.days();
    if (!rule.order.empty()) node.refuse("overlap and gap make their own order");
    rule.order = rule.by;
    rule.order.push_back(rule.start);
    rule.order.push_back(rule.end);
    if (rule.text.field.empty())
      rule.text.field = plan_.model.entities[entity].fields[rule.start].path;
  }

  std::vector<uint32_t> measures(const Node& node) {
    std::vector<uint32_t> indexes;
    for (uint32_t i = 0; i < shared_; ++i) indexes.push_back(i);
    auto own = own_measures(node);
    indexes.insert(indexes.end(), own.begin(), own.end());
    return indexes;
  }

  std::vector<uint32_t> own_measures(const Node& node) {
    std::vector<uint32_t> indexes;
    for (const auto& [name, value] : node.entries()) {
      indexes.push_back(static_cast<uint32_t>(plan_.measures.size()));
      plan_.measures.push_back(read_measure(plan_, scope_, name.text(), value, value.text()));
    }
    return indexes;
  }

  void conditions(const Node& node, Rule& rule, EntityId entity) {
    bool is_of_student = plan_.model.entities[entity].is_of_student;
    if (node.find("take") && !is_of_student)
      node.find("take").refuse("only rows of a student have measures");
    auto columns = scope_.of_rows(entity);
    if (!rule.order.empty()) scope_.add_previous(*columns, entity);
    if (is_of_student) {
      scope_.add_measures(*columns, measures(node.find("take")));
      scope_.add_series(*columns);
    }
    if (plan_.student && entity == *plan_.student) scope_.add_before(*columns);
    scope_.add_lookups(*columns, rule.lookups);
    auto program = scope_.program(*columns);
    auto condition = [&](const char* key, std::optional<Condition>& into) {
      if (auto text = node.find(key))
        into = scope_.condition(text, program, columns, entity, rule.lookups, rule.needs,
                                &rule.needs_profile_before);
    };
    condition("where", rule.where);
    condition("wrong", rule.wrong);
  }

  Rule of_run(const Node& node, Rule rule) {
    for (const char* key :
         {"field", "sorted", "with", "where", "unreadable", "unlisted", "same", "overlap", "gap"})
      if (auto found = node.find(key)) found.refuse("a rule on: run has only take, per and wrong");
    rule.is_of_run = true;
    if (auto per = node.find("per")) rule.per = per.text();
    rule.measures = own_measures(node.require("take"));
    auto columns = std::make_shared<std::vector<ScopeColumn>>();
    scope_.add_measures(*columns, rule.measures);
    for (uint32_t i = 0; i < rule.measures.size(); ++i) {
      const auto& measure = plan_.measures[rule.measures[i]];
      if (!rule.per.empty()) check_group(node.find("per"), measure.entity);
      rule.needs.insert(measure.entity);
      if (measure.type == record::Type::integer || measure.type == record::Type::decimal)
        columns->push_back({ScopeColumn::From::before, rule.measures[i], 0, measure.type,
                            "before." + measure.name});
    }
    if (!rule.per.empty())
      columns->push_back({ScopeColumn::From::group, 0, 0, record::Type::text, rule.per});
    rule.wrong = scope_.condition(node.require("wrong"), scope_.program(*columns), columns, 0, {},
                                  rule.needs, &rule.needs_before);
    return rule;
  }

  /// What a run is counted by is told in reports, so it must not be a student's own value.
  void check_group(const Node& per, EntityId entity) {
    const auto& field = plan_.model.entities[entity].fields[scope_.field(per, entity, per.text())];
    if (field.type != record::Type::text || (field.refers_to.empty() && field.options.empty()))
      per.refuse("a run is counted by a code or by what refers to an entity");
  }

  Pack::Plan& plan_;
  PackScope& scope_;
  uint32_t shared_;
};

}  // namespace

void read_rules(const Node& node, const Node& source, uint32_t shared, Pack::Plan& plan,
                PackScope& scope) {
  for (const auto& rule : node.items()) {
    rule.only({"id",    "code",       "severity",    "on",       "per",     "where",
               "wrong", "unreadable", "unlisted",    "same",     "overlap", "gap",
               "take",  "with",       "sorted",      "field",    "says",    "remedy",
               "owner", "source",     "fiscal_year", "verified", "off"});
    auto text = text_of(rule, source, plan.fiscal_year);
    auto is_same = [&](const Rule& other) { return other.text.id == text.id; };
    if (std::ranges::any_of(plan.rules, is_same))
      rule.require("id").refuse("another rule has this id");
    plan.rules.push_back(RuleReader(plan, scope, shared).read(rule, std::move(text)));
  }
}

}  // namespace homeroom::validate
