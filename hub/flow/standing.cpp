#include "hub/flow/standing.hpp"

#include <algorithm>
#include <array>

#include "hub/flow/names.hpp"
#include "hub/record/varint.hpp"
#include "hub/store/store.hpp"

namespace homeroom::flow {

namespace {

constexpr const char* name = "stands";

void append_text(std::string& to, std::string_view text) {
  record::append_number(to, text.size());
  to += text;
}

std::string read_text(const char*& at) {
  auto size = record::read_number(at);
  std::string text(at, size);
  at += size;
  return text;
}

/// Those that are the same on a night on which the source stands.
template <class Counts>
auto counted(Counts& counts) {
  return std::array{&counts.read, &counts.filtered, &counts.refused, &counts.removals,
                    &counts.quarantined};
}

}  // namespace

Standing Standing::load(store::Store& store, uint32_t source) {
  Standing standing;
  auto packed = store.reference(source, name);
  if (packed.empty()) return standing;
  const char *at = packed.data(), *end = at + packed.size();
  standing.basis = read_text(at);
  standing.forgotten = record::read_number<uint64_t>(at);
  while (at < end) {
    auto& [version, counts] = standing.streams.emplace_back();
    for (auto* text : {&version, &counts.stream, &counts.proof}) *text = read_text(at);
    for (auto* count : counted(counts)) *count = record::read_number<uint64_t>(at);
  }
  return standing;
}

void Standing::keep(store::Store& store, uint32_t source) const {
  std::string packed;
  if (!streams.empty()) {
    append_text(packed, basis);
    record::append_number(packed, forgotten);
  }
  for (const auto& [version, counts] : streams) {
    for (const auto* text : {&version, &counts.stream, &counts.proof}) append_text(packed, *text);
    for (const auto* count : counted(counts)) record::append_number(packed, *count);
  }
  if (packed != store.reference(source, name)) store.put_reference(source, name, packed);
}

bool Standing::holds(const extract::SourcePlan& plan) const {
  if (streams.empty() || !plan.removals.empty()) return false;
  auto offered = std::ranges::count(plan.streams, true, &extract::StreamPlan::is_offered);
  if (static_cast<std::size_t>(offered) != streams.size()) return false;
  return std::ranges::all_of(plan.streams, [&](const extract::StreamPlan& stream) {
    if (!stream.is_offered) return true;
    auto known = std::ranges::find(streams, stream.info.name,
                                   [](const Stream& one) { return one.counts.stream; });
    return known != streams.end() && extract::stands(stream, known->version);
  });
}

std::vector<record::StreamCounts> Standing::counts() const {
  std::vector<record::StreamCounts> all;
  for (const auto& stream : streams) {
    auto& counts = all.emplace_back(stream.counts);
    counts.complete = true;
    counts.unchanged =
        counts.read - counts.filtered - counts.refused - counts.removals - counts.quarantined;
  }
  return all;
}

void note_standing(store::Store& store, const std::string& source, const extract::SourcePlan& plan,
                   int32_t run_date) {
  for (const auto& stream : plan.streams) {
    auto state = store.stream_state(source, stream.info.name);
    if (!stream.is_offered || !state || state->as_of_ms == stream.info.as_of_ms) continue;
    state->as_of_ms = stream.info.as_of_ms;
    store.put_stream_state(*state);
  }
  for (auto& row : store.quarantine()) {
    if (row.source != source || row.seen_on == run_date) continue;
    row.seen_on = run_date;
    store.put_quarantine(row);
  }
}

bool has_mends(store::Store& store, const std::string& source) {
  auto rows = store.quarantine();
  return std::ranges::any_of(rows, [&](const store::QuarantineRow& row) {
    return row.source == source && (row.reads_again || row.state == store::AsideState::mended);
  });
}

}  // namespace homeroom::flow
