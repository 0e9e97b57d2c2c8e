#include <algorithm>

#include "hub/conformance/check.hpp"
#include "hub/conformance/raw.hpp"

namespace homeroom::conformance {

namespace {

using Flat = settings::Flat;
using plugin::SettingType;

constexpr const char* canary = "KITCANARY7291";

/// Opens with settings the hub would not hand over: what it answers must be HR_OK or HR_SETTINGS.
std::optional<Error> open_raw(const Bench& bench, const Flat& settings, const std::string& what) {
  auto error = error_of([&] { RawInstance instance(bench, {}, settings); });
  expect(!error || error->next == Next::fix_settings,
         what + ": open answers " + (error ? word_of(error->next) : "") + ", expected settings");
  return error;
}

Flat without(Flat settings, const std::string& key) {
  std::erase_if(settings, [&](const auto& pair) {
    return pair.first == key || pair.first.starts_with(key + ".");
  });
  return settings;
}

void check_sample(const Bench& bench) {
  bench.open();
}

void check_missing(const Bench& bench) {
  auto all = plain(bench.settings());
  open_raw(bench, {}, "without any setting");
  for (const auto& rule : bench.manifest().settings) {
    if (rule.name.find('*') != std::string::npos) continue;  // its names are the district's
    auto error = open_raw(bench, without(all, rule.name), "without '" + rule.name + "'");
    if (!rule.required) continue;
    expect(error.has_value(),
           "without '" + rule.name + "', which the manifest requires, it opens as if nothing were");
    expect(std::string(error->what()).find(rule.name) != std::string::npos,
           "without '" + rule.name + "' its message does not name the setting");
  }
}

std::vector<std::string> strange_values(const plugin::SettingRule& rule) {
  switch (rule.type) {
    case SettingType::integer:
    case SettingType::number:
      return {"0", "-1", "9223372036854775807", "-9223372036854775808", "", "many"};
    case SettingType::boolean:
    case SettingType::choice:
      return {"", "neither"};
    case SettingType::url:
      return {"", "https://", "file:///etc/hostname", "https://user:word@host.invalid:99999/"};
    default:
      return {"", " ", std::string(100'000, 'x'), "\x01\xff", "/nowhere/at/all"};
  }
}

void check_wrong(const Bench& bench) {
  auto all = plain(bench.settings());
  for (const auto& rule : bench.manifest().settings) {
    if (rule.name.find('*') != std::string::npos) continue;  // its names are the district's
    for (const auto& value : strange_values(rule)) {
      auto settings = without(all, rule.name);
      settings.emplace_back(rule.name, value);
      open_raw(bench, settings, "with a strange value for '" + rule.name + "'");
    }
  }
}

void check_choices(const Bench& bench) {
  int tried = 0;
  for (const auto& rule : bench.manifest().settings)
    for (const auto& choice : rule.choices) {
      ++tried;
      auto error = error_of([&] { bench.open({{rule.name, choice}}); });
      // A choice may need other settings than the sample's.
      expect(!error || error->next == Next::fix_settings,
             "with " + rule.name + ": " + choice + " it says " +
                 (error ? word_of(error->next) : "") + ", expected settings");
    }
  if (tried == 0) throw Skipped{"no setting is a choice"};
}

void check_extra(const Bench& bench) {
  auto all = plain(bench.settings());
  all.emplace_back("of_a_newer_version", "1");
  open_raw(bench, all, "with a setting it does not know");
}

// open() is cheap: a file that is not there shows later, when somebody looks.
void check_cheap(const Bench& bench) {
  int tried = 0;
  for (const auto& rule : bench.manifest().settings) {
    if (rule.type != SettingType::path || rule.name.find('*') != std::string::npos) continue;
    if (std::ranges::none_of(bench.subject().settings,
                             [&](const auto& pair) { return pair.first == rule.name; }))
      continue;
    ++tried;
    auto error = error_of([&] { bench.open({{rule.name, "there/is/nothing/here"}}); });
    expect(!error, "open already looks for what '" + rule.name + "' names");
  }
  if (tried == 0) throw Skipped{"the sample sets no path"};
}

void check_secret(const Bench& bench) {
  int tried = 0;
  auto all = plain(bench.settings());
  for (const auto& rule : bench.manifest().settings) {
    if (!rule.secret) continue;
    ++tried;
    auto settings = without(all, rule.name);
    settings.emplace_back(rule.name, canary);
    auto error = open_raw(bench, settings, "with another secret for '" + rule.name + "'");
    expect(!error || std::string(error->what()).find(canary) == std::string::npos,
           "its message repeats the secret '" + rule.name + "'");
  }
  if (tried == 0) throw Skipped{"no setting is a secret"};
}

}  // namespace

std::vector<Check> settings_checks() {
  return {
      {"settings", "sample", "the sample's settings open an instance", "", false, check_sample},
      {"settings", "missing", "a missing setting is named, and nothing worse happens", "", false,
       check_missing},
      {"settings", "wrong", "a strange value is taken or refused as a setting", "", false,
       check_wrong},
      {"settings", "choices", "every choice of the manifest opens or asks for other settings", "",
       false, check_choices},
      {"settings", "extra", "an unknown setting is ignored or refused as a setting", "", false,
       check_extra},
      {"settings", "cheap", "open touches no file", "", false, check_cheap},
      {"settings", "secret", "no message repeats a secret", "", false, check_secret},
  };
}

}  // namespace homeroom::conformance
