// Line: a runner's way to its hub.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "hub/plugin/frame.hpp"
#include "hub/plugin/open.hpp"
#include "hub/plugin/shared_area.hpp"

namespace homeroom::plugin {

/// Used from any thread. When the hub is gone, the process ends.
class Line {
 public:
  /// The hub's next question, which lies in `bytes` or in the area until it is answered; nothing
  /// when there will be none.
  std::optional<std::string_view> take_question(FrameHead& head, FrameBytes& bytes);
  void answer(Kind kind, std::span<const iovec> parts);
  void answer(Kind kind, const Pack& pack);
  /// Through the memory both sides see, if they fit there.
  void answer_rows(std::span<const iovec> parts);

  /// What the hub is told before its answer.
  void tell(Kind kind, const Pack& pack);
  /// One of many short things: those told at once go in one frame, at the latest before the next
  /// frame of another kind.
  void gather(Kind kind, const Pack& pack);

  /// Asks the hub while it waits for an answer, and answers what it said, which lies in `bytes`.
  /// Throws what the hub answers instead, and Error(fail) where the hub waits for nothing.
  std::string_view ask(Kind kind, const Pack& question, FrameBytes& bytes);
  /// Tells something that matters only while the hub waits for an answer.
  void mention(Kind kind, const Pack& pack);

 private:
  void send(FrameHead head, std::span<const iovec> parts);
  void send(Kind kind, std::span<const iovec> parts);
  void send_gathered();

  SharedArea area_{runner_area};
  std::mutex sending_;  ///< guards the way out: a frame goes whole
  std::string gathered_;
  Kind gathered_kind_{};
  std::chrono::steady_clock::time_point gathered_went_;
  std::mutex turn_;  ///< guards who reads what the hub sends
  bool is_asked_ = false;
};

}  // namespace homeroom::plugin
