#include "hub/plugin/http_messages.hpp"

#include "homeroom/error.hpp"
#include "hub/plugin/edge.hpp"

namespace homeroom::plugin {
namespace {

constexpr std::size_t most_headers = 100;

void pack(Pack& to, const hr_http_header* headers, std::size_t count) {
  to.number(static_cast<uint32_t>(count));
  for (std::size_t i = 0; i < count; ++i)
    to.text(view_of(headers[i].name)).text(view_of(headers[i].value));
}

void unpack(Unpack& from, std::vector<hr_http_header>& headers) {
  headers.resize(from.count(2 * sizeof(uint32_t)));
  for (auto& header : headers) {
    header.name = to_c(from.text());
    header.value = to_c(from.text());
  }
}

}  // namespace

void expect_sense(const hr_http_request& what) {
  if (what.size < sizeof(hr_http_request) || what.n_headers > most_headers ||
      (what.n_headers && !what.headers))
    throw Error(Next::fail, "a plugin's hr_http_request makes no sense");
  if (what.auth && what.auth->size < sizeof(hr_http_auth))
    throw Error(Next::fail, "a request's hr_http_auth makes no sense");
}

void pack(Pack& to, const hr_http_request& what) {
  to.text(view_of(what.method)).text(view_of(what.url)).text(view_of(what.body));
  pack(to, what.headers, what.n_headers);
  to.number(what.deadline_s).number(what.may_repeat).number(what.whole).number(what.most_bytes);
  to.number<uint8_t>(what.auth != nullptr);
  if (!what.auth) return;
  to.number(what.auth->kind);
  for (hr_text text : {what.auth->id, what.auth->secret_setting, what.auth->token_url,
                       what.auth->scope, what.auth->method})
    to.text(view_of(text));
}

void unpack(Unpack& from, HttpAsked& to) {
  auto& request = to.request;
  request.size = sizeof request;
  for (hr_text* text : {&request.method, &request.url, &request.body}) *text = to_c(from.text());
  unpack(from, to.headers);
  request.headers = to.headers.data();
  request.n_headers = to.headers.size();
  request.deadline_s = from.number<uint32_t>();
  request.may_repeat = from.number<int32_t>();
  request.whole = from.number<int32_t>();
  request.most_bytes = from.number<uint64_t>();
  if (!from.flag()) return;
  auto& auth = to.auth;
  auth.size = sizeof auth;
  auth.kind = from.number<int32_t>();
  for (hr_text* text : {&auth.id, &auth.secret_setting, &auth.token_url, &auth.scope, &auth.method})
    *text = to_c(from.text());
  request.auth = &auth;
}

void pack(Pack& to, const hr_http_reply& reply) {
  to.number(reply.status).number(reply.proven);
  pack(to, reply.headers, reply.n_headers);
}

void unpack(Unpack& from, hr_http_reply& reply, std::vector<hr_http_header>& headers) {
  reply.size = sizeof reply;
  reply.status = from.number<int32_t>();
  reply.proven = from.number<int32_t>();
  unpack(from, headers);
  reply.headers = headers.data();
  reply.n_headers = headers.size();
}

}  // namespace homeroom::plugin
