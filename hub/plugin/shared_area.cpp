#include "hub/plugin/shared_area.hpp"

#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "homeroom/error.hpp"

namespace homeroom::plugin {
namespace {

char* map(int descriptor) {
  void* at = mmap(nullptr, SharedArea::bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  return at == MAP_FAILED ? nullptr : static_cast<char*>(at);
}

}  // namespace

SharedArea::SharedArea() : file_(memfd_create("shared", MFD_CLOEXEC | MFD_ALLOW_SEALING)) {
  int memory = file_.descriptor();
  bool is_sealed = memory >= 0 && ftruncate(memory, bytes) == 0 &&
                   fcntl(memory, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0;
  at_ = is_sealed ? map(memory) : nullptr;
  if (!at_) throw Error(Next::retry, "the system gives no memory for a plugin's process");
}

SharedArea::SharedArea(int descriptor) : at_(map(descriptor)) {
  if (!at_) throw Error(Next::fail, "the memory it shares with its hub cannot be mapped");
}

SharedArea::~SharedArea() {
  munmap(at_, bytes);
}

bool SharedArea::lay(std::span<const iovec> parts) {
  std::size_t size = 0;
  for (const auto& part : parts) {
    if (part.iov_len > bytes - size) return false;
    std::memcpy(at_ + size, part.iov_base, part.iov_len);
    size += part.iov_len;
  }
  return true;
}

void SharedArea::copy(char* to, std::size_t size) const {
  std::memcpy(to, at_, size);
}

}  // namespace homeroom::plugin
