// Sender: the shares of one delivery on their way, one by one or in bulk, each with its verdict.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "homeroom/sink.hpp"
#include "plugins/webhook/http.hpp"
#include "plugins/webhook/judge.hpp"

namespace homeroom::webhook {

struct SendStyle {
  std::string key;  ///< of the signature, decoded
  bool is_bulk = false;
  size_t batch_rows = 1;  ///< of one body
};

class Sender : public Writer {
 public:
  Sender(const Http& http, const SendStyle& style, std::function<int64_t()> now_ms, Answer answer);

  void put(std::span<const Share> shares) override;
  /// Sends what is left. Throws Error(retry) with the longest wait the destination asked for if no
  /// share at all was taken or refused.
  void finish() override;

 private:
  void add(const Share& share);
  void send_batch();
  Headers headers(const std::string& id) const;
  void rule(const Reply& reply);
  void rule_each(const Reply& reply, const Ruling& whole);
  void say(const std::string& key, const Ruling& ruling);
  void note(const Reply& reply, const Ruling& whole);

  const Http& http_;
  const SendStyle& style_;
  std::function<int64_t()> now_ms_;
  Answer answer_;
  std::string body_;
  std::vector<std::string> keys_;  ///< of the shares in body_
  uint64_t settled_ = 0;
  uint64_t waiting_ = 0;
  uint32_t failures_in_row_ = 0;
  bool has_given_up_ = false;  ///< the destination is away: what follows is not tried
  uint32_t retry_after_s_ = 0;
  std::string last_trouble_;
};

}  // namespace homeroom::webhook
