// The verbs plugin list, plugin info and plugin test.
#include "hub/plugin/plugin.hpp"

#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "hub/cli/verbs.hpp"
#include "hub/conformance/conformance.hpp"

namespace homeroom::cli {

namespace {

void list(const Context& context) {
  plugin::Catalogue catalogue(context.plugin_folders());
  if (context.is_json()) {
    nlohmann::json out = {{"found", nlohmann::json::array()}, {"refused", nlohmann::json::array()}};
    for (const auto& found : catalogue.found())
      out["found"].push_back({{"name", found.manifest.name},
                              {"version", found.manifest.version},
                              {"publisher", found.manifest.publisher},
                              {"contracts", found.manifest.contracts},
                              {"maturity", found.manifest.maturity}});
    for (const auto& refused : catalogue.refused())
      out["refused"].push_back({{"path", refused.path.string()}, {"why", refused.why}});
    std::printf("%s\n", out.dump().c_str());
    return;
  }
  Table table({"Plugin", "Version", "Publisher", "Says"});
  for (const auto& found : catalogue.found())
    table.add({found.manifest.name, found.manifest.version, found.manifest.publisher,
               found.manifest.says});
  std::fputs(table.text(4).c_str(), stdout);
  for (const auto& refused : catalogue.refused())
    std::printf("refused  %s: %s\n", refused.path.c_str(), refused.why.c_str());
}

void print_streams(const plugin::Manifest& found) {
  if (found.streams.empty()) return;
  std::printf("\nStreams\n");
  Table streams({"  name", "subject", "space"});
  for (const auto& stream : found.streams)
    streams.add(
        {"  " + stream.name, stream.is_reference ? "(reference)" : stream.subject, stream.space});
  std::fputs(streams.text(3).c_str(), stdout);
}

/// What keeps a plugin in its runner, and what this system lacks of it.
void print_layers() {
  std::printf("\nIn a process of its own (homeroom-plugin-host) it is kept to\n");
  Table layers({"  layer", "on this system"});
  for (const auto& layer : plugin::layers_of_a_runner())
    layers.add({"  " + layer.name, layer.is_on ? "yes" : "no: " + layer.why});
  std::fputs(layers.text(2).c_str(), stdout);
}

void info(const Context& context, const std::string& name) {
  plugin::Catalogue catalogue(context.plugin_folders());
  const auto& found = catalogue.find(name).manifest;
  std::printf("%s %s, by %s\n%s\n\nSettings\n", found.name.c_str(), found.version.c_str(),
              found.publisher.c_str(), found.says.c_str());
  Table settings({"  name", "required", "says"});
  auto all = found.settings;
  if (!found.permissions.hosts.empty())
    all.insert(all.end(), plugin::network_rules().begin(), plugin::network_rules().end());
  for (const auto& setting : all)
    settings.add({"  " + setting.name,
                  setting.required       ? "yes"
                  : setting.has_fallback ? "default " + setting.fallback
                                         : "no",
                  setting.says});
  std::fputs(settings.text(3).c_str(), stdout);
  print_streams(found);
  print_layers();
}

/// A path to a library, or the name of a plugin in the folders of plugins.
plugin::Found find(const Context& context, const std::string& library) {
  std::filesystem::path path(library);
  if (path.extension() != ".so" && !path.has_parent_path())
    return plugin::Catalogue(context.plugin_folders()).find(library);
  return plugin::Catalogue({std::filesystem::absolute(path).parent_path()})
      .find(path.stem().string());
}

struct Signing {
  std::string library, key;
  uint64_t days = 365;
  std::vector<std::string> trust;
};

int32_t today(const Context& context) {
  return world::local_date(context.clock.now_ms(), "UTC");
}

void sign(const Context& context, const Signing& what) {
  auto found = find(context, what.library);
  if (what.days < 1 || what.days > 3650) throw Error(Next::fix_settings, "--days takes 1 to 3650");
  auto from = today(context);
  auto until = from + static_cast<int32_t>(what.days);
  auto file = plugin::signature_file(found);
  world::write_atomically(file, plugin::sign(found, what.key, from, until), 0644);
  std::printf("%s %s is signed: %s\n", found.manifest.name.c_str(), found.manifest.version.c_str(),
              file.c_str());
}

void verify(Context& context, const Signing& what) {
  auto found = find(context, what.library);
  plugin::TrustList trust({what.trust.begin(), what.trust.end()}, context.own_plugin_folders());
  auto standing = trust.judge(found, today(context));
  std::printf("%s %s: %s\n", found.manifest.name.c_str(), found.manifest.version.c_str(),
              standing.says.c_str());
  context.exit_code = standing.trust == plugin::Trust::stranger ? 1 : 0;
}

struct Trial {
  std::string library, settings, cassette, junit;
  uint64_t limit_s = 20;
  std::string carrier = "both";
  std::vector<std::string> only;
};

std::vector<conformance::Carrier> carriers(const std::string& word) {
  using enum conformance::Carrier;
  if (word == "inside") return {inside};
  if (word == "runner") return {runner};
  return {inside, runner};
}

void test(Context& context, const Trial& trial) {
  auto subject = conformance::read_subject(find(context, trial.library), trial.settings);
  if (!trial.cassette.empty()) {
    std::erase_if(subject.settings, [](const auto& pair) { return pair.first == "network.play"; });
    subject.settings.emplace_back("network.play", std::filesystem::absolute(trial.cassette));
  }
  auto report = conformance::try_plugin(
      subject, context.cancel,
      {static_cast<uint32_t>(trial.limit_s), trial.only, carriers(trial.carrier)});
  auto text = context.is_json() ? conformance::json_of(report) : conformance::text_of(report);
  std::fputs(text.c_str(), stdout);
  if (!trial.junit.empty())
    world::write_atomically(trial.junit, conformance::junit_of(report), 0644);
  context.exit_code = report.has_passed() ? 0 : 1;
}

}  // namespace

void add_plugin(const Command& top, Context& context) {
  auto plugin = top.add("plugin", "Plugins: what is there and what they need");
  plugin.needs_verb();
  plugin.add("list", "What was found, what was refused and why").does([&context] {
    list(context);
  });
  auto name = std::make_shared<std::string>();
  plugin.add("info", "Settings and streams of one plugin")
      .takes("name", *name, "The plugin", Need::must)
      .does([&context, name] { info(context, *name); });
  add_plugin_new(plugin, context);
  auto signing = std::make_shared<Signing>();
  plugin.add("sign", "Signs a plugin's library and manifest, into NAME.sig beside them")
      .takes("library", signing->library, "The library NAME.so", Need::must)
      .takes("--key", signing->key, "A private Ed25519 key in PEM, as openssl makes them",
             Need::must)
      .takes_count("--days", signing->days, "How long the signature is good (default: 365)")
      .does([&context, signing] { sign(context, *signing); });
  plugin.add("verify", "Says who vouches for a plugin; exit code 1 if nobody trusted does")
      .takes("library", signing->library, "The library NAME.so, or the name of an installed plugin",
             Need::must)
      .takes_each("--trust", signing->trust, "A file with a publisher's public key in PEM")
      .does([&context, signing] { verify(context, *signing); });
  auto trial = std::make_shared<Trial>();
  plugin.add("test", "Tries whether a plugin keeps the promises of the contract")
      .takes("library", trial->library, "The library NAME.so, or the name of an installed plugin",
             Need::must)
      .takes("--settings", trial->settings, "A file of settings (default: the plugin's sample)")
      .takes("--cassette", trial->cassette,
             "A folder of recorded answers to play instead of asking a server")
      .takes("--junit", trial->junit, "Writes the result to this file as JUnit XML too")
      .takes_each("--only", trial->only, "A check or an area to try, as in read.cancel or write")
      .takes_one_of("--carrier", trial->carrier, {"inside", "runner", "both"},
                    "Where its code runs (default: both)")
      .takes_count("--limit", trial->limit_s, "Seconds for each check (default: 20)")
      .does([&context, trial] { test(context, *trial); });
}

}  // namespace homeroom::cli
