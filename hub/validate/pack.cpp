// Reading a rule pack: codes, measures and series that all rules may name, then the rules.
#include "hub/validate/pack.hpp"

#include <algorithm>
#include <sstream>

#include "homeroom/error.hpp"
#include "hub/record/date.hpp"
#include "hub/settings/settings.hpp"
#include "hub/validate/pack_measures.hpp"
#include "hub/validate/pack_rules.hpp"
#include "hub/validate/pack_scope.hpp"

namespace homeroom::validate {

using settings::Kind;
using settings::Node;

namespace {

/// Codes of a list say themselves; those of a map say another word. A file has them below a head:
/// the code and, where there is a second column, the word.
express::CodeTable codes_of(const Node& name, const Node& node,
                            const std::filesystem::path& folder) {
  express::CodeTable table;
  table.name = name.text();
  auto add = [&](const Node& at, const std::string& code, const std::string& word) {
    if (!table.codes.emplace(code, word).second) at.refuse("the code stands here twice");
  };
  if (node.kind() != Kind::map) {
    for (const auto& code : node.items()) add(code, code.text(), code.text());
    return table;
  }
  if (!node.find("file")) {
    for (const auto& [code, word] : node.entries()) add(code, code.text(), word.text());
    return table;
  }
  node.only({"file"});
  auto file = folder / node.find("file").text();
  if (!std::filesystem::exists(file)) node.refuse("no file " + file.string());
  std::istringstream in(settings::file_text(file));
  std::string line;
  for (std::getline(in, line); std::getline(in, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty()) continue;
    auto comma = line.find(',');
    auto code = line.substr(0, comma);
    add(node, code,
        comma == std::string::npos ? code
                                   : line.substr(comma + 1, line.find(',', comma + 1) - comma - 1));
  }
  return table;
}

void read_school(const Node& node, Pack::Plan& plan, PackScope& scope) {
  if (!node) return;
  auto measure = read_measure(plan, scope, "school", node, "last " + node.text());
  if (measure.type != record::Type::text) node.refuse("a school is named by a text, this is none");
  plan.measures.push_back(std::move(measure));
  plan.school = static_cast<uint32_t>(plan.measures.size() - 1);
}

void read_fte(const Node& node, Pack::Plan& plan, PackScope& scope) {
  if (!node) return;
  node.only({"on", "start", "end", "percent", "school", "calendar"});
  FteRule fte;
  fte.entity = scope.entity(node.require("on"), node.require("on").text());
  auto field = [&](record::EntityId entity, const Node& in, const char* key, record::Type type) {
    auto at = in.require(key);
    auto found = scope.field(at, entity, at.text());
    if (plan.model.entities[entity].fields[found].type != type)
      at.refuse("a field of another type is needed here");
    return found;
  };
  fte.start = field(fte.entity, node, "start", record::Type::date);
  fte.end = field(fte.entity, node, "end", record::Type::date);
  fte.percent = field(fte.entity, node, "percent", record::Type::decimal);
  fte.school = field(fte.entity, node, "school", record::Type::text);
  if (auto calendar = node.find("calendar")) {
    calendar.only({"on", "school", "date", "minutes"});
    FteRule::Calendar days;
    days.entity = scope.entity(calendar.require("on"), calendar.require("on").text());
    days.school = field(days.entity, calendar, "school", record::Type::text);
    days.date = field(days.entity, calendar, "date", record::Type::date);
    days.minutes = field(days.entity, calendar, "minutes", record::Type::integer);
    fte.calendar = days;
  }
  plan.fte = fte;
}

/// What a report needs whatever the rules ask for: record numbers, and the names of schools.
void use_what_reports_need(Pack::Plan& plan, PackScope& scope) {
  auto use = [&](std::optional<record::EntityId> entity, const char* path) {
    if (!entity) return;
    if (auto field = plan.model.entities[*entity].find(path)) scope.use(*entity, *field);
  };
  use(plan.student, "identifiers.district");
  use(plan.organization, "name");
  use(plan.organization, "number");
  if (plan.school) use(plan.measures[*plan.school].entity, "schoolName");
}

void turn(Pack::Plan& plan, const std::vector<std::string>& ids, bool is_on,
          const std::string& file) {
  std::vector<std::string> names;
  for (const auto& rule : plan.rules) names.push_back(rule.text.id);
  for (const auto& id : ids) {
    bool is_found = id == "all";
    for (auto& rule : plan.rules)
      if (id == "all" || rule.text.id == id) {
        rule.text.is_on = is_on;
        is_found = true;
      }
    if (!is_found) throw Error(Next::fix_settings, file + ": no rule " + id + meant(id, names));
  }
}

}  // namespace

std::unique_ptr<Pack::Plan> compile_pack(const PackFiles& files, const Switches& switches,
                                         const std::map<std::string, std::string>& parameters) {
  auto root = settings::load(files.pack);
  root.only({"rule_pack", "name", "says", "fiscal_year", "source", "codes", "school", "fte", "take",
             "series", "rules"});
  if (auto version = root.require("rule_pack"); version.text() != "1")
    version.refuse("this program reads rule_pack: 1");
  auto plan = std::make_unique<Pack::Plan>();
  auto folder = files.pack.parent_path();
  plan->model = settings::load_model(files.model, files.extension);
  plan->name = root.require("name").text();
  plan->says = root.find("says") ? root.find("says").text() : "";
  plan->fiscal_year = root.require("fiscal_year").integer();
  plan->parameters = parameters;
  plan->run_date = record::parse_iso_date(parameters.at("run_date")).value_or(0);
  plan->student = plan->model.find(record::student_entity);
  plan->organization = plan->model.find("organization");
  for (const auto& entity : plan->model.entities)
    plan->is_used.emplace_back(entity.fields.size(), 0);
  for (const auto& [name, node] : root.find("codes").entries())
    plan->codes.emplace(name.text(), codes_of(name, node, folder));
  PackScope scope(*plan);
  for (const auto& [name, node] : root.find("take").entries())
    plan->measures.push_back(read_measure(*plan, scope, name.text(), node, node.text()));
  read_series(root.find("series"), *plan, scope);
  auto shared = static_cast<uint32_t>(plan->measures.size());
  read_school(root.find("school"), *plan, scope);
  read_fte(root.find("fte"), *plan, scope);
  read_rules(root.require("rules"), root.find("source"), shared, *plan, scope);
  use_what_reports_need(*plan, scope);
  turn(*plan, switches.on, true, files.pack.string());
  turn(*plan, switches.off, false, files.pack.string());
  return plan;
}

Pack::Pack(std::unique_ptr<Plan> plan) : plan_(std::move(plan)) {}
Pack::~Pack() = default;
Pack::Pack(Pack&&) noexcept = default;

Pack Pack::load(const PackFiles& files, const Switches& switches,
                const std::map<std::string, std::string>& parameters) {
  return Pack(compile_pack(files, switches, parameters));
}

const std::string& Pack::name() const {
  return plan_->name;
}
const record::Model& Pack::model() const {
  return plan_->model;
}

std::vector<RuleText> Pack::rules() const {
  std::vector<RuleText> texts;
  for (const auto& rule : plan_->rules) texts.push_back(rule.text);
  return texts;
}

bool Pack::reads_profiles_before() const {
  return std::ranges::any_of(
      plan_->rules, [](const Rule& rule) { return rule.text.is_on && rule.needs_profile_before; });
}

std::string_view word_of(record::Severity severity) {
  static constexpr std::string_view words[] = {"info", "warning", "critical", "fatal"};
  return words[static_cast<std::size_t>(severity)];
}

}  // namespace homeroom::validate
