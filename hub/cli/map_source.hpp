// What the verbs of `map` see of a source: its streams with their columns, and rows for a survey.
#pragma once

#include "hub/extract/extract.hpp"
#include "hub/flow/flow.hpp"
#include "hub/map/map.hpp"

namespace homeroom::cli {

/// One opened source and what it offers.
class OpenSource {
 public:
  /// Throws what its plugins throw.
  OpenSource(const flow::Hub& hub, const settings::Source& source);

  const std::vector<extract::Offer>& offers() const { return offers_; }
  const std::vector<map::StreamShape>& shapes() const { return shapes_; }
  /// The streams with the names of their columns; no row is read.
  std::vector<map::SeenStream> streams() const;
  /// Gives the first rows of every stream to the survey, and lets it map them: `most` rows a
  /// stream. Says in `streams` how many there are in all.
  void survey(map::Survey& survey, uint64_t most, const world::Cancel& cancel,
              std::vector<map::SeenStream>& streams) const;

 private:
  std::vector<extract::Feed> feeds_;
  std::vector<extract::Offer> offers_;
  std::vector<map::StreamShape> shapes_;
};

}  // namespace homeroom::cli
