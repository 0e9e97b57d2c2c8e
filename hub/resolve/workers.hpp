// Workers: who gives the engine its threads. The rooms of the walk have none of their own.
#pragma once

#include <cstdint>
#include <functional>

namespace homeroom::resolve {

class Workers {
 public:
  virtual ~Workers() = default;
  virtual uint32_t count() const { return 1; }
  /// Calls `work(piece, worker)` once for each piece, pieces in no order, several at once; back
  /// when all are done. Throws what a piece threw.
  virtual void each(uint32_t pieces,
                    const std::function<void(uint32_t piece, uint32_t worker)>& work) const {
    for (uint32_t piece = 0; piece < pieces; ++piece) work(piece, 0);
  }
};

}  // namespace homeroom::resolve
