#include "hub/flow/basis.hpp"

#include <nlohmann/json.hpp>

#include "hub/world/world.hpp"

namespace homeroom::flow {

namespace {

constexpr const char* parts_name = "configuration parts";
constexpr const char* merging_name = "merge";

std::string deciding_name(const std::string& destination) {
  return "destination:" + destination;
}

}  // namespace

/// What the configuration was when a run was published last; nothing before that was noted.
std::vector<std::string> Basis::changed_parts(store::Store& store, const ConfigurationParts& now) {
  auto text = store.digest(parts_name);
  auto before =
      text ? nlohmann::json::parse(*text).get<ConfigurationParts>() : ConfigurationParts{};
  return flow::changed_parts(before, now);
}

std::string Basis::merging() const {
  const auto& workspace = in_.hub.workspace();
  std::string all;
  for (const auto& [field, sources] : workspace.trust) {
    all += field + ':';
    for (const auto& source : sources) all += source + ',';
  }
  for (const auto& name : in_.sources) all += '\n' + name;
  if (auto findings = workspace.findings; findings != settings::Findings::lower)
    all += findings == settings::Findings::last ? "\nfindings: last" : "\nfindings: ignored";
  for (const auto& name : in_.withheld) all += "\nwithheld: " + name;
  return world::hex(world::sha256(all));
}

bool Basis::has_merged_before() const {
  return in_.store.digest(merging_name).has_value();
}

bool Basis::merges_otherwise() const {
  return in_.store.digest(merging_name) != merging();
}

bool Basis::decides_otherwise(std::size_t destination) const {
  const auto& name = in_.governor.destinations()[destination];
  return in_.store.digest(deciding_name(name)) != in_.governor.digest(destination);
}

void Basis::keep() const {
  in_.store.put_digest(merging_name, merging());
  auto parts = nlohmann::json(in_.configuration);
  in_.store.put_digest(parts_name,
                       parts.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  for (std::size_t d = 0; d < in_.governor.destinations().size(); ++d)
    in_.store.put_digest(deciding_name(in_.governor.destinations()[d]), in_.governor.digest(d));
}

}  // namespace homeroom::flow
