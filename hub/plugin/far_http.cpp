#include "hub/plugin/far_http.hpp"

#include <memory>
#include <vector>

#include "homeroom/edge.hpp"
#include "homeroom/error.hpp"
#include "hub/plugin/edge.hpp"
#include "hub/plugin/http_messages.hpp"

namespace homeroom::plugin {
namespace {

/// A reply that the plugin holds; the hub has the rest of it under a number.
struct Held {
  explicit Held(Line& to) : line(to) {}
  Line& line;
  uint32_t number = 0;
  FrameBytes head, piece;
  std::vector<hr_http_header> headers;
};

int32_t next_piece(void* self, hr_text* piece, hr_error* err) noexcept {
  return edge::guarded(err, [&] {
    auto& held = *static_cast<Held*>(self);
    Unpack answer(held.line.ask(Kind::http_next, Pack().number(held.number), held.piece));
    *piece = to_c(answer.text());
    answer.finish();
  });
}

void release(void* self) noexcept {
  std::unique_ptr<Held> held(static_cast<Held*>(self));
  held->line.mention(Kind::http_release, Pack().number(held->number));
}

}  // namespace

int32_t FarHttp::send(void* line, const hr_http_request* what, hr_http_reply* out,
                      hr_error* err) noexcept {
  return edge::guarded(err, [&] {
    if (!what || !out) throw Error(Next::fail, "a plugin asks for nothing over HTTP");
    expect_sense(*what);
    Pack question;
    pack(question, *what);
    if (question.bytes().size() > most_frame_bytes)
      throw Error(Next::fail, "a request over HTTP has more than 64 MiB");
    auto held = std::make_unique<Held>(*static_cast<Line*>(line));
    Unpack answer(held->line.ask(Kind::http_send, question, held->head));
    held->number = answer.number<uint32_t>();
    unpack(answer, *out, held->headers);
    answer.finish();
    out->next = next_piece;
    out->release = release;
    out->self = held.release();
  });
}

}  // namespace homeroom::plugin
