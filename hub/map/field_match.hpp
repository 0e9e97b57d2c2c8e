// FieldMatch: which column of a stream fills a field of an entity, by name and by the look of its
// values.
#pragma once

#include "hub/map/proposal.hpp"

namespace homeroom::map {

inline constexpr uint32_t no_column = UINT32_MAX;

/// A column whose name is near, and why it is not taken.
struct Doubt {
  uint32_t column = 0;
  std::string why;
};

struct FieldMatch {
  record::FieldId field = 0;
  uint32_t column = no_column;  ///< the sure one
  std::vector<Doubt> doubts;    ///< the likeliest first
  /// A list of codes made of yes/no columns: code and column.
  std::vector<std::pair<std::string, uint32_t>> flags;
};

/// One match for each field of the entity.
std::vector<FieldMatch> match_fields(const SeenStream& stream, const record::Entity& entity,
                                     record::EntityId id, const record::Model& model,
                                     const Words& words);

/// The codes of a column for a field with options, as they may be shown.
std::vector<SeenCode> codes_for(const ColumnLook& look, const record::OptionSet& options,
                                const Words& words);

}  // namespace homeroom::map
