#include "hub/map/field_match.hpp"

#include <algorithm>
#include <set>

namespace homeroom::map {

namespace {

using record::Field;
using record::Type;

constexpr int sure = 100;
constexpr std::size_t most_doubts = 3;

/// How likely a column's name means a field; from `sure` on it says one of the field's own names.
struct Likeness {
  int score = 0;
  uint32_t column = 0;
  std::size_t field = 0;
};

std::vector<std::string> names_of(const Field& field, const std::vector<std::string>* said) {
  std::vector<std::string> names;
  if (said) names = *said;
  std::string forward, backward;
  auto dot = field.path.find('.');
  forward = field.path;
  if (dot != std::string::npos)
    backward = field.path.substr(dot + 1) + " " + field.path.substr(0, dot);
  names.push_back(forward);
  if (!backward.empty()) names.push_back(backward);
  return names;
}

/// "student first name" without whose it is; empty where nothing is in front.
std::string without_owner(const std::string& name, const std::string& entity) {
  for (const std::string& owner :
       {std::string("student"), std::string("stu"), std::string("pupil"), bare(entity)})
    if (name.starts_with(owner) && name.size() > owner.size() + 1) return name.substr(owner.size());
  return {};
}

/// Shared words of two names, of a hundred; words that stand in every second name do not count.
int overlap(const std::vector<std::string>& one, const std::vector<std::string>& two) {
  static const std::set<std::string> common = {"student", "of",     "the",  "is",   "id",
                                               "code",    "number", "name", "date", "status",
                                               "or",      "school", "home"};
  int same = 0;
  for (const auto& word : one)
    if (!common.contains(word) && std::ranges::find(two, word) != two.end()) ++same;
  return same * 100 / static_cast<int>(std::max<std::size_t>(std::max(one.size(), two.size()), 1));
}

int likeness(const std::string& column, const std::vector<std::string>& names,
             const std::string& entity) {
  auto plain = bare(column);
  auto short_form = without_owner(plain, entity);
  int best = 0;
  for (std::size_t n = 0; n < names.size(); ++n) {
    auto name = bare(names[n]);
    int rank = static_cast<int>(std::min<std::size_t>(n, 50)) * 2;
    if (name == plain)
      best = std::max(best, sure + 200 - rank);
    else if (name == short_form)
      best = std::max(best, sure + 199 - rank);
    else
      best = std::max(best, std::min(overlap(words_of(column), words_of(names[n])), sure - 1));
  }
  return best;
}

/// Why a column's values are not what the field holds; empty when they are.
std::string misfit(const ColumnLook& look, const Field& field, const record::Model& model,
                   const Words& words) {
  if (look.filled() == 0) return "the column is always empty";
  if (const auto* options = model.option_set(field.options)) {
    if (look.has_many()) return "more different texts than a list of codes";
    auto seen = codes_for(look, *options, words);
    auto is_known = [&](const SeenCode& code) {
      return words.code(*options, code.code).has_value();
    };
    return std::ranges::any_of(seen, is_known)
               ? ""
               : "none of its values is known as one of " + field.options;
  }
  switch (field.type) {
    case Type::date:
      return !look.date_format().empty() || look.is_timestamp()
                 ? ""
                 : "its values are no dates of one format";
    case Type::boolean:
      return look.is_boolean() ? "" : "its values are not yes and no";
    case Type::integer:
      return look.is_integer() ? "" : "its values are no whole numbers";
    case Type::decimal:
      return look.is_decimal() ? "" : "its values are no numbers";
    case Type::text:
      return look.date_format().empty() || look.is_integer() ? "" : "its values are dates";
    case Type::list:
      return "one text or several? The separator has to be said";
    default:
      return "the form of its values has to be said";
  }
}

class Matcher {
 public:
  Matcher(const SeenStream& stream, const record::Entity& entity, record::EntityId id,
          const record::Model& model, const Words& words)
      : stream_(stream), entity_(entity), id_(id), model_(model), words_(words) {}

  std::vector<FieldMatch> match() {
    for (std::size_t f = 0; f < entity_.fields.size(); ++f)
      matches_.push_back({static_cast<record::FieldId>(f), no_column, {}, {}});
    take_subject();
    for (const auto& like : likenesses()) take(like);
    for (auto& match : matches_) {
      take_flags(match);
      bool is_filled = match.column != no_column || !match.flags.empty();
      if (is_filled) match.doubts.clear();
      std::erase_if(match.doubts,
                    [&](const Doubt& doubt) { return taken_.contains(doubt.column); });
      if (match.doubts.size() > most_doubts) match.doubts.resize(most_doubts);
    }
    return std::move(matches_);
  }

 private:
  uint32_t column_of(const std::string& name) const {
    for (uint32_t c = 0; c < stream_.columns.size(); ++c)
      if (stream_.columns[c].name() == name) return c;
    return no_column;
  }

  /// What the subject column counts in is the surest sign there is: `district.student_number`.
  void take_subject() {
    if (entity_.name != record::student_entity) return;
    auto system = stream_.shape.space.substr(0, stream_.shape.space.find('.'));
    auto field = entity_.find("identifiers." + system);
    auto column = column_of(stream_.shape.subject);
    if (column == no_column) return;
    if (field)
      give(matches_[*field], column);
    else
      taken_.insert(
          column);  // a number of another system is no student number, whatever it is called
  }

  void give(FieldMatch& match, uint32_t column) {
    match.column = column;
    taken_.insert(column);
  }

  std::vector<Likeness> likenesses() const {
    std::vector<Likeness> all;
    for (std::size_t f = 0; f < entity_.fields.size(); ++f) {
      auto said = words_.fields.find({id_, static_cast<record::FieldId>(f)});
      auto names =
          names_of(entity_.fields[f], said == words_.fields.end() ? nullptr : &said->second);
      for (uint32_t c = 0; c < stream_.columns.size(); ++c)
        if (int score = likeness(stream_.columns[c].name(), names, entity_.name); score >= 50)
          all.push_back({score, c, f});
    }
    std::ranges::stable_sort(all, std::greater(), &Likeness::score);
    return all;
  }

  void take(const Likeness& like) {
    auto& match = matches_[like.field];
    if (match.column != no_column) return;
    if (like.score < sure) {
      if (stream_.columns[like.column].filled() == 0) return;
      match.doubts.push_back({like.column, "the name is near"});
      return;
    }
    auto why = misfit(stream_.columns[like.column], entity_.fields[like.field], model_, words_);
    if (why.empty()) why = stranger(stream_.columns[like.column], entity_.fields[like.field]);
    if (!why.empty())
      match.doubts.push_back({like.column, why});
    else if (!taken_.contains(like.column))
      give(match, like.column);
  }

  /// A column that names rows of this very entity, and none that is here.
  std::string stranger(const ColumnLook& look, const Field& field) const {
    if (field.refers_to != entity_.name || stream_.shape.key.size() != 1) return {};
    auto key = column_of(stream_.shape.key[0]);
    if (key == no_column || stream_.columns[key].may_share_values(look)) return {};
    return "it names no " + field.refers_to + " of this stream";
  }

  /// Columns named as the codes of a list, each with yes and no: asian, white ...
  void take_flags(FieldMatch& match) {
    const auto& field = entity_.fields[match.field];
    const auto* options = model_.option_set(field.options);
    if (match.column != no_column || field.type != Type::list || !options) return;
    for (uint32_t c = 0; c < stream_.columns.size(); ++c) {
      const auto& look = stream_.columns[c];
      if (taken_.contains(c) || !look.is_boolean()) continue;
      std::string spoken;
      for (const auto& word : words_of(look.name())) spoken += (spoken.empty() ? "" : " ") + word;
      auto code = words_.code(*options, spoken);
      auto is_said = [&](const auto& flag) { return code && flag.first == *code; };
      if (code && std::ranges::none_of(match.flags, is_said)) match.flags.emplace_back(*code, c);
    }
    if (match.flags.size() < 2) match.flags.clear();
    for (const auto& [code, column] : match.flags) taken_.insert(column);
  }

  const SeenStream& stream_;
  const record::Entity& entity_;
  record::EntityId id_;
  const record::Model& model_;
  const Words& words_;
  std::vector<FieldMatch> matches_;
  std::set<uint32_t> taken_;
};

}  // namespace

std::vector<SeenCode> codes_for(const ColumnLook& look, const record::OptionSet& options,
                                const Words& words) {
  return look.codes([&](const std::string& text) { return words.code(options, text).has_value(); });
}

std::vector<FieldMatch> match_fields(const SeenStream& stream, const record::Entity& entity,
                                     record::EntityId id, const record::Model& model,
                                     const Words& words) {
  return Matcher(stream, entity, id, model, words).match();
}

}  // namespace homeroom::map
