// What stands in the store, one struct for each kind of row. Sealed in the file is what says so;
// the rest stands there in the clear: dense numbers, tokens, sizes, times.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hub/record/finding.hpp"

namespace homeroom::store {

/// A node ties rows together: all rows of one source with the same subject value, or a bare join
/// value without rows. Its id is dense per source and never re-used.
struct NodeIndex {
  uint32_t id = 0;
  uint64_t token = 0;   ///< KeyRing::token(space, value)
  std::string digests;  ///< flow's packed (stream, count, sum of row hashes); clear
};

struct Node {
  uint32_t id = 0;
  uint64_t token = 0;
  std::string digests;
  std::string neighbors;   ///< flow's packed ids of tied nodes; clear
  std::string uses;        ///< flow's packed reference tokens; clear
  std::string frame;       ///< rows and contribution; sealed. Empty: a node without rows
  bool has_frame = false;  ///< as it was found in the store
};

/// Whose a kept record is, or may be: linked, in review beside a candidate, or kept for a decision.
struct SubjectLink {
  static constexpr uint32_t nobody = UINT32_MAX;
  static constexpr uint8_t decided = UINT8_MAX;
  static constexpr uint8_t former = UINT8_MAX - 1;

  uint32_t node = 0;     ///< of the source
  uint32_t person = 0;   ///< linked to; of a record in review the candidate; or nobody
  uint8_t evidence = 0;  ///< resolve::Evidence; none: not linked
  uint8_t rule = 0;      ///< 0 weighed, `decided` by a person, `former`: once linked, now in review
  float weight = 0;      ///< of the match, log2 of the odds; 0: not known

  bool operator==(const SubjectLink&) const = default;
  bool is_linked() const { return evidence != 0; }
  bool is_in_review() const { return !is_linked() && person != nobody; }
};

/// A record has a token, or has it no longer.
struct Posting {
  uint64_t token = 0;  ///< a blocking token, or the hash of a key
  uint32_t node = 0;   ///< below 2^31
  bool is_gone = false;
};

/// The records of one stream of a source, known by the hashes of their keys.
struct KeyedStream {
  uint32_t source = 0;
  std::string stream;
  std::string columns;  ///< that make the key; hashes of others say nothing
};

struct Person {
  uint32_t number = 0;  ///< dense, in order of first appearance
  std::string id;       ///< "p-...."
  bool is_live = true;  ///< has a live record in the roster
  std::optional<int32_t> ended_on;
  std::string merged_into;
};

struct Profile {
  uint32_t person = 0;
  uint64_t content_hash = 0;
  uint32_t version = 1;     ///< counts changes of content
  uint64_t changed_in = 0;  ///< run number
  std::optional<int32_t> changes_on;
  std::string rows;  ///< canonical rows as merge made them; sealed
};

/// How many persons and profiles there are. It changes with their rows, and spares a night that
/// changes few of them a walk over all.
struct PeopleTally {
  static constexpr int32_t never = INT32_MAX;

  uint64_t live = 0;
  uint64_t merged = 0;  ///< persons who are part of another one
  uint64_t profiles = 0;
  int32_t first_change = never;  ///< no profile changes by its dates before this day

  bool operator==(const PeopleTally&) const = default;
};

enum class ShareState : uint8_t {
  none,          ///< nothing was ever sent and nothing is owed
  owed,          ///< an upsert waits for a receipt
  sent,          ///< receipt for this very digest
  removal_owed,  ///< a tombstone waits for a receipt
  removed,       ///< receipt for the tombstone
  refused,       ///< the destination said never to this digest
  held,
};

struct ShareRow {
  /// A run that nobody noted: the row was written by a program of before.
  static constexpr uint64_t some_run = UINT64_MAX;

  uint32_t destination = 0;  ///< number given by Store::destination_number
  uint32_t person = 0;
  uint64_t sequence = 0;  ///< grows by one with each row owed to this (destination, person)
  ShareState state = ShareState::none;
  std::array<unsigned char, 32> digest{};  ///< SHA-256 of the body; zeros for removals
  uint8_t outcome = 0;  ///< govern::Outcome of the profile of now: out of scope, withheld, shared
  uint32_t fields_withheld = 0;
  uint64_t told_in = 0;  ///< the run in which it became owed or, if that is later, its receipt came

  bool operator==(const ShareRow&) const = default;
};

/// How many shares of a destination there are of each kind.
struct ShareTally {
  static constexpr std::size_t states = 7, outcomes = 3;
  static constexpr uint8_t withheld = 1;  ///< govern::Outcome; also of who has no profile

  std::array<std::array<uint64_t, outcomes>, states> of{};  ///< by state and outcome
  uint64_t fields_withheld = 0;                             ///< of all of them

  uint64_t in(ShareState state) const {
    const auto& those = of[static_cast<std::size_t>(state)];
    return those[0] + those[1] + those[2];
  }
  bool operator==(const ShareTally&) const = default;
};

struct StreamState {
  std::string source, stream;
  std::string cursor;  ///< as the source writes it; empty: it is read whole
  int64_t as_of_ms = 0;
  uint64_t records = 0;  ///< of the last complete read of everything
  int32_t proof = 0;
  std::string feeds_digest;  ///< of the plugins and settings that gave the cursor (flow::Hub)
};

/// What a person asks of the next run, in the place of what stands there.
struct Request {
  std::vector<ShareRow> shares;
  std::vector<StreamState> states;
  std::vector<std::pair<std::string, std::string>> digests;  ///< name, digest
};

/// A state as a generation published it.
struct FormerStreamState {
  uint64_t generation = 0;
  StreamState state;
};

enum class AsideState : uint8_t {
  open,     ///< waits for its source, or for a person
  dropped,  ///< a person knows it; not told again while its source says the same
  mended,   ///< a person said what should stand there; read so while its source says the same
};

struct QuarantineRow {
  uint64_t run = 0;
  uint32_t number = 0;  ///< "412-1"
  std::string source;
  record::SetAside what;   ///< bytes sealed
  uint64_t hash = 0;       ///< keyed, of bytes and reason: known again the next night
  uint64_t first_run = 0;  ///< when it was set aside first
  AsideState state = AsideState::open;
  bool reads_again = false;  ///< the next read that does not bring it takes it from here
  std::vector<std::pair<std::string, std::string>> mends = {};  ///< column, value; sealed
  int32_t seen_on = 0;  ///< the day on which its source brought it last; 0: not known
};

/// What a destination said never to: the share of a student, and why.
struct Refusal {
  uint64_t run = 0;     ///< that was told this first
  uint32_t number = 0;  ///< "412-2", among what that run set aside
  uint32_t destination = 0;
  uint32_t person = 0;
  uint64_t sequence = 0;    ///< of the share
  bool is_dropped = false;  ///< a person knows it; not told again while the share is the same
  std::string why;          ///< as the destination told it; sealed
};

struct RunRow {
  uint64_t number = 0;
  std::string job, status, report;  ///< report: the JSON of cli.md
  int64_t started_ms = 0;
};

/// One disclosure as 34 CFR 99.32 wants it recorded.
struct Disclosure {
  uint32_t destination = 0;
  std::string person, recipient, purpose, agreement, rules, classes, policy_version;
  uint64_t sequence = 0;
  std::string digest;
  int64_t at_ms = 0;  ///< when the receipt came, UTC
};

enum class CorrectionState : uint8_t {
  waits,    ///< for the next run, which takes it into the profile
  stands,   ///< the published profile has it
  dropped,  ///< the published profile may have it still; the next run takes it out
};

/// A value that a person set for one field of a student, above what all sources say.
struct Correction {
  uint32_t number = 0;  ///< given by the store, never again
  uint32_t person = 0;
  std::string field;  ///< of the student: "name.first"; in the clear
  CorrectionState state = CorrectionState::waits;
  std::optional<int32_t> until;  ///< the last day on which it stands
  int64_t made_ms = 0;
  std::string actor;
  std::string value;  ///< canonical JSON, `null` for nothing; sealed
  std::string why;    ///< a person's own words; sealed
};

enum class Verdict : uint8_t {
  same,       ///< the record is this student's
  different,  ///< it is not
  later,      ///< not decided; the pair goes to the end of the queue
};

/// What a person decided about a record of a source and a student. Kept for ever.
struct Decision {
  uint32_t number = 0;  ///< given by the store, never again
  uint32_t source = 0;
  uint64_t record = 0;  ///< token of the record's node: it survives that the node goes and returns
  uint32_t person = 0;
  Verdict verdict = Verdict::later;
  int64_t made_ms = 0;
  std::string actor;
  std::string key;  ///< of the record in its source; sealed
  std::string why;  ///< a person's own words; sealed
  std::optional<int64_t> undone_ms = std::nullopt;
  std::string undone_by = {};
};

/// A chain of entries, each hashed with the one before: what was disclosed, or what people did.
struct Chain {
  std::string name;  ///< "disclosures", "audit entries"
  uint64_t entries = 0;
  std::string head;    ///< hash of the last entry, 64 hex letters
  std::string broken;  ///< which entry is the first that does not fit; empty: the chain is whole
};

/// Something a person did that must be answered for: unmasking, approving, deciding.
struct AuditRow {
  int64_t at_ms = 0;
  std::string actor, act, target;
  std::string why;  ///< a person's own words; sealed
};

}  // namespace homeroom::store
