#include "hub/flow/link_remarks.hpp"

#include <algorithm>
#include <map>

#include "hub/record/counted.hpp"

namespace homeroom::flow {

namespace {

/// "one, another"
std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

void remark_on_features(const resolve::Records& records, std::vector<std::string>& remarks) {
  std::vector<std::string> unknown;
  for (const auto& feature : records.features)
    if (feature.known == 0) unknown.push_back(feature.name);
  if (!unknown.empty())
    remarks.push_back(listed(unknown) + ": no record has a value that can be read; not compared");
  for (const auto& feature : records.features) {
    if (auto count = feature.unreadable)
      remarks.push_back(feature.name + ": " + record::counted(count, "value") +
                        " could not be read and " + (count == 1 ? "counts" : "count") +
                        " as not known, first at " + feature.unreadable_at);
    if (auto count = feature.impossible)
      remarks.push_back(feature.name + ": " + record::counted(count, "date") +
                        (count == 1 ? " is in no calendar and compared as written, at "
                                    : " are in no calendar and compared as written, first at ") +
                        feature.impossible_at);
  }
  if (auto count = records.shortened)
    remarks.push_back(record::counted(count, "value") + (count == 1 ? " is" : " are") +
                      " longer than 1000 bytes; the beginning is compared");
}

/// "blocking key [phone]", "blocking keys [phone], [postal]"
std::string key_names(const std::vector<std::string>& names) {
  return (names.size() == 1 ? "blocking key " : "blocking keys ") + listed(names);
}

void remark_on_keys(const resolve::Records& records, const resolve::Blocking& blocking,
                    std::vector<std::string>& remarks) {
  auto name = [&](const resolve::Blocking::Key& key) { return "[" + key.name + "]"; };
  std::vector<std::string> unused;
  for (const auto& key : blocking.keys())
    if (key.known == 0) unused.push_back(name(key));
  if (!unused.empty())
    remarks.push_back(key_names(unused) + ": no record has " +
                      (unused.size() == 1 ? "it" : "them"));
  if (records.count > 1 &&
      std::ranges::all_of(blocking.keys(), [](const auto& key) { return key.blocks.empty(); }))
    remarks.push_back("no two records agree in any blocking key, so none were compared");
  std::map<uint32_t, std::vector<std::string>, std::greater<>> crowded;  // by records
  for (const auto& block : blocking.crowded())
    crowded[block.records].push_back(name(blocking.keys()[block.key]));
  for (const auto& [count, names] : crowded)
    remarks.push_back(key_names(names) + ": " + std::to_string(count) + " records agree in " +
                      (names.size() == 1 ? "it" : "each") +
                      " and in all of split; only neighbours were compared");
}

}  // namespace

std::vector<std::string> remarks_on(const resolve::Records& records,
                                    const resolve::Blocking& blocking) {
  if (records.count == 0)  // all that follows would only say so again, of each feature and key
    return {"there is no record to compare"};
  std::vector<std::string> remarks;
  remark_on_features(records, remarks);
  remark_on_keys(records, blocking, remarks);
  return remarks;
}

}  // namespace homeroom::flow
