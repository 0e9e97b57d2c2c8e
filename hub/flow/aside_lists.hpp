// AsideLists: what is set aside, by the school whose secretary can mend it at its source.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "hub/flow/hub.hpp"

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

/// Open records by the name of the school their child attends, or under no name where no child is
/// known to them.
std::map<std::string, std::vector<AsideLine>> asides_by_school(const Hub& hub, store::Store& store,
                                                               keys::KeyRing& keys);

}  // namespace homeroom::flow
