// A tool that answers wrongly, late or not at all: the night says so, what it was owed stays owed,
// the other destinations are served, and the next night delivers each share once.
#include <chrono>
#include <map>
#include <thread>

#include <gmock/gmock.h>

#include "tests/faults/plans_tool.hpp"
#include "tests/faults/started_night.hpp"

namespace homeroom::flows {
namespace {

using testing::HasSubstr;
using webhook::answer;
using webhook::Received;
using webhook::Receiver;

constexpr const char* store = "night";

/// A district whose coordinators' tool, as the example has it behind its "#", listens on this
/// machine.
class Tool {
 public:
  explicit Tool(Receiver::Script script, int timeout_s = 1) : receiver_(std::move(script)) {
    send_to_tool(district, receiver_.url(), timeout_s);
  }
  std::vector<Received> received() const { return receiver_.received(); }

  const District district{100};

 private:
  Receiver receiver_;
};

const nlohmann::json& delivery_to_tool(const Answer& night) {
  for (const auto& delivery : night.report["deliveries"])
    if (delivery["destination"] == "plans_tool") return delivery;
  throw std::runtime_error("the report does not tell of the tool");
}

struct Fault {
  const char* name;
  std::string (*answers)(const Received&);
  const char* said;
};

class BadTool : public testing::TestWithParam<Fault> {};

TEST_P(BadTool, IsOwedEverythingUntilItTakesIt) {
  std::atomic<bool> is_well = false;
  Tool tool(
      [&](const Received& request) { return is_well ? answer(204) : GetParam().answers(request); });

  auto night = tool.district.night(store, "day1");
  EXPECT_EQ(night.exit_code, 3) << night.errors;
  const auto& delivery = delivery_to_tool(night);
  auto owed = delivery["pending"].get<uint64_t>();
  EXPECT_GT(owed, 0u);
  EXPECT_EQ(delivery["delivered"], 0);
  EXPECT_THAT(night.report["trouble"].dump(), HasSubstr("plans_tool"));
  EXPECT_THAT(night.report["trouble"].dump(), HasSubstr(GetParam().said));
  EXPECT_THAT(night.report["trouble"].dump(), HasSubstr("next run"));
  EXPECT_TRUE(fs::exists(tool.district.out(store)))
      << "other destinations do not wait for this one";

  auto tried = tool.received().size();
  is_well = true;
  auto next = tool.district.night(store, "day1");
  EXPECT_EQ(next.exit_code, 0) << next.errors;
  EXPECT_EQ(delivery_to_tool(next)["delivered"], owed);
  std::map<std::string, int> taken;
  auto requests = tool.received();
  for (auto at = tried; at < requests.size(); ++at) ++taken[requests[at].header("webhook-id")];
  EXPECT_EQ(taken.size(), owed);
  for (const auto& [id, times] : taken) EXPECT_EQ(times, 1) << "a share went out twice";
}

TEST(ASilentTool, DoesNotKeepANightThatIsAskedToStop) {
  std::atomic<int> asked = 0;
  std::atomic<bool> is_well = false;
  Tool tool(
      [&](const Received&) {
        ++asked;
        return is_well ? answer(204) : Receiver::silence();
      },
      600);
  StartedNight night(tool.district, store, "day1");
  while (asked == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_FALSE(night.end(SIGTERM)) << "it has to end by itself, long before the tool's ten minutes";
  EXPECT_EQ(night.exit_code(), 3);
  auto report = night.report();
  EXPECT_THAT(report["trouble"].dump(), HasSubstr("plans_tool"));
  EXPECT_TRUE(fs::exists(tool.district.out(store)));

  is_well = true;
  auto next = tool.district.night(store, "day1");
  EXPECT_EQ(next.exit_code, 0) << next.errors;
  EXPECT_GT(delivery_to_tool(next)["delivered"], 0);
}

TEST(ASilentTool, IsNotToldAgainWhatItTookBeforeTheNightWasStopped) {
  constexpr int taken_at_first = 3;
  std::atomic<int> asked = 0;
  std::atomic<bool> is_well = false;
  Tool tool(
      [&](const Received&) {
        return ++asked <= taken_at_first || is_well ? answer(204) : Receiver::silence();
      },
      600);
  StartedNight night(tool.district, store, "day1");
  while (asked <= taken_at_first) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_FALSE(night.end(SIGTERM));
  EXPECT_EQ(night.exit_code(), 3);

  std::map<std::string, int> taken;
  auto requests = tool.received();
  for (int i = 0; i < taken_at_first; ++i) ++taken[requests[i].header("webhook-id")];
  auto before = requests.size();
  is_well = true;
  EXPECT_EQ(tool.district.night(store, "day1").exit_code, 0);
  requests = tool.received();
  for (auto at = before; at < requests.size(); ++at) ++taken[requests[at].header("webhook-id")];
  EXPECT_GT(taken.size(), static_cast<std::size_t>(taken_at_first));
  for (const auto& [id, times] : taken) EXPECT_EQ(times, 1) << "a share went out twice";
}

INSTANTIATE_TEST_SUITE_P(
    Answers, BadTool,
    testing::Values(
        Fault{"Status500", [](const Received&) { return answer(500); }, "HTTP 500"},
        Fault{"Status429ForLongerThanTheNightWaits",
              [](const Received&) { return answer(429, "Retry-After: 600\r\n"); }, "HTTP 429"},
        Fault{"NothingButAClosedConnection", [](const Received&) { return std::string(); },
              "Server returned nothing"},
        Fault{"ACutAnswer",
              [](const Received&) {
                return std::string("HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{");
              },
              "partial"},
        Fault{"Silence", [](const Received&) { return Receiver::silence(); }, "Timeout"}),
    [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace homeroom::flows
