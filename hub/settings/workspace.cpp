#include "hub/settings/workspace.hpp"

#include <algorithm>
#include <charconv>

#include "homeroom/error.hpp"
#include "hub/record/profile.hpp"
#include "hub/settings/alerts.hpp"
#include "hub/settings/file_text.hpp"
#include "hub/settings/flat.hpp"
#include "hub/settings/parameters.hpp"
#include "hub/settings/schedule.hpp"

namespace homeroom::settings {

namespace {

/// Everything of `node` that is not Homeroom's own word goes to the plugin.
Flat plugin_settings(const Node& node, const std::vector<std::string_view>& own,
                     const Parameters& parameters) {
  return flat_settings(node, own, [&](const Node& scalar) { return parameters.fill(scalar); });
}

const std::vector<std::string_view> source_words = {
    "plugin",       "feeds",     "mapping",        "regime",       "agreement",      "fresh",
    "when_missing", "unmatched", "absent_is_gone", "ask_for_keys", "victim_services"};

/// N of "keep N days".
int64_t kept_days(const Node& node) {
  int64_t days = 0;
  const auto& text = node.text();
  const char* last = text.data() + text.size();
  auto read = std::from_chars(text.data() + 5, last, days);
  std::string_view unit(read.ptr, last);
  if (read.ec != std::errc{} || days < 1 || (unit != " days" && unit != " day"))
    node.refuse("expected stop or keep N days");
  return days;
}

Source read_source(const Node& key, const Node& node, const Parameters& parameters,
                   const std::filesystem::path& folder) {
  Source source;
  source.name = key.text();
  if (source.name == record::correction_source)
    key.refuse("this name stands for what a person corrected; choose another one");
  source.place = key.place();
  if (auto feeds = node.find("feeds")) {
    node.only(source_words);
    for (const auto& [name, feed] : feeds.entries())
      source.feeds.push_back({name.text(), feed.require("plugin").text(),
                              plugin_settings(feed, {"plugin"}, parameters), name.place()});
  } else {
    source.feeds.push_back({source.name, node.require("plugin").text(),
                            plugin_settings(node, source_words, parameters), key.place()});
  }
  source.mapping = folder / parameters.fill(node.require("mapping"));
  source.regime = one_of(node.require("regime"), {"ferpa", "hipaa", "hmis", "part2"});
  if (auto agreement = node.find("agreement")) source.agreement = agreement.text();
  if (auto fresh = node.find("fresh")) source.fresh_hours = fresh.hours();
  if (auto gone = node.find("absent_is_gone")) source.may_delete_settled = gone.boolean();
  if (auto keys = node.find("ask_for_keys")) source.asks_for_keys = keys.boolean();
  if (auto none = node.find("victim_services")) source.victim_services = none.text();
  auto missing = node.require("when_missing");
  if (missing.text() == "stop") {
    source.when_missing = WhenMissing::stop;
  } else if (missing.text().starts_with("keep ")) {
    source.when_missing = WhenMissing::keep;
    source.keep_days = kept_days(missing);
  } else {
    missing.refuse("expected stop or keep N days");
  }
  if (auto unmatched = node.find("unmatched"); unmatched && unmatched.text() != "forget")
    unmatched.refuse(
        "expected forget; keeping people who are no students here needs an agreement that names "
        "it");
  return source;
}

const std::vector<std::string_view> destination_words = {
    "plugin", "held_by",        "read_by", "purpose", "agreement", "students",
    "send",   "first_delivery", "readers", "pace",    "breaker",   "retry"};

Destination read_destination(const Node& key, const Node& node, const Parameters& parameters) {
  Destination destination;
  destination.name = key.text();
  destination.place = key.place();
  destination.plugin = node.require("plugin").text();
  destination.settings = plugin_settings(node, destination_words, parameters);
  destination.held_by = node.require("held_by").text();
  destination.read_by = node.require("read_by").text();
  destination.purpose = node.require("purpose").text();
  if (auto agreement = node.find("agreement")) destination.agreement = agreement.text();
  destination.students = node.require("students").text();
  for (const auto& word : node.require("send").items()) destination.send.push_back(word.text());
  destination.sends_first_at_once = destination.held_by == "district";
  if (auto first = node.find("first_delivery")) {
    if (first.text() != "send" && first.text() != "wait") first.refuse("expected send or wait");
    destination.sends_first_at_once = first.text() == "send";
  }
  if (auto readers = node.find("readers")) {
    readers.only({"schools"});
    destination.readers_schools = readers.require("schools").text();
    if (destination.readers_schools != "all") readers.refuse("expected schools: all");
  }
  destination.sparing = read_sparing(node);
  return destination;
}

Agreement read_agreement(const Node& key, const Node& node) {
  node.only({"kind", "with", "basis", "classes", "ends", "destroy", "paper", "counsel"});
  Agreement agreement;
  agreement.name = key.text();
  agreement.place = key.place();
  agreement.kind = node.require("kind").text();
  agreement.with = node.require("with").text();
  if (auto basis = node.find("basis")) agreement.basis = basis.text();
  for (const auto& word : node.require("classes").items()) agreement.classes.push_back(word.text());
  agreement.ends = node.require("ends").date();
  if (auto destroy = node.find("destroy")) agreement.destroy_days = destroy.days();
  if (auto paper = node.find("paper")) agreement.paper = paper.text();
  if (auto counsel = node.find("counsel")) {
    counsel.only({"who", "date", "text"});
    counsel.require("who");
    counsel.require("date").date();
    agreement.has_counsel = true;
  }
  return agreement;
}

void read_brakes(const Node& node, Workspace& workspace) {
  workspace.brakes = {{"students_gone", {0.02, 25}},    {"one_school_gone", {0.20, 20}},
                      {"students_new", {0.05, 100}},    {"birth_dates_changed", {0.005, 20}},
                      {"names_changed", {0.02, 50}},    {"records_joined", {0.01, 50}},
                      {"column_gone_null", {0.50, 20}}, {"profiles_to_send", {0.30, 500}},
                      {"records_purged", {0.10, 100}}};
  node.only({"students_gone", "one_school_gone", "students_new", "birth_dates_changed",
             "names_changed", "records_joined", "column_gone_null", "profiles_to_send",
             "records_purged"});
  for (const auto& [key, brake] : node.entries()) {
    brake.only({"above", "at_least"});
    auto& limits = workspace.brakes[key.text()];
    if (auto above = brake.find("above")) limits.above = above.proportion();
    if (auto least = brake.find("at_least")) limits.at_least = least.integer();
  }
}

uint64_t bytes_of(const Node& node) {
  auto bytes = memory_size(node.text());
  if (!bytes) node.refuse("expected a size, like 600 MiB");
  return *bytes;
}

Plugins read_plugins(const Node& node, const std::filesystem::path& folder) {
  node.only({"carrier", "trust", "unsigned"});
  Plugins plugins;
  if (auto carrier = node.find("carrier");
      carrier && one_of(carrier, {"trusted", "runner"}) == "runner")
    plugins.carrier = Carrier::runner;
  for (const auto& key : node.find("trust").items()) plugins.trust.push_back(folder / key.text());
  if (auto strangers = node.find("unsigned"))
    plugins.allows_unsigned = one_of(strangers, {"refuse", "allow"}) == "allow";
  return plugins;
}

void read_limits(const Node& node, Limits& limits) {
  node.only({"memory"});
  if (auto memory = node.find("memory")) limits.memory_bytes = bytes_of(memory);
}

RootKey read_root_key(const Node& node, const Parameters& parameters,
                      const std::filesystem::path& folder) {
  node.only({"file", "command", "environment", "name"});
  RootKey root;
  if (auto file = node.find("file")) root.file = folder / parameters.fill(file);
  for (const auto& word : node.find("command").items())
    root.command.push_back(parameters.fill(word));
  if (auto environment = node.find("environment")) {
    root.environment = folder / parameters.fill(environment);
    root.name = node.require("name").text();
  }
  int said = !root.file.empty() + !root.command.empty() + !root.environment.empty();
  if (said != 1) node.refuse("expected one of file, command and environment");
  return root;
}

/// Refuses `name` unless it is among `known`, saying what it may have meant.
void must_be(const Node& name, const char* what, const std::vector<std::string>& known) {
  if (std::ranges::find(known, name.text()) != known.end()) return;
  auto near = did_you_mean(name.text(), known);
  name.refuse("no " + std::string(what) + ' ' + name.text() +
              (near ? ", did you mean " + *near + "?" : ""));
}

template <typename Things>
std::vector<std::string> names_of(const Things& things) {
  std::vector<std::string> names;
  for (const auto& thing : things) names.push_back(thing.name);
  return names;
}

void check_job(const Node& job, const Workspace& workspace) {
  auto check = [](const Node& list, const char* what, const std::vector<std::string>& known) {
    for (const auto& name : list.items())
      if (list.kind() == Kind::list || (name.text() != "all" && name.text() != "none"))
        must_be(name, what, known);
  };
  check(job.find("sources"), "source", names_of(workspace.sources));
  check(job.find("destinations"), "destination", names_of(workspace.destinations));
  for (const auto& name : job.find("after").items()) must_be(name, "job", names_of(workspace.jobs));
}

/// Names that point to other places of the file point to something.
void check_names(const Node& root, const Workspace& workspace) {
  auto sources = names_of(workspace.sources);
  auto agreements = names_of(workspace.agreements);
  auto groups = names_of(workspace.groups);
  groups.push_back("all");
  must_be(root.find("students").find("source"), "source", sources);
  for (const auto& [key, list] : root.find("trust").entries())
    for (const auto& name : list.items()) must_be(name, "source", sources);
  for (const auto& [key, source] : root.find("sources").entries())
    if (auto agreement = source.find("agreement")) must_be(agreement, "agreement", agreements);
  for (const auto& [key, destination] : root.find("destinations").entries()) {
    if (auto agreement = destination.find("agreement")) must_be(agreement, "agreement", agreements);
    must_be(destination.find("students"), "group", groups);
  }
  for (const auto& [key, job] : root.find("jobs").entries()) check_job(job, workspace);
  check_schedules(root.find("jobs"), workspace);
  for (const auto& quiet : root.find("calendar").find("quiet").items())
    must_be(quiet.find("destination"), "destination", names_of(workspace.destinations));
}

RulePack read_rule_pack(const Node& node) {
  if (node.kind() == Kind::scalar) return {node.text(), {}, {}, node.place()};
  node.only({"pack", "turn_on", "turn_off"});
  RulePack pack{node.require("pack").text(), {}, {}, node.place()};
  for (const auto& id : node.find("turn_on").items()) pack.on.push_back(id.text());
  for (const auto& id : node.find("turn_off").items()) pack.off.push_back(id.text());
  return pack;
}

}  // namespace

std::optional<uint64_t> memory_size(const std::string& text) {
  std::size_t digits = 0;
  while (digits < text.size() && std::isdigit(static_cast<unsigned char>(text[digits]))) ++digits;
  auto unit = text.substr(digits);
  if (digits == 0 || digits > 6 || (unit != " MiB" && unit != " GiB")) return std::nullopt;
  return std::stoull(text.substr(0, digits)) << (unit == " MiB" ? 20 : 30);
}

Workspace load_workspace(const std::filesystem::path& folder,
                         const std::map<std::string, std::string>& set) {
  Workspace workspace;
  workspace.folder = std::filesystem::absolute(folder).lexically_normal();
  auto file = folder / "homeroom.yaml";
  if (!std::filesystem::exists(file))
    throw Error(Next::fix_settings,
                file.string() + " is not there; make a workspace with: homeroom init DIR");
  auto root = load(file);
  workspace.meaning = meaning(root);
  root.only({"homeroom", "district",   "parameters", "secrets", "students", "sources",
             "trust",    "merge",      "identity",   "model",   "policy",   "destinations",
             "groups",   "agreements", "jobs",       "brakes",  "limits",   "tenant_id",
             "calendar", "validation", "alerts",     "keys",    "plugins",  "retention"});
  if (auto version = root.require("homeroom"); version.text() != "1")
    version.refuse("this program reads homeroom: 1");
  auto district = root.require("district");
  district.only({"name", "state", "time_zone"});
  workspace.district = district.require("name").text();
  workspace.state = district.require("state").text();
  workspace.time_zone = district.require("time_zone").text();
  if (auto tenant = root.find("tenant_id")) workspace.tenant_id = tenant.text();
  Parameters parameters(root.find("parameters"), set, workspace.folder);
  workspace.parameters = parameters.values();
  workspace.secrets = workspace.folder / "secrets";
  if (auto secrets = root.find("secrets")) {
    secrets.only({"folder"});
    workspace.secrets = workspace.folder / parameters.fill(secrets.require("folder"));
  }
  if (auto keys = root.find("keys")) {
    keys.only({"root"});
    workspace.root_key = read_root_key(keys.require("root"), parameters, workspace.folder);
  }
  auto students = root.require("students");
  students.only({"source"});
  workspace.roster = students.require("source").text();
  for (const auto& [key, source] : root.require("sources").entries())
    workspace.sources.push_back(read_source(key, source, parameters, workspace.folder));
  for (const auto& [key, list] : root.find("trust").entries())
    for (const auto& name : list.items()) workspace.trust[key.text()].push_back(name.text());
  if (auto merge = root.find("merge")) {
    merge.only({"findings"});
    if (auto findings = merge.find("findings")) {
      auto word = one_of(findings, {"lower", "last", "ignored"});
      workspace.findings = word == "last"      ? Findings::last
                           : word == "ignored" ? Findings::ignored
                                               : Findings::lower;
    }
  }
  if (auto identity = root.find("identity"))
    workspace.identity = workspace.folder / parameters.fill(identity);
  if (auto model = root.find("model")) workspace.model_extension = workspace.folder / model.text();
  for (const auto& policy : root.require("policy").items())
    workspace.policy.push_back(workspace.folder / parameters.fill(policy));
  for (const auto& [key, destination] : root.find("destinations").entries())
    workspace.destinations.push_back(read_destination(key, destination, parameters));
  for (const auto& [key, group] : root.find("groups").entries())
    workspace.groups.push_back({key.text(), group.text(), group.place()});
  for (const auto& [key, agreement] : root.find("agreements").entries())
    workspace.agreements.push_back(read_agreement(key, agreement));
  for (const auto& [key, job] : root.require("jobs").entries())
    workspace.jobs.push_back(read_job(key, job));
  workspace.calendar = read_calendar(root.find("calendar"), workspace.folder);
  for (const auto& pack : root.find("validation").items())
    workspace.validation.push_back(read_rule_pack(pack));
  check_names(root, workspace);
  read_brakes(root.find("brakes"), workspace);
  read_limits(root.find("limits"), workspace.limits);
  if (auto retention = root.find("retention")) workspace.retention = read_retention(retention);
  if (auto plugins = root.find("plugins"))
    workspace.plugins = read_plugins(plugins, workspace.folder);
  if (auto alerts = root.find("alerts")) workspace.alerts = read_alerts(alerts);
  return workspace;
}

}  // namespace homeroom::settings
