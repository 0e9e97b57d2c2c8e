#include "hub/extract/extract.hpp"

#include <algorithm>

#include "hub/settings/node.hpp"

namespace homeroom::extract {

namespace {

std::vector<std::string> column_names(const plugin::StreamInfo& info) {
  std::vector<std::string> names;
  for (const auto& column : info.columns) names.push_back(column.name);
  return names;
}

std::string meant(const std::string& word, const std::vector<std::string>& names) {
  auto near = settings::did_you_mean(word, names);
  return near ? " (did you mean " + *near + "?)" : "";
}

uint32_t index_of(std::vector<std::string>& columns, const std::string& name) {
  auto found = std::ranges::find(columns, name);
  if (found == columns.end()) found = columns.insert(columns.end(), name);
  return static_cast<uint32_t>(found - columns.begin());
}

/// Why a wanted column keeps the source from being heard, or nothing.
std::string missing_column(const Wanted& wanted, const plugin::StreamInfo& info) {
  if (info.columns.empty()) return "";  // the plugin tells its columns only while reading
  auto names = column_names(info);
  for (const auto& column : wanted.columns)
    if (!column.is_optional && std::ranges::find(names, column.name) == names.end())
      return wanted.stream + ": column " + column.name + " is missing" + meant(column.name, names);
  return "";
}

StreamPlan plan_stream(uint32_t index, const Wanted& wanted, const Offer& offer,
                       plugin::Mode default_mode) {
  StreamPlan plan;
  plan.wanted = index;
  plan.is_offered = true;
  plan.instance = offer.instance;
  plan.info = offer.info;
  plan.mode = offer.info.mode.value_or(default_mode);
  auto there = column_names(offer.info);
  for (const auto& column : wanted.columns) {
    if (!there.empty() && std::ranges::find(there, column.name) == there.end())
      plan.absent.push_back(static_cast<uint32_t>(plan.columns.size()));
    plan.columns.push_back(column.name);
  }
  for (const auto& key : offer.info.key) plan.key.push_back(index_of(plan.columns, key));
  if (offer.info.role == plugin::Role::subject) {
    plan.subject = index_of(plan.columns, offer.info.subject);
    plan.key_names_subject = std::ranges::find(plan.key, plan.subject) != plan.key.end();
  }
  return plan;
}

std::string age_in_words(double hours) {
  return hours < 72 ? std::to_string(static_cast<long>(hours)) + " hours"
                    : std::to_string(static_cast<long>(hours / 24)) + " days";
}

/// Data of the days to come says nothing of how old it is: a clock is wrong, there or here. Clocks
/// that differ by less than a day, as those of two time zones do, are forgiven.
void judge_age(const settings::Source& source, int64_t newest_ms, int64_t now_ms,
               SourcePlan& plan) {
  if (newest_ms == 0) return;
  constexpr double hour_ms = 3.6e6, forgiven_hours = 24;
  double hours = static_cast<double>(now_ms - newest_ms) / hour_ms;
  plan.age_hours = std::max(0.0, hours);
  bool is_judged = source.fresh_hours > 0 && plan.trouble.empty();
  if (hours < -forgiven_hours) {
    auto says = "its newest data is dated " + age_in_words(-hours) +
                " ahead of this machine's clock; one of the two is wrong";
    if (is_judged)
      plan.trouble = says + ", so nobody can say that it is fresh";
    else
      plan.remarks.push_back(says);
  } else if (is_judged && plan.age_hours > source.fresh_hours) {
    plan.trouble = "its newest data is " + age_in_words(plan.age_hours) + " old, limit " +
                   age_in_words(source.fresh_hours);
  }
}

}  // namespace

std::vector<Offer> discover(const std::vector<Feed>& feeds) {
  std::vector<Offer> offers;
  for (const auto& feed : feeds)
    for (auto& info : feed.instance->discover()) {
      auto same = [&](const Offer& offer) { return offer.info.name == info.name; };
      if (std::ranges::any_of(offers, same))
        throw Error(Next::fix_settings, "feed " + feed.name + ": stream " + info.name +
                                            " is offered by another feed too");
      offers.push_back({feed.instance, std::move(info)});
    }
  return offers;
}

std::string complaints(const std::vector<Feed>& feeds) {
  std::string all;
  for (const auto& feed : feeds) try {
      feed.instance->check();
    } catch (const Error& error) {
      all += (all.empty() ? "" : "; ") + std::string(error.what());
    }
  return all;
}

SourcePlan plan(const settings::Source& source, const std::vector<Offer>& offers,
                const std::vector<Wanted>& wanted, plugin::Mode default_mode, int64_t now_ms) {
  SourcePlan plan;
  std::vector<std::string> names;
  int64_t newest = 0;
  for (const auto& offer : offers) {
    names.push_back(offer.info.name);
    newest = std::max(newest, offer.info.as_of_ms);
    if (offer.info.name == removals_stream) plan.removals.push_back(offer);
  }
  bool is_changes_only = default_mode == plugin::Mode::changes;
  for (uint32_t i = 0; i < wanted.size(); ++i) {
    auto found =
        std::ranges::find(offers, wanted[i].stream, [](const Offer& o) { return o.info.name; });
    if (found == offers.end()) {
      if (!wanted[i].is_optional && !is_changes_only) {
        plan.trouble =
            "stream " + wanted[i].stream + " is not there" + meant(wanted[i].stream, names);
        plan.lacks_stream = true;
      }
      plan.streams.emplace_back().wanted = i;
      continue;
    }
    if (auto why = missing_column(wanted[i], found->info); !why.empty()) plan.trouble = why;
    plan.streams.push_back(plan_stream(i, wanted[i], *found, default_mode));
  }
  judge_age(source, newest, now_ms, plan);
  plan.is_heard = plan.trouble.empty();
  return plan;
}

namespace {

plugin::ReadRequest request_for(const StreamPlan& plan, const std::string& since) {
  plugin::ReadRequest request;
  request.stream = plan.info.name;
  request.since = since;
  request.mode = plan.mode;
  auto there = column_names(plan.info);
  for (uint32_t i = 0; i < plan.columns.size(); ++i) {
    const auto& column = plan.columns[i];
    if (plan.mode == plugin::Mode::keys && std::ranges::find(plan.key, i) == plan.key.end())
      continue;
    bool is_there = there.empty() || std::ranges::find(there, column) != there.end();
    request.columns.push_back(is_there ? column : column + "?");
  }
  return request;
}

/// The batch with exactly the planned columns, in their order.
void arrange(const record::Batch& given, const StreamPlan& plan, record::Batch& out) {
  out = given;
  out.names = plan.columns;
  out.columns.assign(plan.columns.size(), record::Column{});
  for (std::size_t i = 0; i < plan.columns.size(); ++i)
    if (const auto* column = given.find(plan.columns[i])) out.columns[i] = *column;
}

void gather_asides(plugin::BatchReader& reader, const StreamPlan& plan, StreamEnd& end) {
  for (auto& aside : reader.take_asides()) {
    end.has_unknown_aside |= aside.key.empty();
    end.asides.push_back({plan.info.name,
                          aside.place,
                          aside.record,
                          aside.line,
                          aside.offset,
                          aside.field,
                          aside.why,
                          std::move(aside.bytes),
                          {},
                          std::move(aside.key)});
  }
}

}  // namespace

StreamEnd read(const StreamPlan& plan, const std::string& since, const world::Cancel& cancel,
               const std::function<void(const record::Batch&, const std::string& file)>& take) {
  StreamEnd end;
  auto reader = plan.instance->read(request_for(plan, since));
  record::Batch batch;
  while (auto arrival = reader->next()) {
    if (cancel.cancelled()) throw Error(Next::stop, "asked to stop");
    arrange(arrival->rows, plan, batch);
    take(batch, arrival->place);
    gather_asides(*reader, plan, end);
  }
  gather_asides(*reader, plan, end);
  const auto& said = reader->end();
  end.is_complete = said.complete;
  end.proof = said.proof;
  end.records = said.records;
  end.cursor = said.cursor;
  if (end.is_complete && plan.mode == plugin::Mode::full)
    end.version = plan.instance->version(plan.info.name);
  return end;
}

bool stands(const StreamPlan& plan, const std::string& version) {
  return plan.mode == plugin::Mode::full && !version.empty() &&
         plan.instance->stands(plan.info.name, version);
}

std::optional<StreamEnd> read_keys(
    const StreamPlan& plan, const world::Cancel& cancel,
    const std::function<void(const record::Batch&, const std::string& file)>& take) {
  auto keys = plan;
  keys.mode = plugin::Mode::keys;
  try {
    return read(keys, "", cancel, take);
  } catch (const Error& error) {
    if (error.next != Next::hide) throw;
    return std::nullopt;
  }
}

bool may_sweep(const StreamPlan& plan, const StreamEnd& end, bool may_delete_settled) {
  if (plan.mode != plugin::Mode::full || plan.info.gone == plugin::Gone::never) return false;
  return proves_all(end, may_delete_settled);
}

bool proves_all(const StreamEnd& end, bool may_delete_settled) {
  if (!end.is_complete || end.has_unknown_aside) return false;
  if (end.proof == plugin::Proof::settled) return may_delete_settled;
  return end.proof == plugin::Proof::count || end.proof == plugin::Proof::format;
}

const char* word(plugin::Proof proof) {
  switch (proof) {
    case plugin::Proof::settled:
      return "settled";
    case plugin::Proof::format:
      return "format";
    case plugin::Proof::count:
      return "count";
    case plugin::Proof::none:
      break;
  }
  return "none";
}

}  // namespace homeroom::extract
