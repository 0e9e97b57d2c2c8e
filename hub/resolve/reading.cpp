#include "hub/resolve/reading.hpp"

#include <algorithm>
#include <optional>

#include "homeroom/error.hpp"
#include "hub/express/express.hpp"
#include "hub/record/date.hpp"
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
  uint32_t first_unreadable = 0;  ///< record
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

struct Reading::State {
  State(const Identity& what, const std::vector<std::string>& all, std::string in)
      : identity(what), heads(all), table(std::move(in)), program(scope()) {
    auto names = std::make_shared<Dictionary>();
    for (const auto& feature : identity.features) add(feature, names);
    make_address();
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
  std::vector<Filling> fillings;          ///< by feature
  std::optional<std::size_t> address_at;  ///< features i, i+1, i+2 come from one line
  std::vector<Column> clean;              ///< of the rows added last, by needed column
  uint32_t taken = 0;                     ///< records whose values are not here any more
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
        if (id == 0) {
          if (filling.column.unreadable++ == 0)
            filling.first_unreadable = taken + static_cast<uint32_t>(filling.ids.size());
        } else {
          ++filling.column.known;
        }
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
};

Reading::Reading(const Identity& identity, const std::vector<std::string>& heads,
                 const std::string& table)
    : state_(std::make_unique<State>(identity, heads, table)) {}
Reading::~Reading() = default;

const std::vector<uint32_t>& Reading::needed() const {
  return state_->needed;
}

uint32_t Reading::need(const std::string& head, const settings::Place& place) {
  auto& s = *state_;
  auto found = std::ranges::find(s.heads, head);
  if (found != s.heads.end()) return s.need(static_cast<uint32_t>(found - s.heads.begin()));
  auto near = settings::did_you_mean(head, s.heads);
  throw Error(Next::fix_settings, settings::text_of(place) + ": " + s.table + " has no column " +
                                      head + (near ? ", did you mean " + *near + "?" : ""));
}

void Reading::add(const std::vector<Column>& columns, uint32_t rows) {
  auto& s = *state_;
  s.arena.reset();
  s.results.reset();
  s.clean.clear();
  for (const auto& column : columns) s.clean.push_back(s.cleaned(column, rows));
  std::vector<Column> in_scope(s.heads.size());
  for (std::size_t i = 0; i < s.needed.size(); ++i) in_scope[s.needed[i]] = s.clean[i];
  s.program.begin(in_scope, rows, s.results);
  for (std::size_t f = 0; f < s.fillings.size(); ++f) {
    auto& filling = s.fillings[f];
    auto column = filling.from_column == no_column ? s.program.run(filling.expression)
                                                   : s.clean[filling.from_column];
    if (s.address_at == f) {
      s.fill_address(column, rows);
      f += 2;
    } else {
      s.fill(filling, column, rows);
    }
  }
}

const Column& Reading::clean(uint32_t needed) const {
  return state_->clean[needed];
}

void Reading::add_normal(const std::vector<std::string_view>& texts) {
  auto& fillings = state_->fillings;
  for (std::size_t f = 0; f < fillings.size(); ++f) {
    auto id = fillings[f].column.values->id_of(texts[f]);
    fillings[f].ids.push_back(id);
    fillings[f].column.known += id != 0;
  }
}

void Reading::let_go() {
  state_->taken = count();
  for (auto& filling : state_->fillings) std::vector<uint32_t>().swap(filling.ids);
}

void Reading::cut(uint32_t first) {
  auto& taken = state_->taken;
  taken = std::min(taken, first);
  for (auto& filling : state_->fillings) filling.ids.resize(first - taken);
}

uint32_t Reading::count() const {
  return state_->taken + static_cast<uint32_t>(state_->fillings.front().ids.size());
}

std::size_t Reading::features() const {
  return state_->fillings.size();
}

const FeatureColumn& Reading::feature(std::size_t at) const {
  return state_->fillings[at].column;
}

uint32_t Reading::first_unreadable(std::size_t feature) const {
  return state_->fillings[feature].first_unreadable;
}

const std::vector<uint32_t>& Reading::values(std::size_t feature) const {
  return state_->fillings[feature].ids;
}

std::vector<uint32_t> Reading::take(std::size_t feature) {
  return std::move(state_->fillings[feature].ids);
}

uint64_t Reading::shortened() const {
  return state_->shortened;
}

}  // namespace homeroom::resolve
