#include "hub/flow/hearing.hpp"

#include <algorithm>

#include "hub/flow/new_columns.hpp"
#include "hub/flow/standing.hpp"
#include "hub/keys/keys.hpp"
#include "hub/map/map.hpp"
#include "hub/store/store.hpp"
#include "hub/world/world.hpp"

namespace homeroom::flow {

/// Shapes of the streams on offer, and of those that were there on an earlier night: a delta
/// leaves out what did not change, and the mapping must mean the same with and without it.
std::vector<map::StreamShape> Hearing::known_shapes(
    const settings::Source& source, const std::vector<extract::Offer>& offers) const {
  auto shapes = shapes_of(offers);
  auto layouts = unpack_layouts(in_.store.digest("layout:" + source.name).value_or(""));
  for (const auto& layout : layouts) {
    if (std::ranges::find(shapes, layout.stream, &map::StreamShape::stream) != shapes.end())
      continue;
    map::StreamShape shape{layout.stream, {}, "", layout.space, layout.is_reference};
    for (auto key : layout.key) shape.key.push_back(layout.columns[key]);
    if (!layout.is_reference) shape.subject = layout.columns[layout.subject];
    shapes.push_back(std::move(shape));
  }
  return shapes;
}

/// Beside the source's own input: all that decides what a read of it would come to.
std::string Hearing::basis_of(const settings::Source& source, uint32_t number,
                              const map::Mapping& mapping) const {
  return world::hex(world::sha256(in_.configuration + in_.hub.source_digest(source, mapping) +
                                  in_.hub.feeds_digest(source) + in_.hub.plugins_digest(source) +
                                  in_.people.basis(number) + '/' +
                                  std::to_string(in_.keys.erasures(0).size())));
}

/// Streams that were read before and that the source, though it may, does not offer tonight. A
/// delta leaves out what did not change.
std::vector<std::string> Hearing::lost_streams(const settings::Source& source,
                                               const map::Mapping& mapping,
                                               const extract::SourcePlan& plan) const {
  std::vector<std::string> lost;
  bool is_delta = in_.hub.default_mode() == plugin::Mode::changes ||
                  std::ranges::any_of(plan.streams, [](const extract::StreamPlan& stream) {
                    return stream.is_offered && stream.mode == plugin::Mode::changes;
                  });
  if (is_delta) return lost;
  for (const auto& stream : plan.streams) {
    const auto& name = mapping.reads()[stream.wanted].stream;
    auto before = in_.store.stream_state(source.name, name);
    if (!stream.is_offered && before && before->records > 0) lost.push_back(name);
  }
  return lost;
}

/// What the source stood by, where it has nothing to say that it did not say then, and need not be
/// read.
std::optional<Standing> Hearing::standing_of(const settings::Source& source, uint32_t number,
                                             const map::Mapping& mapping,
                                             const extract::SourcePlan& plan) const {
  if (in_.options.reads_everything || in_.options.weighs_all) return std::nullopt;
  // All that is kept of it is mapped anew.
  if (in_.store.digest("source:" + source.name) != in_.hub.source_digest(source, mapping))
    return std::nullopt;
  auto standing = Standing::load(in_.store, number);
  bool stands = standing.basis == basis_of(source, number, mapping) &&
                !has_mends(in_.store, source.name) && standing.holds(plan);
  return stands ? std::optional(std::move(standing)) : std::nullopt;
}

void Hearing::keep_standing(const settings::Source& source, SourceRun& run, uint64_t forgotten) {
  auto standing = run.standing();
  standing.forgotten = forgotten;
  standing.basis = basis_of(source, run.source_number(), run.mapping());
  standing.keep(in_.store, run.source_number());
}

SourceContext Hearing::context_of(const settings::Source& source, uint32_t number,
                                  const map::Mapping& mapping) const {
  return {source,
          number,
          in_.run,
          in_.hub.model(),
          in_.store,
          in_.keys,
          in_.pulse,
          in_.memory,
          in_.scratch,
          in_.hub.source_digest(source, mapping),
          in_.hub.feeds_digest(source),
          in_.hub.run_date(),
          in_.packs,
          in_.options.reads_everything};
}

Hearing::Heard Hearing::hear_it(const settings::Source& source, uint32_t number,
                                record::SourceCounts& counts) {
  auto feeds = in_.hub.open_feeds(source);
  auto offers = extract::discover(feeds);
  auto mapping = in_.hub.compile_mapping(source, known_shapes(source, offers), &hasher_);
  auto plan = extract::plan(source, offers, wanted_of(*mapping), in_.hub.default_mode(),
                            in_.hub.clock().now_ms());
  counts.age_hours = plan.age_hours;
  counts.trouble = plan.trouble;
  if (plan.lacks_stream)
    if (auto why = extract::complaints(feeds); !why.empty()) counts.trouble += ": " + why;
  if (!plan.is_heard) return {};
  counts.lost = plan.lost = lost_streams(source, *mapping, plan);
  tell_new_columns(in_.store, source.name, plan);
  counts.remarks = plan.remarks;
  if (auto standing = standing_of(source, number, *mapping, plan)) {
    note_standing(in_.store, source.name, plan, in_.hub.run_date());
    counts.heard = counts.stands = true;
    counts.streams = standing->counts();
    return {nullptr, standing->forgotten};
  }
  auto context = context_of(source, number, *mapping);
  auto run = std::make_unique<SourceRun>(context, std::move(mapping));
  run->read(std::move(plan));
  // Half a roster or half the consents is worse than none: such a source is not heard at all.
  auto half = run->unfinished();
  if (!half.empty() && source.when_missing == settings::WhenMissing::stop) {
    counts.trouble = half;
    return {};
  }
  in_.clock.enter("map");
  run->map();
  counts.heard = true;
  auto loss = run->worst_loss();
  if (loss.is_worse_than(loss_)) loss_ = std::move(loss);
  return {std::move(run)};
}

Hearing::Heard Hearing::hear(const settings::Source& source, uint32_t number,
                             record::SourceCounts& counts) {
  in_.clock.enter("extract");
  try {
    return hear_it(source, number, counts);
  } catch (const plugin::Broken& error) {  // in a process of its own: no one else is touched
    counts.trouble = error.what();
  } catch (const Error& error) {
    if (error.next == Next::fix_settings || error.next == Next::stop || error.next == Next::fail)
      throw;
    counts.trouble = error.what();
  }
  return {};
}

}  // namespace homeroom::flow
