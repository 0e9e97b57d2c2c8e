#include "homeroom/settings.hpp"

#include <charconv>

#include "homeroom/error.hpp"
#include "homeroom/text.hpp"

namespace homeroom {

Settings::Settings(std::map<std::string, std::string, std::less<>> values)
    : values_(std::move(values)) {}

Settings::Settings(const hr_setting* settings, size_t count) {
  for (size_t i = 0; i < count; ++i)
    values_.insert_or_assign(std::string(view(settings[i].key)),
                             std::string(view(settings[i].value)));
}

bool Settings::has(std::string_view key) const {
  return values_.contains(key);
}

std::optional<std::string> Settings::optional(std::string_view key) const {
  auto found = values_.find(key);
  if (found == values_.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

std::string Settings::text(std::string_view key) const {
  if (auto value = optional(key)) return *value;
  throw Error(Next::fix_settings, "setting " + from_ + std::string(key) + " is missing");
}

std::string Settings::text_or(std::string_view key, std::string_view otherwise) const {
  return optional(key).value_or(std::string(otherwise));
}

int64_t Settings::integer(std::string_view key) const {
  std::string value = text(key);
  int64_t number = 0;
  auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (problem == std::errc() && end == value.data() + value.size()) return number;
  throw Error(Next::fix_settings, "setting " + from_ + std::string(key) + " is not a whole number");
}

int64_t Settings::integer_or(std::string_view key, int64_t otherwise) const {
  return optional(key) ? integer(key) : otherwise;
}

bool Settings::boolean(std::string_view key) const {
  std::string value = text(key);
  if (value == "true") return true;
  if (value == "false") return false;
  throw Error(Next::fix_settings,
              "setting " + from_ + std::string(key) + " is neither true nor false");
}

bool Settings::boolean_or(std::string_view key, bool otherwise) const {
  return optional(key) ? boolean(key) : otherwise;
}

std::vector<std::string> Settings::list(std::string_view key) const {
  std::vector<std::string> items;
  if (auto one = optional(key)) items.push_back(*one);
  for (size_t i = 0;; ++i) {
    auto found = values_.find(std::string(key) + "." + std::to_string(i));
    if (found == values_.end()) return items;
    items.push_back(found->second);
  }
}

std::vector<std::string> Settings::names_below(std::string_view key) const {
  std::vector<std::string> names;
  for (auto& [rest, value] : below(key).values_) {
    std::string name = rest.substr(0, rest.find('.'));
    if (names.empty() || names.back() != name) names.push_back(name);
  }
  return names;
}

Settings Settings::below(std::string_view key) const {
  Settings inner;
  std::string prefix = std::string(key) + ".";
  inner.from_ = from_ + prefix;
  for (auto at = values_.lower_bound(prefix); at != values_.end(); ++at) {
    if (!at->first.starts_with(prefix)) break;
    inner.values_.emplace(at->first.substr(prefix.size()), at->second);
  }
  return inner;
}

}  // namespace homeroom
