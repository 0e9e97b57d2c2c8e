#include <algorithm>

#include <fmt/format.h>

#include "homeroom/plugin.h"
#include "hub/conformance/check.hpp"
#include "hub/conformance/rows.hpp"

namespace homeroom::conformance {

namespace {

using plugin::Mode;

/// The rows of `whole` behind the first `count`.
Taken rest_of(const Taken& whole, size_t count) {
  Taken rest = whole;
  auto cut = static_cast<std::ptrdiff_t>(count);
  rest.rows.erase(rest.rows.begin(), rest.rows.begin() + cut);
  rest.is_gone.erase(rest.is_gone.begin(), rest.is_gone.begin() + cut);
  return rest;
}

void resume_each(const Bench& bench, plugin::ReadRequest request, const Taken& whole) {
  for (const auto& [count, cursor] : whole.cursors) {
    request.since = cursor;
    auto opened = bench.open();
    auto found = difference(rest_of(whole, count), take_all(**opened, request));
    expect(found.empty(),
           fmt::format("stream '{}': resumed after row {}: {}", request.stream, count, found));
  }
}

void check_every_cursor(const Bench& bench) {
  size_t cursors = 0;
  for (const auto& stream : bench.streams()) {
    for (uint32_t rows : {1u, 2u, 2048u}) {
      auto request = request_for(stream);
      request.max_rows = rows;
      auto opened = bench.open();
      auto whole = take_all(**opened, request);
      cursors += whole.cursors.size();
      resume_each(bench, request, whole);
    }
  }
  if (cursors == 0) throw Skipped{"its batches have no cursor, so a read always begins anew"};
}

void check_from_the_end(const Bench& bench) {
  int tried = 0;
  for (const auto& stream : bench.streams()) {
    auto opened = bench.open();
    auto request = request_for(stream);
    auto whole = take_all(**opened, request);
    if (whole.end.cursor.empty()) continue;
    request.since = whole.end.cursor;
    request.mode = Mode::changes;
    std::optional<Taken> more;
    auto error = error_of([&] { more = take_all(**opened, request); });
    if (error && error->next == Next::hide) continue;
    if (error) throw *error;
    ++tried;
    expect(more->rows.size() <= whole.rows.size(),
           "stream '" + stream.name + "': after the end's cursor more comes than there is");
    // Some sides tell changes since a time, and the last of what came once more.
    expect(whole.rows.size() < 2 || more->rows.size() < whole.rows.size(),
           "stream '" + stream.name + "': after the end's cursor every row comes again");
  }
  if (tried == 0) throw Skipped{"no stream gives a cursor at its end from which changes are read"};
}

void check_strange_cursor(const Bench& bench) {
  int tried = 0;
  for (const auto& stream : bench.streams()) {
    auto opened = bench.open();
    auto request = request_for(stream);
    request.max_rows = 1;
    auto whole = take_all(**opened, request);
    if (whole.cursors.empty()) continue;
    ++tried;
    for (const std::string& since : {std::string("no cursor of anybody"), std::string(5000, '9')}) {
      request.since = since;
      auto error = error_of([&] { take_all(**opened, request); });
      expect(error && error->next == Next::not_readable,
             "stream '" + stream.name + "': a cursor it never gave is answered with " +
                 (error ? word_of(error->next) : "rows") + ", expected data");
    }
  }
  if (tried == 0) throw Skipped{"its batches have no cursor, so it is never given one"};
}

}  // namespace

std::vector<Check> resume_checks() {
  return {
      {"resume", "every_cursor", "resumed from any cursor, each row comes once", HR_SOURCE, true,
       check_every_cursor},
      {"resume", "from_the_end", "after the end's cursor only changes come", HR_SOURCE, true,
       check_from_the_end},
      {"resume", "strange_cursor", "a cursor it never gave is refused", HR_SOURCE, true,
       check_strange_cursor},
  };
}

}  // namespace homeroom::conformance
