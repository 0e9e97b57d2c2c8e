// A plugin that lets exceptions cross the border.
#include <cstring>
#include <stdexcept>

#include "homeroom/plugin.h"

namespace {

int32_t open_thrower(const hr_host*, const hr_setting*, size_t, void** self, hr_error*) {
  static int nothing;
  *self = &nothing;
  return HR_OK;
}

struct Own {};

int32_t streams(void*, void*, void (*)(void*, const hr_stream*), hr_error*) {
  throw std::runtime_error("a value that nobody may read");
}

int32_t read_rows(void*, const hr_read*, hr_reader*, hr_error*) {
  throw Own();
}

const void* contract(const char* id) {
  static const hr_discover discover = {sizeof discover, streams};
  static const hr_source source = {sizeof source, read_rows};
  if (std::strcmp(id, HR_DISCOVER) == 0) return &discover;
  if (std::strcmp(id, HR_SOURCE) == 0) return &source;
  return nullptr;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) const hr_plugin* homeroom_plugin(uint32_t) {
  static const hr_plugin table = {sizeof table, HR_ABI,       "thrower", "1.0.0",
                                  open_thrower, [](void*) {}, contract};
  return &table;
}
