#include "hub/jobs/alert.hpp"

#include <algorithm>
#include <cstring>
#include <ctime>
#include <memory>
#include <sstream>
#include <vector>

#include <curl/curl.h>
#include <nlohmann/json.hpp>

#include "homeroom/error.hpp"
#include "hub/record/date.hpp"
#include "hub/world/signature.hpp"
#include "hub/world/wall_clock.hpp"
#include "hub/world/world.hpp"

namespace homeroom::jobs {

namespace {

constexpr long timeout_s = 15;
constexpr std::size_t most_bytes = 4096;   ///< of what an alert says
constexpr std::size_t longest_line = 900;  ///< of a mail; RFC 5321, 4.5.3.1.6, allows 998

/// At most so many bytes of it, and no half character.
std::string_view beginning_of(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  auto end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end > 0 ? end : most);
}

std::string in_mail_lines(std::string_view text) {
  std::string lines;
  while (!text.empty()) {
    auto line = beginning_of(text.substr(0, text.find_first_of("\r\n")), longest_line);
    lines.append(line).append("\r\n");
    text.remove_prefix(line.size());
    if (text.starts_with('\r')) text.remove_prefix(1);
    if (text.starts_with('\n')) text.remove_prefix(1);
  }
  return lines;
}

/// "mail", "failed" and what it says, as Scheduler wrote them.
struct Words {
  explicit Words(const Item& alert) {
    std::istringstream in(alert.arguments);
    std::getline(in, way);
    std::getline(in, when);
    says.assign(std::istreambuf_iterator<char>(in), {});
    says.resize(beginning_of(says, most_bytes).size());
  }
  std::string way, when, says;
};

/// One transfer of libcurl with what all of ours have in common.
class Transfer {
 public:
  explicit Transfer(const std::string& url) : curl_(curl_easy_init()) {
    if (!curl_) throw Error(Next::fail, "libcurl cannot start");
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "https,http,smtp,smtps");
    set(CURLOPT_TIMEOUT, timeout_s);
    set(CURLOPT_CONNECTTIMEOUT, timeout_s / 3);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_NOPROXY, "localhost,127.0.0.1,::1");
    set(CURLOPT_WRITEFUNCTION, &Transfer::leave);
  }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer() {
    for (auto* list : lists_) curl_slist_free_all(list);
    curl_easy_cleanup(curl_);
  }

  template <typename Value>
  void set(CURLoption option, Value value) {
    curl_easy_setopt(curl_, option, value);
  }
  void set_list(CURLoption option, const std::vector<std::string>& lines) {
    curl_slist* list = nullptr;
    for (const auto& line : lines) list = curl_slist_append(list, line.c_str());
    lists_.push_back(list);
    set(option, list);
  }
  /// What the body of an upload is read from; it must outlive the transfer.
  void upload(const std::string& body) {
    body_ = body;
    set(CURLOPT_UPLOAD, 1L);
    set(CURLOPT_READFUNCTION, &Transfer::read);
    set(CURLOPT_READDATA, this);
  }
  /// The status the other side answered with.
  long perform(const std::string& whom) {
    auto code = curl_easy_perform(curl_);
    long status = 0;
    curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &status);
    bool is_refused = code == CURLE_LOGIN_DENIED || (status >= 500 && whom == "mail");
    if (code != CURLE_OK)
      throw Error(is_refused ? Next::fix_settings : Next::retry,
                  "an alert by " + whom + " was not sent: " + curl_easy_strerror(code));
    return status;
  }

 private:
  static std::size_t leave(const char*, std::size_t size, std::size_t count, void*) {
    return size * count;
  }
  static std::size_t read(char* into, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    auto piece = std::min(size * count, transfer.body_.size() - transfer.at_);
    std::memcpy(into, transfer.body_.data() + transfer.at_, piece);
    transfer.at_ += piece;
    return piece;
  }

  CURL* curl_;
  std::vector<curl_slist*> lists_;
  std::string_view body_;
  std::size_t at_ = 0;
};

/// For a header: nothing that could begin another one.
std::string on_one_line(std::string text) {
  for (char& letter : text)
    if (letter < ' ' || letter > '~') letter = '?';
  return text;
}

std::string id_of(const Item& alert) {
  auto digest = world::hex(world::sha256(alert.run + '/' + std::to_string(alert.part)));
  return "alert-" + digest.substr(0, 32);
}

std::string mail_date() {
  std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[64];
  std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S +0000", &utc);  // RFC 5322, section 3.3
  return text;
}

std::string planned_in(const Item& alert, const std::string& zone) {
  auto minute = world::local_minute(alert.planned_ms, zone);
  char time[16];
  std::snprintf(time, sizeof time, " %02d:%02d", minute / 60, minute % 60);
  return record::iso_date(world::local_date(alert.planned_ms, zone)) + time;
}

}  // namespace

void AlertSender::send(const Item& alert) const {
  if (Words(alert).way == "mail") return mail(alert);
  call(alert);
}

void AlertSender::mail(const Item& alert) const {
  const auto& alerts = workspace_.alerts;
  if (alerts.to.empty()) throw Error(Next::fix_settings, "alerts: nobody is told by mail any more");
  Words words(alert);
  std::string to;
  for (const auto& one : alerts.to) to += (to.empty() ? "" : ", ") + one;
  auto body = "From: " + alerts.from + "\r\nTo: " + to + "\r\nDate: " + mail_date() +
              "\r\nMessage-ID: <" + id_of(alert) + '@' +
              alerts.from.substr(alerts.from.find('@') + 1) +
              ">\r\nSubject: Homeroom: " + on_one_line(alert.job) + " is " + words.when +
              "\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" +
              workspace_.district + "\r\n" + alert.job + ", planned for " +
              planned_in(alert, zone_) + "\r\n\r\n" + in_mail_lines(words.says);
  if (alert.run_number > 0)
    body += "\r\nMore: homeroom runs show " + std::to_string(alert.run_number) + "\r\n";
  bool is_tls = alerts.mail_security == settings::MailSecurity::tls;
  Transfer transfer((is_tls ? "smtps://" : "smtp://") + alerts.mail_host + ':' +
                    std::to_string(alerts.mail_port));
  if (alerts.mail_security == settings::MailSecurity::starttls)
    transfer.set(CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
  std::unique_ptr<world::Secret> password;
  if (!alerts.mail_user.empty()) {
    password = std::make_unique<world::Secret>(
        world::SecretFolder(workspace_.secrets).read(alerts.mail_password));
    transfer.set(CURLOPT_USERNAME, alerts.mail_user.c_str());
    transfer.set(CURLOPT_PASSWORD, std::string(password->reveal()).c_str());
  }
  transfer.set(CURLOPT_MAIL_FROM, alerts.from.c_str());
  transfer.set_list(CURLOPT_MAIL_RCPT, alerts.to);
  transfer.set(CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);  // the others are told all the same
  transfer.upload(body);
  transfer.perform("mail");
}

void AlertSender::call(const Item& alert) const {
  const auto& alerts = workspace_.alerts;
  if (alerts.webhook.empty())
    throw Error(Next::fix_settings, "alerts: there is no webhook any more");
  Words words(alert);
  auto now = std::time(nullptr);
  auto body = nlohmann::ordered_json{{"type", "homeroom.run." + words.when},
                                     {"timestamp", world::iso_instant(int64_t{now} * 1000)},
                                     {"data",
                                      {{"district", workspace_.district},
                                       {"job", alert.job},
                                       {"planned", world::iso_instant(alert.planned_ms)},
                                       {"run", alert.run_number},
                                       {"says", words.says}}}}
                  .dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  std::vector<std::string> headers = {"Content-Type: application/json",
                                      "webhook-id: " + id_of(alert),
                                      "webhook-timestamp: " + std::to_string(now)};
  if (!alerts.signing_key.empty()) {
    auto secret = world::SecretFolder(workspace_.secrets).read(alerts.signing_key);
    headers.push_back(
        "webhook-signature: " +
        world::webhook_signature(secret, id_of(alert) + '.' + std::to_string(now) + '.' + body));
  }
  Transfer transfer(alerts.webhook);
  transfer.set_list(CURLOPT_HTTPHEADER, headers);
  transfer.set(CURLOPT_POSTFIELDS, body.c_str());
  auto status = transfer.perform("webhook");
  if (status >= 200 && status < 300) return;
  bool may_go_well = status == 408 || status == 425 || status == 429 || status >= 500;
  throw Error(may_go_well ? Next::retry : Next::fix_settings,
              "an alert by webhook was answered with status " + std::to_string(status));
}

}  // namespace homeroom::jobs
