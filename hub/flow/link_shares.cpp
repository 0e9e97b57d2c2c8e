#include "hub/flow/link_shares.hpp"

#include <algorithm>
#include <functional>

namespace homeroom::flow {

namespace {

constexpr uint64_t fewest = 10;  ///< records that may be told of without telling of one child
constexpr std::size_t most_values = 50;

/// By record: whether it is with a record of some other.
std::vector<uint8_t> linked_records(const resolve::Clusters& clusters) {
  std::vector<uint32_t> size(clusters.of.size());
  for (auto first : clusters.of) ++size[first];
  std::vector<uint8_t> made(clusters.of.size());
  for (std::size_t record = 0; record < made.size(); ++record)
    made[record] = size[clusters.of[record]] > 1;
  return made;
}

/// Small cells become one; as long as that one is small itself, it takes the next smallest in,
/// since the only small one could be worked out from the others.
void join_small(std::vector<LinkedGroup>& cells, const std::string& name) {
  std::ranges::stable_sort(cells, std::ranges::greater(), &LinkedGroup::records);
  LinkedGroup rest{name, "", 0, 0, 0};
  while (!cells.empty() &&
         (cells.back().records < fewest || (rest.values > 0 && rest.records < fewest))) {
    rest.records += cells.back().records;
    rest.linked += cells.back().linked;
    rest.values += cells.back().values;
    cells.pop_back();
  }
  if (rest.records >= fewest) cells.push_back(rest);
}

}  // namespace

std::vector<LinkedSource> shares_of_sources(const resolve::Records& records,
                                            const resolve::Clusters& clusters) {
  auto is_linked = linked_records(clusters);
  std::vector<LinkedSource> made(records.sources.size());
  for (std::size_t i = 0; i < made.size(); ++i) made[i].source = records.sources[i];
  for (uint32_t record = 0; record < records.count; ++record) {
    auto& share = made[records.source(record)];
    ++share.records;
    share.linked += is_linked[record];
  }
  std::erase_if(made, [](const LinkedSource& share) { return share.records == 0; });
  std::ranges::sort(made, {}, &LinkedSource::source);
  return made;
}

std::vector<LinkedGroup> shares_of_groups(const resolve::Records& records,
                                          const resolve::Clusters& clusters,
                                          std::vector<std::string>& remarks) {
  std::vector<LinkedGroup> made;
  auto is_linked = linked_records(clusters);
  for (const auto& group : records.groups) {
    if (group.values.size() > most_values + 1) {
      remarks.push_back(
          "group " + group.name + ": its column has " + std::to_string(group.values.size() - 1) +
          " values; it is not reported, a group has at most " + std::to_string(most_values));
      continue;
    }
    std::vector<LinkedGroup> cells;
    for (uint32_t id = 0; id < group.values.size(); ++id)
      cells.push_back({group.name, id ? std::string(group.values.text(id)) : "not known", 0, 0, 1});
    for (uint32_t record = 0; record < records.count; ++record) {
      auto& cell = cells[group.of[record]];
      ++cell.records;
      cell.linked += is_linked[record];
    }
    std::erase_if(cells, [](const LinkedGroup& cell) { return cell.records == 0; });
    std::ranges::sort(cells, {}, &LinkedGroup::value);
    join_small(cells, group.name);
    made.insert(made.end(), cells.begin(), cells.end());
  }
  return made;
}

}  // namespace homeroom::flow
