#include "hub/plugin/lent_http.hpp"

#include "hub/plugin/edge.hpp"
#include "hub/plugin/http_messages.hpp"
#include "hub/plugin/messages.hpp"

namespace homeroom::plugin {
namespace {

constexpr std::size_t most_replies = 64;
constexpr std::size_t most_piece = 1 << 20;

template <class Work>
Kind told(Pack& answer, Work work) {
  try {
    work();
    return Kind::done;
  } catch (const Error& error) {
    answer = Pack();
    pack(answer, error);
    return Kind::failed;
  }
}

}  // namespace

/// A reply of the service, and what of its last piece was not sent yet.
struct LentHttp::Reply {
  Reply() = default;
  Reply(const Reply&) = delete;
  Reply& operator=(const Reply&) = delete;
  ~Reply() {
    if (reply.release) reply.release(reply.self);
  }
  hr_http_reply reply{};
  std::string_view rest;
};

std::optional<Kind> LentHttp::answer(Kind kind, std::string_view frame, Pack& answer) {
  Unpack from(frame);
  if (kind == Kind::http_send) {
    HttpAsked asked;
    unpack(from, asked);
    from.finish();
    return told(answer, [&] { send(asked.request, answer); });
  }
  if (kind != Kind::http_next && kind != Kind::http_release)
    refuse_frame("a frame nobody waits for");
  auto number = from.number<uint32_t>();
  from.finish();
  auto& reply = reply_of(number);
  if (kind == Kind::http_next) return told(answer, [&] { next(reply, answer); });
  replies_.erase(number);
  return std::nullopt;
}

LentHttp::Reply& LentHttp::reply_of(uint32_t number) {
  auto found = replies_.find(number);
  if (found == replies_.end()) refuse_frame("it asks for a reply that is not there");
  return *found->second;
}

void LentHttp::send(const hr_http_request& request, Pack& answer) {
  if (replies_.size() >= most_replies)
    throw Error(Next::fail, "a plugin holds more than 64 replies over HTTP; it must release them");
  std::unique_ptr<Reply, void (*)(Reply*)> made(new Reply, [](Reply* reply) { delete reply; });
  hr_error error{};
  throw_if(service_.table()->send(service_.table()->ctx, &request, &made->reply, &error), error);
  answer.number(++last_);
  pack(answer, made->reply);
  replies_.emplace(last_, std::move(made));
}

void LentHttp::next(Reply& reply, Pack& answer) {
  if (reply.rest.empty()) {
    hr_text piece{};
    hr_error error{};
    throw_if(reply.reply.next(reply.reply.self, &piece, &error), error);
    reply.rest = view_of(piece);
  }
  auto part = reply.rest.substr(0, most_piece);
  answer.text(part);
  reply.rest.remove_prefix(part.size());
}

}  // namespace homeroom::plugin
