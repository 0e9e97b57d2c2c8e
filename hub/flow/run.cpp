#include "hub/flow/run.hpp"

#include <algorithm>

#include "hub/flow/asked.hpp"
#include "hub/flow/basis.hpp"
#include "hub/flow/brakes.hpp"
#include "hub/flow/configuration.hpp"
#include "hub/flow/contributions.hpp"
#include "hub/flow/corrections.hpp"
#include "hub/flow/erasures.hpp"
#include "hub/flow/finding_kinds.hpp"
#include "hub/flow/heard.hpp"
#include "hub/flow/hearing.hpp"
#include "hub/flow/merging.hpp"
#include "hub/flow/people.hpp"
#include "hub/flow/profile_places.hpp"
#include "hub/flow/profiles.hpp"
#include "hub/flow/purge.hpp"
#include "hub/flow/recognition.hpp"
#include "hub/flow/run_book.hpp"
#include "hub/flow/sending.hpp"
#include "hub/flow/stage_clock.hpp"
#include "hub/flow/verdict.hpp"
#include "hub/keys/keys.hpp"
#include "hub/record/date.hpp"
#include "hub/store/store.hpp"
#include "hub/world/world.hpp"

namespace homeroom::flow {

namespace {

/// One run of a job, step by step. Lives for the length of run().
class Night {
 public:
  Night(const Hub& hub, const RunOptions& options)
      : hub_(hub),
        options_(options),
        job_(job_of(hub, options.job)),
        lock_(with_its_folder(hub.lock_file()), "run " + options.job, hub.clock()),
        keys_(hub.open_keys()),
        store_(hub.open_store(*keys_, true, options.approvals.contains(lost_store))),
        book_(hub, options, *store_),
        pulse_(hub.cancel(), options.tell),
        memory_(hub.workspace().limits.memory_bytes),
        brakes_(hub.workspace().brakes, options.approvals, options.job) {
    result_.report.job = options.job;
    result_.report.dry_run = options.is_dry;
    result_.report.run_date = record::iso_date(hub.run_date());
    auto configuration = configuration_of(hub);
    result_.report.configuration = std::move(configuration.hash);
    parts_ = std::move(configuration.parts);
  }

  RunResult run() {
    auto started = world::steady_seconds();
    auto& report = result_.report;
    report.run = book_.next_number();
    try {
      work();
    } catch (const store::PublishedAndClosed& error) {
      keep_what_is_owed(error);
    } catch (const Error& error) {
      take_back();
      report.status = is_published_ ? "partial" : error.next == Next::stop ? "cancelled" : "failed";
      report.trouble.push_back(error.what());
      finish(started);
      if (error.next == Next::fix_settings && !is_published_) throw;
      return std::move(result_);
    }
    finish(started);
    return std::move(result_);
  }

 private:
  /// Why the store was left is told, not what failed while it was left.
  void take_back() {
    try {
      store_->rollback();
    } catch (const Error&) {
      is_closed_ = true;
    }
  }

  /// The first load stands, but nothing can be sent from it: the next run does.
  void keep_what_is_owed(const Error& why) {
    is_published_ = is_closed_ = true;
    result_.report.deliveries = send({hub_, options_, job_, *store_, *governor_, *profiles_,
                                      people_->persons(), pulse_, result_.report.run, false});
    judge(result_.report, {job_, not_asked_, store_->was_moved()});
    if (result_.report.status == "succeeded") result_.report.status = "partial";
    result_.report.trouble.push_back(std::string("the store is published, but: ") + why.what());
  }

  void work() {
    check_approvals(hub_, options_);
    std::vector<record::Finding> advice;
    packs_ = hub_.open_packs();
    governor_ = govern::Governor::compile(hub_.workspace(), hub_.model(), hub_.run_date(), advice);
    if (store_->was_moved() && !options_.is_dry)
      store_->mark_restored({hub_.clock().now_ms(), options_.actor, "run", "a moved store", ""});
    apply_erasures(*store_, *keys_, hub_.run_date());
    if (job_.purges && !purge_past()) return;
    store_->begin();
    if (store_->is_new() && keys_->has_published()) store_->begin_anew(hub_.clock().now_ms());
    result_.report.changed = Basis::changed_parts(*store_, parts_);
    contributions_ = std::make_unique<Contributions>(*store_, *keys_, memory_, scratch());
    clock_.enter("resolve");
    auto identity = hub_.open_identity();
    train_if_drifted({hub_, *store_, *keys_, identity, pulse_}, result_.report.recognition);
    people_ =
        std::make_unique<People>(hub_.model(), identity, *store_, *keys_, hub_.workspace().roster,
                                 options_.weighs_all, hub_.clock().now_ms());
    Hearing::Parts parts{hub_,
                         options_,
                         *store_,
                         *keys_,
                         *people_,
                         packs_,
                         pulse_,
                         memory_,
                         scratch(),
                         clock_,
                         static_cast<uint32_t>(result_.report.run),
                         result_.report.configuration};
    hearing_ = std::make_unique<Hearing>(parts);
    if (!take_sources()) return;
    tell_models(hub_, *store_, identity, result_.report.recognition);
    make_profiles();
    if (!check_brakes()) {
      store_->rollback();
      return;
    }
    keep_digests();
    auto broken = record::broken_sums(without_deliveries());
    if (!broken.empty()) throw Error(Next::fail, "a sum does not hold: " + broken.front());
    clock_.enter("store");
    if (options_.is_dry) {
      store_->rollback();
    } else {
      pulse_.begin("publishing");
      store_->publish();
      is_published_ = true;
      result_.report.generation = store_->generation();
    }
    clock_.enter("deliver");
    if (auto why = options_.approvals.find(moved_store);
        why != options_.approvals.end() && is_published_ && store_->was_moved())
      store_->accept_move(book_.approved(moved_store, why->second));
    result_.report.deliveries =
        send({hub_, options_, job_, *store_, *governor_, *profiles_, people_->persons(), pulse_,
              result_.report.run, is_published_});
    judge(result_.report, {job_, not_asked_, store_->was_moved()});
  }

  /// What is destroyed comes back from no backup, so a clock that is wrong, or a source that fell
  /// silent, stops the night first. False: it ends here.
  bool purge_past() {
    if (store_->is_new()) return true;
    PastTime past(hub_, *store_, *keys_);
    auto records = past.records();
    brakes_.weigh("records_purged", records.past, records.stored);
    if (!may_go_on()) return false;
    if (options_.is_dry) return true;
    purge(hub_, *store_, *keys_, past, {options_.actor, "job " + job_.name});
    for (const auto& one : past.classes()) result_.report.purged.emplace_back(one.name, one.past);
    return true;
  }

  std::size_t index_of(const std::string& source) const {
    const auto& sources = result_.report.sources;
    return static_cast<std::size_t>(
        std::ranges::find(sources, source, &record::SourceCounts::source) - sources.begin());
  }

  record::Report without_deliveries() const {
    auto report = result_.report;
    report.deliveries.clear();
    return report;
  }

  /// False: the night ends here.
  bool take_sources() {
    auto order = sources_in_order(hub_, options_);
    for (const auto* source : order) {
      result_.report.sources.emplace_back().source = source->name;
      source_names_.push_back(source->name);
    }
    for (uint32_t i = 0; i < order.size(); ++i) {
      auto number = store_->source_number(order[i]->name);
      name_of_source_[number] = i;
      std::unique_ptr<SourceRun> source;
      if (is_asked(*order[i], job_, options_)) {
        auto& counts = result_.report.sources[i];
        auto heard = hearing_->hear(*order[i], number, counts);
        source = std::move(heard.run);
        result_.report.persons.forgotten += heard.forgotten;
        auto why = counts.heard ? std::nullopt : needed(*order[i], counts.trouble);
        if (why) {
          result_.report.status = "failed";
          result_.report.trouble.push_back(order[i]->name + ": " + *why);
          store_->rollback();
          return false;
        }
      } else {
        result_.report.sources[i].heard = false;
        not_asked_.push_back(order[i]->name);
      }
      auto forgotten = result_.report.persons.forgotten;
      take_people(i == 0, number, source.get());
      if (!result_.report.sources[i].heard && i > 0) withhold_overdue(*order[i], number);
      if (!source) continue;
      forgotten = result_.report.persons.forgotten - forgotten;
      hearing_->keep_standing(*order[i], *source, forgotten);
      count_findings(*source);
      source.reset();
      world::give_memory_back();
    }
    clock_.enter("store");
    people_->end_matching();
    world::give_memory_back();
    return true;
  }

  /// Why the night ends without this source, where it does. Without the roster's word there is
  /// nobody to say anything of, so it is not withheld when it is too old.
  std::optional<std::string> needed(const settings::Source& source, const std::string& trouble) {
    if (source.when_missing == settings::WhenMissing::stop) return trouble;
    auto why = overdue(*store_, source, hub_.run_date());
    if (!why || source.name != hub_.workspace().roster) return std::nullopt;
    return trouble + "; it was " + *why;
  }

  void withhold_overdue(const settings::Source& source, uint32_t number) {
    auto why = overdue(*store_, source, hub_.run_date());
    if (!why) return;
    contributions_->withhold(number);
    withheld_.push_back(source.name);
    result_.report.trouble.push_back(source.name + " was " + *why +
                                     ": what it said is withheld until it is heard again");
  }

  /// The roster is kept whatever comes of it, so its rows leave memory before its people enter it.
  /// Of the other sources only what is linked, or waits for a person, may be stored at all.
  void take_people(bool is_roster, uint32_t number, SourceRun* source) {
    if (is_roster && source) keep(*source, [](uint32_t) { return true; });
    clock_.enter("resolve");
    if (is_roster && source)
      people_->take_roster(*source, hub_.run_date());
    else if (is_roster)
      people_->keep_roster(number, hub_.run_date());
    else
      people_->match(number, source, pulse_, result_.report.persons);
    clock_.enter("store");
    if (!source) return;
    if (!is_roster) keep(*source, [&](uint32_t node) { return people_->is_kept(number, node); });
    contributions_->take(*source, people_->linked(*source));
  }

  void keep(SourceRun& source, const std::function<bool(uint32_t node)>& is_wanted) {
    clock_.enter("store");
    source.keep(is_wanted);
    source.keep_rest();
    result_.report.sources[index_of(source.source_name())] = source.counts();
  }

  /// On the disk of the store.
  std::filesystem::path scratch() const {
    auto folder = hub_.lock_file().parent_path();
    return folder.empty() ? "." : folder;
  }

  void make_profiles() {
    clock_.enter("merge");
    merger_ = merger_of(hub_, source_names_);
    corrections_ = std::make_unique<Corrections>(hub_.model(), *store_, hub_.run_date());
    if (!packs_.empty()) make_student_rules();
    Profiles::Parts parts{hub_.model(),    *store_,       *people_,  *merger_,      *governor_,
                          *contributions_, *corrections_, *keys_,    source_names_, name_of_source_,
                          pulse_,          memory_,       scratch(), rules_.get()};
    profiles_ = std::make_unique<Profiles>(parts, result_.report.run, hub_.run_date(),
                                           [this](const char* stage) { clock_.enter(stage); });
    basis_ = std::make_unique<Basis>(
        Basis::Parts{hub_, *store_, *governor_, parts_, source_names_, withheld_});
    bool is_merged_anew = basis_->merges_otherwise();
    result_.report.merged_anew = is_merged_anew && basis_->has_merged_before();
    profiles_->merge(is_merged_anew);
    if (rules_) finish_rules();
    clock_.enter("govern");
    std::vector<bool> has_new_rules;
    for (std::size_t d = 0; d < governor_->destinations().size(); ++d)
      has_new_rules.push_back(store_->was_moved() || basis_->decides_otherwise(d));
    profiles_->share(has_new_rules);
    for (std::size_t d = 0; d < has_new_rules.size(); ++d)
      profiles_->delivery(d).decided_anew = has_new_rules[d] && !store_->is_new();
    people_->keep();
    corrections_->keep(*store_);
    people_->count(result_.report.persons);
    result_.report.profiles = profiles_->counts();
  }

  void make_student_rules() {
    places_ = std::make_unique<ProfilePlaces>(
        ProfilePlaces::Parts{hub_, *store_, *people_, *merger_, *contributions_, *corrections_,
                             source_names_, name_of_source_});
    rules_ = std::make_unique<StudentRules>(
        packs_, hub_.model(), [this](record::Finding& finding, uint32_t person, uint32_t row) {
          places_->say(finding, person, row);
        });
  }

  void finish_rules() {
    clock_.enter("validate");
    rules_->finish();
    findings_.take(rules_->findings());
    tell_findings();
  }

  void keep_digests() {
    basis_->keep();
    put_withheld(*store_, withheld_);
    profiles_->keep_schools();
    for (const auto& source : result_.report.sources) {
      // Of a store of before nobody noted the day: it is counted from now on.
      bool is_noted =
          heard_on(*store_, source.source) || !store_->digest("source:" + source.source);
      if (source.heard || !is_noted) put_heard(*store_, source.source, hub_.run_date());
    }
  }

  void tell_findings() {
    result_.report.findings = findings_.counts();
    result_.report.finding_kinds = findings_.kinds();
  }

  void count_findings(const SourceRun& source) {
    findings_.take(source.findings());
    tell_findings();
    for (const auto& [what, rows] : source.refusals())
      result_.refusals[source.source_name() + ' ' + what] += rows;
  }

  /// False: the night ends here. Only when there is a generation before to compare with.
  bool check_brakes() {
    const auto& profiles = result_.report.profiles;
    if (profiles.before == 0) return true;
    brakes_.weigh("students_gone", profiles.removed, profiles.before);
    auto school = profiles_->emptied_school();
    brakes_.weigh("one_school_gone", school.gone, school.before, "school " + school.id);
    brakes_.weigh("students_new", profiles.created, profiles.before);
    brakes_.weigh("birth_dates_changed", profiles_->changed_birth_dates(), profiles.before);
    brakes_.weigh("names_changed", profiles_->changed_names(), profiles.before);
    brakes_.weigh("records_joined", people_->joined().newly, people_->joined().before);
    const auto& loss = hearing_->worst_loss();
    brakes_.weigh("column_gone_null", loss.cells, loss.of, loss.column);
    auto destinations = std::max<std::size_t>(1, governor_->destinations().size());
    brakes_.weigh("profiles_to_send", profiles_->newly_owed(), profiles.before * destinations);
    return may_go_on();
  }

  /// Tells the brakes; false where one has tripped.
  bool may_go_on() {
    auto& report = result_.report;
    report.brakes = brakes_.states();
    if (!brakes_.has_tripped()) return true;
    report.trouble.insert(report.trouble.end(), brakes_.trouble().begin(), brakes_.trouble().end());
    report.status = "brake";
    return false;
  }

  /// A rotation of keys goes on in the background of runs; what is left waits for the next.
  void rewrap_keys() {
    constexpr uint64_t most_pages = 4096;  // some 35 MB
    try {
      keys_->rewrap(most_pages);
    } catch (const Error& error) {
      result_.report.trouble.push_back(std::string("the rotation of keys did not go on: ") +
                                       error.what());
    }
  }

  void finish(double started) {
    auto& report = result_.report;
    if (!report.dry_run) rewrap_keys();
    report.seconds = world::steady_seconds() - started;
    report.stages = clock_.stages();
    report.cpu_seconds = clock_.cpu_seconds();
    report.peak_rss_bytes = world::usage().peak_rss_bytes;
    bool has_no_store = !is_published_ && store_->is_new();
    if (is_closed_ && !has_no_store) return;
    try {
      has_no_store ? book_.write_down_beside(report) : book_.write_down(report, is_published_);
    } catch (const Error& error) {
      if (report.status == "succeeded") report.status = "partial";
      report.trouble.push_back(std::string("this run is not in `homeroom runs`: ") + error.what());
    }
  }

  const Hub& hub_;
  const RunOptions& options_;
  const settings::Job& job_;
  world::Lock lock_;
  std::unique_ptr<keys::KeyRing> keys_;
  std::unique_ptr<store::Store> store_;
  RunBook book_;
  Pulse pulse_;
  RunMemory memory_;
  StageClock clock_;
  FindingKinds findings_;
  ConfigurationParts parts_;
  Brakes brakes_;
  std::unique_ptr<govern::Governor> governor_;
  std::unique_ptr<Contributions> contributions_;
  std::unique_ptr<Corrections> corrections_;
  std::unique_ptr<People> people_;
  std::unique_ptr<Hearing> hearing_;
  std::unique_ptr<merge::Merger> merger_;
  std::vector<validate::Pack> packs_;
  std::unique_ptr<ProfilePlaces> places_;
  std::unique_ptr<StudentRules> rules_;
  std::unique_ptr<Basis> basis_;
  std::unique_ptr<Profiles> profiles_;
  std::vector<std::string> source_names_;
  std::vector<std::string> not_asked_;
  std::map<uint32_t, uint32_t> name_of_source_;
  std::vector<std::string> withheld_;  ///< sources whose word is too old
  bool is_published_ = false;
  bool is_closed_ = false;  ///< nothing more can be done with the store
  RunResult result_;
};

}  // namespace

RunResult run(const Hub& hub, const RunOptions& options) {
  return Night(hub, options).run();
}

}  // namespace homeroom::flow
