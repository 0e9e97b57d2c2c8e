// Rows as a frame: columns one after another, each block at a multiple of 16 bytes. Long texts
// stand in the order of their rows, so that no offset is sent that could lie.
#pragma once

#include <string>
#include <vector>

#include <sys/uio.h>

#include "hub/plugin/instance.hpp"

namespace homeroom::plugin {

/// Packs what a reader gave; its parts point into the arrival and into this, until the next call.
class RowsPacker {
 public:
  std::vector<iovec>& pack(const Arrival& arrival, const std::vector<std::string>& asked);

 private:
  void add(const void* bytes, std::size_t size);
  void add_column(const record::Column& column, uint32_t rows);

  std::string head_;
  std::vector<std::string> long_texts_;
  std::vector<iovec> parts_;
};

/// The most bytes a frame with rows can honestly have for this read.
uint32_t most_rows_frame(const ReadRequest& what);

/// Checks every size, number and text of a frame and makes its texts point into it. Throws
/// Error(fail) for what RowsPacker would not write. Views live as long as the frame.
Arrival unpack_rows(char* frame, std::size_t size, const ReadRequest& what);

}  // namespace homeroom::plugin
