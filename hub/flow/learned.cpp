#include "hub/flow/learned.hpp"

#include <algorithm>
#include <sstream>

#include "hub/store/store.hpp"
#include "hub/world/world.hpp"

namespace homeroom::flow {

namespace {

constexpr const char* frequencies_name = "identity: frequencies";

constexpr const char* blocks_name = "identity: blocks of the roster";

std::string weighed_name(uint32_t source) {
  return "identity: weighing of source " + std::to_string(source);
}

std::string file_name(uint32_t source) {
  return "identity: file of source " + std::to_string(source);
}

std::string model_name(uint32_t source) {
  return "identity: model of source " + std::to_string(source);
}

std::string lesson_name(uint32_t source) {
  return "identity: lesson of source " + std::to_string(source);
}

constexpr const char* due_name = "identity: training is due";

}  // namespace

double Lesson::drift() const {
  if (changed == 0) return 0;
  return std::min(
      1.0, static_cast<double>(changed) / static_cast<double>(std::max(records, uint64_t{1})));
}

Learned::Learned(store::Store& store, const resolve::Identity& identity, uint32_t roster)
    : store_(store),
      file_(resolve::features_digest(identity)),
      blocks_(world::hex(world::sha256(resolve::blocks_digest(identity)))),
      weighing_(world::hex(world::sha256(resolve::weighing_digest(identity)))),
      roster_(roster) {}

/// Students are kept in another form than records that are weighed against them, so a source that
/// became the roster, or is it no more, is read again.
std::string Learned::file_of(uint32_t source) const {
  return source == roster_ ? file_ + " roster" : file_;
}

bool Learned::is_of_this_file(uint32_t source) const {
  return store_.digest(file_name(source)).value_or("") == file_of(source);
}

bool Learned::is_of_these_blocks() const {
  return store_.digest(blocks_name).value_or("") == blocks_;
}

std::string Learned::weighed_by(uint32_t source, const std::string& roster_version) const {
  auto model = store_.digest(model_name(source)).value_or("");
  return roster_version + ' ' + world::hex(world::sha256(weighing_ + file_ + model));
}

bool Learned::is_weighed(uint32_t source, const std::string& roster_version) const {
  return store_.digest(weighed_name(source)).value_or("") == weighed_by(source, roster_version);
}

std::string Learned::frequencies() const {
  return is_of_this_file(roster_) ? store_.reference(roster_, frequencies_name) : std::string();
}

std::optional<resolve::Model> Learned::model(uint32_t source,
                                             const resolve::Comparisons& comparisons) const {
  if (!is_of_this_file(source)) return std::nullopt;
  auto kept = store_.digest(model_name(source));
  if (!kept || kept->empty()) return std::nullopt;
  return resolve::read_model(settings::parse(*kept, model_name(source)), comparisons);
}

bool Lesson::has_drifted(double limit) const {
  constexpr uint64_t handful = 100;
  return changed >= handful && drift() > limit;
}

/// What a store of an earlier version learned has no lesson beside it.
Lesson Learned::lesson(uint32_t source) const {
  Lesson lesson;
  if (auto kept = store_.digest(lesson_name(source))) {
    std::istringstream in(*kept);
    in >> lesson.version >> lesson.when_ms >> lesson.records >> lesson.students >> lesson.changed;
    return lesson;
  }
  bool has_learned = source == roster_ ? !frequencies().empty()
                                       : !store_.digest(model_name(source)).value_or("").empty();
  lesson.version = has_learned ? 1 : 0;
  return lesson;
}

bool Learned::is_training_due() const {
  return !store_.digest(due_name).value_or("").empty();
}

void Learned::put_lesson(uint32_t source, const Lesson& lesson) {
  std::ostringstream out;
  out << lesson.version << ' ' << lesson.when_ms << ' ' << lesson.records << ' ' << lesson.students
      << ' ' << lesson.changed;
  store_.put_digest(lesson_name(source), out.str());
}

void Learned::note_changed(uint32_t source, uint64_t records, uint64_t of) {
  auto known = lesson(source);
  bool is_new = known.records == 0 && of > 0;
  if (known.version == 0 || (records == 0 && !is_new)) return;
  if (is_new) known.records = of;
  known.changed += records;
  put_lesson(source, known);
}

void Learned::put_training_due(bool is_due) {
  if (is_due != is_training_due()) store_.put_digest(due_name, is_due ? "due" : "");
}

void Learned::put_file(uint32_t source) {
  store_.put_digest(file_name(source), file_of(source));
}

void Learned::put_blocks() {
  store_.put_digest(blocks_name, blocks_);
}

void Learned::forget_blocks(store::Store& store) {
  store.put_digest(blocks_name, "");
}

void Learned::put_weighed(uint32_t source, const std::string& roster_version) {
  store_.put_digest(weighed_name(source), weighed_by(source, roster_version));
}

void Learned::put_frequencies(const std::string& frequencies) {
  put_file(roster_);
  store_.put_reference(roster_, frequencies_name, frequencies);
}

void Learned::put(uint32_t source, const resolve::Model& model) {
  store_.put_digest(model_name(source), resolve::text_of(model));
}

}  // namespace homeroom::flow
