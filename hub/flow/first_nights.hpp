// FirstNights: runs that ended before anything was published. There is no store yet to write them
// into, so they stand in a file beside its place; the first run that publishes takes them over.
#pragma once

#include <filesystem>
#include <vector>

#include "hub/flow/hub.hpp"
#include "hub/store/rows.hpp"

namespace homeroom::flow {

class FirstNights {
 public:
  explicit FirstNights(const Hub& hub);

  /// Oldest first; empty where there are none.
  std::vector<store::RunRow> runs() const;
  /// Durable when it returns.
  void note(const store::RunRow& run) const;
  /// Writes them into the store that was published, and forgets them here.
  void move_into(store::Store& store) const;

 private:
  std::filesystem::path file_;
};

}  // namespace homeroom::flow
