// A vocabulary for tests of expressions: columns as texts ("-" is not special; nullptr is null), an
// expression, and what each row comes to as JSON.
#pragma once

#include <string>
#include <vector>

#include "hub/express/express.hpp"

namespace homeroom::express {

/// A text column of the given name; nullptr is null.
struct Given {
  std::string name;
  std::vector<const char*> values;
};

struct Outcome {
  std::vector<std::string> values;  ///< JSON, one a row
  std::vector<std::string> faults;  ///< "row: words"
  std::string problem;              ///< "byte: words" if it did not compile
  Type type = Type::text;
  bool can_fault = false;
};

std::string json_of(const record::Column& column, uint32_t row);
/// The codes and parameters all tests share: codes sex {male: M, other: X, unspecified: (empty)}
/// and program {SN: snack, LB: lunch, from 2025-07-01 on lunch-box, OLD: old until 2025-06-30}.
Scope scope_of(const std::vector<Given>& columns);
Outcome evaluate(const std::string& expression, const std::vector<Given>& columns = {},
                 uint32_t rows = 1);
/// The JSON of the one row, or "fault: words", or "problem BYTE: words".
std::string value_of(const std::string& expression, const std::vector<Given>& columns = {});

}  // namespace homeroom::express
