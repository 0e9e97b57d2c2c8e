#include "hub/cli/pair_text.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "hub/cli/context.hpp"

namespace homeroom::cli {

using nlohmann::json;

std::string with_sign(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%+.1f", number);
  return text;
}

std::string weight_table(const flow::ExplainedPair& pair) {
  Table table({"compared", "agreement", "strangers", "one home", "of it rarity"});
  table.add({"before anything is compared", "", with_sign(pair.start_stranger),
             with_sign(pair.start_home), ""});
  double stranger = pair.start_stranger;
  double home = pair.start_home;
  for (const auto& field : pair.fields) {
    table.add({field.name, field.level, with_sign(field.stranger), with_sign(field.home),
               field.rarity == 0 ? "" : with_sign(field.rarity)});
    stranger += field.stranger;
    home += field.home;
  }
  table.add({"together", "", with_sign(stranger), with_sign(home), ""});
  return table.text(2);
}

namespace {

/// The fields of a pair, weighed by the comparison that decides: with strangers or with one home.
class Grounds {
 public:
  explicit Grounds(const flow::ExplainedPair& pair) : pair_(pair) {
    double stranger = pair.start_stranger;
    double home = pair.start_home;
    for (const auto& field : pair.fields) {
      stranger += field.stranger;
      home += field.home;
    }
    is_about_home_ = home < stranger;
  }

  bool is_about_home() const { return is_about_home_; }

  /// The three that speak most for one person, or against it; each by `told`.
  std::vector<const flow::ExplainedField*> strongest(bool are_for) const {
    std::vector<const flow::ExplainedField*> fields;
    for (const auto& field : pair_.fields)
      if (are_for ? weight(field) > 1 : weight(field) < -1) fields.push_back(&field);
    std::ranges::sort(fields, [&](const auto* a, const auto* b) {
      return std::abs(weight(*a)) > std::abs(weight(*b));
    });
    if (fields.size() > 3) fields.resize(3);
    return fields;
  }

 private:
  double weight(const flow::ExplainedField& field) const {
    return is_about_home_ ? field.home : field.stranger;
  }

  const flow::ExplainedPair& pair_;
  bool is_about_home_ = false;
};

std::string with_level(const flow::ExplainedField& field) {
  return field.name + " (" + field.level + ")";
}

}  // namespace

std::string sentence(const flow::ExplainedPair& pair) {
  Grounds grounds(pair);
  auto band = pair.weight >= pair.link_at     ? "link"
              : pair.weight >= pair.review_at ? "review"
                                              : "apart";
  std::string said = "Weight " + with_sign(pair.weight) + " (" + band + "; link from " +
                     with_sign(pair.link_at) + ", review from " + with_sign(pair.review_at) + ")";
  auto add = [&](const std::string& words, bool are_for) {
    auto fields = grounds.strongest(are_for);
    for (std::size_t i = 0; i < fields.size(); ++i)
      said += (i == 0 ? words : ",") + " " + with_level(*fields[i]);
  };
  add(std::string(": for one person and not ") +
          (grounds.is_about_home() ? "two children of one home" : "two strangers") +
          " speak mostly",
      true);
  add("; against it", false);
  return said + "; the records are " + (pair.are_linked ? "linked." : "not linked.");
}

std::string grounds(const flow::ExplainedPair& pair) {
  Grounds grounds(pair);
  std::string said;
  auto fields = grounds.strongest(true);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    said += i == 0 ? "by " : i + 1 < fields.size() ? ", " : " and ";
    said += fields[i]->level == "the same" ? fields[i]->name : with_level(*fields[i]);
  }
  auto against = grounds.strongest(false);
  for (std::size_t i = 0; i < against.size(); ++i)
    said += (i == 0 ? " against " : ", ") + with_level(*against[i]);
  return said;
}

json weights_as_json(const flow::ExplainedPair& pair) {
  json fields = json::array();
  for (const auto& field : pair.fields)
    fields.push_back({{"compared", field.name},
                      {"agreement", field.level},
                      {"strangers", field.stranger},
                      {"one_home", field.home},
                      {"rarity", field.rarity}});
  return {{"weight", pair.weight},
          {"linked", pair.are_linked},
          {"start", {{"strangers", pair.start_stranger}, {"one_home", pair.start_home}}},
          {"compared", fields},
          {"says", sentence(pair)}};
}

}  // namespace homeroom::cli
