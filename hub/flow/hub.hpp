// Hub: what every verb of the program needs: the workspace, its model, keys, store and plugins.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "hub/flow/names.hpp"
#include "hub/record/model.hpp"
#include "hub/resolve/resolve.hpp"
#include "hub/settings/workspace.hpp"
#include "hub/validate/validate.hpp"

namespace homeroom::flow {

/// Where the program's own files lie: model, policies, examples; and its plugins.
struct Installation {
  std::filesystem::path configs;
  std::vector<std::filesystem::path> plugins;
};

/// What a person approves so that a new store may take the place of one that is not there any more.
inline constexpr const char* lost_store = "lost_store";

class Hub {
 public:
  Hub(settings::Workspace workspace, Installation installation, const world::Clock& clock,
      const world::Log& log, const world::Cancel& cancel);
  Hub(Hub&&) noexcept;
  ~Hub();

  const settings::Workspace& workspace() const { return workspace_; }
  const record::Model& model() const { return model_; }
  /// The files the model was read from.
  std::vector<std::filesystem::path> model_files() const;
  const plugin::Catalogue& catalogue() const { return *catalogue_; }
  const world::Clock& clock() const { return clock_; }
  const world::Log& log() const { return log_; }
  const world::Cancel& cancel() const { return cancel_; }
  const std::string& tenant() const { return tenant_; }
  const std::string& parameter(const std::string& name) const {
    return workspace_.parameters.at(name);
  }
  /// Today in the district's zone, or the day `run_date` names.
  int32_t run_date() const;
  /// run_date and school_year, as expressions know them.
  std::map<std::string, std::string> clock_parameters() const;
  plugin::Mode default_mode() const;

  std::unique_ptr<keys::KeyRing> open_keys() const;
  std::filesystem::path key_file() const;
  keys::RootKeyPlace root_key() const;
  /// Refuses to begin a store where one was published with these keys, unless it is `lost`.
  std::unique_ptr<store::Store> open_store(keys::KeyRing& keys, bool for_writing,
                                           bool is_lost = false) const;
  /// The store's file; of one on a server the name that stands for it here, beside the keys.
  std::filesystem::path store_file() const;
  /// For messages: what connects to a server may hold a password.
  std::string store_name() const;
  std::filesystem::path lock_file() const;

  /// Opens the plugins of a source. Throws what they throw.
  std::vector<extract::Feed> open_feeds(const settings::Source& source) const;
  std::unique_ptr<plugin::Instance> open_destination(
      const settings::Destination& destination) const;
  /// The district's mappings, and behind them those that come with the program.
  map::Shelf shelf() const;
  /// Compiles a source's mapping for streams of these shapes; throws the first error with its
  /// place. hash(text) takes `hasher`, which outlives the mapping, else the fixed one: nothing of
  /// it is kept.
  std::unique_ptr<map::Mapping> compile_mapping(const settings::Source& source,
                                                const std::vector<map::StreamShape>& shapes,
                                                const express::Hasher* hasher = nullptr) const;
  /// How records of one child are recognised: the workspace's identity file, or the shipped one.
  /// Throws the first mistake with its place.
  resolve::Identity open_identity() const;
  std::filesystem::path identity_file() const;
  /// The workspace's rule packs, compiled; throws the first mistake with its place.
  std::vector<validate::Pack> open_packs() const;
  /// Changes with the function library and the mapping engine: what they mean by the same text.
  static const char* engine();
  /// Changes when anything does that makes contributions of this source.
  std::string source_digest(const settings::Source& source, const map::Mapping& mapping) const;
  /// Of the plugins of a source and their settings, without secrets: a cursor is theirs alone.
  std::string feeds_digest(const settings::Source& source) const;
  /// Of the files of these plugins: another version may read the same bytes otherwise.
  std::string plugins_digest(const settings::Source& source) const;
  const settings::Source& source(const std::string& name) const;
  const settings::Destination& destination(const std::string& name) const;

  /// The plugins this workspace uses that nobody it trusts vouches for, with what is known of them:
  /// "demo_sis 1.0: not signed: ...". Those that cannot be judged are left out.
  std::vector<std::string> strangers() const;

 private:
  std::unique_ptr<plugin::Instance> open(
      const std::string& plugin,
      const std::vector<std::pair<std::string, std::string>>& given) const;

  settings::Workspace workspace_;
  Installation installation_;
  record::Model model_;
  std::string model_text_;
  std::unique_ptr<plugin::Catalogue> catalogue_;
  const world::Clock& clock_;
  const world::Log& log_;
  const world::Cancel& cancel_;
  std::string tenant_;
};

/// What a mapping reads, as extract wants it.
std::vector<extract::Wanted> wanted_of(const map::Mapping& mapping);
std::vector<map::StreamShape> shapes_of(const std::vector<extract::Offer>& offers);

}  // namespace homeroom::flow
