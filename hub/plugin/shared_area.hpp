// SharedArea: memory that the hub and a runner both see, in which the hub lays a large question and
// the runner the rows of its answer. It spares the way through the socket; what the hub uses is its
// own copy all the same.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include <sys/uio.h>

#include "hub/world/files.hpp"

namespace homeroom::plugin {

class SharedArea {
 public:
  /// Most batches of rows and of shares fit; larger ones take the way of all frames.
  static constexpr std::size_t bytes = std::size_t{4} << 20;

  /// The hub's side: new memory, whose size nobody can change any more, so that no look at it fails
  /// (memfd_create(2), F_SEAL_SHRINK). Throws retry where the system has none.
  SharedArea();
  /// The runner's side. Throws fail where it cannot be mapped.
  explicit SharedArea(int descriptor);
  SharedArea(const SharedArea&) = delete;
  SharedArea& operator=(const SharedArea&) = delete;
  ~SharedArea();

  const world::File& file() const { return file_; }
  /// Lays parts one after another, over what lay there; false where they do not fit.
  bool lay(std::span<const iovec> parts);
  /// What lies at its begin, at most `bytes`; the other side may change it meanwhile.
  void copy(char* to, std::size_t size) const;
  /// The same where it lies, for the runner, which believes its hub.
  std::string_view laid(std::size_t size) const { return {at_, size}; }

 private:
  world::File file_;
  char* at_ = nullptr;
};

}  // namespace homeroom::plugin
