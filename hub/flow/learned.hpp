// Learned: what matching has learned of each source, kept from run to run: what its records look
// like when they are a student's, and how often names are seen among students. It changes when the
// identity file does, and when somebody asks for it; never by itself, so that a link changes only
// when a record does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "hub/resolve/resolve.hpp"

namespace homeroom::store {
class Store;
}

namespace homeroom::flow {

class Learned {
 public:
  /// `roster` is the number of the roster's source in the store.
  Learned(store::Store& store, const resolve::Identity& identity, uint32_t roster);

  /// What the store keeps of this source's features and model was made with this identity file, and
  /// in the source's role of tonight.
  bool is_of_this_file(uint32_t source) const;
  /// The roster's blocking tokens were made by this identity file.
  bool is_of_these_blocks() const;
  /// The links of this source were weighed by this identity file and its model, against this
  /// version of the roster.
  bool is_weighed(uint32_t source, const std::string& roster_version) const;
  /// Empty: nothing is kept.
  std::string frequencies() const;
  std::optional<resolve::Model> model(uint32_t source,
                                      const resolve::Comparisons& comparisons) const;

  // ---- staging ---------------------------------------------------------------------------------
  /// From now on they are.
  void put_file(uint32_t source);
  void put_blocks();
  void put_weighed(uint32_t source, const std::string& roster_version);
  void put_frequencies(const std::string& frequencies);
  void put(uint32_t source, const resolve::Model& model);

 private:
  std::string file_of(uint32_t source) const;
  std::string weighed_by(uint32_t source, const std::string& roster_version) const;

  store::Store& store_;
  std::string file_;      ///< what of the identity file features and models depend on
  std::string blocks_;    ///< and what tokens,
  std::string weighing_;  ///< and what links depend on, as hashes
  uint32_t roster_;
};

}  // namespace homeroom::flow
