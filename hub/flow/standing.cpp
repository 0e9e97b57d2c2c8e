#include "hub/flow/standing.hpp"

#include <algorithm>

#include "hub/flow/names.hpp"
#include "hub/store/store.hpp"

namespace homeroom::flow {

namespace {

constexpr const char* name = "standing";

void put_text(std::string& to, std::string_view text) {
  to += std::to_string(text.size());
  to += ' ';
  to += text;
}

/// Takes apart what put_text() put together; what was cut off is empty.
class Texts {
 public:
  explicit Texts(std::string_view rest) : rest_(rest) {}
  bool is_empty() const { return rest_.empty(); }
  std::string next() {
    auto space = std::min(rest_.find(' '), rest_.size());
    auto size = space == 0 ? 0 : std::stoull(std::string(rest_.substr(0, space)));
    rest_.remove_prefix(std::min(space + 1, rest_.size()));
    std::string text(rest_.substr(0, size));
    rest_.remove_prefix(text.size());
    return text;
  }
  uint64_t number() { return std::stoull('0' + next()); }

 private:
  std::string_view rest_;
};

}  // namespace

Standing Standing::load(store::Store& store, uint32_t source) {
  Standing standing;
  auto packed = store.reference(source, name);
  Texts texts(packed);
  standing.basis = texts.next();
  standing.forgotten = texts.number();
  while (!texts.is_empty()) {
    auto& stream = standing.streams.emplace_back();
    stream.version = texts.next();
    auto& counts = stream.counts;
    counts.stream = texts.next();
    counts.proof = texts.next();
    for (auto* count :
         {&counts.read, &counts.filtered, &counts.refused, &counts.removals, &counts.quarantined})
      *count = texts.number();
  }
  return standing;
}

void Standing::keep(store::Store& store, uint32_t source) const {
  std::string packed;
  if (!streams.empty()) {
    put_text(packed, basis);
    put_text(packed, std::to_string(forgotten));
  }
  for (const auto& [version, counts] : streams) {
    for (const auto& text : {version, counts.stream, counts.proof}) put_text(packed, text);
    for (auto count :
         {counts.read, counts.filtered, counts.refused, counts.removals, counts.quarantined})
      put_text(packed, std::to_string(count));
  }
  if (packed != store.reference(source, name)) store.put_reference(source, name, packed);
}

bool Standing::holds(const extract::SourcePlan& plan) const {
  if (streams.empty() || !plan.removals.empty()) return false;
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
