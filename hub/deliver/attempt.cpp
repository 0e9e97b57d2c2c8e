#include "hub/deliver/attempt.hpp"

#include <algorithm>
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

Attempts::Attempts(const Target& target, Outbox& outbox, const Waiting& waiting)
    : target_(target), outbox_(outbox), waiting_(waiting), owed_(outbox.owed()) {}

Ending Attempts::run() {
  for (auto& mark : marks_) {
    mark.was_put |= mark.is_put;
    mark.is_put = false;
  }
  batch_ = {};
  put_ = failed_ = 0;
  last_not_now_ = "not every share was answered";
  Ending ending;
  try {
    is_snapshot_ = target_.sink.takes() == plugin::Delivers::snapshot;
    is_probe_ = target_.breaker.is_half_open() && !is_snapshot_;
    // The same number is the same delivery; what is left of one is another.
    if (number_ == 0 || settled_ > settled_of_number_) number_ = outbox_.delivery_number();
    settled_of_number_ = settled_;
    auto mode = is_snapshot_ ? plugin::Delivers::snapshot : plugin::Delivers::delta;
    auto answer = [this](std::string_view key, plugin::Verdict verdict, std::string_view why) {
      take_answer(key, verdict_of(verdict), why);
    };
    auto writer = target_.sink.begin({target_.name, mode, number_, shares_to_put()}, answer);
    put_all(*writer);
    writer->finish();
    if (is_snapshot_) settle_removals();
  } catch (const Error& error) {
    bool is_passing = error.next == Next::retry;
    if (is_passing && failed_ == 0) target_.breaker.fail();
    ending = {is_passing ? Ending::Kind::again : Ending::Kind::given_up, error.retry_after_s,
              error.what()};
  }
  outbox_.settle_all();
  if (ending.kind == Ending::Kind::settled && settled_ < owed_.all())
    ending = {Ending::Kind::again, 0, last_not_now_};
  return ending;
}

void Attempts::put_all(plugin::Writer& writer) {
  auto put = [&](OutgoingShare& row) { add(writer, row); };
  if (is_snapshot_)
    outbox_.each_live(put);
  else
    outbox_.each_owed(put);
  flush(writer);
}

/// A snapshot is whole or nothing; of a delta the rest is left when nobody takes it.
bool Attempts::is_enough() const {
  if (is_snapshot_) return false;
  return is_probe_ ? put_ > 0 : target_.breaker.remaining().count() > 0;
}

/// The share goes into the batch, and its texts are not copied.
void Attempts::add(plugin::Writer& writer, OutgoingShare& row) {
  if (is_enough()) return;
  auto& known = mark(row.place);
  if (known.is_settled && !is_snapshot_) return;
  ++put_;
  known.is_put = row.is_owed && !known.is_settled;
  known.is_removal = row.is_removal;
  if (batch_.used == batch_.rows.size()) {
    batch_.rows.emplace_back();
    batch_.keys.emplace_back();
  }
  append_key(batch_.keys[batch_.used], target_.key_prefix, row);
  batch_.bytes += row.body.size();
  std::swap(batch_.rows[batch_.used++], row);
  auto most =
      target_.tempo.pace ? std::min<std::size_t>(most_rows, target_.tempo.burst) : most_rows;
  if (batch_.used >= most || batch_.bytes >= most_bytes) flush(writer);
}

/// Waits for the turn of the last share of the batch.
void Attempts::keep_pace() {
  if (!target_.tempo.pace) return;
  int64_t wait_ms = 0;
  for (std::size_t at = 0; at < batch_.used; ++at)
    wait_ms = std::max(wait_ms, target_.tempo.pace->take(target_.tempo.name));
  if (wait_ms > 0 && !waiting_.wait(std::chrono::milliseconds(wait_ms)))
    throw Error(Next::stop, "the run was asked to stop, the next one goes on");
}

void Attempts::flush(plugin::Writer& writer) {
  keep_pace();
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
  if (answer == Verdict::not_now) {
    ++failed_;
    tried_in_vain_ += known.was_put;
    target_.breaker.fail();
  } else {
    target_.breaker.succeed();
  }
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
  if (is_snapshot_) return outbox_.live();
  return is_probe_ ? 1 : owed_.all() - settled_;
}

Attempts::Mark& Attempts::mark(uint32_t place) {
  if (place >= marks_.size()) marks_.resize(place + 1);
  return marks_[place];
}

/// Keys are prefix/id/sequence; an answer for another key is nobody's.
std::optional<uint32_t> Attempts::place_of(std::string_view key) {
  auto end = key.rfind('/');
  bool is_ours = end != key.npos && end > target_.key_prefix.size() &&
                 key.starts_with(target_.key_prefix) && key[target_.key_prefix.size()] == '/';
  if (!is_ours) return std::nullopt;
  uint64_t sequence = 0;
  auto digits = key.substr(end + 1);
  auto [rest, trouble] = std::from_chars(digits.data(), digits.data() + digits.size(), sequence);
  if (trouble != std::errc() || rest != digits.data() + digits.size()) return std::nullopt;
  auto from = target_.key_prefix.size() + 1;
  return outbox_.find(key.substr(from, end - from), sequence);
}

}  // namespace homeroom::deliver
