// Clusters: who is one person, from the weights of pairs. Two groups become one only where all
// their pairs together speak for it, so that nobody is drawn in by a chain of likenesses.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace homeroom::resolve {

struct Edge {
  uint32_t a = 0;
  uint32_t b = 0;  ///< above a
  float weight = 0;
};

/// What a person decided about two records; it is always kept.
struct Decision {
  uint32_t a = 0;
  uint32_t b = 0;
  bool is_same = false;
};

struct ClusterRules {
  float link_at = 3;  ///< weight
  float review_at = -3;
  std::vector<uint8_t> is_one_per_source;  ///< by source
  std::function<uint32_t(uint32_t record)> source;
  std::function<float(uint32_t a, uint32_t b)> weight;  ///< of any two records
  std::vector<Decision> decisions;
};

struct Clusters {
  std::vector<uint32_t> of;  ///< by record: the first record of its cluster
  uint32_t count = 0;
  /// Pairs that a person should look at, the surest first: one of each two clusters that may be
  /// one.
  std::vector<Edge> review;
  uint64_t refused = 0;  ///< links that the rest of both groups spoke against
};

/// The same whatever the order of the edges. Throws fix_settings for decisions that contradict each
/// other.
Clusters make_clusters(uint32_t records, std::vector<Edge> edges, const ClusterRules& rules);

}  // namespace homeroom::resolve
