// Explain: what became of one row of a mapping: the steps it went through, the rows made of it, and
// for each of their fields the columns, the expression and the value.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "hub/map/rows.hpp"
#include "hub/map/shelf.hpp"
#include "hub/record/model.hpp"

namespace homeroom::map {

/// A cell that an expression read. `text` is a student's: show only its shape.
struct ReadCell {
  std::string column;
  SourceRow row;
  bool is_there = false;
  std::string text;
};

struct ExplainedField {
  std::string field;
  FieldSource source;
  std::vector<ReadCell> cells;        ///< columns of streams
  std::vector<std::string> computed;  ///< columns that a step made
  std::string value;                  ///< JSON; empty: null
  bool is_kept = false;               ///< stays as it was, as the value cannot be read
};

struct ExplainedRow {
  std::string entity;
  std::string key;                 ///< a student's
  std::vector<SourceRow> origins;  ///< the base first, then what was joined, then what was folded
  std::vector<ExplainedField> fields;
};

struct ExplainedStep {
  StepInfo step;
  uint64_t all = 0;  ///< rows that came out of it
  uint64_t own = 0;  ///< of those with the origins explained alone
};

struct Explanation {
  std::vector<SourceRow> rows;       ///< that were asked for or stand behind what was
  std::vector<Fate> fates;           ///< of each
  std::vector<MapFinding> findings;  ///< on them
  std::vector<ExplainedStep> steps;
  std::vector<ExplainedRow> made;
};

/// Explains `what`: STREAM:LINE, a row that was read by its line in the file, or ENTITY:KEY, a row
/// that came out (parts of a key joined by +). Throws fix_settings for a word that is neither, or a
/// row that is not there; it does not repeat a key.
Explanation explain(const std::filesystem::path& mapping, const record::Model& model,
                    const std::map<std::string, std::string>& parameters, const Block& block,
                    const Output& output, const std::string& what, const Shelf& shelf = {});

}  // namespace homeroom::map
