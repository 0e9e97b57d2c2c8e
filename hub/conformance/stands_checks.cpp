// What a source says of input it need not be asked to read again.

#include <fmt/format.h>

#include "homeroom/stands.h"
#include "hub/conformance/check.hpp"
#include "hub/conformance/rows.hpp"

namespace homeroom::conformance {

namespace {

using plugin::Mode;

struct Known {
  plugin::ReadRequest request;
  Taken taken;
  std::string version;
};

/// Streams read in full of which a version is told; throws Skipped where there is none.
std::vector<Known> known_of(const Bench& bench) {
  std::vector<Known> all;
  for (const auto& stream : bench.streams()) {
    Known known{request_for(stream), {}, {}};
    if (known.request.mode != Mode::full) continue;
    auto opened = bench.open();
    known.taken = take_all(**opened, known.request);
    known.version = (*opened)->version(stream.name);
    if (!known.version.empty()) all.push_back(std::move(known));
  }
  if (all.empty()) throw Skipped{"no stream tells what it was read from"};
  return all;
}

/// Nothing where the plugin says that it has to be read.
std::optional<Taken> read_if_it_stands(const Bench& bench, const Known& known) {
  std::optional<Taken> now;
  error_of([&] {
    auto opened = bench.open();
    if ((*opened)->stands(known.request.stream, known.version))
      now = take_all(**opened, known.request);
  });
  return now;
}

void check_as_it_was(const Bench& bench) {
  for (const auto& known : known_of(bench)) {
    const auto& stream = known.request.stream;
    expect(known.taken.end.complete,
           "stream '" + stream + "': a version is told of a read that is not complete");
    auto now = read_if_it_stands(bench, known);
    expect(now.has_value(), "stream '" + stream + "': nothing changed, and it does not stand");
    auto found = difference(known.taken, *now);
    expect(found.empty(), "stream '" + stream + "': it stands, and reads otherwise: " + found);
  }
}

void check_changed(const Bench& bench) {
  for (const auto& known : known_of(bench)) {
    if (known.taken.files.empty()) continue;
    auto file = bench.file_of(known.taken.files.back());
    auto bytes = bytes_of(file);
    auto longer = bytes + bytes.substr(bytes.size() / 2);
    auto other = bytes;  // of the same size
    other[bytes.size() * 3 / 4] = other[bytes.size() * 3 / 4] == '7' ? '8' : '7';
    for (const auto& changed : {longer, other, std::string()}) {
      overwrite(file, changed);
      auto now = read_if_it_stands(bench, known);
      overwrite(file, bytes);
      expect(!now || difference(known.taken, *now).empty(),
             fmt::format("stream '{}': its file changed from {} to {} bytes, and it stands",
                         known.request.stream, bytes.size(), changed.size()));
    }
  }
}

}  // namespace

std::vector<Check> stands_checks() {
  return {
      {"stands", "as_it_was", "what did not change need not be read again", HR_SOURCE, true,
       check_as_it_was},
      {"stands", "changed", "what changed has to be read again", HR_SOURCE, true, check_changed},
  };
}

}  // namespace homeroom::conformance
