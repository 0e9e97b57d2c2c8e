#include "hub/world/pages.hpp"

#include <new>

#include <sys/mman.h>

namespace homeroom::world {

Pages::Pages(std::size_t size) {
  void* pages = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) throw std::bad_alloc();
  bytes_ = std::unique_ptr<char[], GiveBack>(static_cast<char*>(pages), GiveBack{size});
}

void Pages::let_go(char* at, std::size_t size) {
  madvise(at, size, MADV_DONTNEED);
}

void Pages::take(char* at, std::size_t size) {
  madvise(at, size, MADV_POPULATE_WRITE);
}

void Pages::GiveBack::operator()(char* bytes) const {
  munmap(bytes, size);
}

}  // namespace homeroom::world
