#include "homeroom/host.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <thread>

#include "homeroom/error.hpp"
#include "homeroom/services.h"
#include "homeroom/text.hpp"

namespace homeroom {

// A hub of an older minor version lends a shorter table: what it does not know stays null.
Host::Host(const hr_host* host) {
  if (host) std::memcpy(&host_, host, std::min<size_t>(host->size, sizeof host_));
}

void Host::log(int32_t level, std::string_view line) const {
  if (host_.log) host_.log(host_.ctx, level, text(line));
}

bool Host::stopping() const {
  return host_.stopping && host_.stopping(host_.ctx) != 0;
}

void Host::stop_if_asked() const {
  if (stopping()) throw Error(Next::stop, "asked to stop");
}

int64_t Host::now_ms() const {
  if (host_.now_ms) return host_.now_ms(host_.ctx);
  auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

void Host::set_aside(const Aside& what) const {
  if (!host_.set_aside) return;
  hr_aside aside{sizeof(hr_aside), what.record,      what.line,
                 what.offset,      text(what.place), text(what.field),
                 text(what.why),   text(what.bytes), text(what.key)};
  host_.set_aside(host_.ctx, &aside);
}

void Host::progress(uint64_t done, uint64_t total) const {
  if (host_.progress) host_.progress(host_.ctx, done, total);
}

void Host::wait(std::chrono::milliseconds time) const {
  if (time.count() <= 0) return stop_if_asked();
  if (auto* lent = static_cast<const hr_wait*>(service(HR_WAIT))) {
    if (lent->wait(lent->ctx, static_cast<uint64_t>(time.count())) != 0)
      throw Error(Next::stop, "asked to stop");
    return;
  }
  // A hub that lends no waiting can be asked now and then.
  constexpr std::chrono::milliseconds moment(50);
  for (; time.count() > 0; time -= moment) {
    stop_if_asked();
    std::this_thread::sleep_for(std::min(time, moment));
  }
}

std::optional<std::string> Host::scratch() const {
  auto* lent = static_cast<const hr_scratch*>(service(HR_SCRATCH));
  if (!lent) return std::nullopt;
  return std::string(lent->path.data, lent->path.size);
}

const void* Host::service(const char* id) const {
  return host_.service ? host_.service(host_.ctx, id) : nullptr;
}

}  // namespace homeroom
