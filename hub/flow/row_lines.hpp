// RowLines: the file and line each row of a stream stands in, as runs of rows whose lines follow
// each other, so that they take next to nothing however many rows there are.
#pragma once

#include <cstdint>
#include <vector>

namespace homeroom::flow {

/// A place among the files of a stream.
struct FileLine {
  uint32_t file = 0;  ///< which of the stream's files, from 0
  uint32_t line = 0;  ///< 0 where none is known
};

class RowLines {
 public:
  /// The next rows, which stand in that file; `lines` has one a row, or none where none is known.
  void add(uint32_t file, uint32_t rows, const std::vector<uint32_t>& lines);
  FileLine at(uint32_t row) const;

 private:
  struct Run {
    uint32_t first;  ///< row
    uint32_t file, line;
  };
  std::vector<Run> runs_;
  uint32_t rows_ = 0;
};

}  // namespace homeroom::flow
