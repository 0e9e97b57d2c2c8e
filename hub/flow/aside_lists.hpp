// AsideLists: what is set aside, for those who can mend it at its source: by school without values,
// by stream as the source wrote it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "hub/flow/hub.hpp"
#include "hub/store/rows.hpp"

namespace homeroom::store {
class Store;
}

namespace homeroom::flow {

/// One record to mend, in the words of its source. The record's number is the only value.
struct AsideLine {
  std::string source;
  std::string stream;
  std::string record;   ///< the source's own number of it; empty where it could not be read
  std::string columns;  ///< of the source; empty: the whole record
  std::string why;
  std::string where;  ///< "students.csv, line 12"
  uint64_t since_run = 0;
};

/// Two schools may have one name.
struct School {
  std::string name, number;  ///< either may be empty; both: no child is known to the records
  auto operator<=>(const School&) const = default;
};

/// Open records of all sources, or of one, by the school their child attends.
std::map<School, std::vector<AsideLine>> asides_by_school(const Hub& hub, store::Store& store,
                                                          keys::KeyRing& keys,
                                                          const std::string& source);

/// Records of one stream that were set aside, as CSV: the columns that are read with the bytes that
/// stand there, then why and where. What could not be read into columns stands in the last one as
/// its plugin gave it.
struct RejectFile {
  std::string source, stream;
  std::string text;
  std::size_t records = 0;
};
std::vector<RejectFile> reject_files(store::Store& store,
                                     const std::vector<store::QuarantineRow>& rows);
/// Whether the first line of a file is that of a reject file.
bool begins_reject_file(std::string_view line);

}  // namespace homeroom::flow
