#include "hub/deliver/attempt.hpp"

#include <charconv>

#include "homeroom/error.hpp"

namespace homeroom::deliver {

namespace {

constexpr std::size_t most_rows = 128;
constexpr std::size_t most_bytes = 1024 * 1024;

Verdict verdict_of(plugin::Verdict answer) {
  switch (answer) {
    case plugin::Verdict::taken:
      return Verdict::taken;
    case plugin::Verdict::refused:
      return Verdict::refused;
    default:
      return Verdict::not_now;
  }
}

plugin::Share share_of(const OutgoingShare& row, const std::string& key) {
  plugin::Share share;
  share.key = key;
  share.id = row.id;
  share.sequence = row.sequence;
  share.operation = row.is_removal ? plugin::Operation::remove : plugin::Operation::upsert;
  share.digest = row.digest;
  share.body = row.body;
  share.replaced_by = row.replaced_by;
  share.unchanged = !row.is_owed;
  return share;
}

void append_key(std::string& key, const std::string& prefix, const OutgoingShare& row) {
  key.assign(prefix).append(1, '/').append(row.id).append(1, '/');
  key.append(std::to_string(row.sequence));
}

}  // namespace

Attempts::Attempts(plugin::Instance& sink, Outbox& outbox, const std::string& destination,
                   const std::string& key_prefix)
    : sink_(sink),
      outbox_(outbox),
      destination_(destination),
      key_prefix_(key_prefix),
      owed_(outbox.owed()) {}

Ending Attempts::run() {
  for (auto& mark : marks_) mark.is_put = false;
  batch_ = {};
  last_not_now_ = "not every share was answered";
  Ending ending;
  try {
    is_snapshot_ = sink_.takes() == plugin::Delivers::snapshot;
    if (number_ == 0) number_ = outbox_.delivery_number();
    auto mode = is_snapshot_ ? plugin::Delivers::snapshot : plugin::Delivers::delta;
    auto answer = [this](std::string_view key, plugin::Verdict verdict, std::string_view why) {
      take_answer(key, verdict_of(verdict), why);
    };
    auto writer = sink_.begin({destination_, mode, number_, shares_to_put()}, answer);
    put_all(*writer);
    writer->finish();
    if (is_snapshot_) settle_removals();
  } catch (const Error& error) {
    bool is_passing = error.next == Next::retry;
    ending = {is_passing ? Ending::Kind::again : Ending::Kind::given_up, error.retry_after_s,
              error.what()};
  }
  outbox_.settle_all();
  if (ending.kind == Ending::Kind::settled && settled_ < owed_.all())
    ending = {Ending::Kind::again, 0, last_not_now_};
  return ending;
}

void Attempts::put_all(plugin::Writer& writer) {
  auto put = [&](const OutgoingShare& row) { add(writer, row); };
  if (is_snapshot_)
    outbox_.each_live(put);
  else
    outbox_.each_owed(put);
  flush(writer);
}

void Attempts::add(plugin::Writer& writer, const OutgoingShare& row) {
  auto& known = mark(row.place);
  if (known.is_settled && !is_snapshot_) return;
  known.is_put = row.is_owed && !known.is_settled;
  known.is_removal = row.is_removal;
  if (batch_.used == batch_.rows.size()) {
    batch_.rows.emplace_back();
    batch_.keys.emplace_back();
  }
  append_key(batch_.keys[batch_.used], key_prefix_, row);
  batch_.rows[batch_.used++] = row;
  batch_.bytes += row.body.size();
  if (batch_.used >= most_rows || batch_.bytes >= most_bytes) flush(writer);
}

void Attempts::flush(plugin::Writer& writer) {
  std::vector<plugin::Share> shares;
  shares.reserve(batch_.used);
  for (std::size_t at = 0; at < batch_.used; ++at)
    shares.push_back(share_of(batch_.rows[at], batch_.keys[at]));
  if (!shares.empty()) writer.put(shares);
  batch_.used = batch_.bytes = 0;
}

// What is not in a snapshot is gone: it was removed when the whole was taken.
void Attempts::settle_removals() {
  outbox_.each_removal([&](uint32_t place) {
    auto& known = mark(place);
    if (known.is_settled) return;
    known.is_put = known.is_removal = true;
    settle(place, Verdict::taken, {});
  });
}

void Attempts::take_answer(std::string_view key, Verdict verdict, std::string_view why) {
  if (auto place = place_of(key)) settle(*place, verdict, why);
}

void Attempts::settle(uint32_t place, Verdict answer, std::string_view why) {
  auto& known = mark(place);
  if (!known.is_put || known.is_settled) return;
  // A tombstone stays owed for ever: nobody may refuse to forget.
  bool is_kept = known.is_removal && answer == Verdict::refused;
  Verdict verdict = is_kept ? Verdict::not_now : answer;
  if (verdict == Verdict::not_now) {
    last_not_now_ = why.empty() ? "the destination said not now" : std::string(why);
    return;
  }
  outbox_.settle(place, verdict, why);
  known.is_settled = true;
  ++settled_;
  if (verdict == Verdict::refused)
    ++counts_.refused;
  else
    ++(known.is_removal ? counts_.removed : counts_.delivered);
}

Counts Attempts::counts() const {
  Counts counts = counts_;
  counts.pending = owed_.upserts - counts.delivered - counts.refused;
  counts.removals_pending = owed_.removals - counts.removed;
  return counts;
}

uint64_t Attempts::shares_to_put() {
  return is_snapshot_ ? outbox_.live() : owed_.all() - settled_;
}

Attempts::Mark& Attempts::mark(uint32_t place) {
  if (place >= marks_.size()) marks_.resize(place + 1);
  return marks_[place];
}

/// Keys are prefix/id/sequence; an answer for another key is nobody's.
std::optional<uint32_t> Attempts::place_of(std::string_view key) {
  auto end = key.rfind('/');
  bool is_ours = end != key.npos && end > key_prefix_.size() && key.starts_with(key_prefix_) &&
                 key[key_prefix_.size()] == '/';
  if (!is_ours) return std::nullopt;
  uint64_t sequence = 0;
  auto digits = key.substr(end + 1);
  auto [rest, trouble] = std::from_chars(digits.data(), digits.data() + digits.size(), sequence);
  if (trouble != std::errc() || rest != digits.data() + digits.size()) return std::nullopt;
  auto from = key_prefix_.size() + 1;
  return outbox_.find(key.substr(from, end - from), sequence);
}

}  // namespace homeroom::deliver
