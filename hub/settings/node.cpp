#include "hub/settings/node.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "homeroom/error.hpp"
#include "hub/record/date.hpp"
#include "hub/settings/node_data.hpp"

namespace homeroom::settings {

namespace {

const Node::Data& nothing_at(const Place& place, std::shared_ptr<const Node::Data>& keep) {
  auto data = std::make_shared<Node::Data>();
  data->place = place;
  keep = data;
  return *keep;
}

std::string in_words(Kind kind) {
  switch (kind) {
    case Kind::nothing:
      return "nothing";
    case Kind::scalar:
      return "a single value";
    case Kind::list:
      return "a list";
    case Kind::map:
      return "names with values";
  }
  return "";
}

/// Splits "26 hours" into 26 and "hours".
std::optional<std::pair<double, std::string>> amount(const std::string& text) {
  double value = 0;
  auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  constexpr double most = 1e9;  // whatever the unit: it is counted in whole numbers later
  if (end.ec != std::errc{} || !(value >= 0 && value <= most)) return std::nullopt;
  std::string unit(end.ptr, text.data() + text.size());
  unit.erase(0, unit.find_first_not_of(' ') == std::string::npos ? unit.size()
                                                                 : unit.find_first_not_of(' '));
  return std::pair(value, unit);
}

}  // namespace

Kind Node::kind() const {
  return data_ ? data_->kind : Kind::nothing;
}

const Place& Node::place() const {
  static const Place nowhere;
  return data_ ? data_->place : nowhere;
}

bool Node::was_quoted() const {
  return data_ && data_->was_quoted;
}

const std::string& Node::text() const {
  if (kind() != Kind::scalar) refuse("a single value is expected, found " + in_words(kind()));
  return data_->text;
}

bool Node::boolean() const {
  if (text() == "true") return true;
  if (text() == "false") return false;
  refuse("expected true or false");
}

int64_t Node::integer() const {
  int64_t value = 0;
  const auto& word = text();
  auto end = std::from_chars(word.data(), word.data() + word.size(), value);
  if (end.ec != std::errc{} || end.ptr != word.data() + word.size())
    refuse("expected a whole number");
  return value;
}

double Node::proportion() const {
  auto read = amount(text());
  if (read && read->second == "%") return read->first / 100;
  if (read && read->second.empty() && read->first <= 1) return read->first;
  refuse("expected a percentage like 2%");
}

int64_t Node::days() const {
  auto read = amount(text());
  bool is_days = read && (read->second == "days" || read->second == "day");
  if (!is_days || read->first != std::floor(read->first)) refuse("expected days, like 30 days");
  return static_cast<int64_t>(read->first);
}

double Node::hours() const {
  auto read = amount(text());
  if (read && (read->second == "hours" || read->second == "hour")) return read->first;
  if (read && (read->second == "days" || read->second == "day")) return read->first * 24;
  refuse("expected a time span, like 26 hours or 8 days");
}

int64_t Node::seconds() const {
  static constexpr std::pair<std::string_view, int64_t> units[] = {
      {"second", 1}, {"minute", 60}, {"hour", 3600}};
  auto read = amount(text());
  for (const auto& [unit, size] : units)
    if (read && read->first == std::floor(read->first) && read->second.starts_with(unit) &&
        (read->second.size() == unit.size() || read->second.substr(unit.size()) == "s"))
      return static_cast<int64_t>(read->first) * size;
  refuse("expected a time span, like 30 seconds or 5 minutes");
}

int32_t Node::date() const {
  if (auto day = record::parse_iso_date(text())) return *day;
  refuse("expected a date YYYY-MM-DD");
}

std::vector<Node> Node::items() const {
  if (kind() == Kind::nothing) return {};
  if (kind() == Kind::scalar) return {*this};
  if (kind() == Kind::map) refuse("a list is expected, found names with values");
  return data_->items;
}

std::vector<std::pair<Node, Node>> Node::entries() const {
  if (kind() == Kind::nothing) return {};
  if (kind() != Kind::map) refuse("names with values are expected, found " + in_words(kind()));
  std::vector<std::pair<Node, Node>> entries;
  for (std::size_t i = 0; i + 1 < data_->items.size(); i += 2)
    entries.emplace_back(data_->items[i], data_->items[i + 1]);
  return entries;
}

Node Node::find(std::string_view key) const {
  if (kind() == Kind::map)
    for (std::size_t i = 0; i + 1 < data_->items.size(); i += 2)
      if (data_->items[i].text() == key) return data_->items[i + 1];
  std::shared_ptr<const Data> data;
  nothing_at(place(), data);
  return Node(data);
}

Node Node::require(std::string_view key) const {
  if (kind() != Kind::map) refuse("names with values are expected, found " + in_words(kind()));
  auto found = find(key);
  if (found.kind() == Kind::nothing) refuse(std::string(key) + " is missing");
  return found;
}

void Node::only(const std::vector<std::string_view>& known) const {
  for (const auto& [key, value] : entries()) {
    if (std::ranges::find(known, key.text()) != known.end()) continue;
    std::vector<std::string> names(known.begin(), known.end());
    auto near = did_you_mean(key.text(), names);
    key.refuse("unknown setting " + key.text() + (near ? ", did you mean " + *near + "?" : ""));
  }
}

void Node::refuse(const std::string& says) const {
  throw Error(Next::fix_settings, text_of(place()) + ": " + says + note());
}

namespace {

std::shared_ptr<Node::Data> new_data(Kind kind, const Node& like) {
  auto data = std::make_shared<Node::Data>();
  data->kind = kind;
  data->place = like.place();
  data->note = like.note();
  return data;
}

}  // namespace

Node Node::scalar(std::string text, const Node& like) {
  auto data = new_data(Kind::scalar, like);
  data->was_quoted = like.was_quoted();
  data->text = std::move(text);
  return Node(data);
}

Node Node::list(const std::vector<Node>& items, const Node& like) {
  auto data = new_data(Kind::list, like);
  data->items = items;
  return Node(data);
}

Node Node::map(const std::vector<std::pair<Node, Node>>& entries, const Node& like) {
  auto data = new_data(Kind::map, like);
  for (const auto& [key, value] : entries) {
    data->items.push_back(key);
    data->items.push_back(value);
  }
  return Node(data);
}

Node Node::used_at(const Place& place) const {
  auto data = data_ ? std::make_shared<Data>(*data_) : std::make_shared<Data>();
  data->note += " (used at " + text_of(place) + ")";
  return Node(data);
}

const std::string& Node::note() const {
  static const std::string none;
  return data_ ? data_->note : none;
}

std::string text_of(const Place& place) {
  if (place.line == 0) return place.file;
  return place.file + ':' + std::to_string(place.line) + ':' + std::to_string(place.column);
}

namespace {

/// Damerau-Levenshtein distance with neighbouring swaps.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
  auto same = [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  };
  for (std::size_t i = 1; i <= a.size(); ++i)
    for (std::size_t j = 1; j <= b.size(); ++j) {
      std::size_t change = same(a[i - 1], b[j - 1]) ? 0 : 1;
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + change});
      if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]))
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  return cost[a.size()][b.size()];
}

}  // namespace

std::optional<std::string> did_you_mean(std::string_view word,
                                        const std::vector<std::string>& candidates) {
  std::optional<std::string> nearest;
  std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const auto& candidate : candidates)
    if (auto far = distance(word, candidate); far < least) {
      least = far;
      nearest = candidate;
    }
  return nearest;
}

namespace {

void say(std::string& out, const std::string& text) {
  out += std::to_string(text.size());
  out += ':';
  out += text;
}

void say(std::string& out, const Node& node) {
  switch (node.kind()) {
    case Kind::nothing:
      out += '-';
      break;
    case Kind::scalar:
      say(out, node.text());
      break;
    case Kind::list:
      out += '[';
      for (const auto& item : node.items()) say(out, item);
      out += ']';
      break;
    case Kind::map:
      out += '{';
      for (const auto& [key, value] : node.entries()) {
        say(out, key.text());
        say(out, value);
      }
      out += '}';
      break;
  }
}

}  // namespace

std::string meaning(const Node& root, const std::vector<std::string_view>& without) {
  std::string out;
  if (root.kind() != Kind::map) {
    say(out, root);
    return out;
  }
  for (const auto& [key, value] : root.entries()) {
    if (std::ranges::find(without, key.text()) != without.end()) continue;
    say(out, key.text());
    say(out, value);
  }
  return out;
}

}  // namespace homeroom::settings
