// What sources say of one child, in a model of the test's own, merged.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "tests/merge/child.hpp"

namespace homeroom::merge::testing {

class Said {
 public:
  explicit Said(record::Model model, std::vector<std::string> sources = {"sis", "clinic", "office"})
      : model_(std::move(model)), merger_(model_, sources, {{"default", sources}}) {}

  Said& row_of(uint32_t source, const std::string& entity, const std::string& key,
               const Values& values) {
    texts_.push_back(std::make_unique<std::string>(row(model_, entity, key, values)));
    said_.push_back({source, *texts_.back(), 0});
    return *this;
  }
  std::string json() {
    std::string rows;
    merger_.merge(said_, rows);
    std::string out;
    record::ProfileWriter(model_).write(out, "p-1", rows, nullptr);
    return out;
  }
  /// The same, with what is said in the other order.
  std::string json_backwards() {
    std::reverse(said_.begin(), said_.end());
    return json();
  }
  std::vector<RowChoice> choices() { return merger_.explain_rows(said_); }

 private:
  record::Model model_;
  Merger merger_;
  std::vector<std::unique_ptr<std::string>> texts_;
  std::vector<Contribution> said_;
};

}  // namespace homeroom::merge::testing
