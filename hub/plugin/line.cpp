#include "hub/plugin/line.hpp"

#include <unistd.h>

#include "homeroom/error.hpp"
#include "hub/plugin/messages.hpp"

namespace homeroom::plugin {
namespace {

constexpr uint32_t most_question = uint32_t{1} << 30;  // the hub is believed; shares may be many

// A destination that takes thousands at once costs a frame for some hundreds of them; what a slow
// one says goes at once.
constexpr std::size_t much_gathered = 32 << 10;
constexpr auto soon = std::chrono::milliseconds(20);

uint32_t size_of(std::span<const iovec> parts) {
  std::size_t size = 0;
  for (const auto& part : parts) size += part.iov_len;
  return static_cast<uint32_t>(size);
}

iovec part_of(std::string_view bytes) {
  return {const_cast<char*>(bytes.data()), bytes.size()};
}

}  // namespace

void Line::send(FrameHead head, std::span<const iovec> parts) {
  std::lock_guard guard(sending_);
  send_gathered();
  if (!send_frame(runner_calls, head, parts)) _exit(0);
}

void Line::send(Kind kind, std::span<const iovec> parts) {
  send({size_of(parts), kind}, parts);
}

void Line::send_gathered() {
  if (gathered_.empty()) return;
  auto part = part_of(gathered_);
  if (!send_frame(runner_calls, {size_of({&part, 1}), gathered_kind_}, {&part, 1})) _exit(0);
  gathered_.clear();
  gathered_went_ = std::chrono::steady_clock::now();
}

void Line::gather(Kind kind, const Pack& pack) {
  std::lock_guard guard(sending_);
  if (kind != gathered_kind_) send_gathered();
  gathered_kind_ = kind;
  gathered_ += pack.bytes();
  if (gathered_.size() >= much_gathered ||
      std::chrono::steady_clock::now() - gathered_went_ >= soon)
    send_gathered();
}

std::optional<std::string_view> Line::take_question(FrameHead& head, FrameBytes& bytes) {
  if (!take_head(runner_calls, head, most_question)) return std::nullopt;
  bool is_in_area = head.lies_in_area == 1;
  if (is_in_area && head.size > SharedArea::bytes) refuse_frame("a question that lies nowhere");
  if (!is_in_area && !take_bytes(runner_calls, bytes.room(head.size), head.size))
    return std::nullopt;
  std::lock_guard guard(turn_);
  is_asked_ = true;
  return is_in_area ? area_.laid(head.size) : std::string_view(bytes.data(), head.size);
}

void Line::answer(Kind kind, std::span<const iovec> parts) {
  std::lock_guard guard(turn_);
  is_asked_ = false;
  send(kind, parts);
}

void Line::answer_rows(std::span<const iovec> parts) {
  if (!area_.lay(parts)) return answer(Kind::rows, parts);
  std::lock_guard guard(turn_);
  is_asked_ = false;
  send({size_of(parts), Kind::rows, 1}, {});
}

void Line::answer(Kind kind, const Pack& pack) {
  auto part = part_of(pack.bytes());
  answer(kind, {&part, 1});
}

void Line::tell(Kind kind, const Pack& pack) {
  auto part = part_of(pack.bytes());
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
