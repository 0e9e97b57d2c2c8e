#include "hub/flow/row_runs.hpp"

namespace homeroom::flow {

void RowRuns::start(uint32_t node) {
  end();
  node_ = node;
  before_ = memory_.mark();
}

/// What stands in two runs is compared when all is read.
void RowRuns::end() {
  if (!run_.empty()) {
    bool is_only = !seen_->has(node_) && !SeenAgain::is_at(seen_->others_, node_);
    if (is_only && is_plain_ && is_published(run_.front().stream)) {
      SeenAgain::put(seen_->all_, node_);
      seen_->rows_ += run_.size();
      memory_.rewind(before_);
    } else {
      for (const auto& row : run_) rows_.push_back(row);
      if (node_ != UINT32_MAX) SeenAgain::put(seen_->others_, node_);
    }
  }
  run_.clear();
  node_ = UINT32_MAX;
  is_plain_ = true;
  sum_ = {};
}

bool RowRuns::is_published(uint16_t stream) const {
  if (node_ == UINT32_MAX) return false;
  bool is_equal = false;
  each_sum(published_->of(node_), [&](const StreamSum& sum) {
    is_equal |= sum.stream == stream && sum.count == sum_.count && sum.sum == sum_.sum;
  });
  return is_equal;
}

}  // namespace homeroom::flow
