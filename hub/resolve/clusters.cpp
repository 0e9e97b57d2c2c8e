#include "hub/resolve/clusters.hpp"

#include <algorithm>
#include <numeric>
#include <unordered_map>
#include <unordered_set>

#include "homeroom/error.hpp"

namespace homeroom::resolve {

namespace {

/// One pair counts at most this much, for or against: no single likeness outvotes all others.
constexpr float most_for = 12;
constexpr float most_against = -12;
/// Pairs looked at between two groups; beyond, the first ones of each stand for the rest.
constexpr std::size_t most_members = 12;

class Groups {
 public:
  Groups(uint32_t records, const ClusterRules& rules)
      : rules_(rules), group_(records), next_(records, none), size_(records, 1), last_(records) {
    std::iota(group_.begin(), group_.end(), 0);
    std::iota(last_.begin(), last_.end(), 0);
    for (const auto& decision : rules.decisions)
      if (!decision.is_same) {
        apart_[decision.a].push_back(decision.b);
        apart_[decision.b].push_back(decision.a);
      }
  }

  uint32_t of(uint32_t record) const { return group_[record]; }

  /// Joins the groups of two records; the one with the smaller first record stays.
  void join(uint32_t a, uint32_t b) {
    auto x = std::min(group_[a], group_[b]);
    auto y = std::max(group_[a], group_[b]);
    if (x == y) return;
    for (auto at = y; at != none; at = next_[at]) group_[at] = x;
    next_[last_[x]] = y;
    last_[x] = last_[y];
    size_[x] += size_[y];
  }

  bool is_forbidden(uint32_t a, uint32_t b) const {
    return breaks_source_rule(group_[a], group_[b]) || breaks_decision(group_[a], group_[b]);
  }

  /// Whether the pairs between two groups together speak for joining them.
  bool agree(const Edge& edge) const {
    auto a = group_[edge.a];
    auto b = group_[edge.b];
    if (size_[a] == 1 && size_[b] == 1) return true;
    float sum = 0;
    uint32_t count = 0;
    std::size_t i = 0;
    for (auto x = a; x != none && i < most_members; x = next_[x], ++i) {
      std::size_t j = 0;
      for (auto y = b; y != none && j < most_members; y = next_[y], ++j, ++count)
        sum += std::clamp(rules_.weight(x, y), most_against, most_for);
    }
    return sum > 0;
  }

 private:
  static constexpr uint32_t none = UINT32_MAX;

  bool breaks_source_rule(uint32_t a, uint32_t b) const {
    if (rules_.is_one_per_source.empty()) return false;
    for (auto x = a; x != none; x = next_[x]) {
      auto source = rules_.source(x);
      if (!rules_.is_one_per_source[source]) continue;
      for (auto y = b; y != none; y = next_[y])
        if (rules_.source(y) == source) return true;
    }
    return false;
  }

  bool breaks_decision(uint32_t a, uint32_t b) const {
    if (apart_.empty()) return false;
    for (auto x = a; x != none; x = next_[x]) {
      auto found = apart_.find(x);
      if (found == apart_.end()) continue;
      for (auto other : found->second)
        if (group_[other] == b) return true;
    }
    return false;
  }

  const ClusterRules& rules_;
  std::vector<uint32_t> group_;  ///< by record: the first of its group
  std::vector<uint32_t> next_;   ///< the next record of the group
  std::vector<uint32_t> size_;   ///< by first record
  std::vector<uint32_t> last_;
  std::unordered_map<uint32_t, std::vector<uint32_t>> apart_;
};

/// What is left to ask: one pair, the surest, of each two groups that may still become one. The
/// answer holds for the whole groups.
void keep_open(std::vector<Edge>& review, const Groups& groups) {
  std::unordered_set<uint64_t> asked;
  std::erase_if(review, [&](const Edge& edge) {
    auto a = groups.of(edge.a);
    auto b = groups.of(edge.b);
    if (a == b || groups.is_forbidden(a, b)) return true;
    return !asked.insert(uint64_t{std::min(a, b)} << 32 | std::max(a, b)).second;
  });
}

}  // namespace

Clusters make_clusters(uint32_t records, std::vector<Edge> edges, const ClusterRules& rules) {
  std::ranges::sort(edges, [](const Edge& x, const Edge& y) {
    if (x.weight != y.weight) return x.weight > y.weight;
    return std::pair(x.a, x.b) < std::pair(y.a, y.b);
  });
  edges.erase(std::unique(edges.begin(), edges.end(),
                          [](const Edge& x, const Edge& y) { return x.a == y.a && x.b == y.b; }),
              edges.end());
  Groups groups(records, rules);
  for (const auto& decision : rules.decisions)
    if (decision.is_same) {
      if (groups.of(decision.a) != groups.of(decision.b) &&
          groups.is_forbidden(decision.a, decision.b))
        throw Error(Next::fix_settings,
                    "decisions contradict each other: records that are the same by some are "
                    "different by others");
      groups.join(decision.a, decision.b);
    }
  Clusters made;
  for (const auto& edge : edges) {
    if (groups.of(edge.a) == groups.of(edge.b)) continue;
    if (edge.weight >= rules.link_at && !groups.is_forbidden(edge.a, edge.b)) {
      if (groups.agree(edge)) {
        groups.join(edge.a, edge.b);
        continue;
      }
      ++made.refused;
    }
    if (edge.weight >= rules.review_at) made.review.push_back(edge);
  }
  keep_open(made.review, groups);
  made.of.resize(records);
  for (uint32_t record = 0; record < records; ++record) {
    made.of[record] = groups.of(record);
    made.count += made.of[record] == record;
  }
  return made;
}

}  // namespace homeroom::resolve
