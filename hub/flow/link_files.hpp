// Records of plain files linked, without a store.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "hub/flow/explained_pair.hpp"
#include "hub/resolve/linkage.hpp"

namespace homeroom::flow {

struct FilesToLink {
  std::filesystem::path identity;
  std::vector<std::filesystem::path> inputs;
  std::filesystem::path model;      ///< a model learned before; empty: it is learned here
  std::filesystem::path model_out;  ///< where the model is written; empty: nowhere
  std::filesystem::path
      decisions;  ///< CSV with record_id,other_record_id,decision (same or different)
  std::filesystem::path review;  ///< where open pairs are written, to be decided; empty: nowhere
  std::string explained;         ///< "A,B": two record ids whose weight is explained
};

/// How sources share in the links.
struct LinkedSource {
  std::string source;
  uint64_t records = 0;
  uint64_t linked = 0;  ///< of them, those that are with a record of some other
};

/// The same for one value of a group, or for all values that few records have.
struct LinkedGroup {
  std::string group;
  std::string value;  ///< empty: several values together
  uint64_t records = 0;
  uint64_t linked = 0;
  uint32_t values = 1;  ///< how many together
};

/// A key by which records met.
struct LinkedKey {
  std::string name;
  uint64_t records = 0;  ///< that have it
  uint64_t blocks = 0;   ///< of two records or more
};

struct FileLinks {
  uint64_t records = 0;
  uint64_t left_out = 0;  ///< records that could not be read; they stand in no cluster
  uint64_t clusters = 0;
  uint64_t open_pairs = 0;  ///< for review
  uint64_t refused = 0;     ///< links that the rest of both groups spoke against
  resolve::LinkageReport report;
  resolve::Model model;
  std::vector<LinkedSource> sources;
  std::vector<LinkedGroup> groups;  ///< by group, the largest value first
  std::vector<LinkedKey> keys;
  std::optional<ExplainedPair> explained;
  std::vector<std::string> remarks;  ///< what somebody should know of the input
};

/// Links all records of the files and writes `out`: record_id,cluster_id, a line for each record in
/// the order of the files. The same whatever the order of records and the number of threads. Throws
/// fix_settings for what the identity file says wrong, not_readable for files that are broken.
FileLinks link_files(const FilesToLink& files, const std::filesystem::path& out, uint32_t threads);

}  // namespace homeroom::flow
