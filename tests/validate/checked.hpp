// Checked: a pack of a few rules over rows written as NDJSON, in a folder of its own.
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "hub/record/scratch.hpp"
#include "hub/validate/validate.hpp"
#include "hub/world/world.hpp"

namespace homeroom::validate {

/// A report as one text.
inline std::string text_of(decltype(write_csv)& report, const Verdict& verdict,
                           const ReportOptions& options = {}) {
  std::string text;
  report(verdict, options, [&](std::string_view piece) { text += piece; });
  return text;
}

class Checked {
 public:
  /// `rules`: a YAML list; what a rule does not say of severity, sentence, remedy and owner is
  /// filled in.
  explicit Checked(const std::string& rules, const std::string& head = "",
                   const Switches& switches = {})
      : pack_(load(rules, head, switches)), given_(pack_) {}

  /// From now on rows go to `scratch` beyond its budget.
  void spill_to(record::Scratch& scratch) { given_.spill_to(scratch); }
  /// Rows of one entity, as `map run` writes them; a first empty line is left out.
  void rows(const std::string& entity, std::string ndjson) {
    if (ndjson.starts_with('\n')) ndjson.erase(0, 1);
    auto file = write(entity + ".ndjson", ndjson);
    given_.read_rows(*pack_.model().find(entity), "sis", file);
  }
  void profiles(const std::string& ndjson) {
    given_.read_profiles("profiles", write("profiles.ndjson", ndjson));
  }
  void profile_before(const std::string& json) { given_.read_profile_before(json); }

  /// Judges; "RULE STUDENT line N against line M" of each finding, in the order of the report.
  std::vector<std::string> found(const std::string& before = "") {
    std::optional<Before> earlier;
    if (std::istringstream json(before); !before.empty()) earlier = before_of(json, "before");
    verdict_ = judge(pack_, given_, earlier ? &*earlier : nullptr);
    std::vector<std::string> out;
    for (const auto& one : verdict_.found) {
      auto text = verdict_.rules[one.rule].id + " " + one.student + one.group;
      if (one.at.line) text += " line " + std::to_string(one.at.line);
      if (one.beside.line) text += " against line " + std::to_string(one.beside.line);
      out.push_back(text);
    }
    return out;
  }
  const Verdict& verdict() const { return verdict_; }
  std::string report() const { return text_of(write_json, verdict_); }

 private:
  std::filesystem::path write(const std::string& name, const std::string& text) {
    auto file = folder_.path() / name;
    std::ofstream(file) << text;
    return file;
  }
  Pack load(const std::string& rules, const std::string& head, const Switches& switches) {
    auto file = write("pack.yaml", "rule_pack: 1\nname: test\nfiscal_year: 2026\nsource: a test\n" +
                                       head + "\n\nrules:\n" + filled(rules));
    return Pack::load({file, HOMEROOM_SOURCE_DIR "/configs/model.yaml", {}}, switches,
                      {{"run_date", "2026-01-13"}, {"school_year", "2026"}});
  }
  /// Adds to each rule what it leaves out, at its end so that places stay those of the test.
  static std::string filled(const std::string& rules);

  world::ScratchFolder folder_{std::filesystem::temp_directory_path()};
  Pack pack_;
  Given given_;
  Verdict verdict_;
};

inline std::string Checked::filled(const std::string& rules) {
  std::vector<std::string> each;
  std::string line;
  for (std::size_t at = rules.starts_with('\n') ? 1 : 0; at < rules.size();) {
    auto end = std::min(rules.find('\n', at), rules.size());
    line = rules.substr(at, end - at);
    at = end + 1;
    if (line.starts_with("- ")) each.emplace_back();
    each.back() += line + "\n";
  }
  std::string out;
  for (auto& rule : each) {
    bool is_flow = rule.starts_with("- {");
    std::string more;
    auto add = [&](const std::string& key, const std::string& value) {
      if (rule.find(" " + key + ":") != std::string::npos) return;
      more += is_flow ? ", " + key + ": " + value : "  " + key + ": " + value + "\n";
    };
    add("severity", "warning");
    add("says", "It is wrong.");
    add("remedy", "Mend it.");
    add("owner", "Registrar");
    if (is_flow)
      rule.insert(rule.rfind('}'), more);
    else
      rule += more;
    out += rule;
  }
  return out;
}

}  // namespace homeroom::validate
