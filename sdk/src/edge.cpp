#include "homeroom/edge.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <new>
#include <string_view>

#include "homeroom/error.hpp"

namespace homeroom::edge {
namespace {

// A cut message must not end inside a UTF-8 character.
size_t fitting(std::string_view message, size_t room) {
  if (message.size() <= room) return message.size();
  while (room > 0 && (static_cast<unsigned char>(message[room]) & 0xC0) == 0x80) --room;
  return room;
}

int32_t fill(hr_error* err, int32_t code, std::string_view message,
             uint32_t retry_after_s) noexcept {
  if (!err) return code;
  size_t size = fitting(message, sizeof err->message - 1);
  err->retry_after_s = retry_after_s;
  std::memcpy(err->message, message.data(), size);
  err->message[size] = '\0';
  return code;
}

}  // namespace

int32_t told(hr_error* err) noexcept {
  try {
    throw;
  } catch (const Error& error) {
    return fill(err, static_cast<int32_t>(error.next), error.what(), error.retry_after_s);
  } catch (const std::bad_alloc&) {
    return fill(err, HR_RETRY, "out of memory", 0);
  } catch (const std::exception& error) {
    return fill(err, HR_BUG, error.what(), 0);
  } catch (...) {
    return fill(err, HR_BUG, "an exception of unknown kind", 0);
  }
}

void close(void* self) {
  delete static_cast<Instance*>(self);
}

namespace {

int32_t check(void* self, hr_error* err) {
  return guarded(err, [&] {
    auto& instance = *static_cast<Instance*>(self);
    if (instance.source) instance.source->check();
    if (instance.sink) instance.sink->check();
  });
}

constexpr hr_check check_table{sizeof(hr_check), check};

}  // namespace

const void* check_contract(const char* id) {
  return std::string_view(id) == HR_CHECK ? &check_table : nullptr;
}

}  // namespace homeroom::edge
