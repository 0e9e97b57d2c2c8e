// A host that is not kind: structs that end where their size says, a newer and an older hub, a wish
// to stop at any moment, no memory.
#include <fstream>
#include <new>

#include <dlfcn.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include "homeroom/plugin.h"
#include "hub/conformance/check.hpp"
#include "hub/conformance/raw.hpp"
#include "hub/conformance/shares.hpp"

namespace homeroom::conformance {

namespace {

constexpr uint32_t abi_1_0 = 1u << 16;

hr_entry entry_of(const Bench& bench) {
  void* library = dlopen(bench.subject().found.library.c_str(), RTLD_NOW | RTLD_LOCAL);
  expect(library != nullptr, "the library cannot be mapped");
  return reinterpret_cast<hr_entry>(dlsym(library, HR_ENTRY));
}

void check_versions(const Bench& bench) {
  auto entry = entry_of(bench);
  expect(entry(abi_1_0) != nullptr, "it does not serve a hub of version 1.0");
  expect(entry(abi_1_0 | 7) != nullptr, "it does not serve a hub of a newer minor version, 1.7");
  expect(entry(2u << 16) == nullptr, "asked by a hub of version 2.0 it must answer NULL");
}

/// Everything the instance does under that host is what it does under the hub's.
void same_under(const Bench& bench, const HostStyle& style) {
  if (bench.manifest().offers(HR_SOURCE)) {
    for (const auto& stream : bench.streams()) {
      auto opened = bench.open();
      auto usual = take_all(**opened, request_for(stream));
      RawInstance instance(bench, style);
      auto found = difference(usual, instance.read(request_for(stream)));
      expect(found.empty(), "stream '" + stream.name + "': " + found);
    }
  }
  if (!bench.manifest().offers(HR_SINK)) return;
  Shares shares(7);
  RawInstance instance(bench, style);
  auto verdicts = instance.write(shares.all(), instance.takes());
  for (size_t i = 0; i < verdicts.size(); ++i)
    expect(shares.all()[i].id == bench.subject().hints.refuses || verdicts[i] == HR_TAKEN,
           fmt::format("the share of {} is not taken", shares.all()[i].id));
}

void check_sizes(const Bench& bench) {
  same_under(bench, {});
}

void check_newer(const Bench& bench) {
  for (size_t more : {8, 64, 4096}) same_under(bench, {more, abi_1_0 | 7});
}

void check_any_moment(const Bench& bench) {
  constexpr uint64_t most = 64;
  uint64_t questions = 0;
  for (const auto& stream : bench.streams()) {
    auto request = request_for(stream);
    request.max_rows = 1;
    auto opened = bench.open();
    auto whole = take_all(**opened, request);
    for (uint64_t after = 0; after < most; ++after) {
      RawInstance instance(bench, {0, HR_ABI, after});
      std::optional<Taken> taken;
      auto error = error_of([&] { taken = instance.read(request); });
      questions += instance.times_asked();
      std::string when =
          fmt::format("stream '{}', stopped at question {}: ", stream.name, after + 1);
      expect(!error || error->next == Next::stop,
             when + "it says " + (error ? word_of(error->next) : "") + ", expected stopped");
      expect(!taken || !taken->end.complete || difference(whole, *taken).empty(),
             when + "a part is called the whole");
      if (instance.times_asked() <= after) break;  // it never asked as often
    }
  }
  expect(questions > 0, "it never asks whether it shall stop");
}

/// What `work` says while this process may map so many bytes more.
template <class Work>
std::optional<Error> error_with(uint64_t more_bytes, Work work) {
  rlimit usual{};
  getrlimit(RLIMIT_AS, &usual);
  uint64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  rlimit tight = usual;
  tight.rlim_cur = pages * static_cast<uint64_t>(sysconf(_SC_PAGESIZE)) + more_bytes;
  setrlimit(RLIMIT_AS, &tight);
  std::optional<Error> said;
  try {
    said = error_of(work);
  } catch (const std::bad_alloc&) {
    // of the hub's own work on the rows
  }
  setrlimit(RLIMIT_AS, &usual);
  return said;
}

// Little may be mapped; an answer is an error or the rows, never the end of the process.
void check_no_memory(const Bench& bench) {
  needs_own_memory();
  if (bench.carrier() == Carrier::runner)
    throw Skipped{
        "it limits the memory of this process, where a runner's plugin is not; tried inside"};
  auto streams = bench.streams();
  auto opened = bench.open();
  for (const auto& stream : streams) take_all(**opened, request_for(stream));  // loads what is late
  // Little first: what was mapped once is kept and used again.
  for (uint64_t more : {0, 16 << 10, 64 << 10, 256 << 10, 1 << 20, 4 << 20, 16 << 20}) {
    auto error = error_with(more, [&] {
      for (const auto& stream : streams) take_all(**opened, request_for(stream));
    });
    expect(!error || error->next != Next::fail,
           std::string("refused memory it says bug: ") + (error ? error->what() : ""));
  }
}

}  // namespace

std::vector<Check> host_checks() {
  return {
      {"host", "versions", "it serves hubs of its major version and no other", "", false,
       check_versions},
      {"host", "sizes", "no struct is touched behind its size", "", true, check_sizes},
      {"host", "newer", "structs of a newer minor version are used by their size", "", true,
       check_newer},
      {"host", "any_moment", "asked to stop at any question, it stops or ends honestly", HR_SOURCE,
       true, check_any_moment},
      {"host", "no_memory", "refused memory is an error", HR_SOURCE, true, check_no_memory},
  };
}

}  // namespace homeroom::conformance
