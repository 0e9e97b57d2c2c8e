#include "hub/validate/validate.hpp"

#include <algorithm>
#include <bit>
#include <optional>
#include <tuple>
#include <utility>

#include "hub/map/rows.hpp"
#include "hub/record/date.hpp"
#include "hub/validate/row_rules.hpp"

namespace homeroom::validate {

namespace {

using record::Column;
using record::FieldId;
using record::Severity;
using record::Text;
using record::Type;

const int32_t first_day = *record::days_of(1900, 1, 1);
constexpr int32_t years_ahead = 20;

bool is_dated(Type type) {
  return type == Type::date || type == Type::date_part || type == Type::timestamp;
}

/// The day a dated value starts on; a timestamp's is its local date.
int32_t day_at(const Column& column, uint32_t row) {
  constexpr int64_t us_a_minute = 60'000'000;
  constexpr int64_t us_a_day = 1440 * us_a_minute;
  switch (column.type) {
    case Type::date_part:
      return column.at<record::DatePart>(row).days;
    case Type::timestamp: {
      const auto& instant = column.at<record::Timestamp>(row);
      auto local = instant.utc_us + instant.offset_minutes * us_a_minute;
      return static_cast<int32_t>(local / us_a_day - (local % us_a_day < 0 ? 1 : 0));
    }
    default:
      return column.at<int32_t>(row);
  }
}

int32_t years_after(int32_t day, int32_t years) {
  auto date = record::civil(day);
  auto same_day = record::days_of(date.year + years, date.month, date.day);
  return same_day ? *same_day : *record::days_of(date.year + years, 3, 1);
}

uint32_t characters(std::string_view text) {
  return static_cast<uint32_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

/// Visits (row, text) of the valid rows of a text or list column.
template <class Visit>
void each_text(const Column& column, uint32_t rows, Visit visit) {
  for (uint32_t row = 0; row < rows; ++row) {
    if (!column.is_valid(row)) continue;
    if (column.type == Type::text) {
      visit(row, column.text_at(row));
      continue;
    }
    const auto* items = static_cast<const Text*>(column.values);
    for (auto i = row ? column.ends[row - 1] : 0; i < column.ends[row]; ++i) visit(row, items[i]);
  }
}

bool holds_text(const Column& column) {
  return column.type == Type::text || (column.type == Type::list && column.ends);
}

/// Whether a letter stands in an id that no form shows: a control character, or one that turns the
/// direction of writing (UAX #9), so that two ids look the same and are not. Parts of a key are
/// joined by U+001F.
bool has_hidden_letter(std::string_view id) {
  auto is_odd = [](char c) {
    auto byte = static_cast<unsigned char>(c);
    return byte >= 0x7F || (byte < 0x20 && byte != 0x1F);
  };
  for (std::size_t at = 0; at < id.size(); ++at) {
    if (!is_odd(id[at])) continue;
    auto rest = id.substr(at);
    bool is_ascii = static_cast<unsigned char>(id[at]) < 0x80;
    bool is_c1 = rest.size() > 1 && rest[0] == '\xC2' && static_cast<unsigned char>(rest[1]) < 0xA0;
    bool is_mark =
        rest.starts_with("\u061C") || rest.starts_with("\u200E") || rest.starts_with("\u200F");
    bool is_embedding = rest >= "\u202A" && rest < "\u202F";
    bool is_isolate = rest >= "\u2066" && rest < "\u206A";
    if (is_ascii || is_c1 || is_mark || is_embedding || is_isolate) return true;
  }
  return false;
}

/// Names of the two ends of a span, as the model's entities use them.
constexpr std::pair<std::string_view, std::string_view> span_names[] = {
    {"start", "end"}, {"entryDate", "exitDate"}, {"entry", "exit"}, {"begin", "end"}};

std::string beside(std::string_view path, std::string_view name) {
  auto dot = path.rfind('.');
  return std::string(path.substr(0, dot == std::string_view::npos ? 0 : dot + 1)) +
         std::string(name);
}

}  // namespace

Validator::Validator(const record::Model& model, int32_t run_date)
    : model_(model),
      run_date_(run_date),
      options_(model.options.size()),
      known_(model.entities.size()),
      known_hashes_(model.entities.size()) {
  for (std::size_t i = 0; i < model.options.size(); ++i)
    for (const auto& code : model.options[i].codes) options_[i].add(record::text(code));
  for (const auto& entity : model.entities) {
    auto& rules = entities_.emplace_back();
    for (const auto& field : entity.fields) rules.fields.push_back(rules_of(field));
    const auto fields = static_cast<FieldId>(entity.fields.size());
    for (FieldId start = 0; start < fields; ++start)
      for (const auto& [first, last] : span_names) {
        const auto& path = entity.fields[start].path;
        if (path != beside(path, first)) continue;
        if (auto end = entity.find(beside(path, last))) rules.spans.push_back({start, *end});
      }
  }
}

Validator::FieldRules Validator::rules_of(const record::Field& field) const {
  FieldRules rules;
  rules.is_required = field.is_required;
  rules.is_id = field.path.starts_with("identifiers.");
  rules.longest = field.longest;
  rules.last_day = field.path == "birthDate" ? run_date_ : years_after(run_date_, years_ahead);
  rules.option_set = field.options;
  for (std::size_t i = 0; i < model_.options.size(); ++i)
    if (model_.options[i].name == field.options) rules.options = &options_[i];
  if (!field.refers_to.empty()) rules.refers_to = model_.find(field.refers_to);
  return rules;
}

Validator::~Validator() = default;
Validator::Validator(Validator&&) noexcept = default;

void Validator::use(const std::vector<Pack>& packs, const std::string& source) {
  if (!packs.empty()) row_rules_ = std::make_unique<RowRules>(packs, source);
}

void Validator::expect(record::EntityId entity, std::size_t keys) {
  known_[entity].reserve(keys);
}

void Validator::know(record::EntityId entity, std::string_view key) {
  known_[entity].add(record::text(key));
}

void Validator::know(record::EntityId entity, std::vector<uint64_t> hashes) {
  known_hashes_[entity] = std::move(hashes);
}

void Validator::each_known(
    const std::function<void(record::EntityId, std::vector<uint64_t>)>& visit) const {
  for (record::EntityId entity = 0; entity < known_.size(); ++entity)
    if (!known_[entity].empty()) visit(entity, known_[entity].hashes());
}

void Validator::check_field(const Column& column, const FieldRules& rules, uint32_t rows,
                            const Say& say) const {
  if (rules.is_required) check_required(column, rows, say);
  if (!column.values) return;
  if (is_dated(column.type)) check_dates(column, rules, rows, say);
  if (!holds_text(column)) return;
  if (rules.options) check_options(column, rules, rows, say);
  if (rules.is_id) check_id(column, rows, say);
  if (rules.longest) check_length(column, rules.longest, rows, say);
  if (rules.refers_to) check_references(column, *rules.refers_to, rows, say);
}

void Validator::check_required(const Column& column, uint32_t rows, const Say& say) {
  for (uint32_t row = 0; row < rows; ++row)
    if (!column.values || !column.is_valid(row))
      say(row, Severity::fatal, "required", "says nothing, but the model needs it");
}

void Validator::check_dates(const Column& column, const FieldRules& rules, uint32_t rows,
                            const Say& say) const {
  const char* too_late =
      rules.last_day == run_date_ ? "after the run date" : "more than 20 years after the run date";
  for (uint32_t row = 0; row < rows; ++row) {
    if (!column.is_valid(row)) continue;
    auto day = day_at(column, row);
    if (day < first_day) say(row, Severity::critical, "date-range", "before 1900-01-01");
    if (day > rules.last_day) say(row, Severity::critical, "date-range", too_late);
  }
}

void Validator::check_options(const Column& column, const FieldRules& rules, uint32_t rows,
                              const Say& say) {
  each_text(column, rows, [&](uint32_t row, const Text& code) {
    if (!rules.options->has(code))
      say(row, Severity::critical, "option", "not a code of the option set " + rules.option_set);
  });
}

void Validator::check_length(const Column& column, uint32_t longest, uint32_t rows,
                             const Say& say) {
  each_text(column, rows, [&](uint32_t row, const Text& text) {
    if (text.size > longest && characters(text.view()) > longest)
      say(row, Severity::warning, "length",
          "longer than " + std::to_string(longest) + " characters");
  });
}

void Validator::check_id(const Column& column, uint32_t rows, const Say& say) {
  if (!column.values || !holds_text(column)) return;
  each_text(column, rows, [&](uint32_t row, const Text& id) {
    if (has_hidden_letter(id.view()))
      say(row, Severity::fatal, "hidden-letter",
          "an id holds a control character or a mark of writing direction");
  });
}

void Validator::check_references(const Column& column, record::EntityId target, uint32_t rows,
                                 const Say& say) const {
  const auto& hashes = known_hashes_[target];
  if (known_[target].empty() && hashes.empty()) return;
  each_text(column, rows, [&](uint32_t row, const Text& key) {
    bool is_known =
        hashes.empty() ? known_[target].has(key) : std::ranges::binary_search(hashes, hash_of(key));
    if (!is_known)
      say(row, Severity::warning, "reference", "names no known " + model_.entities[target].name);
  });
}

void Validator::check_spans(const map::EntityRows& rows, std::vector<RowFinding>& found) const {
  for (const auto& [start, end] : entities_[rows.entity].spans) {
    const auto& from = rows.fields[start];
    const auto& to = rows.fields[end];
    if (!from.values || !to.values || !is_dated(from.type) || !is_dated(to.type)) continue;
    for (uint32_t row = 0; row < rows.rows; ++row)
      if (from.is_valid(row) && to.is_valid(row) && day_at(to, row) < day_at(from, row))
        found.push_back({row, end, Severity::warning, "span", "ends before it starts"});
  }
}

void Validator::check_keys(const map::EntityRows& rows, std::vector<RowFinding>& found) {
  if (!rows.key.values || rows.rows < 2) return;
  // Numbers of rows in open addressing: a set of the texts is six times as large.
  constexpr uint32_t free = UINT32_MAX;
  std::vector<uint32_t> slots(std::bit_ceil(2 * std::size_t{rows.rows}), free);
  std::vector<uint64_t> hashes(rows.rows);
  for (uint32_t row = 0; row < rows.rows; ++row) {
    if (!rows.key.is_valid(row)) continue;
    auto key = rows.key.text_at(row);
    auto hash = hashes[row] = hash_of(key);
    auto at = hash & (slots.size() - 1);
    auto is_key_of = [&](uint32_t other) {
      return hashes[other] == hash && rows.key.text_at(other).view() == key.view();
    };
    while (slots[at] != free && !is_key_of(slots[at])) at = (at + 1) & (slots.size() - 1);
    if (slots[at] == free)
      slots[at] = row;
    else
      found.push_back({row, 0, Severity::fatal, "duplicate", "its key stands in an earlier row"});
  }
}

std::vector<RowFinding> Validator::check(const map::EntityRows& rows) const {
  std::vector<RowFinding> found;
  const auto fields = static_cast<FieldId>(rows.fields.size());
  for (FieldId field = 0; field < fields; ++field) {
    Say say = [&](uint32_t row, Severity severity, const char* rule, std::string says) {
      found.push_back({row, field, severity, rule, std::move(says)});
    };
    check_field(rows.fields[field], entities_[rows.entity].fields[field], rows.rows, say);
  }
  check_spans(rows, found);
  check_keys(rows, found);
  Say of_key = [&](uint32_t row, Severity severity, const char* rule, std::string says) {
    found.push_back({row, 0, severity, rule, std::move(says)});
  };
  check_id(rows.key, rows.rows, of_key);
  check_id(rows.student, rows.rows, of_key);
  if (row_rules_) row_rules_->check(rows, found);
  std::ranges::stable_sort(found, {},
                           [](const RowFinding& one) { return std::tie(one.row, one.field); });
  return found;
}

}  // namespace homeroom::validate
