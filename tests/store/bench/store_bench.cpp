// Measures a first load: 460,000 nodes with frames of about 400 bytes and 100,000 profiles of about
// 3 KB, sealed and committed; then what a small run on top of it costs. All people are invented.
//   store_bench [FOLDER]
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>

#include <sys/resource.h>

#include "hub/keys/keys.hpp"
#include "hub/store/store.hpp"
#include "hub/world/files.hpp"
#include "tests/store/bench/invented_rows.hpp"

using namespace homeroom;
using bench::fill;
using bench::mixed;

namespace {

constexpr uint32_t sources = 5;
constexpr uint32_t nodes_each = 92'000;
constexpr uint32_t profiles = 100'000;

struct Clock {
  static double cpu() {
    struct rusage use {};
    getrusage(RUSAGE_SELF, &use);
    auto seconds = [](const timeval& time) {
      return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(use.ru_utime) + seconds(use.ru_stime);
  }
  static double wall() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
  }
  void tell(const char* what) {
    double now_cpu = cpu();
    double now_wall = wall();
    std::printf("%-28s %6.3f CPU s %6.3f s\n", what, now_cpu - cpu_, now_wall - wall_);
    cpu_ = now_cpu;
    wall_ = now_wall;
  }
  double cpu_ = cpu();
  double wall_ = wall();
};

void load(store::Store& store) {
  Clock clock;
  store.begin();
  store::Node node;
  for (uint32_t source = 1; source <= sources; ++source)
    for (uint32_t id = 1; id <= nodes_each; ++id) {
      node.id = id;
      node.token = mixed(uint64_t{source} << 32 | id);
      node.digests.assign(20, static_cast<char>(id));
      node.neighbors.assign(id % 4 == 0 ? 8 : 0, 'n');
      fill(node.frame, node.token, 300 + node.token % 200);
      store.put_node(source, node);
    }
  clock.tell("460,000 nodes");
  store::Profile profile;
  for (uint32_t person = 1; person <= profiles; ++person) {
    profile.person = person;
    profile.content_hash = mixed(person);
    fill(profile.rows, profile.content_hash, 2500 + profile.content_hash % 1000);
    store.put_profile(profile);
  }
  clock.tell("100,000 profiles");
  store.publish();
  clock.tell("publish");
}

void make_rows_only() {
  Clock clock;
  std::string rows;
  uint64_t bytes = 0;
  for (uint32_t i = 0; i < sources * nodes_each; ++i)
    fill(rows, i, 300 + i % 200), bytes += rows.size();
  for (uint32_t i = 0; i < profiles; ++i) fill(rows, i, 2500 + i % 1000), bytes += rows.size();
  clock.tell("(making the rows alone)");
}

void second_run(store::Store& store) {
  Clock clock;
  uint64_t seen = 0;
  for (uint32_t source = 1; source <= sources; ++source)
    store.each_node(source, [&](const store::NodeIndex&) { ++seen; });
  clock.tell("scan of all nodes");
  store.each_profile_index([&](const store::Profile&) { ++seen; });
  clock.tell("scan of profile indexes");
  store.begin();
  for (uint32_t id = 1; id <= nodes_each; id += 92) {
    store::Node node = store.node(1, id);
    node.frame += "x";
    store.put_node(1, node);
  }
  store.publish();
  clock.tell("1,000 nodes read and put");
  store.each_profile([&](const store::Profile& profile) { seen += profile.rows.size(); });
  clock.tell("all profiles opened");
}

}  // namespace

int main(int count, char** arguments) {
  world::ScratchFolder scratch(count > 1 ? arguments[1] : std::filesystem::temp_directory_path());
  std::filesystem::path file = scratch.path() / "bench.db";
  auto keys = keys::KeyRing::open(scratch.path() / "bench.keys", "bench");
  make_rows_only();
  double before = Clock::cpu();
  auto store = store::Store::open("sqlite:" + file.string(), "bench", *keys, true);
  load(*store);
  std::printf("first load in all            %6.3f CPU s, file %.0f MB\n", Clock::cpu() - before,
              static_cast<double>(std::filesystem::file_size(file)) / 1e6);
  second_run(*store);
  struct rusage use {};
  getrusage(RUSAGE_SELF, &use);
  std::printf("peak memory %.0f MB\n", static_cast<double>(use.ru_maxrss) / 1e3);
}
