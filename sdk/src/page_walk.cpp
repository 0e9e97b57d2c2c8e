#include "homeroom/page_walk.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <string_view>

#include "homeroom/error.hpp"

namespace homeroom {
namespace {

constexpr uint64_t most_pages = 1'000'000;

std::string_view origin(std::string_view url) {
  auto path = url.find('/', std::min(url.find("://"), url.size() - 3) + 3);
  return url.substr(0, path);
}

bool is_same_origin(std::string_view a, std::string_view b) {
  return std::ranges::equal(origin(a), origin(b), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

std::string_view stripped(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Whether the parameters behind a link's address say rel=next, alone or among others.
bool is_next(std::string_view parameters) {
  while (!parameters.empty()) {
    auto one = stripped(parameters.substr(0, parameters.find(';')));
    parameters.remove_prefix(std::min(parameters.find(';'), parameters.size() - 1) + 1);
    if (!one.starts_with("rel")) continue;
    auto value = stripped(one.substr(std::min(one.find('='), one.size() - 1) + 1));
    if (value.size() > 1 && value.front() == '"') value = value.substr(1, value.size() - 2);
    for (; !value.empty(); value = stripped(value)) {
      auto word = value.substr(0, value.find(' '));
      if (word == "next") return true;
      value.remove_prefix(word.size());
    }
  }
  return false;
}

/// The address with rel="next" in a Link header; empty if there is none.
std::string next_of(std::string_view header) {
  while (!header.empty()) {
    auto open = header.find('<'), close = header.find('>', std::min(open, header.size()));
    if (close == header.npos) return {};
    auto end = std::min(header.find(",", close), header.size());
    auto target = header.substr(open + 1, close - open - 1);
    if (is_next(header.substr(close + 1, end - close - 1))) return std::string(target);
    header.remove_prefix(std::min(end + 1, header.size()));
  }
  return {};
}

}  // namespace

PageWalk::PageWalk(HttpClient client, std::string name, HttpAsk first, PageStyle style)
    : client_(client),
      name_(std::move(name)),
      ask_(std::move(first)),
      style_(std::move(style)),
      base_(ask_.url) {
  if (!style_.limit.empty())
    base_ += (base_.find('?') == base_.npos ? '?' : '&') + style_.limit + '=' +
             std::to_string(style_.page_size);
  next_url_ = base_;
  if (!style_.offset.empty()) next_url_ = url_at(style_.offset, "0");
}

std::string PageWalk::url_at(const std::string& parameter, const std::string& value) const {
  return base_ + (base_.find('?') == base_.npos ? '?' : '&') + parameter + '=' + in_query(value);
}

std::string PageWalk::linked(const HttpReply& reply) const {
  auto target = next_of(reply.header("link"));
  if (target.empty() || target.find("://") != target.npos || target.starts_with("//"))
    return target;
  // Relative to the server, to this page, or to the folder it lies in (RFC 3986, 5.2).
  std::string_view page(ask_.url);
  page = page.substr(0, page.find('?'));
  if (target.starts_with('/'))
    page = origin(page);
  else if (!target.starts_with('?'))
    page = page.substr(0, page.rfind('/') + 1);
  return std::string(page) + target;
}

void PageWalk::note_total(const HttpReply& reply) {
  auto text = reply.header(style_.total);
  uint64_t total = 0;
  auto read = std::from_chars(text.data(), text.data() + text.size(), total);
  if (text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size()) return;
  total_moved_ |= total_ && *total_ != total;
  total_ = total;
}

std::optional<std::string> PageWalk::next() {
  if (next_url_.empty()) return std::nullopt;
  if (!is_same_origin(next_url_, base_))
    throw Error(Next::not_readable, place() + " points to a page on another server");
  if (!seen_.insert(next_url_).second || pages_ >= most_pages)
    throw Error(Next::not_readable, place() + " points back to a page that was read before");
  ask_.url = std::exchange(next_url_, {});
  auto reply = client_.send(ask_);
  ++pages_;
  expect_success(reply, place());
  note_total(reply);
  if (style_.follows_links) link_ = linked(reply);
  auto body = reply.rest();
  return body;
}

// A server may give fewer than asked for, so the offset counts what came.
void PageWalk::held(uint64_t records, const std::string& token) {
  records_ += records;
  if (!link_.empty())
    next_url_ = std::exchange(link_, {});
  else if (!style_.token.empty() && !token.empty())
    next_url_ = url_at(style_.token, token);
  else if (!style_.offset.empty() && records > 0 && !(total_ && records_ >= *total_))
    next_url_ = url_at(style_.offset, std::to_string(records_));
}

}  // namespace homeroom
