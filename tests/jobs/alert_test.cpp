// Alerts as a mail server and a webhook see them.
#include "hub/jobs/alert.hpp"

#include <functional>
#include <sstream>
#include <thread>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "homeroom/error.hpp"
#include "hub/world/signature.hpp"

namespace homeroom::jobs {
namespace {

using testing::HasSubstr;

/// Takes one connection on the loopback and talks to it line by line.
class Peer {
 public:
  explicit Peer(std::function<void(Peer&)> talk) : listening_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    bind(listening_, reinterpret_cast<sockaddr*>(&at), size);
    listen(listening_, 1);
    timeval patience{20, 0};  // who never comes fails the test instead of holding it up
    setsockopt(listening_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    getsockname(listening_, reinterpret_cast<sockaddr*>(&at), &size);
    port = ntohs(at.sin_port);
    thread_ = std::thread([this, talk] {
      connection_ = accept(listening_, nullptr, nullptr);
      talk(*this);
      close(connection_);
    });
  }
  ~Peer() {
    thread_.join();
    close(listening_);
  }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  void say(const std::string& text) {
    EXPECT_GT(send(connection_, text.data(), text.size(), 0), 0);
  }
  /// Reads until `end` stands at the end; false when the other side has gone.
  bool hear_until(const std::string& end) {
    char piece[2048];
    while (!heard.ends_with(end)) {
      auto got = recv(connection_, piece, sizeof piece, 0);
      if (got <= 0) return false;
      heard.append(piece, static_cast<std::size_t>(got));
    }
    return true;
  }

  uint16_t port = 0;
  std::string heard;

 private:
  int listening_, connection_ = -1;
  std::thread thread_;
};

void answer(Peer& peer, const std::string& status) {
  peer.hear_until("}}");
  peer.say("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
}

Item alert(const std::string& way) {
  Item item;
  item.run = "nightly@2026-01-13T08:15:00Z";
  item.step = "alert";
  item.part = 3;
  item.job = "nightly";
  item.planned_ms = 1'768'292'100'000;
  item.run_number = 412;
  item.arguments = way + "\nfailed\nfailed: sis was not heard";
  return item;
}

settings::Workspace workspace() {
  settings::Workspace workspace;
  workspace.district = "Pretend City Schools";
  workspace.time_zone = "America/New_York";
  return workspace;
}

struct Heard {
  std::string text;
  Next next = Next::stop;  ///< of the error; stop where there was none
};

Heard send_to_webhook(const std::string& status) {
  Heard result;
  std::string heard;
  {
    Peer peer([&](Peer& one) {
      answer(one, status);
      heard = one.heard;
    });
    auto settings = workspace();
    settings.alerts.webhook = "http://127.0.0.1:" + std::to_string(peer.port) + "/in";
    try {
      AlertSender(settings, settings.time_zone).send(alert("webhook"));
    } catch (const Error& error) {
      result.next = error.next;
    }
  }
  result.text = heard;
  return result;
}

TEST(AlertSender, CallsAWebhook) {
  auto heard = send_to_webhook("204 No Content");
  EXPECT_EQ(heard.next, Next::stop);
  EXPECT_THAT(heard.text, HasSubstr("POST /in"));
  EXPECT_THAT(heard.text, HasSubstr("webhook-id: alert-"));
  EXPECT_THAT(heard.text, HasSubstr("\"type\":\"homeroom.run.failed\""));
  EXPECT_THAT(heard.text, HasSubstr("\"run\":412,\"says\":\"failed: sis was not heard\""));
}

TEST(AlertSender, IsTriedAgainOnlyWhereThatMayHelp) {
  EXPECT_EQ(send_to_webhook("503 Service Unavailable").next, Next::retry);
  EXPECT_EQ(send_to_webhook("429 Too Many Requests").next, Next::retry);
  EXPECT_EQ(send_to_webhook("401 Unauthorized").next, Next::fix_settings);
}

/// The worked example of the specification of Standard Webhooks 1.0.
TEST(WebhookSignature, IsThatOfTheStandard) {
  world::Secret secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  EXPECT_EQ(world::webhook_signature(
                secret, "msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{\"test\": 2432232314}"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

/// What the mail server heard; it knows no address with "gone" in it.
std::string heard_by_mail(const Item& item, const std::vector<std::string>& to) {
  std::string heard;
  {
    Peer peer([&](Peer& one) {
      one.say("220 pretend\r\n");
      for (bool is_data = false; one.hear_until("\r\n");) {
        auto last = one.heard.substr(one.heard.rfind("\r\n", one.heard.size() - 3) + 1);
        if (is_data && !one.heard.ends_with("\r\n.\r\n")) {
          one.hear_until("\r\n.\r\n");
        }
        bool is_over = is_data;
        bool is_unknown = one.heard.starts_with("RCPT") && one.heard.find("gone") < 20;
        is_data = !is_data && last.find("DATA") != std::string::npos;
        heard += one.heard;
        one.heard.clear();
        one.say(is_unknown ? "550 unknown\r\n" : is_data ? "354 go on\r\n" : "250 well\r\n");
        if (is_over) break;
      }
    });
    auto settings = workspace();
    settings.alerts.to = to;
    settings.alerts.from = "homeroom@pretend.example";
    settings.alerts.mail_host = "127.0.0.1";
    settings.alerts.mail_port = peer.port;
    AlertSender(settings, settings.time_zone).send(item);
  }
  return heard;
}

TEST(AlertSender, SendsMail) {
  auto heard = heard_by_mail(alert("mail"), {"office@pretend.example", "second@pretend.example"});
  for (const char* part :
       {"RCPT TO:<office@pretend.example>", "RCPT TO:<second@pretend.example>",
        "Subject: Homeroom: nightly is failed\r\n",
        "Pretend City Schools\r\nnightly, planned for 2026-01-13 03:15",
        "failed: sis was not heard", "homeroom runs show 412", "Message-ID: <alert-"})
    EXPECT_THAT(heard, HasSubstr(part));
}

TEST(AlertSender, TellsTheOthersWhenOneAddressIsGone) {
  auto heard = heard_by_mail(alert("mail"), {"gone@pretend.example", "second@pretend.example"});
  EXPECT_THAT(heard, HasSubstr("failed: sis was not heard"));
}

TEST(AlertSender, KeepsLinesOfMailShortAndTheWholeWithinFourKilobytes) {
  auto item = alert("mail");
  item.arguments = "mail\nfailed\nfirst\nsecond\n";
  for (int i = 0; i < 6000; ++i) item.arguments += "\u00e9";
  auto heard = heard_by_mail(item, {"office@pretend.example"});
  EXPECT_THAT(heard, HasSubstr("\r\nfirst\r\nsecond\r\n"));
  EXPECT_LT(heard.size(), 5500u);
  std::istringstream lines(heard);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), 901u);
    EXPECT_TRUE(line.ends_with('\r'));
    if (line.starts_with("\u00e9")) {
      EXPECT_EQ(line.size() % 2, 1u) << "half a character";
    }
  }
}

}  // namespace
}  // namespace homeroom::jobs
