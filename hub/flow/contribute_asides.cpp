// The part of Contributor that tells what was found and sets records aside: what the mapping could
// not read, and what a fatal rule forbids. A record is wholly in or wholly out.
#include <algorithm>

#include "hub/flow/contribute.hpp"
#include "hub/map/map.hpp"

namespace homeroom::flow {

/// A finding about a source row, with its place.
record::Finding Contributor::finding_at(uint32_t stream, const RowRef& ref) const {
  auto origin = StoredRow(ref.row).origin();
  record::Finding said;
  said.source = source_;
  said.stream = intake_.streams()[stream].counts.stream;
  said.file = files_.name(origin.file);
  said.line = origin.line;
  said.record = origin.record();
  return said;
}

/// A record goes into quarantine once, for the first reason.
void Contributor::set_aside(uint32_t stream, RowRef& ref, const std::string& field,
                            const std::string& why) {
  if (ref.is_aside) return;
  ref.is_aside = true;
  StoredRow row(ref.row);
  auto origin = row.origin();
  const auto& of = intake_.streams()[stream];
  record::SetAside aside;
  aside.stream = of.counts.stream;
  aside.file = files_.name(origin.file);
  aside.record = origin.record();
  aside.line = origin.line;
  aside.offset = origin.offset;
  aside.field = field;
  aside.why = why;
  aside.bytes = std::string(row.cells());
  aside.columns = of.plan.columns;
  aside.key = key_text(of.plan.key, row.cells());
  asides_.push_back({stream, std::move(aside)});
}

/// Findings of the mapping: kept values and rows set aside. Only rows of this run are told of.
void Contributor::note(const map::Output& output) {
  for (const auto& finding : output.findings) {
    auto& ref = row_ref(finding.stream, finding.row);
    if (finding.is_set_aside) set_aside(finding.stream, ref, finding.field, finding.says);
    if (!ref.is_new) continue;
    auto said = finding_at(finding.stream, ref);
    said.severity = finding.severity;
    said.rule = finding.rule;
    said.entity = model_.entities[finding.entity].name;
    said.field = finding.field;
    said.says = finding.says;
    findings_.take(std::move(said));
  }
  for (const auto& refusal : output.refusals)
    refusals_[intake_.streams()[refusal.stream].counts.stream + ": " + refusal.why] +=
        refusal.count;
  note_uses(output);
}

/// What the model and the packs demand: a fatal finding sets the record aside; others are told, and
/// the row goes on with a doubt about the field.
void Contributor::check(map::Output& output) {
  found_.clear();
  is_rejected_.resize(output.entities.size());
  for (std::size_t t = 0; t < output.entities.size(); ++t) {
    const auto& table = output.entities[t];
    is_rejected_[t].assign(table.rows, 0);
    for (const auto& found : found_.emplace_back(validator_.check(table))) {
      const auto& ref = row_ref(table.from_stream, table.from_row[found.row]);
      if (!ref.is_new) continue;
      auto said = finding_at(table.from_stream, ref);
      said.severity = found.severity;
      said.rule = found.rule;
      said.entity = model_.entities[table.entity].name;
      said.field = model_.entities[table.entity].fields[found.field].path;
      said.says = found.says;
      findings_.take(std::move(said));
    }
  }
  for (std::size_t t = 0; t < output.entities.size(); ++t) obey(found_[t], t, output);
  leave_wholly(output);
}

/// Sets every record aside that a row with a fatal finding was made of. Its child waits; not so
/// where the row's key stands twice, for then the first row says what there is to say.
void Contributor::obey(const std::vector<validate::RowFinding>& found, std::size_t index,
                       map::Output& output) {
  const auto& table = output.entities[index];
  const auto& student = table.entity == student_entity_ ? table.key : table.student;
  std::vector<const validate::RowFinding*> reasons;
  std::vector<uint32_t> rows;  // of the table's relation
  for (const auto& one : found) {
    if (one.severity != record::Severity::fatal || is_rejected_[index][one.row]) continue;
    is_rejected_[index][one.row] = 1;
    reasons.push_back(&one);
    rows.push_back(table.lineage.at ? table.lineage.at[one.row] : one.row);
    bool waits = one.rule != "duplicate" && student.values && student.is_valid(one.row);
    if (waits) output.waiting.emplace_back(student.text_at(one.row).view());
  }
  map::each_base(
      table.lineage.parts, table.lineage.folded, rows, [&](std::size_t i, map::SourceRow base) {
        auto& fate = output.fates[base.stream][base.row];
        fate = std::max(fate, map::Fate::set_aside);
        const auto& field = model_.entities[table.entity].fields[reasons[i]->field];
        set_aside(base.stream, row_ref(base.stream, base.row), field.path, reasons[i]->says);
      });
}

/// Nothing else that was made of a record set aside stays.
void Contributor::leave_wholly(const map::Output& output) {
  for (std::size_t t = 0; t < output.entities.size(); ++t) {
    const auto& table = output.entities[t];
    const auto& fates = output.fates[table.from_stream];
    for (uint32_t row = 0; row < table.rows; ++row)
      is_rejected_[t][row] |= fates[table.from_row[row]] == map::Fate::set_aside;
  }
}

void Contributor::keep_waiting(const map::Output& output) {
  for (const auto& student : output.waiting)
    if (auto node = node_of(student); node != NodeTable::none) waiting_.insert(node);
  // A step sets rows aside before anything says whose they are; the row's own node does.
  for (const auto& finding : output.findings)
    if (finding.is_set_aside && !intake_.streams()[finding.stream].is_reference)
      waiting_.insert(row_ref(finding.stream, finding.row).node);
}

}  // namespace homeroom::flow
