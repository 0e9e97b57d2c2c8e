// express: the expression language of mappings and groups. SQL-flavoured text is parsed, checked
// against the columns in scope and compiled into one shared tree of nodes (equal parts run once),
// then run a column at a time. Three-valued logic; no implicit casts; a value that is there and
// cannot be read is a fault of (row, node) and null, never an exception.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/record/arena.hpp"
#include "hub/record/column.hpp"

namespace homeroom::express {

using record::Type;

/// A column an expression may name: "birthDate" or "demographics.birthDate".
struct Name {
  std::string text;
  Type type = Type::text;
};

/// A row of a crosswalk that holds for some time only; days since 1970-01-01, both included.
struct DatedCode {
  std::string value;
  int32_t from = INT32_MIN;
  int32_t to = INT32_MAX;
};

/// A crosswalk: source code -> canonical code. An empty value means "known, says nothing" (null).
struct CodeTable {
  std::string name;
  std::map<std::string, std::string> codes;
  /// Codes whose rows have dates; a code stands here or in `codes`, and its rows do not overlap.
  std::map<std::string, std::vector<DatedCode>> dated;
};

/// A hash under a key that expressions do not know. For any thread.
class Hasher {
 public:
  virtual ~Hasher() = default;
  virtual std::array<unsigned char, 16> hash(std::string_view text) const = 0;
};

/// What a failed value becomes; the clause that ends an expression.
enum class Else : uint8_t { unsaid, keep, null, value, reject };

/// What is wrong with an expression; `at` is the byte in its text.
struct Problem {
  uint32_t at = 0;
  uint32_t size = 1;
  std::string says;  ///< "no column birthdate, did you mean birthDate"
};

struct Scope {
  std::vector<Name> columns;
  const std::map<std::string, CodeTable>* codes = nullptr;
  std::map<std::string, std::string>
      parameters;  ///< run_date (date), school_year (integer) as text
  /// Functions the caller adds, e.g. groups: consents('x'). They become boolean columns named
  /// "consents:x" that must be among `columns`.
  std::vector<std::string> column_functions;
  const Hasher* hasher = nullptr;  ///< of hash(text); without one the function is refused
};

/// Handle of one compiled expression inside a Program.
using ExpressionId = uint32_t;

struct Compiled {
  ExpressionId id = 0;
  Type type = Type::text;
  Else on_fault = Else::unsaid;
  std::vector<uint32_t> columns;  ///< indexes into Scope::columns that it reads, each once
  /// Some value of its columns may not be readable, so that what then is had better be said with an
  /// else. A constant part was tried out: date('2026-07-01', 'YYYY-MM-DD') is none.
  bool can_fault = false;
  bool has_hashes = false;  ///< it calls hash(text)
};

/// One fault: the expression whose value could not be read in that row, and why in general words.
struct Fault {
  uint32_t row;
  ExpressionId expression;
  const char*
      says;  ///< static text or owned by the program: "not a date YYYY-MM-DD", "code not in sex"
};

/// The compiled expressions of one table; equal sub-expressions of all of them are one node.
/// Compile everything first, then run batches. Not for two threads at once: make one per
/// thread.
class Program {
 public:
  explicit Program(Scope scope);
  ~Program();
  Program(Program&&) noexcept;
  Program& operator=(Program&&) noexcept;

  /// Adds an expression. On a mistake nothing is added and `problem` is filled.
  std::optional<Compiled> compile(std::string_view text, Problem& problem);

  /// Starts a batch: `columns` as in Scope::columns (a column that is not there has values ==
  /// nullptr and counts as null everywhere). Results live in `arena` until it is reset.
  void begin(const std::vector<record::Column>& columns, uint32_t rows, record::Arena& arena);

  /// The values of one expression for all rows; the fault clauses `else null` and `else 'value'`
  /// are applied; with keep, reject or none the value of a faulty row is null and the caller
  /// decides.
  record::Column run(ExpressionId expression);

  /// Faults since begin(), sorted by row; each names every expression it made fail.
  const std::vector<Fault>& faults() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// One function of the language, for the reference page and "did you mean".
struct FunctionHelp {
  std::string name;
  std::string signature;  ///< "date(text, format) -> date"
  std::string says;       ///< one line
  std::vector<std::pair<std::string, std::string>>
      examples;            ///< expression, result as JSON; tests run them
  std::string topic;       ///< "Texts": what it stands under in the reference page
  bool can_fault = false;  ///< a value that is there may turn out not to be readable
};
/// Every way to call every function, by topic; the ways of one name stand side by side.
const std::vector<FunctionHelp>& functions();

}  // namespace homeroom::express
