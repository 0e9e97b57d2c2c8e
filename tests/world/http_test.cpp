// Http against a server on this machine that answers what the test tells it, byte for byte.
#include "hub/world/http.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "homeroom/error.hpp"
#include "hub/world/files.hpp"
#include "hub/world/http_address.hpp"
#include "hub/world/http_sign_in.hpp"
#include "hub/world/pace.hpp"
#include "plugins/webhook/tests/receiver.hpp"
#include "tests/world/scratch.hpp"

namespace homeroom::world {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using webhook::answer;
using webhook::make_certificate;
using webhook::Received;
using webhook::Receiver;

/// An Http that may speak to this machine, whose waits are noted and not slept.
struct Line {
  explicit Line(HttpRules given = {}) : rules(std::move(given)) {
    if (rules.hosts.empty()) rules = {{"127.0.0.1"}, {"127.0.0.1"}};
    http = std::make_unique<Http>(rules, Http::Parts{clock, cancel, nullptr, [this](int64_t ms) {
                                                       waits.push_back(ms);
                                                       clock.set(clock.now_ms() + ms);
                                                     }});
  }
  HttpReply& get(const std::string& url) {
    HttpRequest request;
    request.url = url;
    request.may_repeat = true;
    return send(std::move(request));
  }
  HttpReply& send(HttpRequest request) {
    reply = http->send(std::move(request));
    return *reply;
  }
  HttpRules rules;
  FixedClock clock{1'800'000'000'000};
  Cancel cancel;
  std::vector<int64_t> waits;
  std::unique_ptr<Http> http;
  std::unique_ptr<HttpReply> reply;
};

template <typename Call>
Error error_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  return Error(Next::fail, "nothing was thrown");
}

/// Gives one answer after the other, the last for ever.
Receiver::Script in_turn(std::vector<std::string> answers) {
  return [answers = std::move(answers), at = size_t{0}](const Received&) mutable {
    return answers[std::min(at++, answers.size() - 1)];
  };
}

TEST(Http, GivesStatusHeadersAndBody) {
  Receiver server(in_turn({answer(200, "X-Total-Count: 7\r\n", "[1,2]")}));
  Line line;
  auto& reply = line.get(server.url());
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(value_of(reply.headers, "X-TOTAL-count"), "7");
  EXPECT_EQ(rest_of(reply), "[1,2]");
  EXPECT_TRUE(reply.is_proven);
}

TEST(Http, SpeaksOnlyToHostsThatAreNamed) {
  Line line({{"sis.example", "*.vendor.example"}, {}});
  EXPECT_THAT(error_of([&] { line.get("https://elsewhere.example/"); }).what(),
              HasSubstr("elsewhere.example is not among the hosts"));
  EXPECT_THAT(error_of([&] { line.get("https://sis.example\\@evil.example/"); }).what(),
              ::testing::AnyOf(HasSubstr("evil.example"), HasSubstr("user"), HasSubstr("no URL")));
  EXPECT_EQ(error_of([&] { line.get("https://a.b.vendor.example/"); }).next, Next::fix_settings);
  EXPECT_THAT(error_of([&] { line.get("http://sis.example/"); }).what(), HasSubstr("without TLS"));
  EXPECT_THAT(error_of([&] { line.get("https://me:word@sis.example/"); }).what(),
              HasSubstr("user name"));
}

TEST(Http, DoesNotReachAPrivateAddressUnderAnyNameUnlessItIsInternal) {
  auto made = make_certificate();
  Receiver server(in_turn({answer(200)}), made.key + made.certificate);
  auto port = server.url().substr(std::string("https://127.0.0.1").size());
  for (const auto* host : {"127.0.0.1", "localhost", "127.1", "2130706433", "[::ffff:127.0.0.1]"}) {
    Line line({{"127.0.0.1", "localhost", "[::ffff:127.0.0.1]"}, {}});
    auto error = error_of([&] { line.get(std::string("https://") + host + port); });
    EXPECT_EQ(error.next, Next::fix_settings) << host;
    EXPECT_THAT(error.what(), HasSubstr("private network")) << host;
  }
  EXPECT_TRUE(server.received().empty());
}

struct AddressCase {
  const char* text;
  bool is_open;
};
class Addresses : public ::testing::TestWithParam<AddressCase> {};
TEST_P(Addresses, AreOpenOrSpecial) {
  sockaddr_storage room{};
  auto& in4 = reinterpret_cast<sockaddr_in&>(room);
  auto& in6 = reinterpret_cast<sockaddr_in6&>(room);
  if (inet_pton(AF_INET, GetParam().text, &in4.sin_addr) == 1)
    room.ss_family = AF_INET;
  else if (inet_pton(AF_INET6, GetParam().text, &in6.sin6_addr) == 1)
    room.ss_family = AF_INET6;
  EXPECT_EQ(is_public(reinterpret_cast<sockaddr&>(room)), GetParam().is_open) << GetParam().text;
}
INSTANTIATE_TEST_SUITE_P(
    Http, Addresses,
    ::testing::Values(AddressCase{"8.8.8.8", true}, AddressCase{"172.15.255.255", true},
                      AddressCase{"172.16.0.0", false}, AddressCase{"172.31.255.255", false},
                      AddressCase{"172.32.0.0", true}, AddressCase{"100.63.0.1", true},
                      AddressCase{"100.64.0.1", false}, AddressCase{"169.254.169.254", false},
                      AddressCase{"0.0.0.0", false}, AddressCase{"224.0.0.1", false},
                      AddressCase{"255.255.255.255", false}, AddressCase{"10.1.2.3", false},
                      AddressCase{"192.168.1.1", false}, AddressCase{"2606:4700::1111", true},
                      AddressCase{"::1", false}, AddressCase{"::", false},
                      AddressCase{"fe80::1", false}, AddressCase{"fd00:ec2::254", false},
                      AddressCase{"ff02::1", false}, AddressCase{"::ffff:10.0.0.1", false},
                      AddressCase{"::ffff:8.8.8.8", true}, AddressCase{"64:ff9b::7f00:1", false},
                      AddressCase{"64:ff9b::808:808", true}, AddressCase{"2002:7f00:1::", false},
                      AddressCase{"2001::1", false}, AddressCase{"2001:db8::1", false}));

TEST(Http, TrustsNoCertificateThatNobodyVouchesFor) {
  auto made = make_certificate();
  Receiver server(in_turn({answer(200)}), made.key + made.certificate);
  Line strict;
  EXPECT_EQ(error_of([&] { strict.get(server.url()); }).next, Next::fix_settings);
  auto folder = scratch();
  write_atomically(folder.path() / "ca.pem", made.certificate);
  Line trusting({{"127.0.0.1"}, {"127.0.0.1"}, folder.path() / "ca.pem"});
  EXPECT_EQ(trusting.get(server.url()).status, 200);
}

TEST(Http, FollowsNoRedirect) {
  Receiver server(in_turn({answer(302, "Location: http://169.254.169.254/\r\n")}));
  Line line;
  auto error = error_of([&] { line.get(server.url()); });
  EXPECT_EQ(error.next, Next::fix_settings);
  EXPECT_THAT(error.what(), HasSubstr("302"));
  EXPECT_EQ(server.received().size(), 1u);
}

TEST(Http, WaitsAsLongAsABusyServerAsksAndThenGoesOn) {
  Receiver server(in_turn({answer(429, "Retry-After: 7\r\n"), answer(200, "", "{}")}));
  Line line;
  EXPECT_EQ(line.get(server.url()).status, 200);
  int64_t waited = 0;
  for (auto ms : line.waits) waited += ms;
  EXPECT_GE(waited, 7000);
}

TEST(Http, LeavesAnHourOfWaitingToTheHub) {
  Receiver server(in_turn({answer(429, "Retry-After: 3600\r\n")}));
  Line line;
  EXPECT_EQ(line.get(server.url()).status, 429);
  EXPECT_EQ(server.received().size(), 1u);
  auto error = error_of([&] { line.get(server.url()); });  // nobody else asks it meanwhile
  EXPECT_EQ(error.next, Next::retry);
  EXPECT_GT(error.retry_after_s, 60u);
  EXPECT_EQ(server.received().size(), 1u);
}

TEST(Http, SendsWhatIsNotRepeatableOnce) {
  Receiver server(in_turn({answer(503), answer(200)}));
  Line line;
  HttpRequest request;
  request.method = "POST";
  request.url = server.url();
  request.body = "{}";
  EXPECT_EQ(line.send(request).status, 503);
  EXPECT_EQ(server.received().size(), 1u);
}

TEST(Http, AsksAFailingServerLittleMoreOftenThanAWorkingOne) {
  Receiver server(in_turn({answer(503)}));
  Line line;
  for (int i = 0; i < 20; ++i) line.get(server.url());
  EXPECT_LE(server.received().size(), 20u + 12u);
  EXPECT_GT(server.received().size(), 24u);
}

struct CutCase {
  const char* name;
  std::string bytes;
};
class CutBodies : public ::testing::TestWithParam<CutCase> {};
TEST_P(CutBodies, AreSentAgainAndNeverTakenForWhole) {
  Receiver server(in_turn({GetParam().bytes, answer(200, "", "[1,2,3]")}));
  Line line;
  EXPECT_EQ(rest_of(line.get(server.url())), "[1,2,3]");
  EXPECT_EQ(server.received().size(), 2u);

  Receiver always(in_turn({GetParam().bytes}));
  Line other;
  HttpRequest request;
  request.url = always.url();
  request.whole = false;
  EXPECT_EQ(error_of([&] { rest_of(other.send(request)); }).next, Next::retry);
}
INSTANTIATE_TEST_SUITE_P(
    Http, CutBodies,
    ::testing::Values(
        CutCase{"length", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[1,2"},
        CutCase{"chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[1,2"},
        CutCase{"last_chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n[1,2\r\n"},
        CutCase{"bad_chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n[1,2\r\n"},
        CutCase{"nothing", ""}),
    [](const auto& cut) { return cut.param.name; });

TEST(Http, SaysWhenOnlyTheEndOfTheConnectionEndsTheBody) {
  Receiver server(in_turn({"HTTP/1.1 200 OK\r\n\r\n[1,2"}));
  Line line;
  EXPECT_FALSE(line.get(server.url()).is_proven);
}

TEST(Http, EndsABodyThatIsTooLong) {
  Receiver server(in_turn({answer(200, "", std::string(2 << 20, 'x'))}));
  Line line;
  HttpRequest request;
  request.url = server.url();
  request.most_bytes = 1 << 20;
  auto error = error_of([&] { line.send(request); });
  EXPECT_EQ(error.next, Next::not_readable);
  EXPECT_THAT(error.what(), HasSubstr("more than 1 MiB"));
}

TEST(Http, EndsARequestThatIsNotAnswered) {
  Receiver server(in_turn({Receiver::silence()}));
  Line line;
  HttpRequest request;
  request.url = server.url();
  request.deadline_ms = 200;
  EXPECT_EQ(error_of([&] { line.send(request); }).next, Next::retry);
}

TEST(Http, StopsWaitingWhenItIsAskedTo) {
  Receiver server(in_turn({Receiver::silence()}));
  Line line;
  line.cancel.ask();
  EXPECT_EQ(error_of([&] { line.get(server.url()); }).next, Next::stop);
}

TEST(Http, LetsNoLineEndIntoAHeader) {
  Line line;
  HttpRequest request;
  request.url = "https://127.0.0.1/";
  request.headers = {{"X-Name", "a\r\nX-Other: b"}};
  EXPECT_EQ(error_of([&] { line.send(request); }).next, Next::fail);
}

HttpRequest signed_in(const std::string& url, const Secret& secret) {
  HttpRequest request;
  request.url = url;
  request.may_repeat = true;
  request.sign_in = {SignIn::Kind::oauth2, "district", &secret, url, "roster.readonly", ""};
  return request;
}

TEST(SignIn, FetchesATokenOnceAndUsesIt) {
  Receiver server([](const Received& asked) {
    if (asked.head.starts_with("POST"))
      return answer(200, "", R"({"access_token":"t-1","token_type":"bearer","expires_in":3600})");
    return answer(asked.header("Authorization") == "Bearer t-1" ? 200 : 401);
  });
  Line line;
  Secret secret("s:cret");
  EXPECT_EQ(line.send(signed_in(server.url(), secret)).status, 200);
  EXPECT_EQ(line.send(signed_in(server.url(), secret)).status, 200);
  auto received = server.received();
  ASSERT_EQ(received.size(), 3u);
  EXPECT_EQ(received[0].body, "grant_type=client_credentials&scope=roster.readonly");
  EXPECT_EQ(received[0].header("Authorization"), "Basic ZGlzdHJpY3Q6cyUzQWNyZXQ=");
}

TEST(SignIn, TakesANewTokenWhenTheOldOneEndsOrIsRefused) {
  int given = 0;
  Receiver server([&](const Received& asked) {
    if (asked.head.starts_with("POST"))
      return answer(200, "",
                    R"({"access_token":"t-)" + std::to_string(++given) + R"(","expires_in":3600})");
    return answer(asked.header("Authorization") == "Bearer t-1" && given > 0 ? 401 : 200);
  });
  Line line;
  Secret secret("s");
  EXPECT_EQ(line.send(signed_in(server.url(), secret)).status, 200);  // t-1 refused, t-2 taken
  EXPECT_EQ(given, 2);
  line.clock.set(line.clock.now_ms() + 3'590'000);
  EXPECT_EQ(line.send(signed_in(server.url(), secret)).status, 200);
  EXPECT_EQ(given, 3);
}

TEST(SignIn, SaysWhatTheTokenServerHoldsAgainstIt) {
  Receiver server(
      in_turn({answer(401, "", R"({"error":"invalid_client","error_description":"Zyx"})")}));
  Line line;
  Secret secret("s");
  auto error = error_of([&] { line.send(signed_in(server.url(), secret)); });
  EXPECT_EQ(error.next, Next::sign_in);
  EXPECT_THAT(error.what(), HasSubstr("(invalid_client)"));
  EXPECT_THAT(error.what(), ::testing::Not(HasSubstr("Zyx")));
}

// The signatures were computed by another program, after RFC 5849, 3.4.
TEST(SignIn, SignsARequestWithConsumerKeyAndSecret) {
  Secret secret("s+cret");
  HttpRequest request;
  request.url =
      "https://SIS.example:443/ims/oneroster/v1p1/users?limit=100&offset=0&"
      "filter=dateLastModified%3E%272025-10-01T00:00:00.000Z%27";
  request.sign_in = {SignIn::Kind::oauth1, "district key", &secret, "", "", "HMAC-SHA256"};
  EXPECT_THAT(oauth1_header(request, "abc123", 1'700'000'000),
              HasSubstr("PGE6Yq550UmbGXpdwD2l051tJB2pvSx17N0IzoXud40%3D"));
  request.sign_in.method = "HMAC-SHA1";
  EXPECT_THAT(oauth1_header(request, "abc123", 1'700'000'000),
              HasSubstr("cmEueVLere5Yvt2bjfoeM%2BWUJn8%3D"));
}

TEST(Pace, IsSharedByAllWhoAskTheSameHost) {
  auto folder = scratch();
  FixedClock clock(1'800'000'000'000);
  Pace one(folder.path(), 4, clock), other(folder.path(), 4, clock);
  EXPECT_EQ(one.take("sis.example"), 0);
  EXPECT_EQ(other.take("sis.example"), 250);
  EXPECT_EQ(one.take("sis.example"), 500);
  EXPECT_EQ(one.take("lunch.example"), 0);
  other.hold("sis.example", 5000);
  EXPECT_EQ(other.take("sis.example"), 5000);
  EXPECT_EQ(one.take("sis.example"), 1000);
  clock.set(1'800'000'060'000);
  EXPECT_EQ(other.take("sis.example"), 0);
}

TEST(Pace, LetsABurstThroughAndThenKeepsTheRate) {
  auto folder = scratch();
  FixedClock clock(1'000'000);
  Pace pace(folder.path(), 4, clock, 3);
  std::vector<int64_t> waits;
  for (int i = 0; i < 5; ++i) waits.push_back(pace.take("sis.example"));
  EXPECT_THAT(waits, testing::ElementsAre(0, 0, 0, 250, 500));
  clock.set(1'000'500);
  EXPECT_EQ(pace.take("sis.example"), 250) << "the moments before it are taken";
  clock.set(1'010'000);
  EXPECT_EQ(pace.take("sis.example"), 0);
  EXPECT_EQ(pace.take("sis.example"), 0);
}

TEST(Pace, DoesNotStopForeverWhenAClockWasSetBack) {
  auto folder = scratch();
  FixedClock clock(1'800'000'000'000);
  Pace(folder.path(), 1, clock).take("sis.example");
  clock.set(1'700'000'000'000);
  EXPECT_LE(Pace(folder.path(), 1, clock).take("sis.example"), 10 * 60'000);
}

}  // namespace
}  // namespace homeroom::world
