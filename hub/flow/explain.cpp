#include "hub/flow/explain.hpp"

#include <algorithm>
#include <charconv>

#include "homeroom/error.hpp"
#include "hub/flow/corrections.hpp"
#include "hub/flow/heard.hpp"
#include "hub/flow/learned.hpp"
#include "hub/flow/link_strength.hpp"
#include "hub/flow/merging.hpp"
#include "hub/flow/record_place.hpp"
#include "hub/flow/weighed_records.hpp"
#include "hub/govern/govern.hpp"
#include "hub/merge/merge.hpp"
#include "hub/record/date.hpp"
#include "hub/record/profile.hpp"
#include "hub/resolve/resolve.hpp"
#include "hub/store/store.hpp"

namespace homeroom::flow {

namespace {

/// Sources in the order in which merging names them: the roster first.
std::vector<const settings::Source*> in_order(const settings::Workspace& workspace) {
  std::vector<const settings::Source*> order;
  for (const auto& source : workspace.sources) order.push_back(&source);
  std::ranges::stable_partition(
      order, [&](const auto* source) { return source->name == workspace.roster; });
  return order;
}

std::string effect_in_words(const govern::FieldRuling& ruling) {
  if (ruling.effect == "allow") return "as it is";
  if (ruling.effect == "mask") return "masked";
  return "not sent";
}

bool is_part_of(const std::string& path, const std::string& asked) {
  return asked.empty() || path == asked || path.starts_with(asked + '.');
}

/// Everything known about one student, gathered once; then a story for each field.
class Teller {
 public:
  Teller(const Hub& hub, store::Store& store, const Student& student)
      : hub_(hub), store_(store), student_(student), places_(hub, store) {
    for (const auto* source : in_order(hub.workspace())) names_.push_back(source->name);
    gather(store);
    std::vector<record::Finding> advice;
    governor_ = govern::Governor::compile(hub.workspace(), hub.model(), hub.run_date(), advice);
    merger_ = merger_of(hub, names_);
    choices_ = merger_->explain(contributions_);
    rule_on_fields();
  }

  std::vector<LinkStory> links() const {
    std::vector<LinkStory> links;
    for (const auto& record : records_) {
      if (record.source == 0 && record.link.rule != store::SubjectLink::decided) continue;
      bool is_strong = record.link.evidence == static_cast<uint8_t>(resolve::Evidence::strong);
      links.push_back({names_[record.source], is_strong ? "strong" : "plain", decided(record),
                       record.link.weight, weighed(record)});
    }
    return links;
  }

  std::vector<FieldStory> student_fields(const std::string& asked) {
    std::vector<FieldStory> stories;
    for (const auto& choice : choices_) {
      const auto& path = hub_.model().entities[choice.entity].fields[choice.field].path;
      if (!is_part_of(path, asked)) continue;
      FieldStory story;
      story.field = path;
      story.shape = shape_of_json(value_of(choice.entity, choice.field));
      story.why = choice.why;
      if (choice.source == correction())
        say_correction(story, choice);
      else
        say_source(story, choice.source, choice.entity, choice.field);
      for (const auto& other : choice.others)
        story.others.push_back({names_[other.source], other.relation,
                                where(other.source, choice.entity, choice.field)});
      say_what_waits(story);
      story.shared_with = shared_with(choice.entity, choice.field);
      stories.push_back(std::move(story));
    }
    return stories;
  }

  /// One row, as the profile counts them: for each of its fields who won, and which rows of other
  /// sources are the same fact.
  std::vector<FieldStory> row_fields(record::EntityId entity, uint32_t number,
                                     const std::string& asked) {
    const auto& model = hub_.model().entities[entity];
    auto name = model.property + '[' + std::to_string(number) + ']';
    auto rows = merger_->explain_rows(contributions_);
    std::erase_if(rows, [&](const merge::RowChoice& row) { return row.entity != entity; });
    if (number >= rows.size())
      throw Error(Next::fix_settings, "the profile has no " + name +
                                          "; rows are counted from 0, and there are " +
                                          std::to_string(rows.size()));
    const auto& row = rows[number];
    std::vector<FieldStory> stories;
    for (const auto& choice : row.fields) {
      if (!is_part_of(model.fields[choice.field].path, asked)) continue;
      FieldStory story;
      story.field = name + '.' + model.fields[choice.field].path;
      story.shape = shape_of_json(value_in(entity, number, choice.field));
      story.why = choice.why;
      say_source(story, choice.source, entity, choice.field, key_in(row, choice.source));
      for (const auto& other : choice.others)
        story.others.push_back(
            {names_[other.source], other.relation,
             where(other.source, entity, choice.field, key_in(row, other.source))});
      story.shared_with = shared_with(entity, choice.field);
      stories.push_back(std::move(story));
    }
    return stories;
  }

  /// Rows of other entities are united, so each source that says something has a story.
  std::vector<FieldStory> entity_fields(record::EntityId entity, const std::string& asked) {
    std::vector<FieldStory> stories;
    const auto& model = hub_.model().entities[entity];
    for (record::FieldId field = 0; field < model.fields.size(); ++field) {
      if (!is_part_of(model.fields[field].path, asked)) continue;
      for (uint32_t source = 0; source < names_.size(); ++source) {
        if (!says(source, entity, field)) continue;
        FieldStory story;
        story.field = model.name + '.' + model.fields[field].path;
        story.why = "what every source says of it is kept, one row for each fact";
        say_source(story, source, entity, field);
        story.shared_with = shared_with(entity, field);
        stories.push_back(std::move(story));
      }
    }
    return stories;
  }

 private:
  struct Record {
    uint32_t source = 0;         ///< index into names_
    uint32_t source_number = 0;  ///< in the store
    store::SubjectLink link;
    store::Node node;  ///< owns what contributions point into
  };

  /// What was weighed when the record was recognised.
  std::optional<ExplainedPair> weighed(const Record& record) const {
    const auto* student = &records_.front();
    auto identity = hub_.open_identity();
    Learned learned(store_, identity, student->source_number);
    if (student->source != 0 || !learned.is_of_this_file(student->source_number))
      return std::nullopt;
    resolve::Roster roster(identity, hub_.model());
    auto features = std::string(store_.features(student->source_number, student->link.node));
    auto others = std::string(store_.features(record.source_number, record.link.node));
    if (features.empty() || others.empty()) return std::nullopt;
    roster.add(features);
    roster.index(learned.frequencies());
    auto model = learned.model(record.source_number, roster.comparisons());
    if (!model) return std::nullopt;
    roster.add(features_of(others));
    roster.settle();
    auto pair = explained(roster.comparisons(), roster.explain(*model, 0, 0));
    pair.link_at = resolve::weight_of(identity.link_at);
    pair.review_at = resolve::weight_of(identity.review_at);
    pair.are_linked = true;
    return pair;
  }

  /// Who decided that this record is the student's. Undone since then, it still made the profile.
  std::string decided(const Record& record) const {
    const store::Decision* found = nullptr;
    for (const auto& one : decisions_)
      if (one.verdict == store::Verdict::same && is_about(one, record) &&
          (!found || one.person == student_.person.number))
        found = &one;
    if (!found) return "";
    auto says = "decided by " + found->actor + " on " + day_of(found->made_ms) + ": " + found->why;
    return found->undone_ms ? says + "; it ends with the next run" : says;
  }

  /// On the roster decisions are of two persons (flow/joins.hpp), so the key tells whose it is.
  bool is_about(const store::Decision& decision, const Record& record) const {
    if (decision.source != record.source_number) return false;
    if (record.source != 0) return decision.record == record.node.token;
    auto said = contribution_of(record.node.frame);
    auto student = *hub_.model().find(record::student_entity);
    return !said.empty() && student_row(said, student).key() == decision.key;
  }

  void gather(store::Store& store) {
    decisions_ = store.decisions();
    for (uint32_t source = 0; source < names_.size(); ++source) {
      auto number = store.source_number(names_[source]);
      if (number == 0) continue;
      std::vector<store::SubjectLink> mine;
      for (const auto& link : store.links(number))
        if (link.is_linked() && link.person == student_.person.number) mine.push_back(link);
      for (auto& link : mine) {
        auto node = store.node(number, link.node);
        records_.push_back({source, number, std::move(link), std::move(node)});
      }
    }
    auto silent = withheld(store);
    for (const auto& record : records_) {
      auto rows = contribution_of(record.node.frame);
      bool is_withheld = std::ranges::find(silent, names_[record.source]) != silent.end();
      if (!rows.empty() && !is_withheld) contributions_.push_back({record.source, rows, 0});
    }
    gather_corrections(store);
  }

  /// The profile holds those that stand; others wait for a run.
  void gather_corrections(store::Store& store) {
    for (auto& correction : store.corrections())
      if (correction.person == student_.person.number)
        corrections_.push_back(std::move(correction));
    std::vector<const store::Correction*> standing;
    for (const auto& correction : corrections_)
      if (correction.state != store::CorrectionState::waits) standing.push_back(&correction);
    corrected_ = row_of(hub_.model(), standing);
    if (!corrected_.empty()) contributions_.push_back({correction(), corrected_, 0});
  }

  /// What merge calls a correction: the source behind all others.
  uint32_t correction() const { return static_cast<uint32_t>(names_.size()); }

  const store::Correction* correction_of(const std::string& field) const {
    auto found = std::ranges::find(corrections_, field, &store::Correction::field);
    return found == corrections_.end() ? nullptr : &*found;
  }

  void say_correction(FieldStory& story, const merge::Choice& choice) const {
    story.source = record::correction_source;
    const auto* correction = correction_of(story.field);
    if (!correction) return;
    story.corrected = in_words(*correction);
    for (const auto& other : choice.others)
      if (other.relation == merge::the_same)
        story.corrected += "; " + names_[other.source] + " says the same now";
    if (correction->state == store::CorrectionState::dropped)
      story.corrected += "; it ends with the next run";
  }

  void say_what_waits(FieldStory& story) const {
    const auto* correction = correction_of(story.field);
    if (correction && correction->state == store::CorrectionState::waits)
      story.corrected = "from the next run on, " + in_words(*correction);
  }

  static std::string day_of(int64_t ms) {
    constexpr int64_t day_ms = 86'400'000;
    return record::iso_date(static_cast<int32_t>(ms / day_ms));
  }

  static std::string in_words(const store::Correction& correction) {
    return "by " + correction.actor + " on " + day_of(correction.made_ms) + ", " +
           (correction.until ? "until " + record::iso_date(*correction.until)
                             : std::string("until it is dropped")) +
           ": " + correction.why;
  }

  void rule_on_fields() {
    LinkStrength strength(hub_.model(), names_);
    strength.read(student_.profile.rows);
    auto view = strength.view(student_.person.id, student_.profile.rows);
    for (std::size_t d = 0; d < governor_->destinations().size(); ++d)
      rulings_.push_back(governor_->explain(d, view));
  }

  std::vector<FieldSharing> shared_with(record::EntityId entity, record::FieldId field) const {
    std::vector<FieldSharing> shared;
    for (std::size_t d = 0; d < rulings_.size(); ++d)
      for (const auto& ruling : rulings_[d]) {
        if (ruling.entity != entity || ruling.field != field) continue;
        auto by = ruling.rule.empty() || ruling.says.find(ruling.rule) != std::string::npos
                      ? ""
                      : ruling.rule + ": ";
        shared.push_back({governor_->destinations()[d], effect_in_words(ruling), by + ruling.says});
      }
    return shared;
  }

  std::string_view value_of(record::EntityId entity, record::FieldId field) const {
    std::string_view json;
    record::each_row(student_.profile.rows, [&](const record::RowView& row) {
      if (row.entity() == entity && json.empty()) json = row.find(field);
    });
    return json;
  }

  /// The value in one row of the profile.
  std::string_view value_in(record::EntityId entity, uint32_t number, record::FieldId field) const {
    std::string_view json;
    record::each_row(student_.profile.rows, [&](const record::RowView& row) {
      if (row.entity() == entity && number-- == 0) json = row.find(field);
    });
    return json;
  }

  static std::string key_in(const merge::RowChoice& row, uint32_t source) {
    auto part = std::ranges::find(row.parts, source, &merge::RowChoice::Part::source);
    return part == row.parts.end() ? std::string() : part->key;
  }

  bool says(uint32_t source, record::EntityId entity, record::FieldId field) const {
    bool does = false;
    for (const auto& contribution : contributions_)
      if (contribution.source == source)
        record::each_row(contribution.rows, [&](const record::RowView& row) {
          does |= row.entity() == entity && !row.find(field).empty();
        });
    return does;
  }

  void say_source(FieldStory& story, uint32_t source, record::EntityId entity,
                  record::FieldId field, const std::string& row_key = {}) {
    story.source = names_[source];
    story.where = where(source, entity, field, row_key);
    if (const auto* made = places_.source_of(names_[source], entity, field)) {
      auto file =
          std::filesystem::path(made->place.file).lexically_relative(hub_.workspace().folder);
      story.place = (file.empty() ? made->place.file : file.string()) + ':' +
                    std::to_string(made->place.line);
      story.expression = made->expression;
    }
  }

  std::string where(uint32_t source, record::EntityId entity, record::FieldId field,
                    const std::string& row_key = {}) {
    for (const auto& record : records_)
      if (record.source == source && has_row(record, entity, row_key))
        return places_.where(names_[source], record.node, entity, field, row_key);
    return "";
  }

  /// Several records of one source may be this child's; whose row is it?
  static bool has_row(const Record& record, record::EntityId entity, const std::string& row_key) {
    bool has = row_key.empty();
    record::each_row(contribution_of(record.node.frame), [&](const record::RowView& row) {
      has |= row.entity() == entity && row.key() == row_key;
    });
    return has;
  }

  const Hub& hub_;
  store::Store& store_;
  const Student& student_;
  RecordPlaces places_;
  std::vector<std::string> names_;
  std::vector<Record> records_;
  std::vector<store::Correction> corrections_;  ///< of this student
  std::vector<store::Decision> decisions_;      ///< of everybody; people make few
  std::string corrected_;                       ///< the row of those that stand
  std::vector<merge::Contribution> contributions_;
  std::unique_ptr<govern::Governor> governor_;
  std::unique_ptr<merge::Merger> merger_;
  std::vector<merge::Choice> choices_;
  std::vector<std::vector<govern::FieldRuling>> rulings_;
};

/// What `field` asks for: an entity, perhaps one row of it, and a path in it that may be empty.
struct Wish {
  record::EntityId entity = 0;
  std::string path;
  std::optional<uint32_t> row = std::nullopt;
};

/// "enrollments[2]" becomes "enrollments", and the number is returned.
std::optional<uint32_t> take_number(std::string& front) {
  auto open = front.find('[');
  if (open == std::string::npos) return std::nullopt;
  uint32_t number = 0;
  const char* end = front.data() + front.size() - 1;
  auto [at, trouble] = std::from_chars(front.data() + open + 1, end, number);
  if (trouble != std::errc() || at != end || *end != ']')
    throw Error(Next::fix_settings, "a row is named by its number: enrollments[0]");
  front.resize(open);
  return number;
}

bool has_path(const record::Entity& entity, const std::string& path) {
  return std::ranges::any_of(
      entity.fields, [&](const record::Field& field) { return is_part_of(field.path, path); });
}

Wish wish_for(const record::Model& model, const std::string& field) {
  std::vector<std::string> known;
  auto front = field.substr(0, field.find('.'));
  auto rest = front.size() == field.size() ? std::string() : field.substr(front.size() + 1);
  auto row = take_number(front);
  for (record::EntityId e = 0; e < model.entities.size(); ++e) {
    const auto& entity = model.entities[e];
    bool is_student = entity.name == record::student_entity;
    if (is_student && has_path(entity, field)) return {e, field};
    bool is_named = front == entity.name || (!entity.property.empty() && front == entity.property);
    if (is_named && has_path(entity, rest)) return {e, rest, row};
    known.push_back(entity.name);
    for (const auto& one : entity.fields)
      known.push_back(is_student ? one.path : entity.name + '.' + one.path);
  }
  auto near = settings::did_you_mean(field, known);
  throw Error(Next::fix_settings,
              "the model has no field " + field + (near ? ", did you mean " + *near + "?" : ""));
}

}  // namespace

Explanation explain(const Hub& hub, store::Store& store, const Student& student,
                    const std::string& field) {
  auto wish = wish_for(hub.model(), field);
  Teller teller(hub, store, student);
  bool is_student = hub.model().entities[wish.entity].name == record::student_entity;
  Explanation told;
  told.fields = is_student ? teller.student_fields(wish.path)
                : wish.row ? teller.row_fields(wish.entity, *wish.row, wish.path)
                           : teller.entity_fields(wish.entity, wish.path);
  told.links = teller.links();
  told.changed_in = student.profile.changed_in;
  return told;
}

}  // namespace homeroom::flow
