// Coverage: which decisions of a mapping the rows of a source really use: codes, branches,
// conditions, fields.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "hub/map/column_look.hpp"
#include "hub/map/rows.hpp"
#include "hub/map/shelf.hpp"
#include "hub/record/model.hpp"

namespace homeroom::map {

/// A code list as the rows used it.
struct CodeUse {
  std::string list;
  settings::Place place;                 ///< of the list
  std::map<std::string, uint64_t> rows;  ///< look-ups by code of the list; 0: never looked up
  std::vector<SeenCode>
      unmapped;                 ///< codes of the source without a row, as far as they may be shown
  uint64_t unmapped_rows = 0;   ///< look-ups of all codes without a row
  settings::Place unmapped_at;  ///< the first expression that met one
};

/// One condition: of a branch, a `where`, `refuse` or `assert`, an `each_true` or a yes/no field.
struct ConditionUse {
  enum class Kind : uint8_t { branch, otherwise, where, refuse, assertion, flag, field };
  Kind kind = Kind::branch;
  settings::Place place;
  std::string what;      ///< "student.sex", "table stays"
  std::string text;      ///< the condition, as the mapping writes it
  uint64_t is_true = 0;  ///< of a branch: rows that took it
  uint64_t is_false = 0;
  uint64_t is_null = 0;
  uint64_t asked() const { return is_true + is_false + is_null; }
};

struct FieldUse {
  settings::Place place;
  std::string field;  ///< "student.name.middle"
  uint64_t rows = 0;
  uint64_t filled = 0;
};

struct Coverage {
  uint64_t rows = 0;  ///< of all streams
  std::vector<CodeUse> codes;
  std::vector<ConditionUse> conditions;
  std::vector<FieldUse> fields;
  uint64_t unseen_parts = 0;  ///< decisions inside lambdas and the like, which are not looked into
};

/// Maps rows as a run does and counts what each decision answers. Holds the rows of one source in
/// memory.
class Survey {
 public:
  /// Null when the mapping does not compile; the remarks say why.
  static std::unique_ptr<Survey> of(const std::filesystem::path& file, const record::Model& model,
                                    const std::vector<StreamShape>& shapes,
                                    const std::map<std::string, std::string>& parameters,
                                    std::vector<Remark>& remarks, const Shelf& shelf = {});
  virtual ~Survey() = default;
  virtual const std::vector<Reads>& reads() const = 0;
  /// Rows of a stream; columns in the order of reads (absent: values == nullptr). They are copied.
  virtual void take(uint32_t stream, const std::vector<record::Column>& columns, uint32_t rows) = 0;
  /// Maps what was taken since the last call, and adds what it used. One source at a time.
  virtual void map() = 0;
  virtual Coverage coverage() const = 0;
};

}  // namespace homeroom::map
