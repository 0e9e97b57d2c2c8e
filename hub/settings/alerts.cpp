#include "hub/settings/alerts.hpp"

#include <algorithm>

#include "hub/settings/schedule.hpp"

namespace homeroom::settings {

namespace {

/// One address and nothing that could become a second one or a header line of the mail.
std::string address(const Node& node) {
  const auto& text = node.text();
  auto at = text.find('@');
  bool is_plain = std::ranges::all_of(text, [](unsigned char letter) {
    return letter > ' ' && letter < 127 && letter != ',' && letter != '<' && letter != '>';
  });
  if (!is_plain || at == 0 || at == std::string::npos || at + 1 == text.size() ||
      text.find('@', at + 1) != std::string::npos)
    node.refuse("expected an e-mail address");
  return text;
}

std::string secret(const Node& node) {
  node.only({"secret"});
  return node.require("secret").text();
}

void read_mail(const Node& node, Alerts& alerts) {
  node.only({"host", "port", "security", "from", "user", "password"});
  if (auto host = node.find("host")) alerts.mail_host = host.text();
  if (auto security = node.find("security")) {
    auto word = one_of(security, {"none", "starttls", "tls"});
    alerts.mail_security = word == "tls"        ? MailSecurity::tls
                           : word == "starttls" ? MailSecurity::starttls
                                                : MailSecurity::none;
    alerts.mail_port = word == "tls" ? 465 : word == "starttls" ? 587 : 25;
  }
  if (auto port = node.find("port")) {
    alerts.mail_port = port.integer();
    if (alerts.mail_port < 1 || alerts.mail_port > 65535)
      port.refuse("expected a port, 1 to 65535");
  }
  if (auto from = node.find("from")) alerts.from = address(from);
  auto user = node.find("user");
  if (!user) return;
  alerts.mail_user = user.text();
  alerts.mail_password = secret(node.require("password"));
  if (alerts.mail_security == MailSecurity::none)
    user.refuse("a password is not sent in the clear; say security: tls or starttls");
}

}  // namespace

Alerts read_alerts(const Node& node) {
  node.only({"to", "when", "mail", "webhook"});
  Alerts alerts;
  for (const auto& when : node.require("when").items())
    alerts.when.push_back(one_of(when, {"partial", "failed", "brake", "late"}));
  for (const auto& to : node.find("to").items()) alerts.to.push_back(address(to));
  if (auto mail = node.find("mail")) read_mail(mail, alerts);
  if (!alerts.to.empty() && alerts.from.empty()) alerts.from = alerts.to.front();
  if (auto webhook = node.find("webhook")) {
    webhook.only({"url", "signing_key"});
    auto url = webhook.require("url");
    alerts.webhook = url.text();
    if (!alerts.webhook.starts_with("https://") && !alerts.webhook.starts_with("http://"))
      url.refuse("expected an address that begins with https://");
    if (auto key = webhook.find("signing_key")) alerts.signing_key = secret(key);
  }
  if (alerts.to.empty() && alerts.webhook.empty())
    node.refuse("nobody is told: expected to or webhook");
  return alerts;
}

}  // namespace homeroom::settings
