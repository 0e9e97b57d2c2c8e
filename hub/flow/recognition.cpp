#include "hub/flow/recognition.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "hub/flow/frame.hpp"
#include "hub/flow/inspect.hpp"
#include "hub/flow/review.hpp"
#include "hub/flow/writing.hpp"
#include "hub/record/date.hpp"

namespace homeroom::flow {

namespace {

constexpr int64_t day_ms = 86'400'000;

std::string day_of(int64_t when_ms) {
  return when_ms == 0 ? "" : record::iso_date(static_cast<int32_t>(when_ms / day_ms));
}

/// The source and the shape of the record's key: never the key.
std::string shape_of(const Hub& hub, store::Store& store, const std::string& source,
                     const Crossing& crossing) {
  auto frame = store.node(crossing.source, crossing.before.node).frame;
  auto said = contribution_of(frame);
  if (said.empty()) return source + ':';
  auto student = *hub.model().find(record::student_entity);
  return source + ':' + shape_of_text(student_row(said, student).key());
}

}  // namespace

Training::Parts parts_of(const Hub& hub, store::Store& store, keys::KeyRing& keys,
                         const resolve::Identity& identity) {
  const auto& workspace = hub.workspace();
  Training::Parts parts{hub.model(), identity, store, keys, store.source_number(workspace.roster),
                        {},          {}};
  for (const auto& source : workspace.sources)
    if (source.name != workspace.roster)
      if (auto number = store.source_number(source.name); number != 0)
        parts.sources.push_back(number);
  for (const auto& name : identity.one_per_source) parts.one_each.insert(store.source_number(name));
  return parts;
}

record::Recognition recognition_of(const Hub& hub, store::Store& store,
                                   const resolve::Identity& identity) {
  record::Recognition told;
  told.limit = identity.drift;
  Learned learned(store, identity, store.source_number(hub.workspace().roster));
  for (const auto& source : hub.workspace().sources) {
    auto number = store.source_number(source.name);
    if (number == 0) continue;
    auto lesson = learned.lesson(number);
    if (lesson.version == 0) continue;
    told.models.push_back(
        {source.name, lesson.version, day_of(lesson.when_ms), lesson.records, lesson.drift()});
    told.drift = std::max(told.drift, lesson.drift());
  }
  if (learned.is_training_due()) told.training = record::Recognition::Training::due;
  return told;
}

void tell(const Hub& hub, store::Store& store, const Training& training, std::size_t most_pairs,
          record::Recognition& into) {
  std::map<uint32_t, std::string> sources;
  for (const auto& source : hub.workspace().sources)
    sources[store.source_number(source.name)] = source.name;
  std::map<uint32_t, std::string> ids;
  store.each_person([&](const store::Person& person) { ids[person.number] = person.id; });
  std::map<std::tuple<uint32_t, Band, Band, bool>, uint64_t> moves;
  for (const auto& crossing : training.crossings()) {
    auto from = band_of(crossing.before);
    auto to = band_of(crossing.after);
    bool is_to_another =
        to != Band::apart && from != Band::apart && crossing.before.person != crossing.after.person;
    ++moves[{crossing.source, from, to, is_to_another}];
    if (into.pairs.size() == most_pairs) continue;
    auto person = from == Band::apart ? crossing.after.person : crossing.before.person;
    OpenPair pair;
    pair.source = crossing.source;
    pair.link = crossing.before;
    pair.link.person = person;
    const auto& source = sources[crossing.source];
    into.pairs.push_back({pair.name(), shape_of(hub, store, source, crossing), ids[person],
                          word_of(from), word_of(to),
                          is_to_another ? ids[crossing.after.person] : ""});
  }
  for (const auto& [kind, pairs] : moves) {
    const auto& [source, from, to, is_to_another] = kind;
    into.moves.push_back({sources[source], word_of(from), word_of(to), is_to_another, pairs});
  }
  into.weighed = training.records();
  into.crossing = training.crossings().size();
}

namespace {

void must_be_possible(const Training& training) {
  if (!training.is_possible())
    throw Error(Next::fix_settings,
                "what is published was not read by the identity file as it is now: the next run "
                "learns again by itself; homeroom run JOB");
}

}  // namespace

record::Recognition look_at_training(const Hub& hub, std::size_t most_pairs) {
  auto identity = hub.open_identity();
  auto reading = open_for_reading(hub);
  Training training(parts_of(hub, *reading.store, *reading.keys, identity));
  must_be_possible(training);
  Pulse pulse(hub.cancel(), {});
  training.run(pulse);
  auto told = recognition_of(hub, *reading.store, identity);
  told.training = record::Recognition::Training::looked;
  tell(hub, *reading.store, training, most_pairs, told);
  return told;
}

record::Recognition train(const Hub& hub, const std::string& actor, const std::string& why,
                          std::size_t most_pairs) {
  must_have_reason(why);
  auto identity = hub.open_identity();
  open_for_reading(hub);  // says so where nothing is published yet
  world::Lock lock(hub.lock_file(), "link train", hub.clock());
  auto keys = hub.open_keys();
  auto store = hub.open_store(*keys, true);
  Training training(parts_of(hub, *store, *keys, identity));
  must_be_possible(training);
  Pulse pulse(hub.cancel(), {});
  training.run(pulse);
  auto now = hub.clock().now_ms();
  record::Recognition told;
  tell(hub, *store, training, most_pairs, told);
  // Written down first: an entry of something that then failed is better than none of what was
  // done.
  store->put_audit({now, actor, "link train",
                    std::to_string(training.crossings().size()) + " of " +
                        std::to_string(training.records()) + " records cross a threshold",
                    why});
  store->begin();
  training.apply(now);
  store->publish();
  auto models = recognition_of(hub, *store, identity);
  told.models = std::move(models.models);
  told.limit = models.limit;
  told.training = record::Recognition::Training::applied;
  return told;
}

void train_if_drifted(const NightTraining& night, record::Recognition& told) {
  told = recognition_of(night.hub, night.store, night.identity);
  if (told.training == record::Recognition::Training::due) return;
  constexpr std::size_t most_pairs = 50;
  auto parts = parts_of(night.hub, night.store, night.keys, night.identity);
  Training training(parts);
  if (!training.is_possible() || !training.is_called_for()) return;
  training.run(night.pulse);
  tell(night.hub, night.store, training, most_pairs, told);
  bool is_much = static_cast<double>(told.crossing) >
                 night.identity.most_crossing * static_cast<double>(told.weighed);
  told.training =
      is_much ? record::Recognition::Training::waiting : record::Recognition::Training::applied;
  if (is_much)
    Learned(night.store, night.identity, parts.roster).put_training_due(true);
  else
    training.apply(night.hub.clock().now_ms());
}

void tell_models(const Hub& hub, store::Store& store, const resolve::Identity& identity,
                 record::Recognition& told) {
  auto now = recognition_of(hub, store, identity);
  told.models = std::move(now.models);
  told.drift = now.drift;
}

}  // namespace homeroom::flow
