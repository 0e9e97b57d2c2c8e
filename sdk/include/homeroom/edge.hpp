// homeroom/edge.hpp - the only place where C and C++ meet: tables, codes instead of exceptions,
// and sizes. A plugin ends with one of the two macros below.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "homeroom/plugin.h"
#include "homeroom/sink.hpp"
#include "homeroom/source.hpp"

namespace homeroom::edge {

/// Runs `work`; an exception becomes its code and its message in *err.
template <class Work>
int32_t guarded(hr_error* err, Work&& work) noexcept;
/// Turns the exception in flight into a code and fills *err (which may be null).
int32_t told(hr_error* err) noexcept;

template <class Work>
int32_t guarded(hr_error* err, Work&& work) noexcept {
  try {
    work();
    return HR_OK;
  } catch (...) {
    return told(err);
  }
}

/// One opened instance: a source or a sink.
struct Instance {
  std::unique_ptr<Source> source;
  std::unique_ptr<Sink> sink;
  /// By stream: what the last full read of it told that ended complete.
  std::map<std::string, std::string, std::less<>> versions;
};

/// What the macros below put into the table: the end of an instance, and its contracts by their id.
void close(void* self);
/// Of a source: HR_SOURCE, HR_DISCOVER, HR_STANDS and HR_CHECK; null for others.
const void* source_contract(const char* id);
/// Of a sink: HR_SINK and HR_CHECK; null for others.
const void* sink_contract(const char* id);

/// Makes the plugin's source; what its constructor throws becomes the answer.
template <class Type>
int32_t open_source(const hr_host* host, const hr_setting* settings, size_t count, void** self,
                    hr_error* err) {
  return guarded(err, [&] {
    auto made = std::make_unique<Instance>();
    made->source = std::make_unique<Type>(Host(host), Settings(settings, count));
    *self = made.release();
  });
}

/// The same for a sink.
template <class Type>
int32_t open_sink(const hr_host* host, const hr_setting* settings, size_t count, void** self,
                  hr_error* err) {
  return guarded(err, [&] {
    auto made = std::make_unique<Instance>();
    made->sink = std::make_unique<Type>(Host(host), Settings(settings, count));
    *self = made.release();
  });
}

/// Can a plugin of this header serve a hub of that version? Only the major version decides.
constexpr bool serves(uint32_t hub_abi) {
  return hub_abi >> 16 == HR_ABI_MAJOR;
}

}  // namespace homeroom::edge

#define HOMEROOM_PLUGIN_(open, contracts, plugin_name, plugin_version)                  \
  extern "C" __attribute__((visibility("default"))) const hr_plugin* homeroom_plugin(   \
      uint32_t hub_abi) {                                                               \
    static const hr_plugin table = {sizeof(hr_plugin), HR_ABI, plugin_name,             \
                                    plugin_version,    open,   ::homeroom::edge::close, \
                                    contracts};                                         \
    return ::homeroom::edge::serves(hub_abi) ? &table : nullptr;                        \
  }

/// Makes `Type`, a homeroom::Source, a plugin.
#define HOMEROOM_SOURCE(Type, plugin_name, plugin_version)                                 \
  HOMEROOM_PLUGIN_(::homeroom::edge::open_source<Type>, ::homeroom::edge::source_contract, \
                   plugin_name, plugin_version)

/// Makes `Type`, a homeroom::Sink, a plugin.
#define HOMEROOM_SINK(Type, plugin_name, plugin_version)                               \
  HOMEROOM_PLUGIN_(::homeroom::edge::open_sink<Type>, ::homeroom::edge::sink_contract, \
                   plugin_name, plugin_version)
