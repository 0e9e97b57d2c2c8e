// Parser: an expression's text as a tree. Operators become calls named by their sign ("=", "and",
// "is null", "in", "like", "||", ...); between and `case x when` are spelled out, so that a tree
// has few kinds only.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hub/express/express.hpp"
#include "hub/express/lexer.hpp"

namespace homeroom::express {

struct Syntax;
/// Shared because spelled-out forms use one part twice (x between a and b: x >= a and x <= b).
using SyntaxPtr = std::shared_ptr<const Syntax>;

struct Syntax {
  enum class Kind : uint8_t { literal, name, call, choose, lambda };
  Kind kind = Kind::literal;
  Type type = Type::text;  ///< of a literal
  bool is_null = false;    ///< the literal null, which fits every type
  bool is_quoted = false;  ///< a name in double quotes: always a column
  std::string word;        ///< value of a literal, name, function, or the variable of a lambda
  std::vector<SyntaxPtr>
      kids;  ///< of choose: when, then, when, then, ..., and else if there is one
  uint32_t at = 0;
  uint32_t size = 1;
};

struct Parsed {
  SyntaxPtr root;
  Else on_fault = Else::unsaid;
  SyntaxPtr fallback;  ///< the literal of `else 'text'`
};

/// Equal for trees that mean the same where names mean the same.
std::string canonical(const Syntax& syntax);

/// Throws Mistake.
Parsed parse(std::string_view text);

}  // namespace homeroom::express
