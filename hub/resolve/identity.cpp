#include "hub/resolve/identity.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <set>
#include <utility>

#include "homeroom/error.hpp"
#include "hub/resolve/names.hpp"

namespace homeroom::resolve {

namespace {

using settings::Kind;
using settings::Node;

constexpr std::pair<std::string_view, Role> roles[] = {{"given_name", Role::given_name},
                                                       {"middle_name", Role::middle_name},
                                                       {"family_name", Role::family_name},
                                                       {"birth_date", Role::birth_date},
                                                       {"sex", Role::sex},
                                                       {"phone", Role::phone},
                                                       {"email", Role::email},
                                                       {"address", Role::address},
                                                       {"house_number", Role::house_number},
                                                       {"street", Role::street},
                                                       {"unit", Role::unit},
                                                       {"city", Role::city},
                                                       {"postal", Role::postal}};

Expression expression(const Node& node) {
  if (node.text().empty()) node.refuse("an expression is expected, found an empty text");
  return {node.text(), node.place()};
}

std::string with_guess(const std::string& says, std::string_view word,
                       const std::vector<std::string>& candidates) {
  auto near = settings::did_you_mean(word, candidates);
  return says + (near ? ", did you mean " + *near + "?" : "");
}

void read_person(const Node& person, Identity& into) {
  for (const auto& [key, value] : person.entries()) {
    auto found = std::ranges::find(roles, std::string_view(key.text()),
                                   &std::pair<std::string_view, Role>::first);
    if (found == std::end(roles)) {
      std::vector<std::string> names;
      for (const auto& [name, role] : roles) names.emplace_back(name);
      key.refuse(with_guess("a person has no " + key.text(), key.text(), names) +
                 "; own names stand under identifiers or others");
    }
    into.features.push_back({found->second, key.text(), expression(value)});
  }
}

bool is_plain_name(const std::string& name) {
  auto is_fit = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && std::ranges::all_of(name, is_fit) && !(name[0] >= '0' && name[0] <= '9');
}

/// A pair's agreement is one number of 64 bits, so only so many things can be compared.
constexpr std::size_t most_named = 12;

void read_named(const Node& node, Role role, Identity& into) {
  for (const auto& [key, value] : node.entries()) {
    if (!is_plain_name(key.text())) key.refuse("a name of letters, digits and _ is expected");
    for (const auto& feature : into.features)
      if (feature.name == key.text()) key.refuse("the name " + key.text() + " is taken");
    for (const auto& [name, taken] : roles)
      if (name == key.text()) key.refuse("the name " + key.text() + " stands under person");
    into.features.push_back({role, key.text(), expression(value)});
    auto is_named = [](const Feature& f) {
      return f.role == Role::identifier || f.role == Role::other;
    };
    if (static_cast<std::size_t>(std::ranges::count_if(into.features, is_named)) > most_named)
      key.refuse("at most 12 identifiers and others are compared");
  }
}

void read_groups(const Node& node, Identity& into) {
  for (const auto& [key, value] : node.entries()) {
    if (!is_plain_name(key.text())) key.refuse("a name of letters, digits and _ is expected");
    if (value.text().empty()) value.refuse("the name of a column is expected");
    into.groups.push_back({key.text(), value.text(), value.place()});
  }
  constexpr std::size_t most_groups = 10;
  if (into.groups.size() > most_groups) node.refuse("at most 10 groups");
}

void add_address_parts(Identity& into) {
  auto has = [&](Role role) {
    return std::ranges::find(into.features, role, &Feature::role) != into.features.end();
  };
  auto address = std::ranges::find(into.features, Role::address, &Feature::role);
  if (address == into.features.end()) return;
  if (has(Role::house_number) || has(Role::street) || has(Role::unit))
    throw Error(Next::fix_settings, settings::text_of(address->from.place) +
                                        ": say either address or house_number, street and unit");
  for (auto [role, name] : {std::pair(Role::house_number, "house_number"),
                            std::pair(Role::street, "street"), std::pair(Role::unit, "unit")}) {
    auto from = std::ranges::find(into.features, Role::address, &Feature::role)->from;
    into.features.push_back({role, name, std::move(from)});
  }
  std::erase_if(into.features,
                [](const Feature& feature) { return feature.role == Role::address; });
}

void read_blocks(const Node& node, Identity& into) {
  for (const auto& item : node.items()) {
    BlockKey key;
    for (const auto& part : item.items()) {
      key.parts.push_back(expression(part));
      key.name += (key.name.empty() ? "" : ", ") + part.text();
    }
    if (key.parts.empty()) item.refuse("a blocking key needs at least one expression");
    into.blocks.push_back(std::move(key));
  }
  constexpr std::size_t most_keys = 30;
  if (into.blocks.empty())
    node.refuse("blocks: at least one blocking key is needed, else no two records meet");
  if (into.blocks.size() > most_keys) node.refuse("at most 30 blocking keys");
}

void read_one_per_source(const Node& node, Identity& into) {
  if (node.kind() == Kind::scalar && (node.text() == "true" || node.text() == "false")) {
    into.is_one_per_source = node.boolean();
    return;
  }
  for (const auto& item : node.items()) into.one_per_source.push_back(item.text());
}

/// Lines of formal name: [short, short].
void add_nicknames(const Node& root, Nicknames& into) {
  for (const auto& [formal, shorts] : root.entries()) {
    std::vector<std::string> list;
    for (const auto& item : shorts.items()) list.push_back(normal_name(item.text()));
    into.emplace_back(normal_name(formal.text()), std::move(list));
  }
}

double read_probability(const Node& node, double otherwise) {
  if (!node) return otherwise;
  auto value = node.proportion();
  if (value <= 0 || value >= 1) node.refuse("a probability between 0% and 100% is expected");
  return value;
}

void read_thresholds(const Node& root, Identity& into) {
  into.link_at = read_probability(root.find("link"), into.link_at);
  into.review_at = read_probability(root.find("review"), std::min(into.review_at, into.link_at));
  if (into.review_at > into.link_at)
    root.find("review").refuse(
        "review must not be above link: from review on a person looks, from link on none has to");
  into.strong_at = read_probability(root.find("strong"), std::max(into.strong_at, into.link_at));
  if (into.strong_at < into.link_at)
    root.find("strong").refuse("strong must not be below link: strong links are linked too");
}

void read_learning(const Node& root, Identity& into) {
  auto read = [&](const char* name, double& share) {
    auto node = root.find(name);
    if (!node) return;
    share = node.proportion();
    if (share < 0 || share > 1) node.refuse("a share from 0% to 100% is expected");
  };
  read("drift", into.drift);
  read("most_crossing", into.most_crossing);
}

}  // namespace

Identity read_identity(const Node& root, const std::filesystem::path& folder) {
  if (root.kind() != Kind::map) root.refuse("an identity file says identity: 1, person, blocks");
  root.only({"identity", "trim", "record_id", "source", "one_per_source", "person", "identifiers",
             "others", "groups", "blocks", "split", "most_in_block", "link", "review", "strong",
             "drift", "most_crossing", "nicknames"});
  if (root.require("identity").text() != "1")
    root.find("identity").refuse("this program reads identity: 1");
  Identity made;
  if (auto trim = root.find("trim")) made.trim = trim.boolean();
  made.place = root.place();
  if (auto id = root.find("record_id")) {
    made.record_id = id.text();
    made.record_id_place = id.place();
  }
  if (auto source = root.find("source")) {
    made.source = source.text();
    made.source_place = source.place();
  }
  if (auto sources = root.find("one_per_source")) read_one_per_source(sources, made);
  read_person(root.require("person"), made);
  read_named(root.find("identifiers"), Role::identifier, made);
  read_named(root.find("others"), Role::other, made);
  if (made.features.empty())
    root.find("person").refuse("nothing of a person is said that could be compared");
  add_address_parts(made);
  read_groups(root.find("groups"), made);
  read_blocks(root.require("blocks"), made);
  for (const auto& item : root.find("split").items()) made.split.push_back(expression(item));
  if (auto most = root.find("most_in_block")) {
    auto value = most.integer();
    if (value < 2 || value > 10'000) most.refuse("expected a number from 2 to 10000");
    made.most_in_block = static_cast<uint32_t>(value);
  }
  read_thresholds(root, made);
  read_learning(root, made);
  made.nicknames = usual_nicknames();
  if (auto list = root.find("nicknames"))
    add_nicknames(settings::load(folder / list.text()), made.nicknames);
  return made;
}

Identity load_identity(const std::filesystem::path& file) {
  return read_identity(settings::load(file), file.parent_path());
}

std::string features_digest(const Identity& identity) {
  std::string out = identity.trim ? "form 1, trimmed" : "form 1";
  for (const auto& feature : identity.features)
    out += "\n" + std::to_string(static_cast<int>(feature.role)) + " " + feature.name + ": " +
           feature.from.text;
  return out;
}

std::string blocks_digest(const Identity& identity) {
  auto out = features_digest(identity) + "\nblocks, form 1";
  for (const auto& block : identity.blocks) {
    out += "\nkey";
    for (const auto& part : block.parts) out += "\n " + part.text;
  }
  for (const auto& by : identity.split) out += "\nsplit " + by.text;
  out += "\nof " + std::to_string(identity.most_in_block);
  for (const auto& [formal, shorts] : identity.nicknames) {
    out += "\n" + formal + ':';
    for (const auto& name : shorts) out += ' ' + name + ',';
  }
  return out;
}

std::string weighing_digest(const Identity& identity) {
  auto out = blocks_digest(identity) + "\nweighing, form 2";
  for (auto at : {identity.link_at, identity.review_at, identity.strong_at}) {
    char text[32];
    std::snprintf(text, sizeof text, "\n%.17g", at);
    out += text;
  }
  if (identity.is_one_per_source) out += "\none per source";
  for (const auto& source : identity.one_per_source) out += "\none per " + source;
  return out;
}

std::string in_words(Role role) {
  for (const auto& [name, which] : roles)
    if (which == role) {
      std::string words(name);
      std::ranges::replace(words, '_', ' ');
      return words;
    }
  return role == Role::identifier ? "identifier" : "text";
}

}  // namespace homeroom::resolve
