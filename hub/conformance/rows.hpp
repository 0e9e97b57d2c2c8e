// Rows: everything one read gives, as texts that can be compared.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hub/plugin/plugin.hpp"

namespace homeroom::conformance {

using Cell = std::optional<std::string>;  ///< nothing: null
using Row = std::vector<Cell>;

struct Taken {
  std::vector<std::string> columns;  ///< that came, in their order
  std::vector<record::Type> types;
  std::vector<Row> rows;
  std::vector<bool> is_gone;          ///< a row each
  std::vector<record::Place> places;  ///< a row each where the plugin tells them, else empty
  std::vector<std::string> files;     ///< a row each: the place of its batch
  /// How many rows had come when this cursor was given.
  std::vector<std::pair<size_t, std::string>> cursors;
  std::vector<plugin::Aside> asides;
  std::vector<std::pair<uint64_t, uint64_t>> batches;  ///< first record and rows of each
  plugin::End end;
};

/// All columns of a stream in the mode it stands there, or full where the plugin cannot tell.
plugin::ReadRequest request_for(const plugin::StreamInfo& stream);

/// Reads to the end. Throws Failed beyond 20,000 rows: a sample is small, or the stream is endless.
Taken take_all(plugin::Instance& instance, const plugin::ReadRequest& what);
Taken take_all(plugin::BatchReader& reader);

/// Adds the rows of one batch.
void add_batch(const record::Batch& batch, const std::string& place, Taken& to);

/// Where two reads differ, in words without a value; empty: nowhere. Places are not compared.
std::string difference(const Taken& one, const Taken& other);

}  // namespace homeroom::conformance
