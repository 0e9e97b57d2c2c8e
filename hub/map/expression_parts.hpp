// ExpressionParts: the decisions in the text of an expression (branches of a case, look-ups in code
// lists) with their places, so that lint and coverage can ask of each whether it is ever taken.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace homeroom::map {

/// Bytes [begin, end) of an expression's text.
struct Span {
  uint32_t begin = 0;
  uint32_t end = 0;
  bool holds(uint32_t at) const { return begin <= at && at < end; }
};

struct Branch {
  uint32_t at = 0;        ///< of its `when`
  std::string condition;  ///< as an expression of its own: `case x when 1` is (x) = (1)
  Span when;
  Span then;
};

struct Case {
  uint32_t at = 0;
  std::vector<Branch> branches;
  Span otherwise;  ///< empty where there is no else
};

/// code(value, 'list').
struct CodeCall {
  uint32_t at = 0;
  std::string value;
  std::string list;
  bool is_compared = false;  ///< what it gives is compared, and not the result
};

struct ExpressionParts {
  std::vector<Case> cases;  ///< in the order of the text: outer ones before those inside
  std::vector<CodeCall> codes;
};

/// The parts of an expression that compiles.
ExpressionParts parts_of(std::string_view text);

/// The text with one space where several stood, outside of quotes: equal conditions are written
/// equal.
std::string in_one_spelling(std::string_view text);

}  // namespace homeroom::map
