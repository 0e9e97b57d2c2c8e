#include "homeroom/http.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "homeroom/error.hpp"
#include "homeroom/text.hpp"

namespace homeroom {
namespace {

constexpr uint32_t longest_wait_s = 86'400;

void throw_if(int32_t code, hr_error& error) {
  if (code == HR_OK) return;
  error.message[sizeof error.message - 1] = '\0';
  throw Error(static_cast<Next>(code), error.message, error.retry_after_s);
}

}  // namespace

HttpReply& HttpReply::operator=(HttpReply&& other) noexcept {
  std::swap(reply_, other.reply_);
  return *this;
}

HttpReply::~HttpReply() {
  if (reply_.release) reply_.release(reply_.self);
}

std::string_view HttpReply::header(std::string_view name) const {
  for (size_t i = 0; i < reply_.n_headers; ++i)
    if (view(reply_.headers[i].name) == name) return view(reply_.headers[i].value);
  return {};
}

uint32_t HttpReply::retry_after_s() const {
  auto text = header("retry-after");
  uint32_t seconds = 0;
  auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
  bool is_number = read.ec == std::errc{} && read.ptr == text.data() + text.size();
  return is_number ? std::min(seconds, longest_wait_s) : 0;
}

std::string_view HttpReply::next() {
  hr_text piece{};
  hr_error error{};
  throw_if(reply_.next(reply_.self, &piece, &error), error);
  return view(piece);
}

std::string HttpReply::rest() {
  std::string body;
  for (auto piece = next(); !piece.empty(); piece = next()) body += piece;
  return body;
}

HttpReply HttpClient::send(const HttpAsk& ask) const {
  const auto* http = static_cast<const hr_http*>(host_.service(HR_HTTP));
  if (!http) throw Error(Next::hide, "this hub lends no HTTP (homeroom.http/1)");
  std::vector<hr_http_header> headers;
  for (const auto& [name, value] : ask.headers) headers.push_back({text(name), text(value)});
  hr_http_auth auth{sizeof(hr_http_auth),     ask.auth.kind,
                    text(ask.auth.id),        text(ask.auth.secret_setting),
                    text(ask.auth.token_url), text(ask.auth.scope),
                    text(ask.auth.method)};
  hr_http_request request{};
  request.size = sizeof request;
  request.method = text(ask.method);
  request.url = text(ask.url);
  request.headers = headers.data();
  request.n_headers = headers.size();
  request.body = text(ask.body);
  request.auth = &auth;
  request.deadline_s = ask.deadline_s;
  request.may_repeat = ask.may_repeat;
  request.whole = ask.whole;
  HttpReply reply;
  hr_error error{};
  throw_if(http->send(http->ctx, &request, &reply.reply_, &error), error);
  return reply;
}

void expect_success(const HttpReply& reply, std::string_view what) {
  int status = reply.status();
  if (status >= 200 && status < 300) return;
  auto said = std::string(what) + " was answered with status " + std::to_string(status);
  if (status == 401 || status == 403) throw Error(Next::sign_in, said);
  if (status == 408 || status == 425 || status == 429 || status >= 500)
    throw Error(Next::retry, said, reply.retry_after_s());
  throw Error(Next::fix_settings, said);
}

std::string in_query(std::string_view from) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (unsigned char c : from) {
    if (std::isalnum(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += static_cast<char>(c);
    } else {
      out += '%';
      out += digits[c >> 4];
      out += digits[c & 15];
    }
  }
  return out;
}

}  // namespace homeroom
