#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "homeroom/plugin.h"
#include "hub/conformance/check.hpp"
#include "hub/conformance/rows.hpp"

namespace homeroom::conformance {

namespace {

using plugin::Instance;
using plugin::Mode;
using plugin::ReadRequest;
using plugin::StreamInfo;

/// Calls `visit` for each stream with a fresh instance; a failure names the stream.
template <class Visit>
void each_stream(const Bench& bench, Visit visit) {
  for (const auto& stream : bench.streams()) {
    std::string of = "stream '" + stream.name + "': ";
    try {
      auto opened = bench.open();
      visit(**opened, stream);
    } catch (const Failed& failed) {
      throw Failed{of + failed.why};
    } catch (const Error& error) {
      throw Failed{of + "it says " + word_of(error.next) + ": " + error.what()};
    }
  }
}

void expect_same(const Taken& one, const Taken& other, const std::string& what) {
  auto found = difference(one, other);
  expect(found.empty(), what + ": " + found);
}

void check_rows(const Bench& bench) {
  size_t rows = 0;
  each_stream(bench, [&](Instance& opened, const StreamInfo& stream) {
    auto taken = take_all(opened, request_for(stream));
    rows += taken.rows.size();
    expect(taken.end.complete, "the sample is not read to a complete end");
  });
  expect(rows > 0, "the sample has no row, so nothing is shown by reading it");
}

// The end counts what came: rows given and records set aside, each once.
void check_counts(const Bench& bench) {
  each_stream(bench, [&](Instance& opened, const StreamInfo& stream) {
    auto taken = take_all(opened, request_for(stream));
    expect(taken.end.set_aside == taken.asides.size(),
           fmt::format("the end says {} set aside, {} were", taken.end.set_aside,
                       taken.asides.size()));
    expect(taken.end.records == taken.rows.size() + taken.asides.size(),
           fmt::format("the end says {} records, {} rows and {} set aside came", taken.end.records,
                       taken.rows.size(), taken.asides.size()));
    uint64_t behind = 1;  // the least number the next record may have
    for (auto [first, rows] : taken.batches) {
      expect(first >= behind, "first_record goes back, or counts from 0");
      behind = first + rows;
    }
    expect(behind <= taken.end.records + 1, "a row is numbered behind the last record");
    std::set<uint64_t> aside;
    for (const auto& one : taken.asides)
      expect(one.record >= 1 && one.record <= taken.end.records && aside.insert(one.record).second,
             "a record set aside has no number, or another one's");
  });
}

record::Type type_of(const std::string& format) {
  if (format == "l" || format == "i") return record::Type::integer;
  if (format == "g" || format == "f") return record::Type::real;
  if (format == "b") return record::Type::boolean;
  if (format == "tdD") return record::Type::date;
  if (format.starts_with("ts")) return record::Type::timestamp;
  return record::Type::text;
}

void check_types(const Bench& bench) {
  each_stream(bench, [&](Instance& opened, const StreamInfo& stream) {
    auto taken = take_all(opened, request_for(stream));
    for (size_t i = 0; i < taken.columns.size(); ++i)
      expect(taken.types[i] == type_of(stream.columns[i].format),
             "column '" + taken.columns[i] + "' arrives as another type than it was told");
  });
}

void check_nulls(const Bench& bench) {
  each_stream(bench, [&](Instance& opened, const StreamInfo& stream) {
    auto taken = take_all(opened, request_for(stream));
    for (const auto& key : stream.key) {
      auto column = std::ranges::find(taken.columns, key);
      if (column == taken.columns.end()) continue;
      auto at = static_cast<size_t>(column - taken.columns.begin());
      for (const auto& row : taken.rows)
        expect(row[at].has_value() && !row[at]->empty(),
               "a row has no '" + key + "', which is its key; such a record is set aside");
    }
  });
}

// _op is checked where it arrives; _line and _offset must go forward within a file.
void check_reserved(const Bench& bench) {
  size_t told = 0;
  each_stream(bench, [&](Instance& opened, const StreamInfo& stream) {
    auto taken = take_all(opened, request_for(stream));
    told += taken.places.size();
    for (size_t i = 0; i + 1 < taken.places.size(); ++i) {
      if (taken.files[i] != taken.files[i + 1]) continue;
      expect(taken.places[i].line <= taken.places[i + 1].line, "_line goes back");
      expect(taken.places[i].offset <= taken.places[i + 1].offset, "_offset goes back");
    }
  });
  if (told == 0) throw Skipped{"no row says its line or offset"};
}

Taken read_by_another(const Bench& bench, const StreamInfo& stream) {
  auto opened = bench.open();
  return take_all(**opened, request_for(stream));
}

void check_again(const Bench& bench) {
  each_stream(bench, [&](Instance& opened, const StreamInfo& stream) {
    auto first = take_all(opened, request_for(stream));
    expect_same(first, take_all(opened, request_for(stream)), "read twice by one instance");
    expect_same(first, read_by_another(bench, stream), "read by another instance");
  });
}

void check_projection(const Bench& bench) {
  each_stream(bench, [&](Instance& opened, const StreamInfo& stream) {
    auto request = request_for(stream);
    auto whole = take_all(opened, request);
    for (size_t i = 0; i < stream.columns.size(); ++i) {
      request.columns = {stream.columns[i].name};
      auto one = take_all(opened, request);
      Taken expected = whole;
      expected.columns = request.columns;
      for (auto& row : expected.rows) row = {row[i]};
      expect_same(expected, one, "read with column '" + request.columns[0] + "' alone");
    }
    request = request_for(stream);
    std::ranges::reverse(request.columns);
    Taken expected = whole;
    std::ranges::reverse(expected.columns);
    for (auto& row : expected.rows) std::ranges::reverse(row);
    expect_same(expected, take_all(opened, request), "read with the columns turned round");
  });
}

void check_missing_column(const Bench& bench) {
  each_stream(bench, [&](Instance& opened, const StreamInfo& stream) {
    auto request = request_for(stream);
    request.columns.push_back("no_such_column?");
    auto taken = take_all(opened, request);
    expect(std::ranges::find(taken.columns, "no_such_column") == taken.columns.end(),
           "a column nobody has arrives");
    request.columns.back() = "no_such_column";
    auto error = error_of([&] { take_all(opened, request); });
    expect(error.has_value(), "a column nobody has is asked for and nothing is said");
    expect(error->next == Next::not_readable,
           "a missing column is answered with " + word_of(error->next) + ", expected data");
    expect(std::string(error->what()).find("no_such_column") != std::string::npos,
           "the message does not name the missing column");
  });
}

void check_missing_stream(const Bench& bench) {
  auto streams = bench.streams();
  auto request = request_for(streams.front());
  request.stream = "no_such_stream";
  auto opened = bench.open();
  auto error = error_of([&] { take_all(**opened, request); });
  expect(error.has_value(), "a stream nobody has is read and nothing is said");
  expect(error->next == Next::not_readable || error->next == Next::hide ||
             error->next == Next::fix_settings,
         "a missing stream is answered with " + word_of(error->next) + ", expected data");
}

void check_batches(const Bench& bench) {
  each_stream(bench, [&](Instance& opened, const StreamInfo& stream) {
    auto request = request_for(stream);
    auto usual = take_all(opened, request);
    for (uint32_t rows : {1u, 3u, uint32_t{HR_MAX_ROWS}}) {
      request.max_rows = rows;
      expect_same(usual, take_all(opened, request), fmt::format("with {} rows a batch", rows));
    }
    for (uint32_t bytes : {1u, 200u, uint32_t{HR_MAX_BYTES}}) {
      request.max_rows = 2048;
      request.max_bytes = bytes;
      expect_same(usual, take_all(opened, request), fmt::format("with {} bytes a batch", bytes));
    }
  });
}

void check_empty(const Bench& bench) {
  const auto& empty = bench.subject().hints.empty;
  if (!empty)
    throw Skipped{"conformance.yaml names no settings under which nothing is there (empty)"};
  bench.needs_discover();
  auto opened = bench.open(*empty);
  auto streams = (*opened)->discover();
  expect(!streams.empty(), "an empty stream is still a stream, none is told");
  for (const auto& stream : streams) {
    auto taken = take_all(**opened, request_for(stream));
    std::string of = "stream '" + stream.name + "': ";
    expect(taken.rows.empty(), of + "it has rows under the settings of `empty`");
    expect(taken.end.records == 0 && taken.end.set_aside == 0,
           of + "nothing came, and the end counts something");
  }
}

void check_keys(const Bench& bench) {
  int tried = 0;
  each_stream(bench, [&](Instance& opened, const StreamInfo& stream) {
    auto request = request_for(stream);
    request.columns = stream.key;
    if (stream.key.empty() || request.mode != Mode::full) return;
    auto whole = take_all(opened, request);
    request.mode = Mode::keys;
    std::optional<Taken> keys;
    auto error = error_of([&] { keys = take_all(opened, request); });
    if (error && error->next == Next::hide) return;
    if (error) throw *error;
    ++tried;
    expect_same(whole, *keys, "keys alone and the whole read do not agree");
  });
  if (tried == 0) throw Skipped{"no stream can be read by its keys alone (HR_UNSUPPORTED)"};
}

/// A read that was asked to stop after `batches`: a prefix of the rows, and no claim of a whole.
void stop_after(const Bench& bench, const ReadRequest& request, size_t batches,
                const Taken& whole) {
  constexpr size_t soon = 16;  // batches a plugin may still give before it looks
  auto opened = bench.open();
  auto reader = (*opened)->read(request);
  Taken taken;
  bool is_over = false;
  auto next = [&] {
    auto arrival = reader->next();
    is_over = !arrival;
    if (arrival) add_batch(arrival->rows, arrival->place, taken);
  };
  for (size_t i = 0; i < batches && !is_over; ++i) next();
  opened->ask_to_stop();
  auto error = error_of([&] {
    for (size_t i = 0; i < soon && !is_over; ++i) next();
  });
  std::string when = fmt::format("asked to stop after {} batches: ", batches);
  if (error)
    expect(error->next == Next::stop,
           when + "it says " + word_of(error->next) + ", expected stopped");
  else
    expect(is_over, when + "it goes on reading");
  if (is_over && reader->end().complete)
    expect(taken.rows.size() == whole.rows.size(), when + "it calls a part the whole");
  expect(taken.rows.size() <= whole.rows.size(), when + "it gives rows twice");
}

void check_cancel(const Bench& bench) {
  constexpr size_t most = 20;  // where it is asked to stop
  each_stream(bench, [&](Instance& opened, const StreamInfo& stream) {
    auto request = request_for(stream);
    request.max_rows = 1;
    auto whole = take_all(opened, request);
    for (size_t batches = 0; batches <= std::min(whole.batches.size(), most); ++batches)
      stop_after(bench, request, batches, whole);
  });
}

// Nobody asks the plugin to stop: the hub lets go of the reader in the middle.
void check_let_go(const Bench& bench) {
  each_stream(bench, [&](Instance& opened, const StreamInfo& stream) {
    auto request = request_for(stream);
    auto whole = take_all(opened, request);
    request.max_rows = 1;
    for (size_t batches : {0, 1, 2}) {
      auto reader = opened.read(request);
      for (size_t i = 0; i < batches; ++i) reader->next();
      reader.reset();
      expect_same(whole, take_all(opened, request_for(stream)),
                  "read again after a reader was let go in the middle");
    }
  });
}

}  // namespace

std::vector<Check> read_checks() {
  return {
      {"read", "rows", "the sample is read to its end", HR_SOURCE, true, check_rows},
      {"read", "counts", "the end counts each record once", HR_SOURCE, true, check_counts},
      {"read", "types", "columns have the types that were told", HR_SOURCE, true, check_types},
      {"read", "nulls", "no record without its key is given as a row", HR_SOURCE, true,
       check_nulls},
      {"read", "reserved", "lines and offsets go forward", HR_SOURCE, true, check_reserved},
      {"read", "again", "reading twice gives the same rows", HR_SOURCE, true, check_again},
      {"read", "projection", "the columns asked for come, in that order, with the same values",
       HR_SOURCE, true, check_projection},
      {"read", "missing_column", "a column nobody has is an error that names it", HR_SOURCE, true,
       check_missing_column},
      {"read", "missing_stream", "a stream nobody has is an error", HR_SOURCE, true,
       check_missing_stream},
      {"read", "batches", "tiny and huge batches give the same rows", HR_SOURCE, true,
       check_batches},
      {"read", "empty", "a stream without records has an end and no rows", HR_SOURCE, true,
       check_empty},
      {"read", "keys", "keys alone are the keys of all records", HR_SOURCE, true, check_keys},
      {"read", "cancel", "asked to stop at any batch it stops, and calls no part the whole",
       HR_SOURCE, true, check_cancel},
      {"read", "let_go", "a reader that is let go in the middle leaves nothing behind", HR_SOURCE,
       true, check_let_go},
  };
}

}  // namespace homeroom::conformance
