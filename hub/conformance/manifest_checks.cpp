#include <algorithm>
#include <array>

#include "homeroom/plugin.h"
#include "hub/conformance/check.hpp"
#include "hub/plugin/library.hpp"

namespace homeroom::conformance {

namespace {

constexpr std::array<const char*, 4> contracts = {HR_DISCOVER, HR_SOURCE, HR_SINK, HR_CHECK};

// load() refuses what does not fit; its message is the failure.
void check_loads(const Bench& bench) {
  plugin::load(bench.subject().found);
}

void check_contracts(const Bench& bench) {
  auto opened = bench.open();
  for (const char* contract : contracts)
    expect((*opened)->offers(contract) == bench.manifest().offers(contract),
           std::string("library and manifest do not agree whether it offers ") + contract);
  expect(!bench.manifest().offers(HR_SOURCE) || bench.manifest().offers(HR_DISCOVER),
         std::string("a source offers ") + HR_DISCOVER + " too: what cannot be found is not read");
  for (const auto& promised : bench.manifest().contracts)
    expect(std::ranges::find(contracts, promised) != contracts.end(),
           "the manifest promises '" + promised + "', which this hub does not know");
  expect(!(*opened)->offers("homeroom.unheard_of/1"), "it offers a contract that does not exist");
}

void check_streams(const Bench& bench) {
  if (bench.manifest().streams.empty())
    throw Skipped{"the manifest names no stream; its settings do"};
  for (const auto& stream : bench.manifest().streams) {
    std::string name = "stream '" + stream.name + "': ";
    expect(!stream.key.empty(), name + "no key says which record is which");
    expect(stream.is_reference || (!stream.subject.empty() && !stream.space.empty()),
           name + "neither role: reference nor subject and space say whose its records are");
    expect(!stream.is_reference || stream.subject.empty(), name + "a reference has no subject");
  }
}

}  // namespace

std::vector<Check> manifest_checks() {
  return {
      {"manifest", "loads", "the library is what its manifest says", "", false, check_loads},
      {"manifest", "contracts", "library and manifest offer the same contracts", "", false,
       check_contracts},
      {"manifest", "streams", "each stream says its key and whose records it holds", HR_SOURCE,
       false, check_streams},
  };
}

}  // namespace homeroom::conformance
