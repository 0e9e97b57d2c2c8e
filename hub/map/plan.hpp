// Plan: a mapping file, compiled. Tables are steps over named columns; entities are expressions
// over a table. Everything a run needs is an index here; names and YAML are gone.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hub/express/express.hpp"
#include "hub/map/pieces.hpp"
#include "hub/map/rows.hpp"
#include "hub/record/finding.hpp"
#include "hub/settings/node.hpp"

namespace homeroom::map {

inline constexpr uint32_t none = no_row;

/// A column of a relation: its name in expressions and where its values come from.
struct NamedColumn {
  std::string name;
  express::Type type = express::Type::text;
  uint32_t part = 0;   ///< index of the joined thing it came with; 0 is the base
  std::string origin;  ///< the stream's own column name; empty for computed ones
};

/// One compiled expression with the program that runs it.
struct Expression {
  std::shared_ptr<express::Program> program;
  express::Compiled compiled;
  settings::Place place;
  std::string text;
};

/// Where rows come from: a stream of `reads` or an earlier table.
struct Origin {
  bool is_table = false;
  uint32_t index = 0;
};

enum class Unmatched : uint8_t { keep, drop, set_aside };

struct Join {
  Origin target;
  std::vector<uint32_t> target_columns;  ///< of the target's columns
  std::vector<Expression> values;        ///< over the columns before the step
  Unmatched unmatched = Unmatched::keep;
  bool is_many = false;
  bool is_reference = false;  ///< a reference stream
  std::string target_name;
};

enum class Aggregate : uint8_t {
  count,
  count_distinct,
  sum,
  min,
  max,
  any,
  all,
  first,
  last,
  list
};

/// One value that rows are put in order by; rows without it come last either way.
struct Order {
  Expression value;
  bool is_descending = false;
};

/// What a group makes of its rows. Rows whose value is null are passed over, as in SQL.
struct Measure {
  Aggregate kind = Aggregate::count;
  std::optional<Expression> value;
  std::optional<Expression> test;  ///< only rows in which it is true
  std::vector<Order> order;        ///< of first, last and list
  bool is_distinct = false;        ///< of list: each value once
};

struct Step {
  enum class Kind : uint8_t {
    where,
    join,
    unnest,
    set,
    distinct,
    union_with,
    group,
    pivot,
    unpivot,
    refuse,
    assert_that
  };
  Kind kind = Kind::where;
  settings::Place place;
  std::optional<Expression>
      test;  ///< where, refuse, assert, pivot (is a value listed); the list of unnest
  Join join;
  std::vector<Expression> sets;
  std::vector<uint32_t> by;                   ///< distinct, group, pivot: column indexes
  std::vector<Measure> measures;              ///< group, pivot
  std::shared_ptr<express::Program> program;  ///< of all measures
  uint32_t other = 0;                         ///< union_with: table index
  std::vector<uint32_t> other_columns;        ///< union_with: its column for each of ours, or none
  std::vector<uint32_t> taken;                ///< unpivot: the columns that become rows
  std::vector<std::string> labels;            ///< unpivot: what each is called in its row
  std::string says;                           ///< refuse, assert: in the file's words
  record::Severity severity = record::Severity::critical;  ///< assert
  StepClass cost = StepClass::row_local;
  /// Columns after the step; only `is_needed` ones are carried on.
  std::vector<NamedColumn> columns;
  std::vector<uint8_t> is_needed;
};

const char* word(record::Type type);
/// As the file writes it: "join".
const char* word(Step::Kind kind);

struct Table {
  std::string name;
  Origin from;
  uint32_t parts = 1;  ///< the base and all that was joined
  settings::Place place;
  std::vector<NamedColumn> from_columns;
  std::vector<Step> steps;
  uint32_t first_step = 0;  ///< index of its `from` in Plan::steps
  const std::vector<NamedColumn>& columns() const {
    return steps.empty() ? from_columns : steps.back().columns;
  }
};

struct FieldPlan {
  record::FieldId field = 0;
  bool is_required = false;
  std::optional<Expression> value;
  std::vector<std::pair<std::string, Expression>> each_true;  ///< code, condition
  FieldSource source;
};

struct EntityPlan {
  record::EntityId entity = 0;
  uint32_t table = 0;
  std::vector<Expression> key;
  std::optional<Expression> student;
  std::vector<FieldPlan> fields;
  settings::Place place;
};

/// A tie: a value computed from rows of one stream alone.
struct LinkPlan {
  uint32_t stream = 0;
  uint32_t space = 0;
  std::vector<Step> steps;           ///< set, unnest and where that come before it
  std::vector<NamedColumn> columns;  ///< of the stream
  std::optional<Expression> value;
};

/// Where the rows of code lists stand: by list, then by code and value.
using CodePlaces =
    std::map<std::string, std::map<std::pair<std::string, std::string>, settings::Place>>;

struct Plan {
  std::filesystem::path file;
  std::vector<Reads> reads;
  std::vector<StreamShape> shapes;  ///< by stream
  std::vector<std::string> nulls;
  std::map<std::pair<uint32_t, uint32_t>, std::vector<std::string>> nulls_in;  ///< stream, column
  std::map<std::string, express::CodeTable> codes;
  CodePlaces code_places;  ///< of their rows
  std::map<std::string, std::string> parameters;
  std::vector<Table> tables;
  std::vector<EntityPlan> entities;
  std::vector<std::string> spaces;
  std::vector<LinkPlan> links;
  uint32_t student_space = 0;
  std::vector<StepInfo> steps;     ///< of all tables, each with its `from` first
  std::vector<uint8_t> looked_up;  ///< by stream: Mapping::looks_up()
  std::string digest;
  const express::Hasher* hasher = nullptr;  ///< of hash(text); outlives the plan
  bool has_hashes = false;                  ///< an expression calls it

  std::optional<uint32_t> stream(const std::string& name) const;
  std::optional<uint32_t> table(const std::string& name) const;
  uint32_t space(const std::string& name);  ///< index, added when new
};

const express::Hasher& fixed_hasher();  // of map.hpp

/// Compiles a mapping; null when a remark is an error.
std::unique_ptr<Plan> compile_plan(const std::filesystem::path& file, const record::Model& model,
                                   const std::vector<StreamShape>& shapes,
                                   const std::map<std::string, std::string>& parameters,
                                   std::vector<Remark>& remarks,
                                   const express::Hasher& hasher = fixed_hasher(),
                                   const Shelf& shelf = {});
/// The text of a plain file of at most 10 MB: a device or a pipe would never end.
std::string file_text(const std::filesystem::path& path);

/// The parts of compilation, each in its own file.
void read_reads(const settings::Node& root, Plan& plan, const std::vector<StreamShape>& shapes);
void read_codes(const Unfolded& mapping, const Shelf& shelf, Plan& plan);
void compile_tables(const settings::Node& node, Plan& plan, std::vector<Remark>& remarks);
void compile_entities(const settings::Node& root, Plan& plan, const record::Model& model,
                      std::vector<Remark>& remarks);
void plan_links(Plan& plan);
void mark_needed(Plan& plan);
void mark_looked_up(Plan& plan);
void list_steps(Plan& plan);

/// Compiles one expression over columns; on a mistake adds a remark and returns nothing.
std::optional<Expression> compile_expression(Plan& plan, const std::vector<NamedColumn>& columns,
                                             const settings::Node& node, const std::string& text,
                                             std::shared_ptr<express::Program> program,
                                             std::vector<Remark>& remarks);
/// A word in quotes of YAML alone: the quotes are gone before anybody knows whether a column or a
/// text was meant.
void refuse_quoted_word(const settings::Node& node);
std::shared_ptr<express::Program> new_program(const Plan& plan,
                                              const std::vector<NamedColumn>& columns);

}  // namespace homeroom::map
