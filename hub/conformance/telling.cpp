#include "hub/conformance/telling.hpp"

#include "homeroom/plugin.h"

namespace homeroom::conformance {

namespace {

constexpr size_t least_letters = 5;  // shorter values stand in any sentence by chance

/// What comes until the end, an error or a broken promise.
Taken take_some(plugin::Instance& instance, const plugin::StreamInfo& stream) {
  Taken taken;
  try {
    auto reader = instance.read(request_for(stream));
    while (auto arrival = reader->next()) add_batch(arrival->rows, arrival->place, taken);
  } catch (const Error&) {
  } catch (const Failed&) {
  }
  return taken;
}

}  // namespace

std::set<std::string> telling_values(const Bench& bench, const plugin::StreamInfo& stream,
                                     const Taken& taken) {
  std::string known = stream.name + '\n';
  for (const auto& column : stream.columns) known += column.name + '\n';
  for (const auto& setting : bench.settings())
    known += std::string(setting.value.reveal()) + '\n' + setting.key + '\n';
  for (const auto& file : taken.files) known += file + '\n';
  std::set<std::string> values;
  for (const auto& row : taken.rows)
    for (const auto& cell : row)
      if (cell && cell->size() >= least_letters && known.find(*cell) == std::string::npos)
        values.insert(*cell);
  return values;
}

std::set<std::string> all_telling_values(const Bench& bench) {
  std::set<std::string> all;
  if (!bench.manifest().offers(HR_SOURCE)) return all;
  for (const auto& stream : bench.streams()) {
    auto opened = bench.open();
    all.merge(telling_values(bench, stream, take_some(**opened, stream)));
  }
  return all;
}

}  // namespace homeroom::conformance
