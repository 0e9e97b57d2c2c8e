#include "hub/flow/hub.hpp"

#include <algorithm>
#include <set>

#include "hub/extract/extract.hpp"
#include "hub/keys/keys.hpp"
#include "hub/map/map.hpp"
#include "hub/plugin/plugin.hpp"
#include "hub/record/date.hpp"
#include "hub/settings/model.hpp"
#include "hub/store/store.hpp"
#include "hub/world/wall_clock.hpp"
#include "hub/world/world.hpp"

namespace homeroom::flow {

namespace {

std::string hex_of(const std::string& text) {
  return world::hex(world::sha256(text));
}

/// A pack of the workspace, or one that the program brings along.
validate::PackFiles files_of(const settings::RulePack& pack, const settings::Workspace& workspace,
                             const std::filesystem::path& configs) {
  validate::PackFiles files{workspace.folder / pack.pack, configs / "model.yaml",
                            workspace.model_extension};
  if (std::filesystem::exists(files.pack)) return files;
  files.pack = configs / "rules" / (pack.pack + ".yaml");
  if (std::filesystem::exists(files.pack)) return files;
  throw Error(Next::fix_settings,
              pack.place.file + ':' + std::to_string(pack.place.line) + ':' +
                  std::to_string(pack.place.column) + ": no rule pack " + pack.pack +
                  "; a file of the workspace, or the name of one in configs/rules");
}

/// A file that the workspace does not have is taken from the program's own.
void use_shipped(std::vector<std::filesystem::path>& files, const std::filesystem::path& workspace,
                 const std::filesystem::path& configs) {
  for (auto& file : files)
    if (!std::filesystem::exists(file)) {
      auto shipped = configs / file.lexically_relative(workspace);
      if (std::filesystem::exists(shipped)) file = shipped;
    }
}

/// Else the first that asks for a day would tell it, without the place.
void must_know_zone(const settings::Workspace& workspace) {
  if (world::is_time_zone(workspace.time_zone)) return;
  auto near = settings::did_you_mean(workspace.time_zone, world::time_zones());
  auto file = settings::load(workspace.folder / "homeroom.yaml");
  file.find("district")
      .find("time_zone")
      .refuse("no time zone " + workspace.time_zone +
              (near ? ", did you mean " + *near + "?" : "; expected a name like America/New_York"));
}

}  // namespace

Hub::Hub(settings::Workspace workspace, Installation installation, const world::Clock& clock,
         const world::Log& log, const world::Cancel& cancel)
    : workspace_(std::move(workspace)),
      installation_(std::move(installation)),
      model_(
          settings::load_model(installation_.configs / "model.yaml", workspace_.model_extension)),
      model_text_(world::read_whole(installation_.configs / "model.yaml", 10 << 20)),
      catalogue_(std::make_unique<plugin::Catalogue>(installation_.plugins)),
      clock_(clock),
      log_(log),
      cancel_(cancel) {
  must_know_zone(workspace_);
  if (!workspace_.model_extension.empty())
    model_text_ += world::read_whole(workspace_.model_extension, 10 << 20);
  use_shipped(workspace_.policy, workspace_.folder, installation_.configs);
  for (auto& source : workspace_.sources) source.mapping = shelf().mapping(source.mapping);
  tenant_ = workspace_.tenant_id;
  if (tenant_.empty())
    tenant_ = hex_of(workspace_.district + '\n' + workspace_.state).substr(0, 32);
}

Hub::Hub(Hub&&) noexcept = default;

Hub::~Hub() = default;

std::vector<std::filesystem::path> Hub::model_files() const {
  std::vector<std::filesystem::path> files = {installation_.configs / "model.yaml"};
  if (!workspace_.model_extension.empty()) files.push_back(workspace_.model_extension);
  return files;
}

int32_t Hub::run_date() const {
  const auto& set = parameter("run_date");
  if (set.empty()) return world::run_date(clock_, workspace_.time_zone);
  if (auto day = record::parse_iso_date(set)) return *day;
  throw Error(Next::fix_settings, "run_date is not a date YYYY-MM-DD");
}

std::map<std::string, std::string> Hub::clock_parameters() const {
  auto today = run_date();
  auto date = record::civil(today);
  // A school year is named by the year in which it ends; the new one begins on 1 July.
  return {{"run_date", record::iso_date(today)},
          {"school_year", std::to_string(date.month >= 7 ? date.year + 1 : date.year)}};
}

plugin::Mode Hub::default_mode() const {
  const auto& mode = parameter("mode");
  if (mode == "full") return plugin::Mode::full;
  if (mode == "delta") return plugin::Mode::changes;
  throw Error(Next::fix_settings, "mode is full or delta");
}

std::unique_ptr<keys::KeyRing> Hub::open_keys() const {
  auto file = key_file();
  world::make_folder(file.parent_path());
  return keys::KeyRing::open(file, tenant_, root_key());
}

std::filesystem::path Hub::key_file() const {
  return parameter("keys");
}

keys::RootKeyPlace Hub::root_key() const {
  const auto& root = workspace_.root_key;
  return {root.file, root.command, root.environment, root.name};
}

std::unique_ptr<store::Store> Hub::open_store(keys::KeyRing& keys, bool for_writing,
                                              bool is_lost) const {
  auto store = store::Store::open(parameter("store"), tenant_, keys, for_writing, store_file());
  if (store->is_new() && keys.has_published() && !is_lost)
    throw Error(Next::fix_settings,
                "store: " + store_name() +
                    " is not there, and one was published with the keys at hand. Mount it, name "
                    "the right place, or put it back: homeroom restore --from BACKUP. If it is "
                    "lost for good: homeroom run JOB --approve " +
                    std::string(lost_store) + " --why TEXT");
  return store;
}

std::filesystem::path Hub::store_file() const {
  const auto& store = parameter("store");
  if (store.starts_with("sqlite:")) return store.substr(7);
  // Whoever works on a store on a server from this machine shares its keys.
  return key_file().replace_extension(".db");
}

std::string Hub::store_name() const {
  const auto& store = parameter("store");
  return store.starts_with("sqlite:") ? store.substr(7) : "the store on the server";
}

std::filesystem::path Hub::lock_file() const {
  return store_file().string() + ".lock";
}

namespace {

plugin::TrustList trust_of(const settings::Workspace& workspace, const Installation& installation) {
  std::vector<std::filesystem::path> own;
  for (const auto& folder : installation.plugins) {
    auto inside = std::filesystem::weakly_canonical(folder).lexically_relative(
        std::filesystem::weakly_canonical(workspace.folder));
    // What a district laid into its workspace came from somebody else.
    if (inside.empty() || *inside.begin() == "..") own.push_back(folder);
  }
  return plugin::TrustList(workspace.plugins.trust, std::move(own));
}

/// A signature ends on a day of the world, whatever day a run counts as.
int32_t day_of(const world::Clock& clock) {
  return world::local_date(clock.now_ms(), "UTC");
}

std::set<std::string> plugins_of(const settings::Workspace& workspace) {
  std::set<std::string> names;
  for (const auto& source : workspace.sources)
    for (const auto& feed : source.feeds) names.insert(feed.plugin);
  for (const auto& destination : workspace.destinations) names.insert(destination.plugin);
  return names;
}

}  // namespace

std::unique_ptr<plugin::Instance> Hub::open(
    const std::string& name, const std::vector<std::pair<std::string, std::string>>& given) const {
  const auto& found = catalogue_->find(name);
  world::SecretFolder secrets(workspace_.secrets);
  auto checked = plugin::check_settings(found.manifest, given, workspace_.folder, secrets);
  auto standing = trust_of(workspace_, installation_).judge(found, day_of(clock_));
  if (standing.trust == plugin::Trust::vouched) {
    world::make_folder(std::filesystem::path(parameter("keys")).parent_path());
    plugin::SeenVersions(parameter("keys") + ".plugins").expect_no_older(found.manifest);
  }
  bool is_stranger = standing.trust == plugin::Trust::stranger;
  if (is_stranger && !workspace_.plugins.allows_unsigned)
    throw Error(Next::fix_settings,
                "plugin " + name + " is refused: it is " + standing.says +
                    "; have it signed by a key of plugins.trust, or while developing say plugins: "
                    "{unsigned: allow} in homeroom.yaml");
  if (is_stranger) log_.warn("plugin " + name + " runs although it is " + standing.says);
  plugin::Surroundings around{clock_, log_, cancel_, {}, lock_file().parent_path()};
  if (is_stranger || workspace_.plugins.carrier == settings::Carrier::runner)
    return plugin::open_in_runner(found, checked, around, {}, std::move(standing.library));
  return plugin::open_in_process(found, checked, around, standing.library);
}

std::vector<std::string> Hub::strangers() const {
  std::vector<std::string> strangers;
  auto trust = trust_of(workspace_, installation_);
  for (const auto& name : plugins_of(workspace_)) try {
      const auto& found = catalogue_->find(name);
      auto standing = trust.judge(found, day_of(clock_));
      if (standing.trust == plugin::Trust::stranger)
        strangers.push_back(name + ' ' + found.manifest.version + ": " + standing.says);
    } catch (const Error&) {
      // Whoever opens it is told.
    }
  return strangers;
}

std::vector<extract::Feed> Hub::open_feeds(const settings::Source& source) const {
  std::vector<extract::Feed> feeds;
  for (const auto& feed : source.feeds)
    feeds.push_back({feed.name, open(feed.plugin, feed.settings)});
  return feeds;
}

std::unique_ptr<plugin::Instance> Hub::open_destination(
    const settings::Destination& destination) const {
  return open(destination.plugin, destination.settings);
}

map::Shelf Hub::shelf() const {
  return {workspace_.folder / "mappings", installation_.configs / "mappings"};
}

std::unique_ptr<map::Mapping> Hub::compile_mapping(const settings::Source& source,
                                                   const std::vector<map::StreamShape>& shapes,
                                                   const express::Hasher* hasher) const {
  std::vector<map::Remark> remarks;
  auto mapping = map::Mapping::compile(source.mapping, model_, shapes, clock_parameters(), remarks,
                                       hasher ? *hasher : map::fixed_hasher(), shelf());
  if (mapping) return mapping;
  for (const auto& remark : remarks)
    if (remark.is_error)
      throw Error(Next::fix_settings, remark.place.file + ':' + std::to_string(remark.place.line) +
                                          ':' + std::to_string(remark.place.column) + ": " +
                                          remark.says);
  throw Error(Next::fail, source.mapping.string() + ": does not compile");
}

std::filesystem::path Hub::identity_file() const {
  return workspace_.identity.empty() ? installation_.configs / "identity/default.yaml"
                                     : workspace_.identity;
}

resolve::Identity Hub::open_identity() const {
  auto identity = resolve::load_identity(identity_file());
  auto refuse = [](const settings::Place& place, const std::string& what) {
    throw Error(Next::fix_settings,
                settings::text_of(place) + ": " + what +
                    " is for homeroom link; records of a workspace have keys and "
                    "sources of their own");
  };
  if (!identity.record_id.empty()) refuse(identity.record_id_place, "record_id");
  if (!identity.source.empty()) refuse(identity.source_place, "source");
  if (!identity.groups.empty()) refuse(identity.groups.front().place, "groups");
  std::vector<std::string> names;
  for (const auto& source : workspace_.sources) names.push_back(source.name);
  for (const auto& name : identity.one_per_source)
    if (std::ranges::find(names, name) == names.end()) {
      auto near = settings::did_you_mean(name, names);
      throw Error(Next::fix_settings, identity_file().string() + ": one_per_source: no source " +
                                          name + (near ? ", did you mean " + *near + "?" : ""));
    }
  resolve::Roster(identity, model_).index({});  // fields and keys are looked up
  return identity;
}

std::vector<validate::Pack> Hub::open_packs() const {
  std::vector<validate::Pack> packs;
  for (const auto& pack : workspace_.validation)
    packs.push_back(validate::Pack::load(files_of(pack, workspace_, installation_.configs),
                                         {pack.on, pack.off}, clock_parameters()));
  return packs;
}

const char* Hub::engine() {
  return "engine/2";
}

std::string Hub::source_digest(const settings::Source& source, const map::Mapping& mapping) const {
  std::string all = std::string(engine()) + '\n' + model_text_ + '\n' + mapping.digest() + '\n' +
                    source.regime + '\n';
  for (const auto& feed : source.feeds) all += feed.plugin + '\n';
  for (const auto& pack : workspace_.validation) {  // fatal rules leave rows out
    all +=
        world::read_whole(files_of(pack, workspace_, installation_.configs).pack, 10 << 20) + '\n';
    for (const auto& id : pack.on) all += '+' + id;
    for (const auto& id : pack.off) all += '-' + id;
  }
  return hex_of(all);
}

std::string Hub::feeds_digest(const settings::Source& source) const {
  std::string all;
  for (const auto& feed : source.feeds) {
    all += feed.name + '\n' + feed.plugin + '\n';
    for (const auto& [name, value] : feed.settings) all += name + '=' + value + '\n';
  }
  return hex_of(all);
}

std::string Hub::plugins_digest(const settings::Source& source) const {
  std::string all;
  for (const auto& feed : source.feeds) {
    const auto& found = catalogue_->find(feed.plugin);
    all += found.manifest.digest + world::hex(world::sha256_of_file(found.library)) + '\n';
  }
  return hex_of(all);
}

namespace {

/// The one of a workspace's sources or destinations that has the name.
template <class Named>
const Named& named(const std::vector<Named>& all, const char* what, const std::string& name) {
  auto found = std::ranges::find(all, name, &Named::name);
  if (found != all.end()) return *found;
  std::vector<std::string> names;
  for (const auto& one : all) names.push_back(one.name);
  auto near = settings::did_you_mean(name, names);
  throw Error(Next::fix_settings, std::string("no ") + what + ' ' + name +
                                      (near ? ", did you mean " + *near + "?" : ""));
}

}  // namespace

const settings::Source& Hub::source(const std::string& name) const {
  return named(workspace_.sources, "source", name);
}

const settings::Destination& Hub::destination(const std::string& name) const {
  return named(workspace_.destinations, "destination", name);
}

std::vector<extract::Wanted> wanted_of(const map::Mapping& mapping) {
  std::vector<extract::Wanted> wanted;
  for (const auto& reads : mapping.reads()) {
    auto& stream = wanted.emplace_back();
    stream.stream = reads.stream;
    stream.is_optional = reads.is_optional;
    for (const auto& column : reads.columns)
      stream.columns.push_back({column.name, column.is_optional});
  }
  return wanted;
}

std::vector<map::StreamShape> shapes_of(const std::vector<extract::Offer>& offers) {
  std::vector<map::StreamShape> shapes;
  for (const auto& offer : offers)
    shapes.push_back({offer.info.name, offer.info.key, offer.info.subject, offer.info.space,
                      offer.info.role == plugin::Role::reference});
  return shapes;
}

}  // namespace homeroom::flow
