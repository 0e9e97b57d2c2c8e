// OrderedWork: pieces of work on several threads; what they made is taken in the order in which
// they were given, so that the number of threads changes nothing about it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace homeroom::flow {

class OrderedWork {
 public:
  /// One piece, used again and again. work() runs on any thread, take() on one at a time, in order.
  class Piece {
   public:
    virtual ~Piece() = default;
    virtual void work(uint32_t thread) = 0;
    virtual void take() = 0;
  };

  /// The calling thread is thread 0 and helps; with 1 nothing else runs.
  OrderedWork(uint32_t threads, const std::function<std::unique_ptr<Piece>()>& make);
  /// Lets go of what was not taken.
  ~OrderedWork();
  OrderedWork(const OrderedWork&) = delete;
  OrderedWork& operator=(const OrderedWork&) = delete;

  /// A piece nobody works on, to be filled and given. Throws what a piece threw.
  Piece& free_piece();
  void give(Piece& piece);
  /// Waits until all is taken. Throws what the first piece in order threw; later ones are not
  /// taken.
  void finish();

 private:
  enum class State : uint8_t { given, working, done };
  struct Given {
    Piece* piece;
    State state = State::given;
    std::exception_ptr wrong;
  };
  using Lock = std::unique_lock<std::mutex>;

  void help(uint32_t thread);
  bool work_on_one(Lock& lock, uint32_t thread);
  void take_ready(Lock& lock);

  std::vector<std::unique_ptr<Piece>> pieces_;
  std::mutex mutex_;  ///< guards all below
  std::condition_variable changed_;
  std::vector<Piece*> free_;
  std::deque<std::shared_ptr<Given>> order_;    ///< given and not taken yet
  std::deque<std::shared_ptr<Given>> waiting_;  ///< of them, those nobody works on
  std::exception_ptr wrong_;
  bool is_taking_ = false;
  bool is_over_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace homeroom::flow
