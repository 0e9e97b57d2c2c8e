#include <filesystem>
#include <map>
#include <sstream>

#include <gmock/gmock.h>

#include "hub/plugin/plugin.hpp"
#include "hub/world/files.hpp"
#include "plugins/webhook/signature.hpp"
#include "plugins/webhook/tests/receiver.hpp"

namespace homeroom::webhook {
namespace {

using plugin::Delivers;
using plugin::Operation;
using plugin::Share;
using plugin::Verdict;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

constexpr int64_t now_ms = 1768274100000;
const std::string secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

template <class Work>
Error error_of(Work work) {
  try {
    work();
  } catch (const Error& error) {
    return error;
  }
  return Error(Next::stop, "nothing was thrown");
}

Share upsert(std::string_view key, std::string_view body = R"({"grade":"KG"})") {
  return {key, "p-a", 1, Operation::upsert, "d1", body, "", false};
}

// The sink as the hub opens it, and what it answered.
class Sink {
 public:
  explicit Sink(const std::string& url, plugin::GivenSettings more = {}) {
    world::write_atomically(folder_.path() / "key", secret);
    more.insert(more.end(), {{"url", url}, {"signing_key.secret", "key"}});
    if (url.find("127.0.0.1") != url.npos) more.emplace_back("network.internal.0", "127.0.0.1");
    const auto& found = catalogue_.find("webhook");
    auto settings = check_settings(found.manifest, more, "/", world::SecretFolder(folder_.path()));
    instance_ = open_in_process(found, settings, {clock_, log_, cancel_, {}});
  }
  plugin::Instance* operator->() { return instance_.get(); }
  void deliver(const std::vector<Share>& shares) {
    auto writer =
        instance_->begin({"planwise", Delivers::delta, 1, shares.size()},
                         [this](std::string_view key, Verdict verdict, std::string_view why) {
                           verdicts.push_back(verdict);
                           whys[std::string(key)] = why;
                         });
    writer->put(shares);
    writer->finish();
  }
  std::vector<Verdict> verdicts;
  std::map<std::string, std::string> whys;

 private:
  world::ScratchFolder folder_{fs::temp_directory_path()};
  plugin::Catalogue catalogue_{{fs::path(HOMEROOM_PLUGINS)}};
  std::ostringstream said_;
  world::FixedClock clock_{now_ms};
  world::Log log_{{}, said_};
  world::Cancel cancel_;
  std::unique_ptr<plugin::Instance> instance_;
};

TEST(Signature, IsTheExampleOfTheStandard) {
  std::string key = signing_key(secret);
  EXPECT_EQ(signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test": 2432232314})"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(Signature, AKeyThatIsTooShortOrNoBase64IsASettingToFix) {
  EXPECT_EQ(error_of([] { signing_key("short"); }).next, Next::fix_settings);
  EXPECT_EQ(error_of([] { signing_key("whsec_!!!!"); }).next, Next::fix_settings);
  EXPECT_EQ(signing_key(std::string(32, 'k')), std::string(32, 'k'));
}

TEST(Webhook, AShareIsPostedSignedAndTaken) {
  Receiver receiver([](const Received&) { return answer(200); });
  Sink sink(receiver.url());
  sink.deliver({upsert("t/planwise/p-a/1")});
  EXPECT_THAT(sink.verdicts, ElementsAre(Verdict::taken));
  auto got = receiver.received().at(0);
  EXPECT_EQ(got.body, R"({"type":"share.upserted","key":"t/planwise/p-a/1","sequence":1,)"
                      R"("operation":"upsert","id":"p-a","digest":"d1","data":{"grade":"KG"}})");
  EXPECT_EQ(got.header("webhook-id"), "t/planwise/p-a/1");
  EXPECT_EQ(got.header("Idempotency-Key"), "t/planwise/p-a/1");
  EXPECT_EQ(got.header("webhook-timestamp"), "1768274100");
  EXPECT_EQ(got.header("webhook-signature"),
            signature(signing_key(secret), "t/planwise/p-a/1", 1768274100, got.body));
}

TEST(Webhook, ARemovalHasNoData) {
  Receiver receiver([](const Received&) { return answer(204); });
  Sink sink(receiver.url());
  sink.deliver({{"k", "p-b", 4, Operation::remove, "", "", "p-a", false}});
  EXPECT_THAT(receiver.received().at(0).body,
              AllOf(HasSubstr("share.removed"), HasSubstr(R"("replaced_by":"p-a","data":null)")));
}

TEST(Webhook, ARefusalNamesThePlaceAndNothingOfTheBody) {
  Receiver receiver([](const Received&) {
    return answer(422, "", R"({"title":"Ana is not in KG","errors":[{"pointer":"#/data/grade"}]})");
  });
  Sink sink(receiver.url());
  sink.deliver({upsert("k")});
  EXPECT_THAT(sink.verdicts, ElementsAre(Verdict::refused));
  EXPECT_EQ(sink.whys["k"], "HTTP 422 at /data/grade");
}

TEST(Webhook, APointerThatHoldsMoreThanOurFieldNamesIsNotRepeated) {
  Receiver receiver(
      [](const Received&) { return answer(422, "", R"({"pointer":"/students/Ana"})"); });
  Sink sink(receiver.url());
  sink.deliver({upsert("k")});
  EXPECT_EQ(sink.whys["k"], "HTTP 422");
}

TEST(Webhook, ABusyDestinationIsAskedAgainWhenItSaid) {
  Receiver receiver([](const Received&) { return answer(429, "Retry-After: 7\r\n"); });
  Sink sink(receiver.url());
  Error error = error_of([&] { sink.deliver({upsert("k1"), upsert("k2"), upsert("k3")}); });
  EXPECT_EQ(error.next, Next::retry);
  EXPECT_EQ(error.retry_after_s, 7u);
  EXPECT_THAT(sink.verdicts, ElementsAre(Verdict::not_now, Verdict::not_now, Verdict::not_now));
  EXPECT_EQ(receiver.received().size(), 1u) << "after a 429 the rest is not tried";
}

TEST(Webhook, OneFailureDoesNotStopTheOthers) {
  Receiver receiver(
      [](const Received& got) { return answer(got.body.find("k2") == got.body.npos ? 200 : 500); });
  Sink sink(receiver.url());
  sink.deliver({upsert("k1"), upsert("k2"), upsert("k3")});
  EXPECT_THAT(sink.verdicts, ElementsAre(Verdict::taken, Verdict::not_now, Verdict::taken));
}

TEST(Webhook, ASilentDestinationEndsWithinTheDeadline) {
  Receiver receiver([](const Received&) { return Receiver::silence(); });
  Sink sink(receiver.url(), {{"timeout_s", "1"}});
  EXPECT_EQ(error_of([&] { sink.deliver({upsert("k")}); }).next, Next::retry);
  EXPECT_THAT(sink.verdicts, ElementsAre(Verdict::not_now));
}

TEST(Webhook, ACutOrMissingAnswerIsNoReceipt) {
  for (std::string said : {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"cut\":", ""}) {
    Receiver receiver([&](const Received&) { return said; });
    Sink sink(receiver.url());
    EXPECT_EQ(error_of([&] { sink.deliver({upsert("k")}); }).next, Next::retry);
    EXPECT_THAT(sink.verdicts, ElementsAre(Verdict::not_now));
  }
}

TEST(Webhook, NobodyListeningIsNotNow) {
  std::string url;
  {
    url = Receiver([](const Received&) { return answer(200); }).url();
  }
  Sink sink(url);
  EXPECT_EQ(error_of([&] { sink.deliver({upsert("k")}); }).next, Next::retry);
  EXPECT_EQ(error_of([&] { sink->check(); }).next, Next::retry);
}

TEST(Webhook, AnAnswerAboutTheConnectionStopsIt) {
  for (auto [status, next] : {std::pair{401, Next::sign_in}, std::pair{404, Next::fix_settings},
                              std::pair{302, Next::fix_settings}}) {
    Receiver receiver([status = status](const Received&) {
      return answer(status, "Location: https://elsewhere.example/\r\n");
    });
    Sink sink(receiver.url());
    EXPECT_EQ(error_of([&] { sink.deliver({upsert("k")}); }).next, next) << status;
    EXPECT_EQ(receiver.received().size(), 1u);
  }
}

TEST(Webhook, ABulkBodyHoldsManyAndTheAnswerMayRuleOnEach) {
  Receiver receiver([](const Received&) {
    return answer(200, "",
                  R"({"results":[{"key":"k1","status":200},)"
                  R"({"key":"k2","status":422,"pointer":"/data/grade"}]})");
  });
  Sink sink(receiver.url(), {{"mode", "bulk"}, {"batch_rows", "10"}});
  sink.deliver({upsert("k1"), upsert("k2"), upsert("k3", "{\n}")});
  EXPECT_THAT(sink.verdicts, ElementsAre(Verdict::taken, Verdict::refused, Verdict::not_now));
  auto got = receiver.received().at(0);
  EXPECT_EQ(std::ranges::count(got.body, '\n'), 3);
  EXPECT_EQ(got.header("webhook-id"), sha256_hex("k1\nk2\nk3\n"));
}

TEST(Webhook, BulkBodiesHaveAtMostSoManyRows) {
  Receiver receiver([](const Received&) { return answer(202); });
  Sink sink(receiver.url(), {{"mode", "bulk"}, {"batch_rows", "2"}});
  sink.deliver({upsert("k1"), upsert("k2"), upsert("k3")});
  EXPECT_EQ(receiver.received().size(), 2u);
  EXPECT_EQ(sink.verdicts.size(), 3u);
}

TEST(Webhook, TlsIsVerifiedAgainstTheGivenAuthority) {
  auto made = make_certificate();
  auto folder = world::ScratchFolder(fs::temp_directory_path());
  world::write_atomically(folder.path() / "ca.pem", made.certificate);
  Receiver receiver([](const Received&) { return answer(200); }, made.key + made.certificate);
  Sink sink(receiver.url(), {{"network.ca_file", folder.path() / "ca.pem"}});
  sink.deliver({upsert("k")});
  EXPECT_THAT(sink.verdicts, ElementsAre(Verdict::taken));
}

TEST(Webhook, ACertificateNobodyVouchesForStopsTheDelivery) {
  auto made = make_certificate();
  auto other = make_certificate();
  auto folder = world::ScratchFolder(fs::temp_directory_path());
  world::write_atomically(folder.path() / "ca.pem", other.certificate);
  Receiver receiver([](const Received&) { return answer(200); }, made.key + made.certificate);
  Sink sink(receiver.url(), {{"network.ca_file", folder.path() / "ca.pem"}});
  EXPECT_EQ(error_of([&] { sink.deliver({upsert("k")}); }).next, Next::fix_settings);
  EXPECT_TRUE(receiver.received().empty()) << "nothing was sent";
}

TEST(Webhook, PlainHttpIsForHostsInsideAlone) {
  EXPECT_EQ(error_of([] { Sink("http://hooks.planwise.example/x"); }).next, Next::fix_settings);
  EXPECT_EQ(error_of([] { Sink("https://user:word@hooks.planwise.example/x"); }).next,
            Next::fix_settings);
  EXPECT_EQ(error_of([] { Sink("file:///etc/passwd"); }).next, Next::fix_settings);
}

}  // namespace
}  // namespace homeroom::webhook
