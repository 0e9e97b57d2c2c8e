#include "hub/settings/file_text.hpp"

#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

#include "homeroom/error.hpp"

namespace homeroom::settings {
namespace {

constexpr std::size_t most_bytes = 10 << 20;

Error trouble(const std::filesystem::path& file, const char* what, int number) {
  bool is_of_the_disk = number == EIO || number == EMFILE || number == ENFILE || number == ENOMEM;
  auto why = is_of_the_disk ? ": " + std::generic_category().message(number) : std::string();
  return {is_of_the_disk ? Next::retry : Next::fix_settings, file.string() + ": " + what + why};
}

}  // namespace

std::string file_text(const std::filesystem::path& file) {
  auto close = [](std::FILE* opened) { std::fclose(opened); };
  std::unique_ptr<std::FILE, decltype(close)> in(std::fopen(file.c_str(), "rbe"));
  if (!in) throw trouble(file, "cannot be opened", errno);
  std::string text;
  char piece[16 << 10];
  for (std::size_t got; (got = std::fread(piece, 1, sizeof piece, in.get())) > 0;)
    if (text.append(piece, got).size() > most_bytes)
      throw Error(Next::fix_settings, file.string() + ": larger than 10 MB");
  if (std::ferror(in.get())) throw trouble(file, "cannot be read to its end", errno);
  return text;
}

}  // namespace homeroom::settings
