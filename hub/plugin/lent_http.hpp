// LentHttp: the hub's HTTP for an instance in a runner, which asks for it in frames. Hosts, pace
// and secrets of signing in stay with the hub.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string_view>

#include "hub/plugin/frame.hpp"
#include "hub/plugin/http_service.hpp"

namespace homeroom::plugin {

class LentHttp {
 public:
  LentHttp(const Manifest& manifest, const CheckedSettings& settings, const Surroundings& around)
      : service_(manifest, settings, around) {}

  static bool is_asked_by(Kind kind) { return kind >= Kind::http_send; }
  /// Does what a frame asks for and packs the answer; says its kind, or nothing where none is due.
  /// What goes wrong over HTTP is an answer, Kind::failed. Throws Error(fail) for a frame that
  /// makes no sense.
  std::optional<Kind> answer(Kind kind, std::string_view frame, Pack& answer);
  /// Releases all replies: who held them is gone.
  void forget() { replies_.clear(); }

 private:
  struct Reply;
  void send(const hr_http_request& request, Pack& answer);
  void next(Reply& reply, Pack& answer);
  Reply& reply_of(uint32_t number);

  HttpService service_;
  std::map<uint32_t, std::unique_ptr<Reply, void (*)(Reply*)>> replies_;
  uint32_t last_ = 0;
};

}  // namespace homeroom::plugin
