// The monitor and the metrics as many clients at once see them, slow ones among them.
#include <atomic>
#include <barrier>
#include <thread>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "hub/server/server.hpp"
#include "hub/store/job_book.hpp"

namespace homeroom::server {
namespace {

class Client {
 public:
  explicit Client(uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(socket_, reinterpret_cast<sockaddr*>(&at), sizeof at), 0);
    timeval patience{2, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { close(socket_); }

  bool say(const std::string& text) {
    return send(socket_, text.data(), text.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(text.size());
  }
  /// What comes within two seconds.
  std::string hear() {
    char piece[1024];
    auto got = recv(socket_, piece, sizeof piece, 0);
    return {piece, got > 0 ? static_cast<std::size_t>(got) : 0};
  }

 private:
  int socket_;
};

Monitor::Answers answers() {
  return {[] { return true; }, [] { return true; }, [] { return std::string("pretend 1\n"); }};
}

TEST(Monitor, AnswersWhileOthersSendTheirRequestsByteByByte) {
  Monitor monitor("127.0.0.1:0", answers());
  std::vector<std::unique_ptr<Client>> slow;
  for (int i = 0; i < 8; ++i) {
    slow.push_back(std::make_unique<Client>(monitor.port()));
    slow.back()->say("G");
  }
  Client quick(monitor.port());
  quick.say("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(quick.hear(), testing::HasSubstr("200 OK"));
}

TEST(Monitor, LetsGoWhoHasNotSaidItsRequestWithinFiveSeconds) {
  Monitor monitor("127.0.0.1:0", answers());
  Client slow(monitor.port());
  bool is_there = true;
  for (int i = 0; i < 16 && is_there; ++i) {  // each byte well within the time for a piece
    is_there = slow.say("G");
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
  }
  EXPECT_FALSE(is_there);
}

TEST(Metrics, CountsATurnedAwayWriteOnceHoweverManyAsk) {
  store::JobBook book;
  jobs::Queue queue(
      book,
      [] {
        return jobs::Moment{0, 0, "this start"};
      },
      [] { return 1.0; });
  Metrics metrics(book, queue, ".", {});
  constexpr int threads = 4, rounds = 500;
  std::vector<std::string> told(rounds);
  std::atomic<int> round = 0;
  std::barrier together(threads, [&]() noexcept {
    if (round > 0) told[static_cast<std::size_t>(round) - 1] = metrics.text();
    ++round;
    queue.beat({});  // nobody holds that item
  });
  {
    std::vector<std::jthread> asking;
    for (int i = 0; i < threads; ++i)
      asking.emplace_back([&] {
        for (int j = 0; j <= rounds; ++j) {
          together.arrive_and_wait();
          metrics.text();
        }
      });
  }
  for (int i = 0; i < rounds; ++i)
    ASSERT_THAT(told[static_cast<std::size_t>(i)],
                testing::HasSubstr("homeroom_fenced_total " + std::to_string(i + 1) + '\n'));
}

TEST(Metrics, TellHowOldTheStoresDataIsAndWhatTheDiskHasLeftBeforeTheFirstRun) {
  store::JobBook book;
  jobs::Moment now{90'000, 0, "this start"};
  jobs::Queue queue(
      book, [&] { return now; }, [] { return 1.0; });
  int looks = 0;
  Metrics metrics(book, queue, "not/there/yet.db.lock", [&]() -> std::optional<store::Watched> {
    if (++looks > 1) throw std::runtime_error("the server is away");
    return store::Watched{{{"sis", 30'000}}, {{"tool", 7}}, 2.5};
  });
  auto text = metrics.text();
  EXPECT_THAT(text, testing::HasSubstr("homeroom_source_lag_seconds{source=\"sis\"} 60\n"));
  EXPECT_THAT(text, testing::HasSubstr("homeroom_delivery_unknown{destination=\"tool\"} 7\n"));
  EXPECT_THAT(text, testing::HasSubstr("homeroom_store_oldest_transaction_seconds 2.5\n"));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("homeroom_disk_free_bytes 0\n")));
  now = {120'000, 30'000, "this start"};
  EXPECT_THAT(metrics.text(),
              testing::HasSubstr("homeroom_source_lag_seconds{source=\"sis\"} 90\n"));
  metrics.text();
  EXPECT_EQ(looks, 2) << "at most twice a minute";
}

}  // namespace
}  // namespace homeroom::server
