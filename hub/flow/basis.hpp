// Basis: what published profiles and shares were made with, kept beside them. The next night makes
// anew what stands on something else.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "hub/flow/configuration.hpp"
#include "hub/flow/hub.hpp"
#include "hub/govern/govern.hpp"
#include "hub/store/store.hpp"

namespace homeroom::flow {

class Basis {
 public:
  /// Of this night. All outlive it; `sources` in the order in which they are merged, `withheld`
  /// those whose word is too old to be in a profile.
  struct Parts {
    const Hub& hub;
    store::Store& store;
    const govern::Governor& governor;
    const ConfigurationParts& configuration;
    const std::vector<std::string>& sources;
    const std::vector<std::string>& withheld;
  };
  explicit Basis(const Parts& parts) : in_(parts) {}

  /// Parts of the configuration that changed since a run was published last.
  static std::vector<std::string> changed_parts(store::Store& store, const ConfigurationParts& now);

  bool has_merged_before() const;
  bool merges_otherwise() const;
  /// Of the governor's destination with this number.
  bool decides_otherwise(std::size_t destination) const;

  /// Staged.
  void keep() const;

 private:
  std::string merging() const;

  Parts in_;
};

}  // namespace homeroom::flow
