#include "plugins/webhook/sender.hpp"

#include <algorithm>
#include <unordered_map>

#include "homeroom/error.hpp"
#include "plugins/webhook/envelope.hpp"
#include "plugins/webhook/signature.hpp"

namespace homeroom::webhook {
namespace {

// After so many failures in a row the rest of a delivery is left for the next try.
constexpr uint32_t most_failures_in_row = 3;
constexpr size_t most_body_bytes = 8 << 20;

// A single share has its own key; a bulk body the digest of its rows' keys, so that the same rows
// sent again are the same message.
std::string message_id(const std::vector<std::string>& keys, bool is_bulk) {
  if (!is_bulk) return keys.front();
  std::string all;
  for (const auto& key : keys) all.append(key).append("\n");
  return sha256_hex(all);
}

}  // namespace

Sender::Sender(const Http& http, const SendStyle& style, std::function<int64_t()> now_ms,
               Answer answer)
    : http_(http), style_(style), now_ms_(std::move(now_ms)), answer_(std::move(answer)) {}

void Sender::put(std::span<const Share> shares) {
  for (const Share& share : shares) add(share);
}

void Sender::add(const Share& share) {
  std::string key(share.key);
  if (std::ranges::any_of(key, [](unsigned char c) { return c < ' ' || c == 127; }))
    throw Error(Next::fail, "the key of a share holds a control character");
  if (has_given_up_) {
    say(key, {Verdict::not_now, last_trouble_});
    return;
  }
  append_envelope(body_, share);
  if (style_.is_bulk) body_ += '\n';
  keys_.push_back(std::move(key));
  if (keys_.size() >= style_.batch_rows || body_.size() >= most_body_bytes) send_batch();
}

void Sender::finish() {
  if (!keys_.empty()) send_batch();
  if (waiting_ > 0 && settled_ == 0)
    throw Error(Next::retry, "the destination took nothing: " + last_trouble_, retry_after_s_);
}

Headers Sender::headers(const std::string& id) const {
  int64_t timestamp = now_ms_() / 1000;
  return {{"Content-Type", style_.is_bulk ? "application/x-ndjson" : "application/json"},
          {"Accept", "application/json, application/problem+json"},
          {"webhook-id", id},
          {"webhook-timestamp", std::to_string(timestamp)},
          {"webhook-signature", signature(style_.key, id, timestamp, body_)},
          {"Idempotency-Key", id}};
}

void Sender::send_batch() {
  Reply reply = http_.post(body_, headers(message_id(keys_, style_.is_bulk)));
  rule(reply);
  keys_.clear();
  body_.clear();
}

void Sender::rule(const Reply& reply) {
  Ruling whole = judge(reply, body_);
  note(reply, whole);
  if (style_.is_bulk && reply.status != 0) return rule_each(reply, whole);
  for (const auto& key : keys_) say(key, whole);
}

// A bulk answer may rule on rows; rows it leaves out share the ruling on the whole, unless the
// answer rules on others: then they have no receipt.
void Sender::rule_each(const Reply& reply, const Ruling& whole) {
  std::unordered_map<std::string, Ruling> each;
  for (auto& row : rows_in(reply, body_)) each.insert_or_assign(row.key, std::move(row.ruling));
  const Ruling& rest =
      each.empty() ? whole : Ruling{Verdict::not_now, "the answer leaves this row out"};
  for (const auto& key : keys_) {
    auto found = each.find(key);
    say(key, found == each.end() ? rest : found->second);
  }
}

void Sender::say(const std::string& key, const Ruling& ruling) {
  ++(ruling.verdict == Verdict::not_now ? waiting_ : settled_);
  answer_(key, ruling.verdict, ruling.why);
}

void Sender::note(const Reply& reply, const Ruling& whole) {
  if (whole.verdict != Verdict::not_now) {
    failures_in_row_ = 0;
    return;
  }
  last_trouble_ = whole.why;
  retry_after_s_ = std::max(retry_after_s_, reply.retry_after_s);
  bool asks_for_time = reply.status == 429 || reply.status == 503 || reply.retry_after_s > 0;
  has_given_up_ = asks_for_time || ++failures_in_row_ >= most_failures_in_row;
}

}  // namespace homeroom::webhook
