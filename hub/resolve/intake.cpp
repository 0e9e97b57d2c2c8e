#include "hub/resolve/intake.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "homeroom/error.hpp"
#include "hub/resolve/hash_sort.hpp"
#include "hub/resolve/reading.hpp"
#include "hub/resolve/values.hpp"

namespace homeroom::resolve {

namespace {

using record::Column;
using record::Text;

constexpr uint32_t no_column = UINT32_MAX;

}  // namespace

struct Intake::State {
  State(const Identity& what, const std::vector<std::string>& all, std::string in)
      : identity(what), table(std::move(in)), reading(what, all, table) {
    if (identity.record_id.empty())
      throw Error(Next::fix_settings, settings::text_of(identity.place) +
                                          ": record_id is missing: the column of the record's id");
    place_of_id = reading.need(identity.record_id, identity.record_id_place);
    if (!identity.source.empty())
      place_of_source = reading.need(identity.source, identity.source_place);
    for (const auto& group : identity.groups) {
      places_of_groups.push_back(reading.need(group.column, group.place));
      groups.push_back({group.name, {}, {}});
    }
    id_bytes = std::make_shared<record::Arena>();
  }

  const Identity& identity;
  std::string table;
  Reading reading;
  uint32_t place_of_id = no_column;
  uint32_t place_of_source = no_column;
  std::vector<uint32_t> places_of_groups;

  Dictionary source_names;
  std::vector<uint32_t> sources;  ///< by record
  uint32_t current_source = 0;
  std::vector<GroupColumn> groups;  ///< by position in which records were added
  std::vector<Text> ids;
  std::shared_ptr<record::Arena> id_bytes;
  std::vector<std::pair<uint32_t, std::string>> tables;  ///< first record and name of each table
  std::vector<uint32_t> lines;                           ///< by record

  void add_ids(const Column& column, uint32_t rows) {
    for (uint32_t row = 0; row < rows; ++row) {
      if (!column.is_valid(row))
        throw Error(Next::not_readable, place(static_cast<uint32_t>(ids.size())) +
                                            ": the record id " + identity.record_id + " is empty");
      ids.push_back(id_bytes->keep(column.text_at(row)));
    }
  }

  void add_sources(const Column* column, uint32_t rows) {
    for (uint32_t row = 0; row < rows; ++row)
      sources.push_back(column ? source_names.id_of(column->text_at(row).view()) : current_source);
  }

  void add_groups(uint32_t rows) {
    for (std::size_t g = 0; g < groups.size(); ++g) {
      const auto& column = reading.clean(places_of_groups[g]);
      for (uint32_t row = 0; row < rows; ++row)
        groups[g].of.push_back(
            column.is_valid(row) ? groups[g].values.id_of(column.text_at(row).view()) : 0);
    }
  }

  /// "students.csv:17"
  std::string place(uint32_t record) const {
    auto after =
        std::ranges::upper_bound(tables, record, {}, &std::pair<uint32_t, std::string>::first);
    auto name = after == tables.begin() ? table : std::prev(after)->second;
    return record < lines.size() ? name + ":" + std::to_string(lines[record]) : name;
  }

  /// Records that share an id within one table are refused; over tables it is only noted.
  bool check_ids() const {
    std::vector<Hashed> order;
    order.reserve(ids.size());
    for (uint32_t i = 0; i < ids.size(); ++i) order.push_back({text_hash(ids[i].view()), i});
    sort_hashed(order);
    auto table_of = [&](uint32_t record) {
      return std::ranges::upper_bound(tables, record, {},
                                      &std::pair<uint32_t, std::string>::first) -
             tables.begin();
    };
    bool is_unique = true;
    for (std::size_t i = 1; i < order.size(); ++i) {
      auto a = order[i - 1].record;
      auto b = order[i].record;
      if (order[i - 1].hash != order[i].hash || !(ids[a] == ids[b])) continue;
      is_unique = false;
      if (table_of(a) == table_of(b))
        throw Error(Next::not_readable, place(b) + ": the record id " + identity.record_id +
                                            " stands in line " + std::to_string(lines[a]) +
                                            " too; every record needs its own");
    }
    return is_unique;
  }

  /// The feature by which records that are compared come to lie near each other: of one person and
  /// one home they mostly share the family name.
  std::size_t neighbourhood() const {
    for (std::size_t f = 0; f < reading.features(); ++f)
      if (reading.feature(f).role == Role::family_name) return f;
    return 0;
  }

  /// Records in an order of their own, by what they say, source and id last: never by their order
  /// in files.
  std::vector<uint32_t> own_order() const {
    const auto& values = reading.values(neighbourhood());
    const auto& texts = *reading.feature(neighbourhood()).values;
    std::vector<uint32_t> near(texts.size());
    for (uint32_t id = 0; id < near.size(); ++id)
      near[id] = static_cast<uint32_t>(text_hash(texts.text(id).substr(0, 3)));
    std::vector<uint64_t> of_source(source_names.size());
    for (uint32_t s = 0; s < of_source.size(); ++s) of_source[s] = text_hash(source_names.text(s));
    std::vector<Hashed> keyed;
    keyed.reserve(ids.size());
    for (uint32_t i = 0; i < ids.size(); ++i)
      keyed.push_back({uint64_t{near[values[i]]} << 32 |
                           mixed(text_hash(ids[i].view()), of_source[sources[i]]) >> 32,
                       i});
    sort_hashed(keyed);
    auto text_order = [&](const Hashed& a, const Hashed& b) {
      auto said = [&](const Hashed& entry) {
        return std::pair(source_names.text(sources[entry.record]), ids[entry.record].view());
      };
      return said(a) < said(b);
    };
    for (std::size_t from = 0; from < keyed.size();) {
      auto to = from + 1;
      while (to < keyed.size() && keyed[to].hash == keyed[from].hash) ++to;
      if (to - from > 1)
        std::stable_sort(keyed.begin() + static_cast<std::ptrdiff_t>(from),
                         keyed.begin() + static_cast<std::ptrdiff_t>(to), text_order);
      from = to;
    }
    std::vector<uint32_t> order;
    order.reserve(keyed.size());
    for (const auto& entry : keyed) order.push_back(entry.record);
    return order;
  }
};

Intake::Intake(const Identity& identity, const std::vector<std::string>& heads,
               const std::string& table)
    : state_(std::make_unique<State>(identity, heads, table)) {}
Intake::~Intake() = default;

const std::vector<uint32_t>& Intake::needed() const {
  return state_->reading.needed();
}

void Intake::begin(const std::string& table, const std::string& source) {
  state_->tables.emplace_back(static_cast<uint32_t>(state_->ids.size()), table);
  state_->current_source = state_->source_names.id_of(source);
}

void Intake::add(const std::vector<Column>& columns, uint32_t rows,
                 const std::vector<uint32_t>& lines) {
  auto& s = *state_;
  s.lines.insert(s.lines.end(), lines.begin(), lines.end());
  s.lines.resize(s.ids.size() + rows);
  s.reading.add(columns, rows);
  s.add_ids(s.reading.clean(s.place_of_id), rows);
  s.add_sources(s.place_of_source == no_column ? nullptr : &s.reading.clean(s.place_of_source),
                rows);
  s.add_groups(rows);
}

namespace {

/// Records with a birth date that no calendar has: how many, and the first.
std::pair<uint64_t, uint32_t> impossible_dates(const Dictionary& dates,
                                               const std::vector<uint32_t>& values) {
  std::vector<uint8_t> is_impossible(dates.size());
  for (uint32_t id = 1; id < is_impossible.size(); ++id)
    is_impossible[id] = !is_possible_date(dates.text(id));
  uint64_t count = 0;
  uint32_t first = 0;
  for (uint32_t record = 0; record < values.size(); ++record)
    if (is_impossible[values[record]] && count++ == 0) first = record;
  return {count, first};
}

/// Numbers the values of one dictionary anew, in the order in which the rows name them: values of
/// neighbours then lie side by side, and no number depends on the order of files.
class Renumbering {
 public:
  explicit Renumbering(const Dictionary& values)
      : made(std::make_shared<Dictionary>()), values_(values), new_ids_(values.size()) {}

  uint32_t of(uint32_t id) {
    if (id == 0 || new_ids_[id]) return new_ids_[id];
    order_.push_back(id);
    return new_ids_[id] = static_cast<uint32_t>(order_.size());
  }
  void finish() { *made = values_.in_order(order_); }

  std::shared_ptr<Dictionary> made;  ///< the dictionary of the new numbers

 private:
  const Dictionary& values_;
  std::vector<uint32_t> new_ids_;
  std::vector<uint32_t> order_;
};

}  // namespace

Records Intake::finish() {
  auto& s = *state_;
  Records made;
  made.are_ids_unique = s.check_ids();
  made.count = static_cast<uint32_t>(s.ids.size());
  made.width = static_cast<uint32_t>(s.reading.features() + 1);
  made.shortened = s.reading.shortened();
  for (uint32_t i = 0; i < s.source_names.size(); ++i)
    made.sources.emplace_back(s.source_names.text(i));
  made.input = s.own_order();
  made.rows.resize(std::size_t{made.count} * made.width);
  auto put = [&](const std::vector<uint32_t>& values, std::size_t at, auto number) {
    for (uint32_t row = 0; row < made.count; ++row)
      made.rows[std::size_t{row} * made.width + at] = number(values[made.input[row]]);
  };
  std::map<const Dictionary*, Renumbering> renumberings;  // names share a dictionary
  for (std::size_t f = 0; f < s.reading.features(); ++f) {
    auto column = s.reading.feature(f);
    auto values = s.reading.take(f);
    if (column.unreadable) column.unreadable_at = s.place(s.reading.first_unreadable(f));
    if (column.role == Role::birth_date) {
      auto [count, first] = impossible_dates(*column.values, values);
      column.impossible = count;
      if (count) column.impossible_at = s.place(first);
    }
    auto& renumbering = renumberings.try_emplace(column.values.get(), *column.values).first->second;
    put(values, f, [&](uint32_t id) { return renumbering.of(id); });
    column.values = renumbering.made;
    made.features.push_back(std::move(column));
  }
  for (auto& [values, renumbering] : renumberings) renumbering.finish();
  for (auto& group : s.groups) {
    auto of = std::exchange(group.of, std::vector<uint32_t>(made.count));
    for (uint32_t row = 0; row < made.count; ++row) group.of[row] = of[made.input[row]];
    made.groups.push_back(std::move(group));
  }
  put(s.sources, s.reading.features(), [](uint32_t id) { return id; });
  made.ids = std::move(s.ids);
  made.id_bytes = s.id_bytes;
  return made;
}

uint32_t Records::find(Role role) const {
  for (uint32_t i = 0; i < features.size(); ++i)
    if (features[i].role == role) return i;
  return none;
}

}  // namespace homeroom::resolve
