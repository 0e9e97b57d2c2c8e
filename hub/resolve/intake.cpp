#include "hub/resolve/intake.hpp"

#include <algorithm>
#include <optional>

#include "homeroom/error.hpp"
#include "hub/express/express.hpp"
#include "hub/record/date.hpp"
#include "hub/resolve/hash_sort.hpp"
#include "hub/resolve/names.hpp"
#include "hub/resolve/values.hpp"

namespace homeroom::resolve {

namespace {

using record::Column;
using record::Text;

constexpr uint32_t longest_value = 1000;
constexpr uint32_t no_column = UINT32_MAX;

/// Values as they are written, each known by the number of its normal spelling, so that a spelling
/// is worked out once. For columns in which values come again and again.
struct Spellings {
  Dictionary written;
  std::vector<uint32_t> normal{0};
};

/// One feature while rows come in.
struct Filling {
  FeatureColumn column;
  uint32_t from_column = no_column;  ///< of the needed ones; or
  express::ExpressionId expression = 0;
  Spellings spellings;
  std::vector<uint32_t> ids;
};

bool is_name(Role role) {
  return role == Role::given_name || role == Role::middle_name || role == Role::family_name;
}

std::string normal(Role role, std::string_view text) {
  switch (role) {
    case Role::given_name:
    case Role::middle_name:
      return normal_name(text);
    case Role::family_name:
      return std::string(without_suffix(normal_name(text)));
    case Role::birth_date:
      return normal_birth_date(text);
    case Role::sex:
      return normal_sex(text);
    case Role::phone:
      return normal_telephone(text);
    case Role::email:
      return normal_email(text);
    case Role::city:
      return normal_name(text);
    case Role::postal:
      return normal_postal(text);
    case Role::identifier:
      return normal_identifier(text);
    default:
      return normal_words(text);
  }
}

/// Columns in which nearly every value is another are brought to one spelling each time.
bool comes_again(Role role) {
  return role != Role::phone && role != Role::email && role != Role::identifier;
}

}  // namespace

struct Intake::State {
  State(const Identity& what, const std::vector<std::string>& all, std::string in)
      : identity(what), heads(all), table(std::move(in)), program(scope()) {
    place_of_id = column(identity.record_id, identity.record_id_place);
    if (!identity.source.empty()) place_of_source = column(identity.source, identity.source_place);
    auto names = std::make_shared<Dictionary>();
    for (const auto& feature : identity.features) add(feature, names);
    make_address();
    id_bytes = std::make_shared<record::Arena>();
  }

  express::Scope scope() const {
    express::Scope made;
    for (const auto& head : heads) made.columns.push_back({head, record::Type::text});
    return made;
  }

  /// Position among the needed columns.
  uint32_t need(uint32_t head) {
    auto found = std::ranges::find(needed, head);
    if (found == needed.end()) found = needed.insert(needed.end(), head);
    return static_cast<uint32_t>(found - needed.begin());
  }

  uint32_t column(const std::string& name, const settings::Place& place) {
    auto found = std::ranges::find(heads, name);
    if (found != heads.end()) return need(static_cast<uint32_t>(found - heads.begin()));
    auto near = settings::did_you_mean(name, heads);
    throw Error(Next::fix_settings, settings::text_of(place) + ": " + table + " has no column " +
                                        name + (near ? ", did you mean " + *near + "?" : ""));
  }

  void add(const Feature& feature, const std::shared_ptr<Dictionary>& names) {
    Filling filling;
    filling.column.role = feature.role;
    filling.column.name = feature.name;
    filling.column.values = is_name(feature.role) ? names : std::make_shared<Dictionary>();
    auto plain = std::ranges::find(heads, feature.from.text);
    if (plain != heads.end()) {
      filling.from_column = need(static_cast<uint32_t>(plain - heads.begin()));
    } else {
      express::Problem problem;
      auto compiled = program.compile(feature.from.text, problem);
      if (!compiled)
        throw Error(Next::fix_settings, settings::text_of(feature.from.place) + ": " +
                                            problem.says + " (the columns are those of " + table +
                                            ")");
      if (compiled->type != record::Type::text && compiled->type != record::Type::date)
        throw Error(Next::fix_settings, settings::text_of(feature.from.place) +
                                            ": a text or a date is expected; text(...) makes one");
      filling.expression = compiled->id;
      for (auto head : compiled->columns) need(head);
    }
    fillings.push_back(std::move(filling));
  }

  void make_address() {
    for (std::size_t i = 0; i + 2 < fillings.size(); ++i) {
      const auto& features = identity.features;
      bool is_line = features[i].role == Role::house_number &&
                     features[i + 1].role == Role::street && features[i + 2].role == Role::unit &&
                     features[i].from.place.line == features[i + 1].from.place.line &&
                     features[i].from.text == features[i + 1].from.text;
      if (is_line) address_at = i;
    }
  }

  const Identity& identity;
  std::vector<std::string> heads;
  std::string table;
  express::Program program;
  std::vector<uint32_t> needed;
  uint32_t place_of_id = no_column;
  uint32_t place_of_source = no_column;
  std::vector<Filling> fillings;
  std::optional<std::size_t> address_at;  ///< features i, i+1, i+2 come from one line

  Dictionary source_names;
  std::vector<uint32_t> sources;  ///< by record
  uint32_t current_source = 0;
  std::vector<Text> ids;
  std::shared_ptr<record::Arena> id_bytes;
  std::vector<std::pair<uint32_t, std::string>> tables;  ///< first record and name of each table
  std::vector<uint32_t> lines;                           ///< by record
  uint64_t shortened = 0;
  record::Arena arena;
  record::Arena results;

  /// The column with blanks gone, where the file asks for it, and empty texts as null.
  Column cleaned(const Column& given, uint32_t rows) {
    auto* texts = arena.many<Text>(rows);
    auto* valid = arena.many<uint8_t>(rows);
    for (uint32_t row = 0; row < rows; ++row) {
      Text text;
      if (given.values && given.is_valid(row)) text = given.text_at(row);
      if (identity.trim && text.size) text = trimmed(text);
      if (text.size > longest_value) {
        text = record::text(text.data(), longest_value);
        ++shortened;
      }
      texts[row] = text;
      valid[row] = text.size > 0;
    }
    Column made;
    made.values = texts;
    made.valid = valid;
    return made;
  }

  static Text trimmed(const Text& text) {
    const char* data = text.data();
    uint32_t first = 0;
    uint32_t end = text.size;
    while (first < end && (data[first] == ' ' || data[first] == '\t')) ++first;
    while (end > first && (data[end - 1] == ' ' || data[end - 1] == '\t')) --end;
    return first == 0 && end == text.size ? text : record::text(data + first, end - first);
  }

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

  void fill(Filling& filling, const Column& column, uint32_t rows) {
    auto role = filling.column.role;
    for (uint32_t row = 0; row < rows; ++row) {
      uint32_t id = 0;
      if (column.is_valid(row)) {
        auto text = column.type == record::Type::date ? record::iso_date(column.at<int32_t>(row))
                                                      : std::string();
        auto view =
            column.type == record::Type::date ? std::string_view(text) : column.text_at(row).view();
        id = comes_again(role) ? spelled(filling, view)
                               : filling.column.values->id_of(normal(role, view));
        if (id == 0)
          ++filling.column.unreadable;
        else
          ++filling.column.known;
      }
      filling.ids.push_back(id);
    }
  }

  static uint32_t spelled(Filling& filling, std::string_view view) {
    auto& [written, normals] = filling.spellings;
    auto id = written.id_of(view);
    if (id == normals.size())
      normals.push_back(filling.column.values->id_of(normal(filling.column.role, view)));
    return normals[id];
  }

  void fill_address(const Column& column, uint32_t rows) {
    AddressParts parts;
    Filling* three[] = {&fillings[*address_at], &fillings[*address_at + 1],
                        &fillings[*address_at + 2]};
    for (uint32_t row = 0; row < rows; ++row) {
      if (column.is_valid(row))
        read_address(column.text_at(row).view(), parts);
      else
        parts = {};
      const std::string* texts[] = {&parts.number, &parts.street, &parts.unit};
      for (int i = 0; i < 3; ++i) {
        auto id = three[i]->column.values->id_of(*texts[i]);
        three[i]->ids.push_back(id);
        three[i]->column.known += id != 0;
      }
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

  /// A hash for each value of the feature that records of one person and one home mostly share: the
  /// first letters of the family name. Records that are compared then lie near each other.
  std::vector<uint32_t> neighbourhoods(const Filling& filling) const {
    std::vector<uint32_t> made(filling.column.values->size());
    for (uint32_t id = 0; id < made.size(); ++id)
      made[id] = static_cast<uint32_t>(text_hash(filling.column.values->text(id).substr(0, 3)));
    return made;
  }

  /// Records in an order of their own, by what they say, source and id last: never by their order
  /// in files.
  std::vector<uint32_t> own_order() const {
    auto by = std::ranges::find(fillings, Role::family_name,
                                [](const Filling& filling) { return filling.column.role; });
    const auto& filling = by == fillings.end() ? fillings.front() : *by;
    auto near = neighbourhoods(filling);
    std::vector<uint64_t> of_source(source_names.size());
    for (uint32_t s = 0; s < of_source.size(); ++s) of_source[s] = text_hash(source_names.text(s));
    std::vector<Hashed> keyed;
    keyed.reserve(ids.size());
    for (uint32_t i = 0; i < ids.size(); ++i)
      keyed.push_back({uint64_t{near[filling.ids[i]]} << 32 |
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
  return state_->needed;
}

void Intake::begin(const std::string& table, const std::string& source) {
  state_->tables.emplace_back(static_cast<uint32_t>(state_->ids.size()), table);
  state_->current_source = state_->source_names.id_of(source);
}

void Intake::add(const std::vector<Column>& columns, uint32_t rows,
                 const std::vector<uint32_t>& lines) {
  auto& s = *state_;
  s.arena.reset();
  s.results.reset();
  std::vector<Column> clean;
  for (const auto& column : columns) clean.push_back(s.cleaned(column, rows));
  s.lines.insert(s.lines.end(), lines.begin(), lines.end());
  s.lines.resize(s.ids.size() + rows);
  s.add_ids(clean[s.place_of_id], rows);
  s.add_sources(s.place_of_source == no_column ? nullptr : &clean[s.place_of_source], rows);
  std::vector<Column> in_scope(s.heads.size());
  for (std::size_t i = 0; i < s.needed.size(); ++i) in_scope[s.needed[i]] = clean[i];
  s.program.begin(in_scope, rows, s.results);
  for (std::size_t f = 0; f < s.fillings.size(); ++f) {
    auto& filling = s.fillings[f];
    auto column = filling.from_column == no_column ? s.program.run(filling.expression)
                                                   : clean[filling.from_column];
    if (s.address_at == f) {
      s.fill_address(column, rows);
      f += 2;
    } else {
      s.fill(filling, column, rows);
    }
  }
}

namespace {

void count_impossible(Filling& filling) {
  auto& column = filling.column;
  std::vector<uint8_t> is_impossible(column.values->size());
  for (uint32_t id = 1; id < is_impossible.size(); ++id)
    is_impossible[id] = !is_possible_date(column.values->text(id));
  for (auto id : filling.ids) column.impossible += is_impossible[id];
}

}  // namespace

Records Intake::finish() {
  auto& s = *state_;
  Records made;
  made.are_ids_unique = s.check_ids();
  made.count = static_cast<uint32_t>(s.ids.size());
  made.width = static_cast<uint32_t>(s.fillings.size() + 1);
  made.shortened = s.shortened;
  for (uint32_t i = 0; i < s.source_names.size(); ++i)
    made.sources.emplace_back(s.source_names.text(i));
  made.input = s.own_order();
  made.rows.resize(std::size_t{made.count} * made.width);
  auto put = [&](std::vector<uint32_t>& ids, std::size_t at) {
    for (uint32_t row = 0; row < made.count; ++row)
      made.rows[std::size_t{row} * made.width + at] = ids[made.input[row]];
    ids = {};
  };
  for (std::size_t f = 0; f < s.fillings.size(); ++f) {
    auto& column = s.fillings[f].column;
    if (column.role == Role::birth_date) count_impossible(s.fillings[f]);
    put(s.fillings[f].ids, f);
    made.features.push_back(std::move(column));
  }
  put(s.sources, s.fillings.size());
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
