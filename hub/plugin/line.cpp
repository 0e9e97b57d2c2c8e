#include "hub/plugin/line.hpp"

#include <unistd.h>

#include "homeroom/error.hpp"
#include "hub/plugin/messages.hpp"
#include "hub/plugin/open.hpp"

namespace homeroom::plugin {
namespace {

constexpr uint32_t most_question = uint32_t{1} << 30;  // the hub is believed; shares may be many

iovec part_of(const Pack& pack) {
  return {const_cast<char*>(pack.bytes().data()), pack.bytes().size()};
}

}  // namespace

void Line::send(Kind kind, std::span<const iovec> parts) {
  std::lock_guard guard(sending_);
  if (!send_frame(runner_calls, kind, parts)) _exit(0);
}

bool Line::take_question(FrameHead& head, FrameBytes& bytes) {
  if (!take_frame(runner_calls, head, bytes, most_question)) return false;
  std::lock_guard guard(turn_);
  is_asked_ = true;
  return true;
}

void Line::answer(Kind kind, std::span<const iovec> parts) {
  std::lock_guard guard(turn_);
  is_asked_ = false;
  send(kind, parts);
}

void Line::answer(Kind kind, const Pack& pack) {
  auto part = part_of(pack);
  answer(kind, {&part, 1});
}

void Line::tell(Kind kind, const Pack& pack) {
  auto part = part_of(pack);
  send(kind, {&part, 1});
}

std::string_view Line::ask(Kind kind, const Pack& question, FrameBytes& bytes) {
  std::lock_guard guard(turn_);
  if (!is_asked_) throw Error(Next::fail, "the hub lends its services only while it calls");
  tell(kind, question);
  FrameHead head;
  if (!take_frame(runner_calls, head, bytes, most_question)) _exit(0);
  Unpack answer({bytes.data(), head.size});
  if (head.kind == Kind::failed) throw unpack_error(answer);
  return answer.rest();
}

void Line::mention(Kind kind, const Pack& pack) {
  std::lock_guard guard(turn_);
  if (is_asked_) tell(kind, pack);
}

}  // namespace homeroom::plugin
