// What a source says of an input that is not whole: a file cut, or written to while it is read.
#include <algorithm>

#include <fmt/format.h>

#include "homeroom/plugin.h"
#include "hub/conformance/check.hpp"
#include "hub/conformance/rows.hpp"

namespace homeroom::conformance {

namespace {

namespace fs = std::filesystem;
using plugin::Proof;
using plugin::StreamInfo;

/// A stream of files, its file of the last row, and where that row begins.
struct Whole {
  StreamInfo stream;
  Taken taken;
  fs::path file;
  std::string bytes;
};

Whole whole_of(const Bench& bench, const StreamInfo& stream) {
  auto opened = bench.open();
  Whole whole{stream, take_all(**opened, request_for(stream)), {}, {}};
  if (whole.taken.rows.empty()) throw Skipped{"the sample has no row to damage"};
  whole.file = bench.file_of(whole.taken.files.back());
  whole.bytes = bytes_of(whole.file);
  return whole;
}

bool proves_much(const plugin::End& end) {
  return end.complete && end.proof >= Proof::format;
}

/// Where a file is cut, and whether that is inside its last record.
struct Cut {
  uint64_t size;
  bool is_in_last;
};

// Nobody can know that a plain file lacks whole records, but half a record shows.
void expect_honest(const Whole& whole, const Taken& cut, bool is_in_last, const std::string& how) {
  if (!cut.end.complete || cut.asides.size() > whole.taken.asides.size()) return;
  expect(!proves_much(cut.end) || cut.rows.size() == whole.taken.rows.size(),
         how + ": it is proven complete and has fewer rows");
  expect(!is_in_last || cut.end.proof == Proof::none || cut.rows.size() >= whole.taken.rows.size(),
         how + ": the last record is half and is dropped, and the end is complete");
  bool says_the_same = cut.end.proof == whole.taken.end.proof && cut.end.proof != Proof::none &&
                       cut.end.records == whole.taken.end.records;
  expect(!says_the_same || difference(whole.taken, cut).empty(),
         how + ": the last record is half, and the end says the same as of the whole");
}

/// Reads what is there now; an error is honest unless it is the plugin's bug.
void read_damaged(const Bench& bench, const Whole& whole, bool is_in_last, const std::string& how) {
  auto error = error_of([&] {
    auto opened = bench.open();
    expect_honest(whole, take_all(**opened, request_for(whole.stream)), is_in_last, how);
  });
  expect(!error || error->next == Next::not_readable || error->next == Next::fix_settings ||
             error->next == Next::retry,
         how + ": it says " + (error ? word_of(error->next) : "") + ", expected data");
}

void check_cut(const Bench& bench) {
  for (const auto& stream : bench.streams()) {
    auto whole = whole_of(bench, stream);
    std::vector<Cut> cuts = {
        {0, false}, {whole.bytes.size() / 3, false}, {whole.bytes.size() / 2, false}};
    if (!whole.taken.places.empty() && whole.taken.places.back().offset > 0) {
      auto last = whole.taken.places.back().offset;
      auto end = std::min(whole.bytes.find('\n', last), whole.bytes.size());
      cuts.push_back({last + (end - last) / 3, true});
    }
    for (auto [size, is_in_last] : cuts) {
      overwrite(whole.file, std::string_view(whole.bytes).substr(0, size));
      read_damaged(bench, whole, is_in_last,
                   fmt::format("stream '{}': its file cut to {} of {} bytes", stream.name, size,
                               whole.bytes.size()));
    }
    overwrite(whole.file, whole.bytes);
  }
}

void check_strange_bytes(const Bench& bench) {
  const std::string strange[] = {std::string("\0\0\0\0", 4), "\xff\xfe\xff\n", "\"\"\"\n",
                                 std::string(3000, '['), "{}\n,,,\n"};
  for (const auto& stream : bench.streams()) {
    auto whole = whole_of(bench, stream);
    for (const auto& bytes : strange) {
      for (const auto& damaged : {bytes, bytes + whole.bytes, whole.bytes + bytes}) {
        overwrite(whole.file, damaged);
        auto error = error_of([&] {
          auto opened = bench.open();
          take_all(**opened, request_for(stream));
        });
        expect(!error || error->next != Next::fail,
               fmt::format("stream '{}': bytes that make no sense are answered as a bug: {}",
                           stream.name, error ? error->what() : ""));
      }
    }
    overwrite(whole.file, whole.bytes);
  }
}

// A file that still grows is not settled, whatever was read of it.
void check_growing(const Bench& bench) {
  int tried = 0;
  for (const auto& stream : bench.streams()) {
    auto whole = whole_of(bench, stream);
    if (whole.taken.end.proof == Proof::none) continue;
    ++tried;
    auto opened = bench.open();
    auto request = request_for(stream);
    request.max_rows = 1;
    plugin::End end;
    auto error = error_of([&] {
      auto reader = (*opened)->read(request);
      reader->next();
      overwrite(whole.file, whole.bytes + whole.bytes.substr(whole.bytes.size() / 2));
      end = take_all(*reader).end;
    });
    overwrite(whole.file, whole.bytes);
    expect(
        error || !end.complete,
        "stream '" + stream.name + "': its file grew while it was read, and the end is complete");
    expect(!error || error->next != Next::fail, "stream '" + stream.name +
                                                    "': its file grew while it was read, and it "
                                                    "says bug");
  }
  if (tried == 0) throw Skipped{"no stream proves that it was read to its end"};
}

}  // namespace

std::vector<Check> damage_checks() {
  return {
      {"proof", "cut", "a file that was cut is not called whole", HR_SOURCE, true, check_cut},
      {"proof", "strange_bytes", "bytes that make no sense are an error of the data", HR_SOURCE,
       true, check_strange_bytes},
      {"proof", "growing", "a file that grows while it is read is not called whole", HR_SOURCE,
       true, check_growing},
  };
}

}  // namespace homeroom::conformance
