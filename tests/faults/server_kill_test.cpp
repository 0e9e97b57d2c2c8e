// A PostgreSQL server that dies at any time of a night, or ends its sessions, while another
// district keeps it busy: the next night, in peace, must end as one on SQLite that nobody
// disturbed, and everything that was said to be published is there, nothing else.
#include <atomic>
#include <iostream>
#include <thread>

#include "hub/keys/keys.hpp"
#include "hub/store/store.hpp"
#include "tests/cluster/cluster.hpp"
#include "tests/faults/content.hpp"
#include "tests/faults/disturbed_night.hpp"
#include "tests/faults/process.hpp"

namespace homeroom::flows {
namespace {

using tests::Cluster;

/// Publishes one record after the other, whatever happens to its session.
class Load {
 public:
  Load(const std::string& location, const fs::path& folder)
      : location_(location),
        keys_(keys::KeyRing::open(folder / "load.keys", "load")),
        thread_([this] { work(); }) {}
  ~Load() { end(); }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  void end() {
    has_ended_ = true;
    if (thread_.joinable()) thread_.join();
  }
  /// Those it was told are published, and how often it was told that one is not.
  std::set<uint32_t> published;
  std::size_t refused = 0;
  std::set<uint32_t> found() {
    std::set<uint32_t> nodes;
    store::Store::open(location_, "load", *keys_, false)
        ->each_node(1, [&](const store::NodeIndex& index) { nodes.insert(index.id); });
    return nodes;
  }

 private:
  void work() {
    std::unique_ptr<store::Store> store;
    for (uint32_t id = 1; !has_ended_; ++id) {
      try {
        if (!store) store = store::Store::open(location_, "load", *keys_, true);
        store->begin();
        store->put_node(1, {id, id, "digests", "", "", "frame"});
        store->publish();
        published.insert(id);
      } catch (const store::PublishedAndClosed&) {
        published.insert(id);
        store.reset();
      } catch (const std::exception&) {
        ++refused;
        store.reset();
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
      }
    }
  }

  std::string location_;
  std::unique_ptr<keys::KeyRing> keys_;
  std::atomic<bool> has_ended_ = false;
  std::thread thread_;
};

class ServerKill : public DisturbedNight {
 protected:
  void SetUp() override {
    if (!Cluster::is_installed()) GTEST_SKIP() << Cluster::how_to_install;
    cluster_ = std::make_unique<Cluster>();
    make_keys();
  }
  std::string content() const override {
    if (location_.empty()) return DisturbedNight::content();
    auto tenant = cluster_->ask("SELECT convert_from(tenant, 'UTF8') FROM " + role() + ".store");
    return content_at(location_, tenant, at("place/hub.keys"));
  }
  std::string role() const { return location_.substr(location_.rfind('=') + 1); }

  /// The nights up to `day` with the keys of all; the last one may be disturbed by `strike`.
  void nights(const std::string& day, const std::function<void()>& last_night) {
    begin_as("keys");
    if (day != "day1") {
      ASSERT_TRUE(night("day1"));
    }
    last_night();
  }
  Seen calm(const std::string& day) {
    location_.clear();
    district_.put(store, "sqlite:" + at("place/hub.db").string());
    nights(day, [&] { EXPECT_TRUE(night(day)); });
    return seen();
  }

  /// Runs a night; `then` is done once its session is there. The night's exit code.
  int meanwhile(const std::string& day, const std::function<void()>& then) {
    std::atomic<bool> has_ended = false;
    int code = 0;
    std::thread night([&] {
      code = run_line(line({"", day}));
      has_ended = true;
    });
    auto is_there = "SELECT count(*) FROM pg_stat_activity WHERE usename = '" + role() + "'";
    while (!has_ended && cluster_->ask(is_there) == "0") continue;
    then();
    night.join();
    return code;
  }
  void begin_on_server() {
    location_ = cluster_->new_tenant();
    district_.put(store, location_);
  }
  /// How long a night of these works on the server.
  std::chrono::microseconds length_of(const std::string& day) {
    std::chrono::steady_clock::time_point begun;
    begin_on_server();
    nights(day, [&] { meanwhile(day, [&] { begun = std::chrono::steady_clock::now(); }); });
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() -
                                                                 begun);
  }
  void strike(std::chrono::microseconds after, bool stops_server) {
    std::this_thread::sleep_for(after);
    if (!stops_server) return cluster_->end_sessions();
    cluster_->stop_at_once();
    cluster_->start();
  }

  /// Strikes until so many nights were harmed; one that had ended already is not.
  void expect_mended_nights(const std::string& day, std::size_t wanted) {
    auto should = calm(day);
    auto length = length_of(day);
    Load load(cluster_->new_tenant(), at("."));
    for (auto& n = tally_.of; tally_.struck < wanted && n < 4 * wanted; ++n) {
      auto after = length * (n * 7 % wanted) / wanted;
      bool stops_server = n % 2 != 0;
      auto where = day + ", " + std::to_string(after.count()) + " us after it came, " +
                   (stops_server ? "server stopped" : "sessions ended");
      begin_on_server();
      nights(day,
             [&] { tally_.struck += meanwhile(day, [&] { strike(after, stops_server); }) != 0; });
      ASSERT_TRUE(night(day)) << where;
      auto is = seen();
      ASSERT_TRUE(night(day)) << where;
      EXPECT_TRUE(tool_.books().applied == is.tool.applied) << "told twice after " << where;
      compare(is, should, where);
    }
    load.end();
    ASSERT_EQ(tally_.places = tally_.struck, wanted);
    tell();
    std::cout << "beside them " << load.published.size() << " records published and "
              << load.refused << " refused\n";
    EXPECT_GE(load.published.size(), 100u);
    EXPECT_GE(load.refused, 1u);
    EXPECT_TRUE(load.found() == load.published);
  }

  std::unique_ptr<Cluster> cluster_;
  std::string location_;
};

TEST_F(ServerKill, AtAnyTimeOfAFirstLoad) {
  expect_mended_nights("day1", is_long() ? 100 : 10);
}

TEST_F(ServerKill, AtAnyTimeOfTheSecondDay) {
  expect_mended_nights("day2-full", is_long() ? 100 : 10);
}

}  // namespace
}  // namespace homeroom::flows
