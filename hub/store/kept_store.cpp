// A store in a database: the repositories over its place, and who may do what when.
#include <algorithm>
#include <memory>
#include <utility>

#include "homeroom/error.hpp"
#include "hub/store/place.hpp"
#include "hub/store/repositories.hpp"
#include "hub/store/store.hpp"

namespace homeroom::store {

namespace {

class KeptStore final : public Store {
 public:
  KeptStore(std::unique_ptr<Place> place, keys::KeyRing& keys, bool for_writing)
      : keys_(keys), for_writing_(for_writing), place_(std::move(place)) {
    if (place_->is_published())
      use_existing();
    else if (for_writing)
      start_building();
    else
      throw place_->nothing_published();
  }

  bool is_new() const override { return is_building_; }
  bool was_moved() const override { return was_moved_; }
  uint64_t generation() const override {
    return static_cast<uint64_t>(database_->number("SELECT generation FROM store"));
  }

  void accept_move(const AuditRow& row) override {
    with_audit("accept_move", row, [&] { set_origin(place_->identity().origin); });
    was_moved_ = false;
  }
  uint64_t first_sequence() override {
    return std::stoull(digest(first_sequence_name).value_or("0"));
  }

  uint64_t next_run() override {
    must_be_durable("next_run");
    return all_->runs.next();
  }

  void at_one_moment(const std::function<void()>& read) override {
    if (database_->is_in_transaction()) return read();
    database_->begin_reading();
    try {
      read();
    } catch (...) {
      database_->rollback();
      throw;
    }
    database_->commit();
  }

  // ---- reading --------------------------------------------------------------------------------
  void each_node(uint32_t source, const std::function<void(const NodeIndex&)>& visit) override {
    all_->nodes.each(source, visit);
  }
  std::optional<NodeIndex> node_index(uint32_t source, uint32_t id) override {
    return all_->nodes.index(source, id);
  }
  std::optional<Node> node_beside_frame(uint32_t source, uint32_t id) override {
    return all_->nodes.beside_frame(source, id);
  }
  std::string frame(uint32_t source, uint32_t id) override { return all_->nodes.frame(source, id); }
  uint32_t end_of_nodes(uint32_t source) override { return all_->nodes.end(source); }
  Node node(uint32_t source, uint32_t id) override { return all_->nodes.find(source, id); }
  std::string neighbors(uint32_t source, uint32_t id) override {
    return all_->nodes.neighbors(source, id);
  }
  void each_use(uint32_t source,
                const std::function<void(uint32_t, std::string_view)>& visit) override {
    all_->nodes.each_use(source, visit);
  }
  std::string reference(uint32_t source, const std::string& stream) override {
    return all_->references.find(source, stream);
  }
  std::vector<SubjectLink> links(uint32_t source) override { return all_->links.all(source); }
  std::string_view features(uint32_t source, uint32_t node) override {
    return all_->features.find(source, node);
  }
  void each_features(uint32_t source,
                     const std::function<void(uint32_t, std::string_view)>& visit) override {
    all_->features.each(source, visit);
  }
  void postings(uint32_t source, uint64_t token, std::vector<uint32_t>& nodes) override {
    all_->postings.find(source, token, nodes);
  }
  std::optional<uint64_t> count_keys(const KeyedStream& of) override {
    return all_->record_keys.count(of);
  }
  void find_key(const KeyedStream& of, uint64_t key, std::vector<uint32_t>& nodes) override {
    all_->record_keys.find(of, key, nodes);
  }
  void each_key(const KeyedStream& of, const std::function<void(const Posting&)>& visit) override {
    all_->record_keys.each(of, visit);
  }
  void each_person(const std::function<void(const Person&)>& visit) override {
    all_->people.each(visit);
  }
  void each_person_id(const std::function<void(uint32_t, std::string_view)>& visit) override {
    all_->people.each_id(visit);
  }
  std::optional<Person> person(uint32_t number) override { return all_->people.find(number); }
  uint32_t end_of_persons() override { return all_->people.end(); }
  std::optional<Profile> profile(uint32_t person) override { return all_->people.profile(person); }
  void each_profile(const std::function<void(const Profile&)>& visit) override {
    all_->people.each_profile(visit);
  }
  void each_profile_index(const std::function<void(const Profile&)>& visit) override {
    all_->people.each_profile_index(visit);
  }
  std::optional<Profile> profile_index(uint32_t person) override {
    return all_->people.profile_index(person);
  }
  void each_share(uint32_t destination,
                  const std::function<void(const ShareRow&)>& visit) override {
    all_->shares.each(destination, visit);
  }
  std::optional<ShareRow> share(uint32_t destination, uint32_t person) override {
    return all_->shares.find(destination, person);
  }
  PeopleTally people_tally() override { return all_->people.tally(); }
  ShareTally share_tally(uint32_t destination) override { return all_->shares.tally(destination); }
  std::optional<StreamState> stream_state(const std::string& source,
                                          const std::string& stream) override {
    return all_->streams.published(source, stream);
  }
  std::vector<StreamState> stream_states() override { return all_->streams.all_published(); }
  std::vector<FormerStreamState> stream_history() override { return all_->streams.history(); }
  std::optional<std::string> digest(const std::string& name) override {
    return all_->streams.digest(name);
  }
  std::vector<RunRow> runs(uint32_t most) override { return all_->runs.newest(most); }
  std::optional<RunRow> run(uint64_t number) override { return all_->runs.find(number); }
  std::vector<QuarantineRow> quarantine() override { return all_->quarantine.all(); }
  std::vector<Refusal> refusals() override { return all_->refusals.all(); }
  std::vector<Correction> corrections() override { return all_->corrections.all(); }
  std::vector<Decision> decisions() override { return all_->decisions.all(); }

  std::vector<std::pair<uint32_t, std::string>> sources() override {
    return all_names(*database_, Named::source);
  }
  std::vector<std::pair<uint32_t, std::string>> destinations() override {
    return all_names(*database_, Named::destination);
  }
  uint32_t source_number(const std::string& source) override {
    return number(Named::source, source);
  }
  uint32_t destination_number(const std::string& destination) override {
    return number(Named::destination, destination);
  }

  // ---- staging --------------------------------------------------------------------------------
  void begin() override {
    must_be_durable("begin");
    if (!is_building_) database_->begin_writing();
    keys_.hold();
    phase_ = Phase::staging;
  }
  void put_node(uint32_t source, const Node& node) override { staged().nodes.put(source, node); }
  void erase_node(uint32_t source, uint32_t id) override { staged().nodes.erase(source, id); }
  void put_reference(uint32_t source, const std::string& stream, std::string_view rows) override {
    staged().references.put(source, stream, rows);
  }
  void put_links(uint32_t source, const std::vector<SubjectLink>& links) override {
    staged().links.put_all(source, links);
  }
  void put_link(uint32_t source, const SubjectLink& link) override {
    staged().links.put(source, link);
  }
  void put_features(uint32_t source, uint32_t node, std::string_view features) override {
    staged().features.put(source, node, features);
  }
  void erase_features(uint32_t source, uint32_t node) override {
    staged().features.erase(source, node);
  }
  void add_postings(uint32_t source, std::vector<Posting> changes) override {
    staged().postings.add(source, std::move(changes));
  }
  void replace_postings(uint32_t source, std::size_t count,
                        const std::function<Posting(std::size_t)>& at) override {
    staged().postings.replace(source, count, at);
  }
  void add_keys(const KeyedStream& of, std::vector<Posting> changes) override {
    staged().record_keys.add(of, std::move(changes));
  }
  void replace_keys(const KeyedStream& of, std::size_t count,
                    const std::function<Posting(std::size_t)>& at) override {
    staged().record_keys.replace(of, count, at);
  }
  void put_person(const Person& person) override { staged().people.put(person); }
  void put_profile(const Profile& profile) override { staged().people.put_profile(profile); }
  void erase_profile(uint32_t person) override { staged().people.erase_profile(person); }
  void put_first_change(int32_t day) override { staged().people.put_first_change(day); }
  void put_share(const ShareRow& share) override { staged().shares.put(share); }
  void put_stream_state(const StreamState& state) override {
    staged().streams.put_published(state);
  }
  void put_digest(const std::string& name, const std::string& digest) override {
    staged().streams.put_digest(name, digest);
  }
  void put_quarantine(const QuarantineRow& row) override {
    staged().quarantine.put(row.number ? row : numbered(row));
  }
  void clear_quarantine(const std::string& source, const std::string& stream,
                        uint64_t before_run) override {
    staged().quarantine.clear(source, stream, before_run);
  }
  void erase_runs(int64_t before_ms) override { staged().runs.erase(before_ms); }
  void erase_stream_history(int64_t before_ms) override {
    staged().streams.erase_history(before_ms);
  }
  void set_correction_state(uint32_t number, CorrectionState state) override {
    staged().corrections.set_state(number, state);
  }
  void erase_correction(uint32_t number) override { staged().corrections.erase(number); }
  void forget_records(uint32_t source, const std::vector<uint32_t>& nodes) override {
    staged().forget_records(source, nodes);
  }
  void forget_person(uint32_t person) override { staged().forget_person(person); }
  void forget_decisions(uint64_t record) override { staged().decisions.erase_about(record); }
  bool drop_unreadable() override { return staged().drop_unreadable(); }

  void publish() override {
    staged().flush();
    keys_.save();
    database_->run("UPDATE store SET generation = generation + 1");
    try {
      if (is_building_)
        publish_first();
      else
        database_->commit();
    } catch (const PublishedAndClosed&) {
      phase_ = Phase::quiet;
      throw;
    } catch (const sql::CommittedAndLost& error) {
      phase_ = Phase::quiet;
      throw PublishedAndClosed(error);
    }
    all_->published();
    phase_ = Phase::quiet;
  }

  void rollback() override {
    if (phase_ == Phase::quiet) return;
    phase_ = Phase::quiet;
    keys_.let_go();
    if (is_building_) return start_building();
    all_->forget();
    database_->rollback();
  }

  // ---- after publish --------------------------------------------------------------------------
  void begin_receipts() override {
    must_be_durable("begin_receipts");
    database_->begin_writing();
    phase_ = Phase::receipts;
  }
  void put_receipt(const ShareRow& share) override { receipts().shares.put(share); }
  void put_all_sent(uint32_t destination) override { receipts().shares.put_all_sent(destination); }
  void put_disclosure(const Disclosure& disclosure) override { receipts().journal.put(disclosure); }
  void put_refusal(const Refusal& refusal) override {
    receipts().refusals.put(refusal.number ? refusal : numbered(refusal));
  }
  void erase_refusal(const Refusal& refusal) override { receipts().refusals.erase(refusal); }
  uint64_t next_delivery_number(uint32_t destination) override {
    must_write();
    return all_->shares.next_delivery(destination);
  }
  void commit_receipts() override {
    receipts().shares.flush();
    keys_.save();
    database_->commit();
    phase_ = Phase::quiet;
  }

  void put_run(const RunRow& run) override {
    must_be_durable("put_run");
    all_->runs.put(run);
  }
  void put_audit(const AuditRow& row) override {
    must_be_durable("put_audit");
    if (is_building_)
      return all_->journal.put(row);  // part of its one transaction; keys come first there
    at_once([&] { all_->journal.put(row); });
  }
  uint32_t put_correction(const Correction& correction, const AuditRow& row) override {
    uint32_t number = 0;
    with_audit("put_correction", row, [&] { number = all_->corrections.put(correction); });
    return number;
  }
  void drop_correction(uint32_t number, const AuditRow& row) override {
    with_audit("drop_correction", row,
               [&] { all_->corrections.set_state(number, CorrectionState::dropped); });
  }
  void settle_quarantine(const QuarantineRow& row, const AuditRow& audit) override {
    with_audit("settle_quarantine", audit, [&] { all_->quarantine.put(row); });
  }
  void settle_refusal(const Refusal& refusal, const ShareRow& share,
                      const AuditRow& audit) override {
    with_audit("settle_refusal", audit, [&] {
      all_->refusals.put(refusal);
      all_->shares.put(share);
      all_->shares.flush();
    });
  }
  void set_stream_states(const std::vector<StreamState>& states, const AuditRow& row) override {
    with_audit("set_stream_states", row, [&] {
      for (const auto& state : states) all_->streams.put_published(state);
      database_->run("UPDATE store SET generation = generation + 1");
    });
  }
  void put_request(const Request& request, const AuditRow& row) override {
    with_audit("put_request", row, [&] {
      for (const auto& share : request.shares) all_->shares.put(share);
      all_->shares.flush();
      for (const auto& [name, digest] : request.digests) all_->streams.put_digest(name, digest);
      for (const auto& state : request.states) all_->streams.put_published(state);
      if (!request.states.empty()) database_->run("UPDATE store SET generation = generation + 1");
    });
  }
  uint32_t put_decision(const Decision& decision, const AuditRow& row) override {
    uint32_t number = 0;
    with_audit("put_decision", row, [&] { number = all_->decisions.put(decision); });
    return number;
  }
  void undo_decision(uint32_t number, const AuditRow& row) override {
    with_audit("undo_decision", row, [&] { all_->decisions.undo(number, row.at_ms, row.actor); });
  }
  std::vector<uint64_t> audit_about(const std::string& text) override {
    return all_->journal.audit_about(text);
  }
  std::vector<Chain> chains(std::set<std::string>& known) override {
    return all_->journal.chains(known);
  }

  void mark_restored(const AuditRow& row) override {
    if (origin() == restored_origin) return;
    // By the clock, not by counting: the store this one replaces may have been restored before, and
    // may be lost, and what it sent stands below nonetheless.
    auto first = std::max(sequence_at(row.at_ms), first_sequence() + 1);
    with_audit("mark_restored", row, [&] {
      set_origin(restored_origin);
      all_->streams.put_digest(first_sequence_name, std::to_string(first));
      raise_deliveries(first);
    });
    was_moved_ = true;
  }
  void begin_anew(int64_t now_ms) override {
    staged().streams.put_digest(first_sequence_name, std::to_string(sequence_at(now_ms)));
  }

 private:
  /// What the open transaction is for, if there is one.
  enum class Phase : uint8_t { quiet, staging, receipts };

  static uint64_t sequence_at(int64_t now_ms) {
    return static_cast<uint64_t>(now_ms / 1000) << sequence_bits;
  }
  /// Numbers of deliveries, too, begin anew: one that was used names a file somebody has read.
  void raise_deliveries(uint64_t first_sequence) {
    sql::Statement(*database_,
                   "UPDATE destination SET last_delivery = "
                   "CASE WHEN last_delivery < ?1 THEN ?1 ELSE last_delivery END")
        .bind(static_cast<int64_t>(first_sequence >> sequence_bits))
        .execute();
  }

  void use_existing() {
    use(place_->open());
    if (for_writing_) keys_.note_published();  // a store of before, or a run that died too early
    // A reader sees the one generation that stands at its first look until it is closed.
    if (!for_writing_) database_->begin_reading();
    was_moved_ = origin() != place_->identity().origin;
  }

  void start_building() {
    all_.reset();
    is_building_ = true;
    use(place_->build());
  }

  void publish_first() {
    if (auto first = first_sequence(); first > 0) raise_deliveries(first);
    all_.reset();
    auto& opened = place_->publish();
    is_building_ = false;
    try {
      use(opened);
      keys_.note_published();
      was_moved_ = origin() != place_->identity().origin;
    } catch (const Error& error) {
      throw PublishedAndClosed(error);
    }
  }

  /// Records and refusals of a run are numbered together.
  template <class Row>
  Row numbered(Row row) const {
    row.number =
        1 + std::max(all_->quarantine.last_number(row.run), all_->refusals.last_number(row.run));
    return row;
  }

  void use(sql::Database& database) {
    database_ = &database;
    all_ = std::make_unique<Repositories>(database, keys_, place_->identity().tenant);
  }

  std::string origin() const { return database_->text("SELECT origin FROM store"); }
  void set_origin(const std::string& origin) {
    sql::Statement(*database_, "UPDATE store SET origin = ?").bind_text(origin).execute();
  }

  uint32_t number(Named table, const std::string& name) {
    return for_writing_ ? give_number(*database_, table, name) : number_of(*database_, table, name);
  }

  /// A change that is durable at once, with the audit entry that answers for it.
  void with_audit(const char* act, const AuditRow& row, const std::function<void()>& change) {
    must_be_durable(act);
    if (is_building_) throw place_->nothing_published();
    at_once([&] {
      change();
      all_->journal.put(row);
    });
  }
  /// What failed half-way is in no memory either, or a later commit would write it.
  void at_once(const std::function<void()>& change) {
    sql::Transaction transaction(*database_);
    try {
      change();
      keys_.save();
      transaction.commit();
    } catch (...) {
      all_->forget();
      throw;
    }
  }

  void must_write() const {
    if (!for_writing_) throw Error(Next::fail, "the store was opened for reading only");
  }
  void must_be_durable(const char* act) const {
    must_write();
    if (phase_ != Phase::quiet)
      throw Error(Next::fail, std::string(act) + " must not stand inside an open transaction");
  }
  Repositories& staged() {
    if (phase_ != Phase::staging) throw Error(Next::fail, "nothing is staged: begin() comes first");
    return *all_;
  }
  Repositories& receipts() {
    if (phase_ != Phase::receipts)
      throw Error(Next::fail, "no receipts are being written: begin_receipts() comes first");
    return *all_;
  }

  static constexpr const char* restored_origin = "restored";
  static constexpr const char* first_sequence_name = "store: first sequence";
  /// A million sequences for a share in each second; JSON keeps them whole until the year 2242.
  static constexpr int sequence_bits = 20;

  keys::KeyRing& keys_;
  bool for_writing_;
  bool was_moved_ = false;
  bool is_building_ = false;
  Phase phase_ = Phase::quiet;
  std::unique_ptr<Place> place_;
  sql::Database* database_ = nullptr;  ///< of the place
  std::unique_ptr<Repositories> all_;  ///< last: its statements end before the connection
};

}  // namespace

std::unique_ptr<Store> Store::open(const std::string& location, const std::string& tenant_id,
                                   keys::KeyRing& keys, bool for_writing,
                                   const std::filesystem::path& attic) {
  return std::make_unique<KeptStore>(Place::of(location, tenant_id, keys, for_writing, attic), keys,
                                     for_writing);
}

}  // namespace homeroom::store
