#include "hub/flow/check.hpp"

#include <algorithm>

#include "homeroom/error.hpp"
#include "hub/extract/extract.hpp"
#include "hub/govern/govern.hpp"
#include "hub/map/map.hpp"
#include "hub/plugin/plugin.hpp"
#include "hub/world/clock.hpp"

namespace homeroom::flow {

namespace {

/// Runs one look; what it throws becomes the line that says so.
template <class Look>
void look_at(std::vector<CheckLine>& lines, const std::string& what, Look look) {
  try {
    lines.push_back({CheckState::good, what, look()});
  } catch (const Error& error) {
    lines.push_back({CheckState::wrong, what, error.what()});
  }
}

std::string where(const record::Finding& finding) {
  if (finding.file.empty()) return "";
  return finding.file + (finding.line ? ':' + std::to_string(finding.line) : "") + ": ";
}

void check_policy(const Hub& hub, std::vector<CheckLine>& lines) {
  std::vector<record::Finding> advice;
  look_at(lines, "policy", [&] {
    auto governor = govern::Governor::compile(hub.workspace(), hub.model(), hub.run_date(), advice);
    return std::to_string(hub.workspace().policy.size()) + " files, " +
           std::to_string(governor->destinations().size()) + " destinations compiled";
  });
  for (const auto& finding : advice) {
    bool is_wrong = finding.severity >= record::Severity::critical;
    lines.push_back({is_wrong ? CheckState::wrong : CheckState::advice, "policy",
                     where(finding) + finding.says});
  }
}

/// Every remark of the mapping; true when it compiles.
bool check_mapping(const Hub& hub, const settings::Source& source,
                   const std::vector<extract::Offer>& offers, std::vector<CheckLine>& lines) {
  std::vector<map::Remark> remarks;
  auto mapping =
      map::Mapping::compile(source.mapping, hub.model(), shapes_of(offers), hub.clock_parameters(),
                            remarks, map::fixed_hasher(), hub.shelf());
  for (const auto& remark : remarks)
    lines.push_back({remark.is_error ? CheckState::wrong : CheckState::advice,
                     "mapping " + source.name,
                     remark.place.file + ':' + std::to_string(remark.place.line) + ':' +
                         std::to_string(remark.place.column) + ": " + remark.says});
  return mapping != nullptr;
}

/// A source that is not there: wrong where a night stops for it, else something to know.
CheckLine not_heard(const settings::Source& source, const std::string& why) {
  if (source.when_missing == settings::WhenMissing::stop)
    return {CheckState::wrong, "source " + source.name, why};
  return {CheckState::advice, "source " + source.name,
          why + "; a night goes on without it and keeps what it said"};
}

CheckLine plan_of(const Hub& hub, const settings::Source& source,
                  const std::vector<extract::Offer>& offers) try {
  auto mapping = hub.compile_mapping(source, shapes_of(offers));
  auto plan =
      extract::plan(source, offers, wanted_of(*mapping), hub.default_mode(), hub.clock().now_ms());
  if (plan.lacks_stream) return not_heard(source, plan.trouble);
  if (!plan.is_heard) throw Error(Next::fix_settings, plan.trouble);  // waiting does not mend it
  return {CheckState::good, "source " + source.name,
          std::to_string(offers.size()) + " streams there, " +
              std::to_string(mapping->reads().size()) + " read"};
} catch (const Error& error) {
  return {CheckState::wrong, "source " + source.name, error.what()};
}

void check_source(const Hub& hub, const settings::Source& source, std::vector<CheckLine>& lines) {
  std::vector<extract::Feed> feeds;
  std::vector<extract::Offer> offers;
  bool is_there = true;
  try {
    feeds = hub.open_feeds(source);
    offers = extract::discover(feeds);
  } catch (const Error& error) {
    bool is_mine = error.next == Next::fix_settings || error.next == Next::fail;
    lines.push_back(is_mine ? CheckLine{CheckState::wrong, "source " + source.name, error.what()}
                            : not_heard(source, error.what()));
    is_there = false;
  }
  try {
    bool compiles = check_mapping(hub, source, offers, lines);
    if (is_there && compiles) lines.push_back(plan_of(hub, source, offers));
  } catch (const Error& error) {
    lines.push_back({CheckState::wrong, "mapping " + source.name, error.what()});
  }
}

}  // namespace

std::vector<CheckLine> check(const Hub& hub) {
  std::vector<CheckLine> lines;
  for (const auto& refused : hub.catalogue().refused())
    lines.push_back({CheckState::advice, "plugin", refused.path.string() + ": " + refused.why});
  check_policy(hub, lines);
  look_at(lines, "identity", [&] {
    auto identity = hub.open_identity();
    return std::to_string(identity.features.size()) + " features, " +
           std::to_string(identity.blocks.size()) + " blocking keys";
  });
  if (!hub.workspace().validation.empty())
    look_at(lines, "validation", [&] {
      std::size_t rules = 0;
      for (const auto& pack : hub.open_packs())
        rules += static_cast<std::size_t>(
            std::ranges::count(pack.rules(), true, &validate::RuleText::is_on));
      return std::to_string(rules) + " rules are on";
    });
  for (const auto& source : hub.workspace().sources) check_source(hub, source, lines);
  for (const auto& destination : hub.workspace().destinations)
    look_at(lines, "destination " + destination.name, [&] {
      hub.open_destination(destination)->check();
      return destination.plugin + ", held by " + destination.held_by;
    });
  return lines;
}

}  // namespace homeroom::flow
