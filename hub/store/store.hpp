// store: one tenant's database. Embedded form: SQLite. Two durable steps: land(), and publish(),
// one transaction in which everything a run changed becomes visible together; a run that ends
// without it has done nothing. The first load builds the file beside its final name and renames it
// on publish.
//
// Sealed units (frames, profiles, reference rows, features, quarantined bytes) go in and come out
// in the clear; in the file they are ciphertext. In the clear stand dense numbers, tokens, sizes,
// times.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/keys/keys.hpp"
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
  std::string neighbors;  ///< flow's packed ids of tied nodes; clear
  std::string uses;       ///< flow's packed reference tokens; clear
  std::string frame;      ///< rows and contribution; sealed. Empty: a node without rows
};

struct SubjectLink {
  uint32_t node = 0;     ///< of the source
  uint32_t person = 0;   ///< dense person number
  uint8_t evidence = 0;  ///< resolve::Evidence
  uint8_t rule = 0;
  std::string features;  ///< packed resolve::Features; sealed in pages
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
  uint32_t destination = 0;  ///< number given by Store::destination_number
  uint32_t person = 0;
  uint64_t sequence = 0;  ///< grows by one with each row owed to this (destination, person)
  ShareState state = ShareState::none;
  std::array<unsigned char, 32> digest{};  ///< SHA-256 of the body; zeros for removals
  uint8_t outcome = 0;  ///< govern::Outcome of the profile of now: out of scope, withheld, shared
  uint32_t fields_withheld = 0;
};

struct StreamState {
  std::string source, stream;
  std::string cursor;
  int64_t as_of_ms = 0;
  uint64_t records = 0;  ///< of the last complete read
  int32_t proof = 0;
  std::string file_digest;  ///< name, size and digest of what was landed
};

struct QuarantineRow {
  uint64_t run = 0;
  uint32_t number = 0;  ///< "412-1"
  std::string source;
  record::SetAside what;   ///< bytes sealed
  uint64_t hash = 0;       ///< keyed, of bytes and reason: known again the next night
  uint64_t first_run = 0;  ///< when it was set aside first
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

/// Something a person did that must be answered for: unmasking, approving, deciding.
struct AuditRow {
  int64_t at_ms = 0;
  std::string actor, act, target;
  std::string why;  ///< a person's own words; sealed
};

class Store {
 public:
  /// Opens the store for reading and, with `for_writing`, as the one writer. `location` is
  /// "sqlite:FILE". A file of another tenant, a newer schema or a damaged file is refused with what
  /// to do. A store that does not exist yet is begun beside its final name (for_writing only).
  static std::unique_ptr<Store> open(const std::string& location, const std::string& tenant_id,
                                     keys::KeyRing& keys, bool for_writing);
  virtual ~Store() = default;

  virtual bool is_new() const = 0;  ///< nothing was ever published
  /// The file was written on another machine or in another folder: it may be a copy, so nothing may
  /// be sent from it before accept_move(), which is durable at once.
  virtual bool was_moved() const = 0;
  virtual void accept_move() = 0;
  virtual uint64_t generation() const = 0;
  /// Number for a new run, durable at once on an existing store.
  virtual uint64_t next_run() = 0;

  /// What `read` reads is of one moment, and costs one lock instead of one for each call.
  virtual void at_one_moment(const std::function<void()>& read) = 0;

  // ---- reading the published generation (plus, inside a run, what the run has put) ------------
  virtual void each_node(uint32_t source, const std::function<void(const NodeIndex&)>& visit) = 0;
  virtual Node node(uint32_t source, uint32_t id) = 0;
  virtual std::string neighbors(uint32_t source, uint32_t id) = 0;
  virtual void each_use(uint32_t source,
                        const std::function<void(uint32_t id, std::string_view uses)>& visit) = 0;
  virtual std::string reference(uint32_t source, const std::string& stream) = 0;
  virtual void each_link(uint32_t source, const std::function<void(const SubjectLink&)>& visit) = 0;
  virtual void each_person(const std::function<void(const Person&)>& visit) = 0;
  virtual std::optional<Profile> profile(uint32_t person) = 0;
  virtual void each_profile(const std::function<void(const Profile&)>& visit) = 0;  ///< by person
  virtual void each_profile_index(
      const std::function<void(const Profile&)>& visit) = 0;  ///< rows left empty
  virtual void each_share(uint32_t destination,
                          const std::function<void(const ShareRow&)>& visit) = 0;
  virtual std::optional<StreamState> stream_state(const std::string& source,
                                                  const std::string& stream) = 0;
  virtual std::vector<StreamState> stream_states() = 0;
  virtual std::optional<StreamState> landed(const std::string& source,
                                            const std::string& stream) = 0;
  virtual std::optional<std::string> digest(const std::string& name) = 0;
  virtual std::vector<RunRow> runs(uint32_t most) = 0;
  virtual std::optional<RunRow> run(uint64_t number) = 0;
  virtual std::vector<QuarantineRow> quarantine() = 0;
  virtual bool knows_quarantined(const std::string& source, const std::string& stream,
                                 uint64_t hash) = 0;

  /// Dense numbers of names from 1, given at first use and kept for ever. A store opened for
  /// reading gives none: 0 is a name nothing was ever stored for.
  virtual uint32_t source_number(const std::string& source) = 0;
  virtual uint32_t destination_number(const std::string& destination) = 0;

  // ---- land: durable at once, so never between begin() and publish() ---------------------------
  virtual void land(const StreamState& state) = 0;

  // ---- staging: visible to nobody before publish() ---------------------------------------------
  // Bytes handed in are stored when the call returns. No put inside a visit of the same thing.
  virtual void begin() = 0;
  virtual void put_node(uint32_t source, const Node& node) = 0;  ///< ascending ids are fastest
  virtual void erase_node(uint32_t source, uint32_t id) = 0;
  virtual void put_reference(uint32_t source, const std::string& stream, std::string_view rows) = 0;
  /// Replaces all links of a source.
  virtual void put_links(uint32_t source, const std::vector<SubjectLink>& links) = 0;
  virtual void put_person(const Person& person) = 0;
  virtual void put_profile(const Profile& profile) = 0;
  virtual void erase_profile(uint32_t person) = 0;
  virtual void put_share(const ShareRow& share) = 0;
  virtual void put_stream_state(const StreamState& state) = 0;
  virtual void put_digest(const std::string& name, const std::string& digest) = 0;
  virtual void put_quarantine(const QuarantineRow& row) = 0;
  /// Rows of a stream set aside before that were read well, or were not there any more, this time.
  virtual void clear_quarantine(const std::string& source, const std::string& stream,
                                uint64_t before_run) = 0;
  /// Keys first, then one commit: frames, links, profiles, outbox, cursors and the generation
  /// number.
  virtual void publish() = 0;
  virtual void rollback() = 0;

  // ---- after publish: receipts, disclosures and the run's report ------------------------------
  virtual void begin_receipts() = 0;
  virtual void put_receipt(const ShareRow& share) = 0;
  /// A receipt for every share of a destination at once: all that are `owed` are `sent`.
  virtual void put_all_sent(uint32_t destination) = 0;
  virtual void put_disclosure(const Disclosure& disclosure) = 0;  ///< chained
  virtual uint64_t next_delivery_number(uint32_t destination) = 0;
  virtual void commit_receipts() = 0;
  virtual void put_run(const RunRow& run) = 0;      ///< durable at once
  virtual void put_audit(const AuditRow& row) = 0;  ///< chained; durable at once

  /// Checks the chains of disclosures and of the audit log: empty when they are whole, else which
  /// entry is the first that does not fit.
  virtual std::string first_break() = 0;
};

}  // namespace homeroom::store
