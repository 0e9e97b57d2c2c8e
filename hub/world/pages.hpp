// Pages: memory straight from the system, which has it back as soon as the pages go.
#pragma once

#include <cstddef>
#include <memory>

namespace homeroom::world {

class Pages {
 public:
  /// So many bytes, all zero; they take memory only when they are written to. Throws
  /// std::bad_alloc.
  explicit Pages(std::size_t size);
  char* data() { return bytes_.get(); }
  /// All pages of `size` bytes from `at` are made at once, which costs far less than one by one
  /// when they are written to. A kernel before 5.14 cannot; then they are made one by one.
  static void take(char* at, std::size_t size);
  /// The system takes back what lies in `size` bytes from `at`, whole pages of these; they stay
  /// usable and are zero again.
  static void let_go(char* at, std::size_t size);

 private:
  struct GiveBack {
    std::size_t size;
    void operator()(char* bytes) const;
  };
  std::unique_ptr<char[], GiveBack> bytes_;
};

}  // namespace homeroom::world
