#include "plugins/webhook/http.hpp"

#include <algorithm>

#include "homeroom/error.hpp"

namespace homeroom::webhook {
namespace {

constexpr size_t most_body = 64 << 10;

}  // namespace

Reply Http::post(const std::string& body, Headers headers) const {
  HttpAsk ask;
  ask.method = "POST";
  ask.headers = std::move(headers);
  ask.body = body;
  return exchange(std::move(ask));
}

Reply Http::look() const {
  HttpAsk ask;
  ask.method = "HEAD";
  return exchange(std::move(ask));
}

// Sent once: whether and when it is sent again is decided for each share, with its receipt.
Reply Http::exchange(HttpAsk ask) const try {
  ask.url = url_;
  ask.deadline_s = timeout_s_;
  ask.may_repeat = false;
  ask.whole = false;
  auto answer = client_.send(ask);
  Reply reply;
  // What is too long is read and dropped: only an answer that is whole is a receipt.
  for (auto piece = answer.next(); !piece.empty(); piece = answer.next())
    reply.body.append(piece.substr(0, most_body - reply.body.size()));
  reply.status = answer.status();
  reply.retry_after_s = answer.retry_after_s();
  return reply;
} catch (const Error& error) {
  Reply reply;
  reply.trouble = error.what();
  reply.is_our_mistake = error.next == Next::fix_settings;
  reply.was_stopped = error.next == Next::stop;
  reply.retry_after_s = error.retry_after_s;
  return reply;
}

}  // namespace homeroom::webhook
