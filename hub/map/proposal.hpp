// Proposal: a first mapping file, written from what a source shows of itself. What is sure is
// filled in; what is doubtful stands there as a comment for a person to decide.
#pragma once

#include <string>
#include <vector>

#include "hub/map/column_look.hpp"
#include "hub/map/rows.hpp"
#include "hub/map/words.hpp"

namespace homeroom::map {

/// A stream that stands there, with what its columns look like.
struct SeenStream {
  StreamShape shape;
  std::vector<ColumnLook> columns;
  uint64_t rows = 0;     ///< that were looked at
  bool is_whole = true;  ///< all there are
};

/// Which entity is wanted of which stream.
struct Wish {
  record::EntityId entity = 0;
  uint32_t stream = 0;  ///< index into the streams
};

/// Whether the name of a column says that it holds keys of another stream: schoolId of schools.
bool may_be_key_of(const std::string& column, const StreamShape& other);

/// The text of a mapping file that compiles, passes its one case and gives lint nothing to say. It
/// holds names of columns and codes with their counts, and no other value of the source. Throws
/// fix_settings for a wish that a stream cannot fulfil: no key, or rows of nobody where a student's
/// are wanted. `others`: streams whose keys
/// columns may hold; what could be joined stands there as a comment.
std::string propose(const std::string& source, const std::vector<SeenStream>& streams,
                    const std::vector<Wish>& wishes, const record::Model& model, const Words& words,
                    const std::vector<SeenStream>& others = {});

}  // namespace homeroom::map
