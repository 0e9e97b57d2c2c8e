#include "hub/plugin/services.hpp"

#include <algorithm>
#include <system_error>
#include <thread>

#include "hub/plugin/edge.hpp"

namespace homeroom::plugin {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr auto longest_wait = milliseconds(3'600'000);
constexpr auto moment = milliseconds(20);
constexpr auto between_looks = std::chrono::seconds(1);

int32_t wait_for(void* ctx, uint64_t ms) noexcept {
  const auto& cancel = *static_cast<const world::Cancel*>(ctx);
  auto until =
      steady_clock::now() + milliseconds(std::min(ms, static_cast<uint64_t>(longest_wait.count())));
  while (!cancel.cancelled()) {
    auto left = until - steady_clock::now();
    if (left <= left.zero()) return 0;
    std::this_thread::sleep_for(std::min<steady_clock::duration>(left, moment));
  }
  return 1;
}

// Files may come and go while they are counted; a folder that keeps the hub out may hold anything.
bool holds_more(const std::string& folder, uint64_t bytes) {
  namespace fs = std::filesystem;
  uint64_t held = 0;
  uint32_t entries = 0;
  std::error_code trouble;
  for (fs::recursive_directory_iterator at(folder, trouble), end; !trouble && at != end;
       at.increment(trouble)) {
    std::error_code gone;
    auto size = at->is_symlink(gone) || !at->is_regular_file(gone) ? 0 : at->file_size(gone);
    if (!gone) held += size;
    if (++entries > HR_SCRATCH_ENTRIES || held > bytes) return true;
  }
  return trouble && trouble != std::errc::no_such_file_or_directory;
}

}  // namespace

LentWait::LentWait(const world::Cancel& cancel)
    : table_{sizeof(hr_wait), const_cast<world::Cancel*>(&cancel), &wait_for} {}

LentScratch::LentScratch(const std::filesystem::path& folder, uint64_t bytes)
    : path_(folder.string()), table_{sizeof(hr_scratch), nullptr, to_c(path_), bytes} {}

bool LentScratch::is_exceeded() {
  auto now = steady_clock::now();
  if (now - looked_ < between_looks) return false;
  looked_ = now;
  return holds_more(path_, table_.quota);
}

std::string LentScratch::says() const {
  return "it keeps more than " + std::to_string(table_.quota >> 20) + " MiB or " +
         std::to_string(HR_SCRATCH_ENTRIES) + " entries of scratch files";
}

}  // namespace homeroom::plugin
