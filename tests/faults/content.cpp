#include "tests/faults/content.hpp"

#include <set>
#include <sstream>
#include <stdexcept>

#include "hub/keys/keys.hpp"
#include "hub/sqlite/sqlite.hpp"
#include "hub/store/store.hpp"
#include "hub/world/digest.hpp"

namespace homeroom::flows {
namespace {

class Telling {
 public:
  explicit Telling(store::Store& store) : store_(store) {}

  std::string all() {
    persons();
    for (const auto& [number, name] : store_.sources()) source(number, name);
    for (const auto& [number, name] : store_.destinations()) shares(number, name);
    for (const auto& row : store_.quarantine())
      out_ << "aside " << row.source << ' ' << row.what.stream << ' ' << row.what.record << ' '
           << row.hash << ' ' << static_cast<int>(row.state) << '\n';
    for (const auto& state : store_.stream_states())
      out_ << "stream " << state.source << ' ' << state.stream << " '" << state.cursor << "' "
           << state.records << ' ' << state.proof << '\n';
    chains();
    return out_.str();
  }

 private:
  void persons() {
    store_.each_person([&](const store::Person& person) {
      out_ << "person " << person.number << ' ' << person.id << ' ' << person.is_live << ' '
           << person.ended_on.value_or(0) << ' ' << person.merged_into << '\n';
    });
    store_.each_profile([&](const store::Profile& profile) {
      if (profile.rows.empty()) throw std::runtime_error("a profile without rows");
      out_ << "profile " << profile.person << ' ' << profile.content_hash << " version "
           << profile.version << ' ' << profile.changes_on.value_or(0) << '\n';
    });
  }

  void source(uint32_t number, const std::string& name) {
    uint64_t frames = 0, features = 0;
    std::vector<uint32_t> nodes;
    store_.each_node(number, [&](const store::NodeIndex& index) {
      nodes.push_back(index.id);
      out_ << "node " << name << ' ' << index.token << ' '
           << world::hex(world::sha256(index.digests)) << '\n';
    });
    for (auto id : nodes) frames += !store_.node(number, id).frame.empty();
    store_.each_features(number, [&](uint32_t, std::string_view) { ++features; });
    out_ << "source " << name << ' ' << nodes.size() << ' ' << frames << ' ' << features << '\n';
    for (const auto& link : store_.links(number)) {
      out_ << "link " << name << ' ' << link.node << ' ' << link.person << ' '
           << static_cast<int>(link.evidence) << ' ' << static_cast<int>(link.rule) << ' '
           << link.weight << '\n';
    }
  }

  void shares(uint32_t number, const std::string& name) {
    store_.each_share(number, [&](const store::ShareRow& row) {
      out_ << "share " << name << ' ' << row.person << ' ' << row.sequence << " state "
           << static_cast<int>(row.state) << ' ' << world::hex(row.digest) << ' '
           << static_cast<int>(row.outcome) << ' ' << row.fields_withheld << '\n';
    });
  }

  void chains() {
    std::set<std::string> known;
    for (const auto& chain : store_.chains(known)) {
      if (!chain.broken.empty()) throw std::runtime_error("a broken chain: " + chain.broken);
      out_ << chain.name << ' ' << chain.entries << '\n';
    }
  }

  store::Store& store_;
  std::ostringstream out_;
};

struct Opened {
  std::unique_ptr<keys::KeyRing> keys;
  std::unique_ptr<store::Store> store;
};

Opened opened(const std::filesystem::path& folder, const std::string& name) {
  auto file = folder / (name + ".db");
  std::string tenant;
  {
    sqlite::Database database(file, sqlite::Access::read);
    if (auto found = database.text("PRAGMA integrity_check"); found != "ok")
      throw std::runtime_error(file.string() + " is unsound: " + found);
    tenant = database.text("SELECT tenant FROM store");
  }
  Opened all;
  all.keys = keys::KeyRing::open(folder / (name + ".keys"), tenant);
  all.store = store::Store::open("sqlite:" + file.string(), tenant, *all.keys, false);
  return all;
}

}  // namespace

std::string content_at(const std::string& location, const std::string& tenant,
                       const std::filesystem::path& key_file) {
  auto keys = keys::KeyRing::open(key_file, tenant);
  return Telling(*store::Store::open(location, tenant, *keys, false)).all();
}

std::string content_of(const std::filesystem::path& folder, const std::string& name) {
  auto all = opened(folder, name);
  return Telling(*all.store).all();
}

std::map<std::string, ToldShare> shares_of(const std::filesystem::path& folder,
                                           const std::string& name,
                                           const std::string& destination) {
  auto all = opened(folder, name);
  std::map<uint32_t, std::string> ids;
  all.store->each_person([&](const store::Person& person) { ids[person.number] = person.id; });
  std::map<std::string, ToldShare> shares;
  auto number = all.store->destination_number(destination);
  all.store->each_share(number, [&](const store::ShareRow& row) {
    using store::ShareState;
    if (row.state == ShareState::none) return;
    bool is_removed = row.state == ShareState::removed;
    shares[ids[row.person]] = {row.sequence, is_removed ? "" : world::hex(row.digest), is_removed,
                               is_removed || row.state == ShareState::sent};
  });
  return shares;
}

}  // namespace homeroom::flows
