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

// Files may come and go while they are counted.
uint64_t bytes_in(const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  uint64_t bytes = 0;
  std::error_code gone;
  fs::recursive_directory_iterator at(folder, gone), end;
  for (; !gone && at != end; at.increment(gone)) {
    std::error_code unknown;
    if (!at->is_regular_file(unknown)) continue;
    auto size = at->file_size(unknown);
    if (!unknown) bytes += size;
  }
  return bytes;
}

}  // namespace

bool ScratchQuota::is_exceeded() {
  auto now = steady_clock::now();
  if (now - looked_ < between_looks) return false;
  looked_ = now;
  return bytes_in(folder_) > bytes_;
}

std::string ScratchQuota::says() const {
  return "it keeps more than " + std::to_string(bytes_ >> 20) + " MiB of scratch files";
}

Services::Services(const world::Cancel& cancel, const std::filesystem::path& scratch,
                   uint64_t quota)
    : cancel_(cancel),
      path_(scratch.string()),
      wait_{sizeof(hr_wait), const_cast<world::Cancel*>(&cancel_), &wait_for},
      scratch_{sizeof(hr_scratch), nullptr, to_c(path_), quota} {}

const void* Services::table(std::string_view id) const {
  if (id == HR_WAIT) return &wait_;
  if (id == HR_SCRATCH) return &scratch_;
  return nullptr;
}

}  // namespace homeroom::plugin
