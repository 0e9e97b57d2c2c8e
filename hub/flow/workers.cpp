#include "hub/flow/workers.hpp"

#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace homeroom::flow {

namespace {

class Threads : public resolve::Workers {
 public:
  explicit Threads(uint32_t count) : count_(count) {}
  uint32_t count() const override { return count_; }

  void each(uint32_t pieces, const std::function<void(uint32_t, uint32_t)>& work) const override {
    std::atomic<uint32_t> next{0};
    std::mutex mutex;
    std::exception_ptr wrong;
    auto help = [&](uint32_t worker) {
      try {
        for (uint32_t piece = 0; (piece = next.fetch_add(1)) < pieces;) work(piece, worker);
      } catch (...) {
        std::lock_guard lock(mutex);
        if (!wrong) wrong = std::current_exception();
        next = pieces;
      }
    };
    std::vector<std::jthread> others;
    for (uint32_t worker = 1; worker < count_; ++worker) others.emplace_back(help, worker);
    help(0);
    others.clear();
    if (wrong) std::rethrow_exception(wrong);
  }

 private:
  uint32_t count_;
};

}  // namespace

std::unique_ptr<resolve::Workers> workers(uint32_t threads) {
  if (threads <= 1) return std::make_unique<resolve::Workers>();
  return std::make_unique<Threads>(threads);
}

}  // namespace homeroom::flow
