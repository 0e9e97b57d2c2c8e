// For libFuzzer: now and then one of the inputs a target knows beyond its corpus is put into
// another, or stands for it.
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "tests/fuzz/more_inputs.hpp"

extern "C" std::size_t LLVMFuzzerMutate(uint8_t* data, std::size_t size, std::size_t most);

extern "C" std::size_t LLVMFuzzerCustomMutator(uint8_t* data, std::size_t size, std::size_t most,
                                               unsigned seed) {
  static const auto more = more_inputs ? more_inputs() : std::vector<std::string>();
  bool is_mixed = !more.empty() && seed % 16 == 0;
  if (!is_mixed) return LLVMFuzzerMutate(data, size, most);
  const auto& input = more[seed / 16 % more.size()];
  if (input.size() > most) return LLVMFuzzerMutate(data, size, most);
  bool stands_alone = size + input.size() > most || seed / 7 % 2 == 0;
  if (stands_alone) size = 0;
  auto at = size == 0 ? 0 : seed / 3 % size;
  std::memmove(data + at + input.size(), data + at, size - at);
  std::memcpy(data + at, input.data(), input.size());
  return size + input.size();
}
