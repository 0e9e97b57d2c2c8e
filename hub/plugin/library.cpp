#include "hub/plugin/library.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>

#include <boost/dll/shared_library.hpp>
#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "homeroom/error.hpp"
#include "hub/world/digest.hpp"
#include "hub/world/files.hpp"
#include "hub/world/trouble.hpp"

namespace homeroom::plugin {
namespace {

constexpr uint64_t most_library_bytes = uint64_t{512} << 20;
constexpr uint16_t most_headers = 512;
constexpr size_t most_name = 128;

#if defined(__x86_64__)
constexpr uint16_t this_machine = EM_X86_64;
#elif defined(__aarch64__)
constexpr uint16_t this_machine = EM_AARCH64;
#else
#error "add the ELF machine number of this processor"
#endif

[[noreturn]] void refuse(const std::filesystem::path& library, const std::string& why) {
  throw Error(Next::fix_settings, "plugin " + library.string() + " is refused: " + why);
}

template <class T>
T read_at(const world::File& file, uint64_t offset, const std::filesystem::path& library) {
  T value{};
  ssize_t got = pread(file.descriptor(), &value, sizeof value, static_cast<off_t>(offset));
  if (got < 0) throw world::trouble(errno, "read", library);
  if (got != sizeof value) refuse(library, "the file ends inside its headers");
  return value;
}

bool lies_within(uint64_t offset, uint64_t size, uint64_t whole) {
  return offset <= whole && size <= whole - offset;
}

// A cut library kills the process inside dlopen (SIGBUS), so its parts are measured first.
void check_extent(const world::File& file, const Elf64_Ehdr& head, uint64_t whole,
                  const std::filesystem::path& library) {
  if (head.e_phentsize != sizeof(Elf64_Phdr) || head.e_phnum == 0 || head.e_phnum > most_headers)
    refuse(library, "its program headers make no sense");
  if (!lies_within(head.e_phoff, uint64_t{head.e_phnum} * sizeof(Elf64_Phdr), whole) ||
      !lies_within(head.e_shoff, uint64_t{head.e_shnum} * head.e_shentsize, whole))
    refuse(library, "the file is shorter than its headers say");
  for (uint16_t i = 0; i < head.e_phnum; ++i) {
    auto part = read_at<Elf64_Phdr>(file, head.e_phoff + i * sizeof(Elf64_Phdr), library);
    if (part.p_type != PT_GNU_STACK && !lies_within(part.p_offset, part.p_filesz, whole))
      refuse(library, "the file is shorter than its headers say");
  }
}

const char* name_or_nothing(const char* text) {
  return text && strnlen(text, most_name) < most_name ? text : "";
}

void check_table(const hr_plugin* table, const Found& plugin) {
  const auto& library = plugin.library;
  if (!table) refuse(library, "it does not serve contract version " + std::to_string(HR_ABI_MAJOR));
  if (table->size < sizeof(hr_plugin)) refuse(library, "its table is too small");
  if (table->abi >> 16 != HR_ABI_MAJOR)
    refuse(library, "it was built for contract version " + std::to_string(table->abi >> 16) +
                        ", this hub speaks " + std::to_string(HR_ABI_MAJOR));
  if (!table->open || !table->close || !table->contract) refuse(library, "its table has holes");
  if (plugin.manifest.name != name_or_nothing(table->name))
    refuse(library, "the library and its manifest give different names");
  if (plugin.manifest.version != name_or_nothing(table->version))
    refuse(library, "the library and its manifest give different versions");
}

// Never destroyed, not even when the process ends: that would unmap what others may still use.
boost::dll::shared_library& place_to_hold() {
  static std::mutex mutex;
  static auto* held = new std::deque<boost::dll::shared_library>;
  std::lock_guard guard(mutex);
  return held->emplace_back();
}

void check_elf(const world::File& file, const std::filesystem::path& library) {
  uint64_t whole = world::facts_of(file, library).size;
  if (whole < sizeof(Elf64_Ehdr) || whole > most_library_bytes)
    refuse(library, "its size makes no sense for a library");
  auto head = read_at<Elf64_Ehdr>(file, 0, library);
  if (std::memcmp(head.e_ident, ELFMAG, SELFMAG) != 0) refuse(library, "it is no ELF file");
  if (head.e_ident[EI_CLASS] != ELFCLASS64 || head.e_ident[EI_DATA] != ELFDATA2LSB ||
      head.e_machine != this_machine || head.e_type != ET_DYN)
    refuse(library, "it is no shared library for this machine");
  check_extent(file, head, whole, library);
}

void copy_bytes(const world::File& from, const world::File& to,
                const std::filesystem::path& library) {
  for (uint64_t left = world::facts_of(from, library).size; left > 0;) {
    ssize_t done = sendfile(to.descriptor(), from.descriptor(), nullptr, left);
    if (done < 0) throw world::trouble(errno, "read", library);
    if (done == 0) refuse(library, "the file became shorter while it was read");
    left -= static_cast<uint64_t>(done);
  }
}

const hr_plugin& load_path(const std::string& path, const Found& plugin) {
  boost::dll::shared_library& mapped = place_to_hold();
  try {
    mapped.load(path, boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
  } catch (const boost::system::system_error& error) {
    refuse(plugin.library, std::string("the system cannot map it: ") + error.what());
  }
  if (!mapped.has(HR_ENTRY)) refuse(plugin.library, "it does not export " + std::string(HR_ENTRY));
  auto entry = &mapped.get<const hr_plugin*(uint32_t)>(HR_ENTRY);
  const hr_plugin* table = entry(HR_ABI);
  check_table(table, plugin);
  return *table;
}

/// Pages that were just written may count as in use for a moment more, on a busy machine: the
/// system waits a sixth of a second for them and then refuses.
void seal(const world::File& copy, const std::filesystem::path& library) {
  constexpr int seals = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
  constexpr int most_tries = 30;
  for (int tries = 1; fcntl(copy.descriptor(), F_ADD_SEALS, seals) != 0; ++tries)
    if (errno != EBUSY || tries == most_tries)
      throw world::trouble(errno, "seal a copy of", library);
}

}  // namespace

world::File sealed_copy(const std::filesystem::path& library) {
  world::File from = world::open_regular(library);
  if (world::facts_of(from, library).size > most_library_bytes)
    refuse(library, "its size makes no sense for a library");
  auto name = library.filename().string();
  world::File copy(memfd_create(name.c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (copy.descriptor() < 0) throw world::trouble(errno, "copy", library);
  copy_bytes(from, copy, library);
  seal(copy, library);
  check_elf(copy, library);
  return copy;
}

std::string digest_of(const world::File& library, const std::filesystem::path& path) {
  world::Sha256Sum sum;
  std::string piece;
  constexpr uint64_t step = 1 << 20;
  auto size = world::facts_of(library, path).size;
  for (uint64_t at = 0; at < size; at += piece.size()) {
    world::read_at(library, at, piece, std::min(step, size - at), path);
    sum.add(piece);
  }
  return world::hex(sum.finish());
}

const hr_plugin& load_copy(const world::File& copy, const Found& plugin) {
  static std::mutex mutex;
  static std::map<std::string, const hr_plugin*> mapped;
  // Open for good, like the libraries: the loader takes an equal path for an equal library, so no
  // number may be used again.
  static auto* held = new std::deque<world::File>;
  std::lock_guard guard(mutex);
  auto& table = mapped[digest_of(copy, plugin.library)];
  if (table) {
    check_table(table, plugin);
    return *table;
  }
  const auto& kept = held->emplace_back(fcntl(copy.descriptor(), F_DUPFD_CLOEXEC, 0));
  if (kept.descriptor() < 0) throw world::trouble(errno, "keep open", plugin.library);
  table = &load_path("/proc/self/fd/" + std::to_string(kept.descriptor()), plugin);
  return *table;
}

const hr_plugin& load(const Found& plugin) {
  sealed_copy(plugin.library);  // refuses what would end the process
  return load_path(std::filesystem::absolute(plugin.library).string(), plugin);
}

}  // namespace homeroom::plugin
