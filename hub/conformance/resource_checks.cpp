// What a plugin takes and gives back: memory, descriptors, threads; and two instances at once.
#include <algorithm>
#include <chrono>
#include <exception>
#include <filesystem>
#include <thread>

#include <fmt/format.h>
#include <malloc.h>

#include "homeroom/plugin.h"
#include "hub/conformance/check.hpp"
#include "hub/conformance/rows.hpp"
#include "hub/conformance/shares.hpp"

namespace homeroom::conformance {

namespace {

size_t entries_of(const char* folder) {
  auto all = std::filesystem::directory_iterator(folder);
  return static_cast<size_t>(std::distance(begin(all), end(all)));
}

/// One life of an instance: everything it does.
void live(const Bench& bench) {
  auto opened = bench.open();
  if ((*opened)->offers(HR_SOURCE) && (*opened)->offers(HR_DISCOVER)) {
    for (const auto& stream : (*opened)->discover()) take_all(**opened, request_for(stream));
  }
  if ((*opened)->offers(HR_SINK)) write_all(**opened, Shares(7).all());
}

size_t heap_in_use() {
  auto heap = mallinfo2();
  return heap.uordblks + heap.hblkhd;
}

void check_memory(const Bench& bench) {
  needs_own_memory();
  if (bench.carrier() == Carrier::runner)
    throw Skipped{"the memory of an instance in a runner ends with its process; tried inside"};
  constexpr size_t most_a_life = 256;  // bytes
  // Each delivery waits for the disk or the other side.
  const int lives = bench.manifest().offers(HR_SINK) ? 20 : 100;
  // Libraries fill caches for a while; what leaks grows in every round.
  size_t least = ~size_t{0};
  live(bench);
  for (int round = 0; round < 3; ++round) {
    auto before = heap_in_use();
    for (int i = 0; i < lives; ++i) live(bench);
    auto after = heap_in_use();
    least = std::min(least, after > before ? after - before : 0);
  }
  expect(least < static_cast<size_t>(lives) * most_a_life,
         fmt::format("each {} times of opening, using and closing, {} bytes more are held", lives,
                     least));
}

void check_descriptors(const Bench& bench) {
  live(bench);
  auto before = entries_of("/proc/self/fd");
  for (int i = 0; i < 10; ++i) live(bench);
  auto after = entries_of("/proc/self/fd");
  expect(after <= before, fmt::format("{} files are still open after closing", after - before));
}

void check_threads(const Bench& bench) {
  auto before = entries_of("/proc/self/task");
  for (int i = 0; i < 3; ++i) live(bench);
  auto after = entries_of("/proc/self/task");
  // One that has done its work may take a moment to be gone.
  auto until = std::chrono::steady_clock::now() + std::chrono::seconds(1);
  while (after > before && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    after = entries_of("/proc/self/task");
  }
  expect(after <= before, fmt::format("{} threads still run after closing", after - before));
}

/// Runs `work` on a thread of its own and hands on what it throws.
class OtherThread {
 public:
  template <class Work>
  explicit OtherThread(Work work)
      : thread_([this, work] {
          try {
            work();
          } catch (...) {
            trouble_ = std::current_exception();
          }
        }) {}
  void join() {
    thread_.join();
    if (trouble_) std::rethrow_exception(trouble_);
  }

 private:
  std::exception_ptr trouble_;
  std::jthread thread_;
};

void check_two_at_once(const Bench& bench) {
  auto streams = bench.streams();
  auto read_often = [&] {
    for (int i = 0; i < 5; ++i) {
      auto opened = bench.open();
      for (const auto& stream : streams) {
        auto first = take_all(**opened, request_for(stream));
        auto second = take_all(**opened, request_for(stream));
        expect(difference(first, second).empty(),
               "stream '" + stream.name + "': beside another instance other rows come");
      }
    }
  };
  OtherThread one(read_often);
  OtherThread other(read_often);
  one.join();
  other.join();
}

void check_handed_on(const Bench& bench) {
  for (const auto& stream : bench.streams()) {
    auto opened = bench.open();
    auto request = request_for(stream);
    request.max_rows = 1;
    auto whole = take_all(**opened, request);
    Taken taken;
    std::unique_ptr<plugin::BatchReader> reader;
    OtherThread([&] { reader = (*opened)->read(request); }).join();
    bool is_over = false;
    auto next = [&] {
      auto arrival = reader->next();
      is_over = !arrival;
      if (arrival) add_batch(arrival->rows, arrival->place, taken);
    };
    while (!is_over) {
      next();
      if (!is_over) OtherThread(next).join();
    }
    auto found = difference(whole, taken);
    expect(found.empty(), "stream '" + stream.name + "': each batch on another thread: " + found);
  }
}

}  // namespace

std::vector<Check> resource_checks() {
  return {
      {"resources", "memory", "memory does not grow with use", "", true, check_memory},
      {"resources", "descriptors", "files are closed", "", true, check_descriptors},
      {"resources", "threads", "no thread outlives its instance", "", true, check_threads},
      {"threads", "two_at_once", "two instances may run at once", HR_SOURCE, true,
       check_two_at_once},
      {"threads", "handed_on", "a reader may be used by one thread after another", HR_SOURCE, true,
       check_handed_on},
  };
}

}  // namespace homeroom::conformance
