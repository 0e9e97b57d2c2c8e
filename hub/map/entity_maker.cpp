#include "hub/map/entity_maker.hpp"

#include <algorithm>
#include <cstring>

#include "hub/map/steps.hpp"

namespace homeroom::map {

using record::Column;
using record::Text;

struct EntityMaker::Verdicts {
  std::vector<Column> keys;
  Column key;
  Column student;
  std::vector<Column> values;                              ///< by index into EntityPlan::fields
  std::vector<uint8_t> is_out;                             ///< set aside, by row
  std::vector<uint32_t> asides;                            ///< rows set aside, in the order of
  std::vector<std::size_t> findings;                       ///< their findings
  std::vector<std::pair<uint32_t, record::FieldId>> kept;  ///< row of the relation, field
};

void EntityMaker::make(const EntityPlan& entity, const Relation& relation) {
  Verdicts verdicts;
  verdicts.is_out.assign(relation.rows, 0);
  auto& program = *entity.key.front().program;
  program.begin(relation.columns, relation.rows, arena_);
  for (const auto& part : entity.key) verdicts.keys.push_back(program.run(part.compiled.id));
  verdicts.key = joined_key(verdicts.keys, relation.rows);
  if (entity.student) verdicts.student = program.run(entity.student->compiled.id);
  for (const auto& field : entity.fields)
    verdicts.values.push_back(field.value ? program.run(field.value->compiled.id)
                                          : codes_of(field, relation.rows));
  judge_faults(entity, relation, verdicts);
  judge_required(entity, relation, verdicts);
  leave(relation, verdicts);
  std::ranges::sort(verdicts.kept);
  auto doubles = std::ranges::unique(verdicts.kept);
  verdicts.kept.erase(doubles.begin(), doubles.end());
  for (uint32_t base = 0; base < relation.parts.size(); ++base)
    emit(entity, relation, base, verdicts);
}

Column EntityMaker::joined_key(const std::vector<Column>& parts, uint32_t rows) {
  if (parts.size() == 1) return parts[0];
  Column out;
  auto* texts = arena_.many<Text>(rows);
  auto* valid = arena_.many<uint8_t>(rows);
  std::size_t all = 0;
  for (uint32_t row = 0; row < rows; ++row) {
    valid[row] = 1;
    for (const auto& part : parts) {
      valid[row] = valid[row] && part.values && part.is_valid(row);
      if (valid[row]) all += part.text_at(row).size + 1;
    }
  }
  char* at = arena_.take(all);  // one place for all keys
  for (uint32_t row = 0; row < rows; ++row) {
    texts[row] = Text{};
    if (!valid[row]) continue;
    char* bytes = at;
    for (const auto& part : parts) {
      const auto& text = part.text_at(row);
      if (&part != &parts.front()) *at++ = '\x1f';
      std::memcpy(at, text.data(), text.size);
      at += text.size;
    }
    texts[row] = record::text_in_buffer(bytes, static_cast<uint32_t>(at - bytes));
  }
  out.values = texts;
  out.valid = valid;
  return out;
}

/// The codes whose condition is true. Null where no condition says anything.
Column EntityMaker::codes_of(const FieldPlan& field, uint32_t rows) {
  std::vector<Column> tests;
  for (const auto& [code, test] : field.each_true)
    tests.push_back(test.program->run(test.compiled.id));
  Column out;
  out.type = record::Type::list;
  auto* texts = arena_.many<Text>(static_cast<std::size_t>(rows) * tests.size());
  auto* ends = arena_.many<uint32_t>(rows);
  auto* valid = arena_.many<uint8_t>(rows);
  uint32_t at = 0;
  for (uint32_t row = 0; row < rows; ++row) {
    valid[row] = 0;
    for (std::size_t i = 0; i < tests.size(); ++i) {
      if (!tests[i].values || !tests[i].is_valid(row)) continue;
      valid[row] = 1;
      if (tests[i].at<uint8_t>(row)) texts[at++] = record::text(field.each_true[i].first);
    }
    ends[row] = at;
  }
  out.values = texts;
  out.ends = ends;
  out.valid = valid;
  return out;
}

void EntityMaker::note(const EntityPlan& entity, const Relation& relation, uint32_t row,
                       const std::vector<uint32_t>& columns, const std::string& field,
                       const std::string& says, bool is_set_aside) {
  // The place is that of the value: the stream the expression's first column came with.
  const auto& named = plan_.tables[entity.table].columns();
  uint32_t part = columns.empty() ? base_of(relation.parts, row) : named[columns.front()].part;
  if (part >= relation.parts.size() || relation.parts[part].rows[row] == none)
    part = base_of(relation.parts, row);
  output_.findings.push_back({relation.parts[part].stream, relation.parts[part].rows[row],
                              entity.entity, field, says, is_set_aside,
                              is_set_aside ? record::Severity::critical : record::Severity::warning,
                              is_set_aside ? "required" : "unreadable"});
}

void EntityMaker::set_aside(const EntityPlan& entity, const Relation& relation, uint32_t row,
                            const std::vector<uint32_t>& columns, const std::string& field,
                            const std::string& says, Verdicts& verdicts) {
  if (verdicts.is_out[row]) return;
  verdicts.is_out[row] = 1;
  note(entity, relation, row, columns, field, says, true);
  verdicts.asides.push_back(row);
  verdicts.findings.push_back(output_.findings.size() - 1);
  const auto& student = entity.student ? verdicts.student : verdicts.key;
  bool is_of_student = model_.entities[entity.entity].is_of_student;
  if (is_of_student && student.values && student.is_valid(row))
    output_.waiting.emplace_back(student.text_at(row).view());
}

/// Every row behind one that is set aside leaves with it, those of a group too, each with the
/// reason.
void EntityMaker::leave(const Relation& relation, const Verdicts& verdicts) {
  each_base(relation.parts, relation.folded, verdicts.asides, [&](std::size_t i, SourceRow row) {
    raise(output_, row.stream, row.row, Fate::set_aside);
    const auto& base = relation.parts[base_of(relation.parts, verdicts.asides[i])];
    if (row == SourceRow{base.stream, base.rows[verdicts.asides[i]]}) return;  // told already
    auto finding = output_.findings[verdicts.findings[i]];
    finding.stream = row.stream;
    finding.row = row.row;
    output_.findings.push_back(std::move(finding));
  });
}

void EntityMaker::judge_faults(const EntityPlan& entity, const Relation& relation,
                               Verdicts& verdicts) {
  const auto& faults = entity.key.front().program->faults();
  if (faults.empty()) return;
  auto judge = [&](const FieldPlan& field, const Expression& expression) {
    const auto& path = model_.entities[entity.entity].fields[field.field].path;
    for (const auto& fault : faults) {
      if (fault.expression != expression.compiled.id) continue;
      bool rejects = expression.compiled.on_fault == express::Else::reject ||
                     (field.is_required && expression.compiled.on_fault == express::Else::unsaid);
      bool keeps = expression.compiled.on_fault == express::Else::keep ||
                   expression.compiled.on_fault == express::Else::unsaid;
      if (rejects) {
        set_aside(entity, relation, fault.row, expression.compiled.columns, path, fault.says,
                  verdicts);
      } else if (keeps) {
        verdicts.kept.emplace_back(fault.row, field.field);
        note(entity, relation, fault.row, expression.compiled.columns, path, fault.says, false);
      }
    }
  };
  for (const auto& field : entity.fields) {
    if (field.value) judge(field, *field.value);
    for (const auto& [code, test] : field.each_true) judge(field, test);
  }
}

void EntityMaker::judge_required(const EntityPlan& entity, const Relation& relation,
                                 Verdicts& verdicts) {
  auto is_null = [](const Column& column, uint32_t row) {
    return !column.values || !column.is_valid(row);
  };
  const auto& of = model_.entities[entity.entity];
  for (uint32_t row = 0; row < relation.rows; ++row) {
    if (is_null(verdicts.key, row))
      set_aside(entity, relation, row, entity.key.front().compiled.columns, "key",
                "the key is empty", verdicts);
    if (entity.student && is_null(verdicts.student, row))
      set_aside(entity, relation, row, entity.student->compiled.columns, "student",
                "it does not say whose it is", verdicts);
  }
  for (std::size_t f = 0; f < entity.fields.size(); ++f) {
    const auto& field = entity.fields[f];
    if (!field.is_required || !field.value) continue;
    const auto& path = of.fields[field.field].path;
    for (uint32_t row = 0; row < relation.rows; ++row)
      if (is_null(verdicts.values[f], row))
        set_aside(entity, relation, row, field.value->compiled.columns, path, path + " is required",
                  verdicts);
  }
}

void EntityMaker::emit(const EntityPlan& entity, const Relation& relation, uint32_t base,
                       Verdicts& verdicts) {
  auto* rows = arena_.many<uint32_t>(relation.rows);
  uint32_t count = 0;
  for (uint32_t row = 0; row < relation.rows; ++row)
    if (!verdicts.is_out[row] && base_of(relation.parts, row) == base) rows[count++] = row;
  if (count == 0) return;
  EntityRows out;
  out.entity = entity.entity;
  out.rows = count;
  bool is_whole = count == relation.rows;
  auto taken = [&](const Column& column) {
    return is_whole ? column : gather(column, rows, count, arena_);
  };
  auto each = [&](const Column& column) {
    return column.stride > 0 ? taken(column) : gather(column, rows, count, arena_);
  };
  out.key = each(verdicts.key);
  if (entity.student) out.student = each(verdicts.student);
  out.fields.resize(model_.entities[entity.entity].fields.size());
  for (std::size_t f = 0; f < entity.fields.size(); ++f)
    out.fields[entity.fields[f].field] = taken(verdicts.values[f]);
  out.from_stream = relation.parts[base].stream;
  out.lineage = {relation.parts, relation.folded, is_whole ? nullptr : rows};
  auto& used = used_.emplace_back(&relation, std::vector<uint8_t>(relation.rows, 0)).second;
  auto kept = verdicts.kept.begin();
  for (uint32_t i = 0; i < count; ++i) {
    out.from_row.push_back(relation.parts[base].rows[rows[i]]);
    used[rows[i]] = 1;
    while (kept != verdicts.kept.end() && kept->first < rows[i]) ++kept;
    for (; kept != verdicts.kept.end() && kept->first == rows[i]; ++kept)
      out.kept.emplace_back(i, kept->second);
  }
  output_.entities.push_back(std::move(out));
}

namespace {

/// Marks the stream rows behind the rows that are `used` of something with these parts, and the
/// groups.
void mark_used(const std::vector<Part>& parts, const std::vector<Folded>& folded,
               const std::vector<uint8_t>& used, Output& output) {
  auto rows = static_cast<uint32_t>(used.size());
  for (const auto& part : parts)
    for (uint32_t row = 0; row < rows; ++row)
      if (used[row]) raise(output, part.stream, part.rows[row], Fate::used);
  for (const auto& fold : folded) {
    if (fold.from->is_far()) {
      for (uint32_t row = 0; row < rows; ++row)
        if (used[row]) raise(output, fold.from->far_stream, fold.group_of[row], Fate::used);
      continue;
    }
    auto& groups = output.used_groups[fold.from];
    groups.resize(fold.from->groups);
    for (uint32_t row = 0; row < rows; ++row)
      if (used[row] && fold.group_of[row] != none) groups[fold.group_of[row]] = 1;
  }
}

}  // namespace

void EntityMaker::finish() {
  for (const auto& [relation, used] : used_)
    mark_used(relation->parts, relation->folded, used, output_);
}

void settle_groups(Output& output) {
  while (!output.used_groups.empty()) {
    for (const auto& [from, groups] : std::exchange(output.used_groups, {})) {
      std::vector<uint8_t> behind(from->rows);
      for (uint32_t row = 0; row < from->rows; ++row) behind[row] = groups[from->into[row]];
      mark_used(from->parts, from->folded, behind, output);
    }
  }
}

}  // namespace homeroom::map
