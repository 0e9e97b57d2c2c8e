// Standing: what a source was read from, kept so that a later night can tell without reading a
// record that it would hear the same again. Such a source is heard and not read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hub/extract/extract.hpp"
#include "hub/record/report.hpp"

namespace homeroom::store {
class Store;
}

namespace homeroom::flow {

struct Standing {
  /// Of all else that decides what a read comes to; another one, and the source is read.
  std::string basis;
  struct Stream {
    std::string version;          ///< as its plugin told it
    record::StreamCounts counts;  ///< of the read
  };
  std::vector<Stream> streams;  ///< all that were read; empty: the source has to be read
  uint64_t forgotten = 0;       ///< children of them near nobody, of whom nothing is kept

  static Standing load(store::Store& store, uint32_t source);
  /// Staged.
  void keep(store::Store& store, uint32_t source) const;

  /// Whether those streams are on offer that were read, and each stands as it was. Looks at their
  /// bytes.
  bool holds(const extract::SourcePlan& plan) const;
  /// Of a night on which the source stands: all records are as they were.
  std::vector<record::StreamCounts> counts() const;
};

/// Notes that a source which was not read stands as new as its files are now, and that its records
/// set aside were brought again. Staged.
void note_standing(store::Store& store, const std::string& source, const extract::SourcePlan& plan,
                   int32_t run_date);

/// A person mended a record that was set aside: it waits for being read.
bool has_mends(store::Store& store, const std::string& source);

}  // namespace homeroom::flow
