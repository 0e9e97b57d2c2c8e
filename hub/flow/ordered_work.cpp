#include "hub/flow/ordered_work.hpp"

namespace homeroom::flow {

OrderedWork::OrderedWork(uint32_t threads, const std::function<std::unique_ptr<Piece>()>& make) {
  for (uint32_t i = 0; i < 2 * threads; ++i) pieces_.push_back(make());
  for (auto& piece : pieces_) free_.push_back(piece.get());
  for (uint32_t i = 1; i < threads; ++i) threads_.emplace_back([this, i] { help(i); });
}

OrderedWork::~OrderedWork() {
  {
    Lock lock(mutex_);
    is_over_ = true;
    waiting_.clear();
  }
  changed_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void OrderedWork::help(uint32_t thread) {
  Lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return is_over_ || !waiting_.empty(); });
    if (is_over_) return;
    work_on_one(lock, thread);
  }
}

OrderedWork::Piece& OrderedWork::free_piece() {
  Lock lock(mutex_);
  while (free_.empty())
    if (!work_on_one(lock, 0)) changed_.wait(lock);
  if (wrong_) std::rethrow_exception(wrong_);
  auto* piece = free_.back();
  free_.pop_back();
  return *piece;
}

void OrderedWork::give(Piece& piece) {
  auto given = std::make_shared<Given>();
  given->piece = &piece;
  Lock lock(mutex_);
  order_.push_back(given);
  waiting_.push_back(given);
  if (threads_.empty())
    work_on_one(lock, 0);
  else
    changed_.notify_all();
}

void OrderedWork::finish() {
  Lock lock(mutex_);
  while (!order_.empty())
    if (!work_on_one(lock, 0)) changed_.wait(lock);
  if (wrong_) std::rethrow_exception(wrong_);
}

bool OrderedWork::work_on_one(Lock& lock, uint32_t thread) {
  if (waiting_.empty()) return false;
  auto given = waiting_.front();
  waiting_.pop_front();
  given->state = State::working;
  bool is_wanted = !wrong_;
  lock.unlock();
  try {
    if (is_wanted) given->piece->work(thread);
  } catch (...) {
    given->wrong = std::current_exception();
  }
  lock.lock();
  given->state = State::done;
  take_ready(lock);
  return true;
}

/// Takes what is done at the front of the order; one thread does, for all.
void OrderedWork::take_ready(Lock& lock) {
  if (is_taking_) return;
  is_taking_ = true;
  while (!order_.empty() && order_.front()->state == State::done) {
    auto given = order_.front();
    if (!wrong_) wrong_ = given->wrong;
    if (!wrong_) {
      lock.unlock();
      try {
        given->piece->take();
      } catch (...) {
        given->wrong = std::current_exception();
      }
      lock.lock();
      wrong_ = given->wrong;
    }
    order_.pop_front();
    free_.push_back(given->piece);
    changed_.notify_all();
  }
  is_taking_ = false;
}

}  // namespace homeroom::flow
