#include "hub/cli/map_source.hpp"

#include <algorithm>

#include "homeroom/error.hpp"

namespace homeroom::cli {

namespace {

/// Reads one stream to its end and gives its first rows to the survey; answers how many there are.
uint64_t give(const extract::Offer& offer, const map::Reads& reads, uint32_t stream,
              map::Survey& survey, uint64_t most, const world::Cancel& cancel) {
  plugin::ReadRequest request;
  request.stream = offer.info.name;
  request.mode = offer.info.mode.value_or(plugin::Mode::full);
  for (const auto& column : reads.columns)
    request.columns.push_back(column.name + (column.is_optional ? "?" : ""));
  auto reader = offer.instance->read(request);
  uint64_t all = 0;
  while (auto arrival = reader->next()) {
    if (cancel.cancelled()) throw Error(Next::stop, "stopped");
    auto rows =
        static_cast<uint32_t>(std::min<uint64_t>(arrival->rows.rows, most - std::min(most, all)));
    all += arrival->rows.rows;
    if (rows == 0) continue;
    std::vector<record::Column> columns;
    for (const auto& wanted : reads.columns) {
      const auto* column = arrival->rows.find(wanted.name);
      columns.push_back(column ? *column : record::Column{});
    }
    survey.take(stream, columns, rows);
  }
  return all;
}

}  // namespace

OpenSource::OpenSource(const flow::Hub& hub, const settings::Source& source)
    : feeds_(hub.open_feeds(source)),
      offers_(extract::discover(feeds_)),
      shapes_(flow::shapes_of(offers_)) {}

std::vector<map::SeenStream> OpenSource::streams() const {
  std::vector<map::SeenStream> streams;
  for (std::size_t i = 0; i < offers_.size(); ++i) {
    auto& stream = streams.emplace_back(map::SeenStream{shapes_[i], {}, 0, true});
    for (const auto& column : offers_[i].info.columns) stream.columns.emplace_back(column.name);
  }
  return streams;
}

void OpenSource::survey(map::Survey& survey, uint64_t most, const world::Cancel& cancel,
                        std::vector<map::SeenStream>& streams) const {
  const auto& reads = survey.reads();
  for (uint32_t s = 0; s < reads.size(); ++s) {
    auto is_it = [&](const extract::Offer& offer) { return offer.info.name == reads[s].stream; };
    auto offer = std::ranges::find_if(offers_, is_it);
    if (offer == offers_.end()) {
      if (!reads[s].is_optional)
        throw Error(Next::fix_settings, "the source has no stream " + reads[s].stream);
      continue;
    }
    auto& seen = streams[static_cast<std::size_t>(offer - offers_.begin())];
    seen.rows = give(*offer, reads[s], s, survey, most, cancel);
  }
  survey.map();
}

}  // namespace homeroom::cli
