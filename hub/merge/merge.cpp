#include "hub/merge/merge.hpp"

#include <algorithm>
#include <cstdlib>

#include "hub/merge/contest.hpp"
#include "hub/merge/relation.hpp"
#include "hub/merge/trust.hpp"
#include "hub/record/date.hpp"
#include "hub/record/doubt.hpp"
#include "hub/record/profile.hpp"

namespace homeroom::merge {

namespace {

using record::EntityId;
using record::FieldId;
using record::RowView;

/// A row of a contribution on its way into the profile.
struct Entry {
  RowView row;
  uint32_t source;
  int32_t heard;
  uint32_t name_place;  ///< of the source, so that keys sort as their texts
  uint32_t united_at;   ///< first of its united values
  uint16_t united;      ///< how many; 0 if the row stands for itself
};

/// What is doubted of one contribution's rows.
class Doubts {
 public:
  void forget() { found_.clear(); }
  void add(uint32_t source, const RowView& doubts) { found_.push_back({source, doubts}); }

  /// Tells the contest what is doubted of the row that was entered last.
  void tell(Contest& contest, uint32_t source, const RowView& row) {
    if (found_.empty()) return;
    record::key_of_doubt(row, key_);
    for (const auto& found : found_)
      if (found.source == source && found.doubts.key() == key_) contest.doubt(found.doubts);
  }

 private:
  struct Found {
    uint32_t source;
    RowView doubts;
  };
  std::vector<Found> found_;
  std::string key_;
};

/// What is sorted in place of the entries: most comparisons end at the front.
struct Handle {
  uint64_t front;  ///< entity, then the first bytes of what orders its rows
  uint32_t entry;
};

uint64_t first_bytes(std::string_view text, unsigned count) {
  uint64_t bytes = 0;
  for (unsigned i = 0; i < count; ++i)
    bytes = bytes << 8 | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0u);
  return bytes;
}

/// The day of a JSON date; nothing for what is none.
std::optional<int32_t> day_of(std::string_view json) {
  constexpr std::size_t quoted_date = 12;
  if (json.size() != quoted_date) return std::nullopt;
  return record::parse_iso_date(json.substr(1, quoted_date - 2));
}

std::string_view without_quote(std::string_view json) {
  return json.front() == '"' ? json.substr(1) : json;
}

}  // namespace

/// Why the value of a field stands; nothing if nobody says one.
std::optional<Choice> choice_of(const Contest& contest, const Trust& trust, EntityId entity,
                                FieldId field) {
  auto winner = contest.winner(field);
  if (!winner) return std::nullopt;
  Choice choice{entity, field, contest.source(*winner), {}, {}};
  std::optional<uint32_t> second;
  for (uint32_t row = 0; row < contest.rows(); ++row) {
    if (row == *winner || contest.value(row, field).empty()) continue;
    if (!second || contest.is_before(field, row, *second)) second = row;
    choice.others.push_back(
        {contest.source(row), relation(contest.value(*winner, field), contest.value(row, field))});
  }
  choice.why = second ? contest.reason(field, *winner, *second)
                      : "only " + trust.sources()[choice.source] + " says it";
  return choice;
}

class Merging {
 public:
  Merging(const record::Model& model, const Trust& trust, Findings findings)
      : model_(model),
        trust_(trust),
        findings_(findings),
        student_(model.find(record::student_entity).value_or(0)),
        contest_(trust, findings) {}

  void merge(std::span<const Contribution> contributions, std::string& out) {
    students_.clear();
    entries_.clear();
    handles_.clear();
    united_.clear();
    doubts_.forget();
    out.clear();
    collect(contributions);
    record::RowWriter writer(out);
    writer_ = &writer;
    write_student();
    write_others();
    writer_ = nullptr;
  }

  std::vector<RowChoice> explain_rows(std::span<const Contribution> contributions) {
    std::vector<RowChoice> told;
    std::string rows;
    told_ = &told;
    merge(contributions, rows);
    told_ = nullptr;
    return told;
  }

 private:
  struct Student {
    RowView row;
    uint32_t source;
    int32_t heard;
  };

  void collect(std::span<const Contribution> contributions) {
    for (const auto& contribution : contributions)
      record::each_row(contribution.rows, [&](const RowView& row) {
        if (row.entity() == student_)
          students_.push_back({row, contribution.source, contribution.heard});
        else if (row.entity() == record::doubt_entity)
          doubt(contribution, row);
        else
          add(contribution, row);
      });
    std::ranges::sort(handles_, [this](const Handle& a, const Handle& b) {
      return a.front != b.front ? a.front < b.front
                                : is_before(entries_[a.entry], entries_[b.entry]);
    });
  }

  void doubt(const Contribution& contribution, const RowView& doubts) {
    if (findings_ != Findings::ignored) doubts_.add(contribution.source, doubts);
  }

  void enter(uint32_t source, int32_t heard, const RowView& row) {
    contest_.enter(source, heard, row);
    doubts_.tell(contest_, source, row);
  }

  void add(const Contribution& contribution, const RowView& row) {
    Entry entry{row,
                contribution.source,
                contribution.heard,
                trust_.place_by_name(contribution.source),
                static_cast<uint32_t>(united_.size()),
                0};
    for (const auto& field : united_by(row.entity())) {
      auto value = row.find(field);
      if (value.empty()) {  // a fact without its whole key stands for itself
        united_.resize(entry.united_at);
        break;
      }
      united_.push_back(value);
    }
    entry.united = static_cast<uint16_t>(united_.size() - entry.united_at);
    handles_.push_back({front(entry), static_cast<uint32_t>(entries_.size())});
    entries_.push_back(entry);
  }

  /// Orders as is_before() does, as far as it reaches.
  uint64_t front(const Entry& entry) const {
    auto front = uint64_t{entry.row.entity()} << 48;
    if (entry.united == 0)
      return front | uint64_t{entry.name_place} << 24 | first_bytes(entry.row.key(), 3);
    return front | uint64_t{1} << 47 | first_bytes(without_quote(united_[entry.united_at]), 5);
  }

  const std::vector<FieldId>& united_by(EntityId entity) const { return trust_.united_by(entity); }

  int compare_united(const Entry& a, const Entry& b) const {
    for (uint16_t i = 0; i < a.united && i < b.united; ++i)
      if (int order = united_[a.united_at + i].compare(united_[b.united_at + i])) return order;
    return int{a.united} - int{b.united};
  }

  bool is_before(const Entry& a, const Entry& b) const {
    if (a.row.entity() != b.row.entity()) return a.row.entity() < b.row.entity();
    if (int order = compare_united(a, b)) return order < 0;
    if (a.name_place != b.name_place) return a.name_place < b.name_place;
    if (int order = a.row.key().compare(b.row.key())) return order < 0;
    if (a.heard != b.heard) return a.heard > b.heard;
    return a.row.bytes() < b.row.bytes();
  }

  /// One student row for each source that won a field, by the sources' names.
  void write_student() {
    if (students_.size() == 1) return write_only_student(students_.front());
    contest_.start(student_, model_.entities[student_].fields.size());
    for (const auto& student : students_) enter(student.source, student.heard, student.row);
    auto fields = model_.entities[student_].fields.size();
    won_.clear();
    won_values_.resize(fields);
    source_at_.resize(trust_.sources().size());
    for (FieldId field = 0; field < fields; ++field) {
      auto winner = contest_.winner(field);
      if (!winner || contest_.value(*winner, field) == "null") continue;
      auto place = trust_.place_by_name(contest_.source(*winner));
      source_at_[place] = contest_.source(*winner);
      won_values_[field] = contest_.value(*winner, field);
      won_.emplace_back(place, field);
    }
    if (!std::ranges::is_sorted(won_)) std::ranges::sort(won_);
    auto& writer = *writer_;
    for (std::size_t i = 0; i < won_.size();) {
      auto place = won_[i].first;
      writer.begin(student_, source_at_[place] == trust_.correction()
                                 ? corrected_by(i)
                                 : trust_.sources()[source_at_[place]]);
      for (; i < won_.size() && won_[i].first == place; ++i)
        writer.field(won_[i].second, won_values_[won_[i].second]);
      writer.end();
    }
  }

  /// The corrections that won from place `i` on, and the sources that say the same as one of them:
  /// their regimes follow the values.
  std::string corrected_by(std::size_t i) {
    std::vector<std::string> agreeing;
    for (auto place = won_[i].first; i < won_.size() && won_[i].first == place; ++i)
      for (uint32_t row = 0; row < contest_.rows(); ++row) {
        const auto& name = trust_.sources()[contest_.source(row)];
        bool agrees = contest_.source(row) != trust_.correction() &&
                      contest_.value(row, won_[i].second) == won_values_[won_[i].second];
        if (agrees && std::ranges::find(agreeing, name) == agreeing.end()) agreeing.push_back(name);
      }
    std::ranges::sort(agreeing);
    std::string key(record::correction_source);
    for (const auto& name : agreeing) (key += record::source_joint) += name;
    return key;
  }

  /// As write_student(), where nobody competes: nearly every child of nearly every district.
  void write_only_student(const Student& student) {
    if (!student.row.has_fields()) return;
    auto& writer = *writer_;
    writer.begin(student_, trust_.sources()[student.source]);
    student.row.each([&](record::FieldView field) {
      if (field.json != "null") writer.field(field.field, field.json);
    });
    writer.end();
  }

  void write_others() {
    for (std::size_t first = 0; first < handles_.size();) {
      if (auto end = end_of_spans(first); end != first) {
        write_spans(first, end);
        first = end;
        continue;
      }
      auto last = first + 1;
      while (last < handles_.size() && is_same_fact(sorted(first), sorted(last))) ++last;
      if (last - first == 1)
        write_alone(sorted(first));
      else
        write_group(first, last);
      first = last;
    }
  }

  const Entry& sorted(std::size_t place) const { return entries_[handles_[place].entry]; }

  /// The same row twice, or rows with equal united fields.
  bool is_same_fact(const Entry& a, const Entry& b) const {
    if (a.row.entity() != b.row.entity()) return false;
    if (a.united != 0 && a.united == b.united)
      return compare_united(a, b) == 0 || is_within_days(a, b);
    return a.united == b.united && a.source == b.source && a.row.key() == b.row.key();
  }

  /// Equal in all united fields but the last, a date that is not far from the other.
  bool is_within_days(const Entry& a, const Entry& b) const {
    auto days = trust_.united_within(a.row.entity());
    if (days == 0) return false;
    auto last = static_cast<uint32_t>(a.united - 1);
    for (uint32_t i = 0; i < last; ++i)
      if (united_[a.united_at + i] != united_[b.united_at + i]) return false;
    auto one = day_of(united_[a.united_at + last]);
    auto other = day_of(united_[b.united_at + last]);
    return one && other && std::abs(*one - *other) <= days;
  }

  /// The end of the rows of an entity whose overlapping spans are to be united; `first` when it is
  /// not such an entity, or one source alone speaks of it.
  std::size_t end_of_spans(std::size_t first) const {
    auto entity = sorted(first).row.entity();
    if (trust_.spans_united_by(entity).empty()) return first;
    bool has_several = false;
    auto end = first;
    for (; end < handles_.size() && sorted(end).row.entity() == entity; ++end)
      has_several |= sorted(end).source != sorted(first).source;
    return has_several ? end : first;
  }

  /// The most trusted row of each fact gathers the overlapping rows of other sources, one of each;
  /// the fact stands at its place.
  void write_spans(std::size_t first, std::size_t end) {
    std::vector<const Entry*> rows;  // of a row that a source brought twice, the one heard last
    for (auto place = first; place < end; ++place)
      if (rows.empty() || rows.back()->source != sorted(place).source ||
          rows.back()->row.key() != sorted(place).row.key())
        rows.push_back(&sorted(place));
    const auto* ranks = trust_.ranks(rows.front()->row.entity());
    std::vector<std::size_t> by_trust(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) by_trust[i] = i;
    std::ranges::stable_sort(by_trust, {}, [&](std::size_t i) {
      return std::pair(ranks[rows[i]->source], rows[i]->source);
    });
    std::vector<std::vector<const Entry*>> facts(rows.size());
    std::vector<bool> is_taken(rows.size());
    for (auto seed : by_trust) {
      if (is_taken[seed]) continue;
      auto& fact = facts[seed];
      for (auto i : by_trust) {
        bool is_other = std::ranges::none_of(
            fact, [&](const Entry* entry) { return entry->source == rows[i]->source; });
        if (is_taken[i] || !is_other || (i != seed && !do_overlap(*rows[seed], *rows[i]))) continue;
        if (fact.empty() && i != seed) continue;
        is_taken[i] = true;
        fact.push_back(rows[i]);
      }
    }
    for (auto& fact : facts) {
      if (fact.size() == 1) write_alone(*fact.front());
      if (fact.size() > 1) write_united(fact);
    }
  }

  bool do_overlap(const Entry& a, const Entry& b) const {
    auto entity = a.row.entity();
    for (auto field : trust_.spans_united_by(entity)) {
      auto value = a.row.find(field);
      if (value.empty() || value == "null" || value != b.row.find(field)) return false;
    }
    auto [start, end] = trust_.span(entity);
    return !ends_before(a, *end, b, *start) && !ends_before(b, *end, a, *start);
  }

  /// A span without a first or last day reaches as far as can be.
  static bool ends_before(const Entry& a, FieldId end, const Entry& b, FieldId start) {
    auto last = day_of(a.row.find(end));
    auto first = day_of(b.row.find(start));
    return last && first && *last < *first;
  }

  /// For explain_rows(): the rows that become one, as the contest has them.
  void tell(std::span<const Entry* const> round) {
    RowChoice choice{round.front()->row.entity(), {}, {}};
    for (const auto* entry : round)
      choice.parts.push_back({entry->source, std::string(entry->row.key())});
    auto fields = model_.entities[choice.entity].fields.size();
    for (FieldId field = 0; field < fields; ++field)
      if (auto one = choice_of(contest_, trust_, choice.entity, field))
        choice.fields.push_back(std::move(*one));
    told_->push_back(std::move(choice));
  }

  void write_alone(const Entry& entry) {
    if (told_) {
      contest_.start(entry.row.entity(), model_.entities[entry.row.entity()].fields.size());
      enter(entry.source, entry.heard, entry.row);
      const auto* alone = &entry;
      tell({&alone, 1});
    }
    writer_->copy(entry.row, trust_.key_front(entry.source), entry.row.key());
  }

  /// Rows of one source are never one fact, so the first rows of all sources unite, then the second
  /// ones, and so on. Of a row that one source brought twice, the one heard last stands.
  void write_group(std::size_t first, std::size_t last) {
    std::vector<const Entry*> waiting;
    for (auto place = first; place < last; ++place) {
      const auto& entry = sorted(place);
      if (waiting.empty() || waiting.back()->source != entry.source ||
          waiting.back()->row.key() != entry.row.key())
        waiting.push_back(&entry);
    }
    if (trust_.united_within(sorted(first).row.entity()) != 0)  // they do not stand by source
      std::ranges::stable_sort(waiting, {}, &Entry::name_place);
    while (!waiting.empty()) {
      std::vector<const Entry*> round;
      std::vector<const Entry*> rest;
      for (const auto* entry : waiting)
        (round.empty() || round.back()->source != entry->source ? round : rest).push_back(entry);
      if (round.size() == 1)
        write_alone(*round.front());
      else
        write_united(round);
      waiting = std::move(rest);
    }
  }

  void write_united(std::vector<const Entry*>& round) {
    auto entity = round.front()->row.entity();
    const auto* ranks = trust_.ranks(entity);
    std::ranges::stable_sort(round, {}, [&](const Entry* entry) {
      return std::pair(ranks[entry->source], entry->source);
    });
    auto fields = model_.entities[entity].fields.size();
    contest_.start(entity, fields);
    for (const auto* entry : round) enter(entry->source, entry->heard, entry->row);

    if (told_) tell(round);

    std::vector<std::optional<uint32_t>> winners(fields);
    std::vector<bool> has_won(round.size());
    for (FieldId field = 0; field < fields; ++field) {
      winners[field] = contest_.winner(field);
      if (winners[field]) has_won[*winners[field]] = true;
    }
    auto& writer = *writer_;
    writer.begin(entity, united_key(round, has_won));
    for (FieldId field = 0; field < fields; ++field)
      if (winners[field] && contest_.value(*winners[field], field) != "null")
        writer.field(field, contest_.value(*winners[field], field));
    writer.end();
  }

  std::string united_key(const std::vector<const Entry*>& round, const std::vector<bool>& has_won) {
    std::string key = trust_.sources()[round.front()->source];
    for (std::size_t i = 1; i < round.size(); ++i)
      if (has_won[i]) (key += record::source_joint) += trust_.sources()[round[i]->source];
    key += record::source_end;
    return key.append(round.front()->row.key());
  }

  const record::Model& model_;
  const Trust& trust_;
  Findings findings_;
  EntityId student_;
  Contest contest_;
  Doubts doubts_;
  std::vector<Student> students_;
  std::vector<Entry> entries_;
  std::vector<Handle> handles_;
  std::vector<std::string_view> united_;
  std::vector<std::pair<uint32_t, FieldId>> won_;  ///< place of the source's name, field
  std::vector<std::string_view> won_values_;       ///< [field]
  std::vector<uint32_t> source_at_;                ///< [place of a name]
  record::RowWriter* writer_ = nullptr;            ///< while merge() runs
  std::vector<RowChoice>* told_ = nullptr;         ///< while explain_rows() runs
};

Merger::Merger(const record::Model& model, std::vector<std::string> sources,
               const std::map<std::string, std::vector<std::string>>& trust, Findings findings)
    : model_(model),
      trust_(std::make_unique<Trust>(model, std::move(sources), trust)),
      findings_(findings),
      merging_(std::make_unique<Merging>(model, *trust_, findings)) {}

Merger::~Merger() = default;

void Merger::merge(std::span<const Contribution> contributions, std::string& rows) {
  merging_->merge(contributions, rows);
}

std::vector<Choice> Merger::explain(std::span<const Contribution> contributions) const {
  auto student = model_.find(record::student_entity).value_or(0);
  const auto& fields = model_.entities[student].fields;
  Contest contest(*trust_, findings_);
  contest.start(student, fields.size());
  for (const auto& contribution : contributions) {
    Doubts doubts;
    record::each_row(contribution.rows, [&](const RowView& row) {
      bool is_doubt = row.entity() == record::doubt_entity;
      if (is_doubt && findings_ != Findings::ignored) doubts.add(contribution.source, row);
    });
    record::each_row(contribution.rows, [&](const RowView& row) {
      if (row.entity() != student) return;
      contest.enter(contribution.source, contribution.heard, row);
      doubts.tell(contest, contribution.source, row);
    });
  }

  std::vector<Choice> choices;
  for (FieldId field = 0; field < fields.size(); ++field)
    if (auto choice = choice_of(contest, *trust_, student, field))
      choices.push_back(std::move(*choice));
  return choices;
}

std::vector<RowChoice> Merger::explain_rows(std::span<const Contribution> contributions) {
  return merging_->explain_rows(contributions);
}

}  // namespace homeroom::merge
