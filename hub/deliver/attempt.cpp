#include "hub/deliver/attempt.hpp"

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

}  // namespace

Attempts::Attempts(plugin::Instance& sink, Outbox& outbox, const std::string& destination,
                   const std::string& key_prefix)
    : sink_(sink),
      outbox_(outbox),
      destination_(destination),
      key_prefix_(key_prefix),
      owed_(outbox.owed()) {}

Ending Attempts::run() {
  put_.clear();
  batch_ = {};
  Ending ending;
  try {
    is_snapshot_ = sink_.takes() == plugin::Delivers::snapshot;
    if (number_ == 0) number_ = outbox_.delivery_number();
    auto mode = is_snapshot_ ? plugin::Delivers::snapshot : plugin::Delivers::delta;
    auto answer = [this](std::string_view key, plugin::Verdict verdict, std::string_view why) {
      answers_.push_back({std::string(key), verdict_of(verdict), std::string(why)});
    };
    auto writer = sink_.begin({destination_, mode, number_, shares_to_put()}, answer);
    if (is_snapshot_)
      put_snapshot(*writer);
    else
      put_delta(*writer);
    writer->finish();
    if (is_snapshot_) settle_removals();
  } catch (const Error& error) {
    bool is_passing = error.next == Next::retry;
    ending = {is_passing ? Ending::Kind::again : Ending::Kind::given_up, error.retry_after_s,
              error.what()};
  }
  settle_answers();
  if (ending.kind == Ending::Kind::settled && settled_.size() < owed_)
    ending = {Ending::Kind::again, 0, last_not_now_};
  return ending;
}

void Attempts::put_delta(plugin::Writer& writer) {
  outbox_.each_owed([&](const OutgoingShare& row) { add(writer, row); });
  flush(writer);
}

void Attempts::put_snapshot(plugin::Writer& writer) {
  outbox_.each_live([&](const OutgoingShare& row) { add(writer, row); });
  flush(writer);
}

void Attempts::add(plugin::Writer& writer, const OutgoingShare& row) {
  std::string key = key_of(row);
  bool has_verdict = settled_.contains(key);
  if (has_verdict && !is_snapshot_) return;
  if (row.is_owed && !has_verdict) put_.emplace(key, Row{row.id, row.sequence, row.is_removal});
  batch_.bytes += row.body.size();
  batch_.rows.push_back(row);
  batch_.keys.push_back(std::move(key));
  if (batch_.rows.size() >= most_rows || batch_.bytes >= most_bytes) flush(writer);
}

void Attempts::flush(plugin::Writer& writer) {
  std::vector<plugin::Share> shares;
  shares.reserve(batch_.rows.size());
  for (std::size_t at = 0; at < batch_.rows.size(); ++at)
    shares.push_back(share_of(batch_.rows[at], batch_.keys[at]));
  if (!shares.empty()) writer.put(shares);
  batch_ = {};
}

// What is not in a snapshot is gone: it was removed when the whole was taken.
void Attempts::settle_removals() {
  std::vector<Answered> removed;
  outbox_.each_owed([&](const OutgoingShare& row) {
    std::string key = key_of(row);
    if (!row.is_removal || settled_.contains(key)) return;
    put_.emplace(key, Row{row.id, row.sequence, true});
    removed.push_back({std::move(key), Verdict::taken, {}});
  });
  answers_.insert(answers_.end(), removed.begin(), removed.end());
}

// Only now, since the outbox was being read while the answers came.
void Attempts::settle_answers() {
  last_not_now_ = "not every share was answered";
  for (const Answered& answer : answers_) settle(answer);
  answers_.clear();
  outbox_.settle_all();
}

void Attempts::settle(const Answered& answer) {
  auto found = put_.find(answer.key);
  if (found == put_.end() || settled_.contains(answer.key)) return;
  const Row& row = found->second;
  // A tombstone stays owed for ever: nobody may refuse to forget.
  bool is_kept = row.is_removal && answer.verdict == Verdict::refused;
  Verdict verdict = is_kept ? Verdict::not_now : answer.verdict;
  outbox_.settle(row.id, row.sequence, verdict, answer.why);
  if (verdict == Verdict::not_now) {
    last_not_now_ = answer.why.empty() ? "the destination said not now" : answer.why;
    return;
  }
  settled_.insert(answer.key);
  if (verdict == Verdict::refused)
    ++counts_.refused;
  else
    ++(row.is_removal ? counts_.removed : counts_.delivered);
}

Counts Attempts::counts() {
  Counts counts = counts_;
  if (settled_.size() == owed_) return counts;
  outbox_.each_owed([&](const OutgoingShare& row) {
    if (!settled_.contains(key_of(row)))
      ++(row.is_removal ? counts.removals_pending : counts.pending);
  });
  return counts;
}

uint64_t Attempts::shares_to_put() {
  return is_snapshot_ ? outbox_.live() : owed_ - settled_.size();
}

std::string Attempts::key_of(const OutgoingShare& row) const {
  return key_prefix_ + "/" + row.id + "/" + std::to_string(row.sequence);
}

}  // namespace homeroom::deliver
