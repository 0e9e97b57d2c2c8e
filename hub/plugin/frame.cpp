#include "hub/plugin/frame.hpp"

#include <algorithm>
#include <cerrno>
#include <vector>

#include <sys/socket.h>

#include "homeroom/error.hpp"
#include "hub/record/text.hpp"

namespace homeroom::plugin {

void refuse_frame(const char* why) {
  throw Error(Next::fail, why);
}

bool Unpack::flag() {
  auto value = number<uint8_t>();
  if (value > 1) refuse_frame("a flag is neither yes nor no");
  return value == 1;
}

uint32_t Unpack::count(std::size_t least) {
  auto count = number<uint32_t>();
  if (count > rest_.size() / least) refuse_frame("it counts more than it holds");
  return count;
}

std::string_view Unpack::take(std::size_t size) {
  if (size > rest_.size()) refuse_frame("a text or number reaches beyond its frame");
  auto taken = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return taken;
}

void Unpack::finish() const {
  if (!rest_.empty()) refuse_frame("a frame has more bytes than belong to it");
}

char* FrameBytes::room(std::size_t size) {
  if (size + record::readable_behind > room_) {
    room_ = std::max(size + record::readable_behind, room_ * 2);
    bytes_.reset(new char[room_]);
  }
  return bytes_.get();
}

namespace {

// How many parts one call of the system takes.
constexpr std::size_t most_parts = 512;

void drop_front(std::span<iovec>& parts, std::size_t sent) {
  while (!parts.empty() && sent >= parts.front().iov_len) {
    sent -= parts.front().iov_len;
    parts = parts.subspan(1);
  }
  if (parts.empty()) return;
  parts.front().iov_base = static_cast<char*>(parts.front().iov_base) + sent;
  parts.front().iov_len -= sent;
}

}  // namespace

bool send_frame(int socket, FrameHead head, std::span<const iovec> parts) {
  std::vector<iovec> all = {{&head, sizeof head}};
  all.insert(all.end(), parts.begin(), parts.end());
  std::span<iovec> left = all;
  drop_front(left, 0);
  while (!left.empty()) {
    msghdr message{};
    message.msg_iov = left.data();
    message.msg_iovlen = std::min(left.size(), most_parts);
    ssize_t sent = sendmsg(socket, &message, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return false;
    drop_front(left, static_cast<std::size_t>(sent));
  }
  return true;
}

bool take_head(int socket, FrameHead& head, uint32_t most) {
  if (!take_bytes(socket, reinterpret_cast<char*>(&head), sizeof head)) return false;
  if (head.size > most) refuse_frame("a frame is larger than allowed");
  return true;
}

bool take_bytes(int socket, char* to, std::size_t size) {
  while (size > 0) {
    ssize_t got = recv(socket, to, size, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    to += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

bool take_frame(int socket, FrameHead& head, FrameBytes& bytes, uint32_t most) {
  return take_head(socket, head, most) && take_bytes(socket, bytes.room(head.size), head.size);
}

}  // namespace homeroom::plugin
