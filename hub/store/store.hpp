// store: one tenant's database, in a file of SQLite or in a schema of a PostgreSQL server.
// publish() is one transaction in which everything a run changed becomes visible together; a run
// that ends without it has done nothing. The first load is built where nobody sees it.
//
// Sealed units (frames, profiles, reference rows, features, quarantined bytes) go in and come out
// in the clear; in the file they are ciphertext.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "homeroom/error.hpp"
#include "hub/store/rows.hpp"

namespace homeroom::keys {
class KeyRing;
}

namespace homeroom::store {

/// What a run staged is published, but the store cannot be used any more by who wrote it: only what
/// was known before may be said of it, by was_moved().
struct PublishedAndClosed : Error {
  explicit PublishedAndClosed(const Error& why) : Error(why) {}
};

/// What somebody who watches a store wants to know; nothing of it is sealed.
struct Watched {
  std::map<std::string, int64_t> newest_ms;  ///< of the data of each source that tells its age
  std::map<std::string, uint64_t> without_receipt;  ///< shares and removals, by destination
  std::optional<double> oldest_transaction_s;  ///< on a server: of all sessions of its database
};

class Store {
 public:
  /// Looks at what is published there, without keys. Nothing where nothing is, or where the tables
  /// are of another program.
  static std::optional<Watched> watch(const std::string& location);
  /// Opens the store for reading and, with `for_writing`, as the one writer. `location` is
  /// "sqlite:FILE" or "postgresql:CONNINFO". One of another tenant, a newer schema or a damaged
  /// file is refused with what to do. A store that does not exist yet is begun where nobody sees it
  /// (for_writing only). On PostgreSQL a second writer is turned away here: world::Locked. One of
  /// an older schema is brought forward by who writes, and before that kept as the file
  /// `attic`.schema-N, unless that is empty.
  static std::unique_ptr<Store> open(const std::string& location, const std::string& tenant_id,
                                     keys::KeyRing& keys, bool for_writing,
                                     const std::filesystem::path& attic = {});
  virtual ~Store() = default;

  virtual bool is_new() const = 0;  ///< nothing was ever published
  /// The file was written on another machine or in another folder: it may be a copy, so nothing may
  /// be sent from it before accept_move(), which is durable at once.
  virtual bool was_moved() const = 0;
  virtual void accept_move(const AuditRow& row) = 0;
  /// Sequences of shares begin above this; it grows when a backup or a copy takes over.
  virtual uint64_t first_sequence() = 0;
  /// A new store takes the place of one that is lost: sequences of shares and numbers of deliveries
  /// begin above all that the lost one may have used. Staged.
  virtual void begin_anew(int64_t now_ms) = 0;
  virtual uint64_t generation() const = 0;
  /// Number for a new run, durable at once on an existing store.
  virtual uint64_t next_run() = 0;

  /// What `read` reads is of one moment, and costs one lock instead of one for each call.
  virtual void at_one_moment(const std::function<void()>& read) = 0;

  // ---- reading the published generation (plus, inside a run, what the run has put) ------------
  virtual void each_node(uint32_t source, const std::function<void(const NodeIndex&)>& visit) = 0;
  virtual Node node(uint32_t source, uint32_t id) = 0;
  /// One of those that each_node() visits, or nothing.
  virtual std::optional<NodeIndex> node_index(uint32_t source, uint32_t id) = 0;
  /// The same with all but its frame, and the frame alone, which lies elsewhere; empty if there is
  /// none.
  virtual std::optional<Node> node_beside_frame(uint32_t source, uint32_t id) = 0;
  virtual std::string frame(uint32_t source, uint32_t id) = 0;
  /// All nodes of a source have lower numbers.
  virtual uint32_t end_of_nodes(uint32_t source) = 0;
  virtual std::string neighbors(uint32_t source, uint32_t id) = 0;
  virtual void each_use(uint32_t source,
                        const std::function<void(uint32_t id, std::string_view uses)>& visit) = 0;
  virtual std::string reference(uint32_t source, const std::string& stream) = 0;
  /// Ascending by node.
  virtual std::vector<SubjectLink> links(uint32_t source) = 0;
  /// What matching knows of a record; empty when nothing is kept. Valid until the next call.
  virtual std::string_view features(uint32_t source, uint32_t node) = 0;
  virtual void each_features(
      uint32_t source,
      const std::function<void(uint32_t node, std::string_view features)>& visit) = 0;
  /// Which records of a source have a blocking token, ascending by node.
  virtual void postings(uint32_t source, uint64_t token, std::vector<uint32_t>& nodes) = 0;
  /// Of how many records of a stream it is kept where they hang, about; nothing if of none.
  virtual std::optional<uint64_t> count_keys(const KeyedStream& of) = 0;
  /// The nodes of the records with a key, ascending; they may have been erased since.
  virtual void find_key(const KeyedStream& of, uint64_t key, std::vector<uint32_t>& nodes) = 0;
  virtual void each_key(const KeyedStream& of,
                        const std::function<void(const Posting&)>& visit) = 0;  ///< by key
  virtual void each_person(const std::function<void(const Person&)>& visit) = 0;
  virtual void each_person_id(
      const std::function<void(uint32_t number, std::string_view id)>& visit) = 0;
  virtual std::optional<Person> person(uint32_t number) = 0;
  virtual uint32_t end_of_persons() = 0;  ///< all have lower numbers
  virtual std::optional<Profile> profile(uint32_t person) = 0;
  virtual void each_profile(const std::function<void(const Profile&)>& visit) = 0;  ///< by person
  virtual void each_profile_index(
      const std::function<void(const Profile&)>& visit) = 0;          ///< rows left empty
  virtual std::optional<Profile> profile_index(uint32_t person) = 0;  ///< rows left empty
  virtual void each_share(uint32_t destination,
                          const std::function<void(const ShareRow&)>& visit) = 0;
  virtual std::optional<ShareRow> share(uint32_t destination, uint32_t person) = 0;
  /// What walking over all of them would count. It is kept beside them; in a store of before that
  /// was done they are walked over once.
  virtual PeopleTally people_tally() = 0;
  virtual ShareTally share_tally(uint32_t destination) = 0;
  virtual std::optional<StreamState> stream_state(const std::string& source,
                                                  const std::string& stream) = 0;
  virtual std::vector<StreamState> stream_states() = 0;
  virtual std::vector<FormerStreamState> stream_history() = 0;  ///< all published, newest first
  virtual std::optional<std::string> digest(const std::string& name) = 0;
  virtual std::vector<RunRow> runs(uint32_t most) = 0;
  virtual std::optional<RunRow> run(uint64_t number) = 0;
  virtual std::vector<QuarantineRow> quarantine() = 0;
  virtual std::vector<Refusal> refusals() = 0;        ///< by destination and person
  virtual std::vector<Correction> corrections() = 0;  ///< all, oldest first
  virtual std::vector<Decision> decisions() = 0;      ///< all, undone ones too, oldest first

  /// Numbers and names of all that were ever given one.
  virtual std::vector<std::pair<uint32_t, std::string>> sources() = 0;
  virtual std::vector<std::pair<uint32_t, std::string>> destinations() = 0;
  /// Dense numbers of names from 1, given at first use and kept for ever. A store opened for
  /// reading gives none: 0 is a name nothing was ever stored for.
  virtual uint32_t source_number(const std::string& source) = 0;
  virtual uint32_t destination_number(const std::string& destination) = 0;

  // ---- staging: visible to nobody before publish() ---------------------------------------------
  // Bytes handed in are stored when the call returns. No put inside a visit of the same thing.
  virtual void begin() = 0;
  virtual void put_node(uint32_t source, const Node& node) = 0;  ///< ascending ids are fastest
  virtual void erase_node(uint32_t source, uint32_t id) = 0;
  virtual void put_reference(uint32_t source, const std::string& stream, std::string_view rows) = 0;
  /// Replaces all links of a source; features of records without a link are the caller's to erase.
  virtual void put_links(uint32_t source, const std::vector<SubjectLink>& links) = 0;
  /// One of them, beside the others.
  virtual void put_link(uint32_t source, const SubjectLink& link) = 0;
  virtual void put_features(uint32_t source, uint32_t node, std::string_view features) = 0;
  virtual void erase_features(uint32_t source, uint32_t node) = 0;
  /// What a run changed; of one token and node the last counts.
  virtual void add_postings(uint32_t source, std::vector<Posting> changes) = 0;
  /// In the place of all of a source. `at` gives `count` of them by token, then node.
  virtual void replace_postings(uint32_t source, std::size_t count,
                                const std::function<Posting(std::size_t)>& at) = 0;
  /// What a run changed of a stream whose keys are kept; of one key and node the last counts.
  virtual void add_keys(const KeyedStream& of, std::vector<Posting> changes) = 0;
  /// In the place of all of a stream, which is kept from now on. `at` gives `count` of them by key,
  /// then node.
  virtual void replace_keys(const KeyedStream& of, std::size_t count,
                            const std::function<Posting(std::size_t)>& at) = 0;
  virtual void put_person(const Person& person) = 0;
  virtual void put_profile(const Profile& profile) = 0;
  virtual void erase_profile(uint32_t person) = 0;
  /// Who saw all profiles knows the first day on which one changes by its dates.
  virtual void put_first_change(int32_t day) = 0;
  virtual void put_share(const ShareRow& share) = 0;
  virtual void put_stream_state(const StreamState& state) = 0;
  virtual void put_digest(const std::string& name, const std::string& digest) = 0;
  /// A row without a number gets the next one of its run.
  virtual void put_quarantine(const QuarantineRow& row) = 0;
  /// Rows of a stream set aside before that were read well, or were not there any more, this time.
  virtual void clear_quarantine(const std::string& source, const std::string& stream,
                                uint64_t before_run) = 0;
  /// Reports of runs that began, and former states of streams that were, before an instant; the
  /// newest state of each stream stays.
  virtual void erase_runs(int64_t before_ms) = 0;
  virtual void erase_stream_history(int64_t before_ms) = 0;
  virtual void set_correction_state(uint32_t number, CorrectionState state) = 0;
  virtual void erase_correction(uint32_t number) = 0;

  // Forgetting children: the caller has destroyed the keys of what is theirs alone (keys::Erasure).
  /// Nodes, features, links, keys and blocking tokens of these records, which ascend. What they
  /// share with others is sealed anew under other keys, and keys of tokens that no page has go.
  virtual void forget_records(uint32_t source, const std::vector<uint32_t>& nodes) = 0;
  /// The profile, corrections and decisions of a person, and what was refused of it.
  virtual void forget_person(uint32_t person) = 0;
  /// Decisions about a record, by the token of its node.
  virtual void forget_decisions(uint64_t record) = 0;
  /// Takes out what a backup has and the keys have no more: records set aside one by one; features
  /// and tokens altogether when a page of them cannot be opened, and so keys of records. True for
  /// features and tokens: the next run makes them anew.
  virtual bool drop_unreadable() = 0;
  /// Keys first, then one commit: frames, links, profiles, outbox, cursors and the generation
  /// number. When it throws nothing is published, but for PublishedAndClosed.
  virtual void publish() = 0;
  virtual void rollback() = 0;

  // ---- after publish: receipts, disclosures and the run's report ------------------------------
  virtual void begin_receipts() = 0;
  virtual void put_receipt(const ShareRow& share) = 0;
  /// A receipt for every share of a destination at once: all that are `owed` are `sent`.
  virtual void put_all_sent(uint32_t destination) = 0;
  virtual void put_disclosure(const Disclosure& disclosure) = 0;  ///< chained
  /// In the place of what the destination refused of the person before; without a number it gets
  /// the next one of its run.
  virtual void put_refusal(const Refusal& refusal) = 0;
  virtual void erase_refusal(const Refusal& refusal) = 0;
  virtual uint64_t next_delivery_number(uint32_t destination) = 0;
  virtual void commit_receipts() = 0;
  virtual void put_run(const RunRow& run) = 0;      ///< durable at once
  virtual void put_audit(const AuditRow& row) = 0;  ///< chained; durable at once

  /// What a person sets, and what is written of it into the audit log: durable at once, together.
  /// Takes the place of the correction of the same person and field, if there is one. Its number.
  virtual uint32_t put_correction(const Correction& correction, const AuditRow& row) = 0;
  /// Marks one, for the next run to take it out of the profile.
  virtual void drop_correction(uint32_t number, const AuditRow& row) = 0;

  /// What a person wants done about a record that was set aside: the row with another state.
  virtual void settle_quarantine(const QuarantineRow& row, const AuditRow& audit) = 0;

  /// The same for what a destination refused: the refusal and its share with other states.
  virtual void settle_refusal(const Refusal& refusal, const ShareRow& share,
                              const AuditRow& audit) = 0;

  /// What a person says instead of how far streams were read; a generation of its own.
  virtual void set_stream_states(const std::vector<StreamState>& states, const AuditRow& row) = 0;

  /// What a person asks of the next run.
  virtual void put_request(const Request& request, const AuditRow& row) = 0;

  /// What a person decides about a record and a student. Its number.
  virtual uint32_t put_decision(const Decision& decision, const AuditRow& row) = 0;
  /// Marks one as undone at the time and by the actor of `row`; it stays for ever.
  virtual void undo_decision(uint32_t number, const AuditRow& row) = 0;

  /// Numbers of audit entries whose target says this text.
  virtual std::vector<uint64_t> audit_about(const std::string& text) = 0;
  /// Walks the chains of disclosures and of the audit log. Hashes that stand in one of them are
  /// taken out of `known`: a chain that was cut at its end is whole, but lacks a head noted before.
  virtual std::vector<Chain> chains(std::set<std::string>& known) = 0;

  // ---- copies ----------------------------------------------------------------------------------
  /// Whether anything was ever published there.
  static bool is_there(const std::string& location);
  /// Writes the published generation as one file of SQLite, consistent also while a run writes the
  /// store. The file must not exist; it can be read by its owner only.
  static void back_up(const std::string& location, const std::filesystem::path& to);
  /// This file is a backup or a copy that takes the place of a store: nothing is sent from it
  /// before accept_move(), and what it sends then stands above all that was ever sent. Once is
  /// enough.
  virtual void mark_restored(const AuditRow& row) = 0;
  /// Lets the file take the store's place in one step; a store that is there stays as the file
  /// `before`.
  static void put_in_place(const std::filesystem::path& restored, const std::string& location,
                           const std::filesystem::path& before);
};

}  // namespace homeroom::store
