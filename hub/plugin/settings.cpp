#include "hub/plugin/settings.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "homeroom/error.hpp"
#include "hub/plugin/nearest.hpp"

namespace homeroom::plugin {
namespace {

constexpr std::string_view secret_ending = ".secret";

std::string_view first_part(std::string_view name) {
  return name.substr(0, name.find('.'));
}

std::string_view rest_after(std::string_view name) {
  size_t dot = name.find('.');
  return dot == name.npos ? std::string_view() : name.substr(dot + 1);
}

bool holds_more(const SettingRule& rule) {
  return rule.type == SettingType::list || rule.type == SettingType::map;
}

// "files.*.path" covers "files.attendance.path"; a list or map covers what lies below it.
bool covers(std::string_view pattern, bool and_below, std::string_view key) {
  if (pattern.empty() || key.empty()) return pattern.empty() && (key.empty() || and_below);
  std::string_view part = first_part(pattern);
  if (part != "*" && part != first_part(key)) return false;
  return covers(rest_after(pattern), and_below, rest_after(key));
}

const SettingRule* rule_for(const Manifest& manifest, std::string_view key) {
  for (const auto& rule : manifest.settings)
    if (covers(rule.name, holds_more(rule), key)) return &rule;
  if (manifest.permissions.hosts.empty()) return nullptr;
  for (const auto& rule : network_rules())
    if (covers(rule.name, holds_more(rule), key)) return &rule;
  return nullptr;
}

class Check {
 public:
  Check(const Manifest& manifest, const std::filesystem::path& folder,
        const world::SecretFolder& secrets)
      : manifest_(manifest), folder_(folder), secrets_(secrets) {}

  CheckedSettings all(const GivenSettings& given) {
    for (const auto& [key, value] : given) one(key, value);
    for (const auto& rule : manifest_.settings) fill_in(rule);
    return std::move(checked_);
  }

 private:
  [[noreturn]] void refuse(const std::string& key, const std::string& why) const {
    throw Error(Next::fix_settings, "plugin " + manifest_.name + ": setting '" + key + "' " + why);
  }

  void one(const std::string& key, const std::string& value) {
    if (std::ranges::find(checked_, key, &CheckedSetting::key) != checked_.end())
      refuse(key, "is given twice");
    if (const SettingRule* rule = rule_for(manifest_, key)) {
      if (rule->secret)
        refuse(key,
               "is a secret and stands here as plain text; write {secret: NAME} and put it "
               "into the secrets folder");
      if (holds_more(*rule) && key == rule->name) {
        if (value.empty()) return;  // an empty list or map
        refuse(key, rule->type == SettingType::list ? "must be a list" : "must be a mapping");
      }
      add(key, typed(*rule, key, value));
      return;
    }
    if (!key.ends_with(secret_ending)) refuse_unknown(key);
    std::string name = key.substr(0, key.size() - secret_ending.size());
    const SettingRule* rule = rule_for(manifest_, name);
    if (!rule || !rule->secret) refuse_unknown(rule ? key : name);
    checked_.push_back({name, secrets_.read(value), rule->signs_in});
  }

  [[noreturn]] void refuse_unknown(const std::string& key) const {
    std::vector<std::string> names;
    for (const auto& rule : manifest_.settings) names.push_back(rule.name);
    refuse(key, "is not known" + did_you_mean(key, names));
  }

  void add(const std::string& key, std::string value) {
    checked_.push_back({key, world::Secret(std::move(value))});
  }

  void fill_in(const SettingRule& rule) {
    auto is_of_rule = [&](const CheckedSetting& setting) {
      return rule_for(manifest_, setting.key) == &rule;
    };
    if (std::ranges::any_of(checked_, is_of_rule)) return;
    if (rule.required) refuse(rule.name, "is missing (" + rule.says + ")");
    if (rule.has_fallback) add(rule.name, typed(rule, rule.name, rule.fallback));
  }

  template <class Number>
  bool is_number(const std::string& value) const {
    Number number{};
    auto end = value.data() + value.size();
    auto read = std::from_chars(value.data(), end, number);
    return read.ec == std::errc{} && read.ptr == end;
  }

  std::string typed(const SettingRule& rule, const std::string& key, const std::string& value) {
    switch (rule.type) {
      case SettingType::integer:
        if (!is_number<int64_t>(value)) refuse(key, "is no whole number");
        break;
      case SettingType::number:
        if (!is_number<double>(value)) refuse(key, "is no number");
        break;
      case SettingType::boolean:
        if (value != "true" && value != "false") refuse(key, "is neither true nor false");
        break;
      case SettingType::choice:
        if (std::ranges::find(rule.choices, value) == rule.choices.end())
          refuse(key, "is none of " + joined(rule.choices));
        break;
      case SettingType::url:
        if (value.find("://") == value.npos) refuse(key, "is no URL (expected https://...)");
        break;
      case SettingType::path:
        if (value.empty()) refuse(key, "is empty (expected a path)");
        return (folder_ / value).lexically_normal().string();
      default:
        break;
    }
    return value;
  }

  static std::string joined(const std::vector<std::string>& words) {
    std::string all;
    for (const auto& word : words) all += (all.empty() ? "" : ", ") + word;
    return all;
  }

  const Manifest& manifest_;
  const std::filesystem::path& folder_;
  const world::SecretFolder& secrets_;
  CheckedSettings checked_;
};

}  // namespace

const std::vector<SettingRule>& network_rules() {
  static const std::vector<SettingRule> rules = [] {
    SettingRule internal{"network.internal", SettingType::list};
    internal.says = "Hosts that may lie in the district's own network and speak http";
    SettingRule ca_file{"network.ca_file", SettingType::path};
    ca_file.says = "PEM file with the certificate authorities to trust instead of the system's";
    SettingRule per_second{"network.per_second", SettingType::number};
    per_second.says = "Requests a second that all jobs together send to one host";
    SettingRule play{"network.play", SettingType::path};
    play.says = "Folder of recorded answers that are given instead of asking a server";
    SettingRule record{"network.record", SettingType::path};
    record.says = "Folder in which answers are kept, with other values of the same shape";
    SettingRule keep{"network.keep", SettingType::list};
    keep.says = "With record, names of members whose values are kept, as status";
    return std::vector{internal, ca_file, per_second, play, record, keep};
  }();
  return rules;
}

bool is_of_network(std::string_view key) {
  return key.starts_with("network.");
}

CheckedSettings check_settings(const Manifest& manifest, const GivenSettings& given,
                               const std::filesystem::path& folder,
                               const world::SecretFolder& secrets) {
  return Check(manifest, std::filesystem::absolute(folder), secrets).all(given);
}

}  // namespace homeroom::plugin
