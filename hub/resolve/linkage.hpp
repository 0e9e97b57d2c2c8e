// Linkage: the whole way from records to persons: blocks, training, weights, clusters.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "hub/resolve/blocking.hpp"
#include "hub/resolve/clusters.hpp"
#include "hub/resolve/model.hpp"
#include "hub/resolve/scorer.hpp"

namespace homeroom::resolve {

/// What a person sees of a run.
struct LinkageReport {
  uint64_t pairs = 0;                             ///< scored
  uint64_t linked = 0;                            ///< of them, in the band link
  uint64_t review = 0;                            ///< in the band review
  std::vector<std::pair<int, uint64_t>> weights;  ///< how many pairs by weight, in steps of 4
  /// Share of the pairs in the band link that some block found, estimated from how many keys found
  /// each (A. Chao, 1987); nothing with too few pairs.
  std::optional<double> blocking_recall;
};

/// What comparing all pairs that meet found.
struct Scored {
  std::vector<Edge> edges;  ///< pairs in the bands review and link, in no order
  LinkageReport report;
};

struct Linked {
  Model model;
  Clusters clusters;
  LinkageReport report;
};

class Linkage {
 public:
  Linkage(const Records& records, const Identity& identity, const Workers& workers);
  ~Linkage();
  Linkage(const Linkage&) = delete;
  Linkage& operator=(const Linkage&) = delete;

  const Comparisons& comparisons() const;
  const Blocking& blocking() const;
  /// Learns the model from the records.
  Model learn() const;
  /// Compares all pairs that meet and weighs them with a model: the first half of link().
  Scored score(const Model& model) const;
  /// Links with a model, learned here or before.
  Linked link(Model model, const std::vector<Decision>& decisions) const;
  /// How two records agree and what each thing weighs under a model.
  PairWeight explain(const Model& model, uint32_t a, uint32_t b) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace homeroom::resolve
