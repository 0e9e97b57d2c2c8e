// Replays a fuzz target without libFuzzer: every file of the folders named, what the target knows
// beyond them, and a hundred changed copies of each, the same ones in every run.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "tests/fuzz/more_inputs.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

void run(const std::string& bytes) {
  // Exactly as many bytes as there are, so that the address sanitizer sees a step beyond them.
  std::vector<uint8_t> exact(bytes.begin(), bytes.end());
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

/// Replaces, cuts out, doubles or inserts at a few places.
std::string changed(std::string bytes, std::mt19937_64& random) {
  static constexpr char often[] = "\0\n\r\t\"'(),.:;[]{}|\\-#&*<>=0x\x80\xc3\xff";
  for (auto times = 1 + random() % 4; times > 0; --times) {
    std::size_t at = bytes.empty() ? 0 : random() % bytes.size();
    std::size_t size = 1 + random() % 8;
    switch (random() % 4) {
      case 0:
        if (!bytes.empty()) bytes[at] = often[random() % sizeof often];
        break;
      case 1:
        bytes.erase(at, size);
        break;
      case 2:
        bytes.insert(at, bytes.substr(at, size));
        break;
      default:
        bytes.insert(at, 1, often[random() % sizeof often]);
        break;
    }
  }
  return bytes;
}

void run_with_copies(const std::string& bytes) {
  run(bytes);
  std::mt19937_64 random(bytes.size());
  for (int copy = 0; copy < 100 && bytes.size() < 100'000; ++copy) run(changed(bytes, random));
}

}  // namespace

int main(int count, char** words) {
  std::vector<fs::path> files;
  for (int i = 1; i < count; ++i)
    for (const auto& entry : fs::directory_iterator(words[i])) files.push_back(entry.path());
  if (files.empty()) return std::fputs("there is no file to replay\n", stderr), 1;
  for (const auto& file : files) {
    std::printf("%s\n", file.filename().c_str());
    std::fflush(stdout);
    std::ifstream in(file, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(in), {}};
    run_with_copies(bytes);
  }
  if (more_inputs)
    for (const auto& bytes : more_inputs()) {
      std::printf("%.60s\n", bytes.c_str());
      std::fflush(stdout);
      run_with_copies(bytes);
    }
  return 0;
}
