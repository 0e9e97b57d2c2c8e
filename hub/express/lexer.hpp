// Lexer: the text of an expression as words, each knowing its place in bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hub/express/express.hpp"

namespace homeroom::express {

/// Thrown inside the compiler only; Program::compile turns it into its Problem.
struct Mistake {
  Problem problem;
};
[[noreturn]] inline void mistake(uint32_t at, uint32_t size, std::string says) {
  throw Mistake{{at, size, std::move(says)}};
}

enum class TokenKind : uint8_t { name, quoted_name, text, integer, decimal, symbol, end };

struct Token {
  TokenKind kind = TokenKind::end;
  std::string word;   ///< a name with its dots, a literal without its quotes, a symbol
  std::string lower;  ///< of an unquoted name: in lower case, as keywords compare
  uint32_t at = 0;
  uint32_t size = 0;
};

/// All tokens of the text; the last is TokenKind::end.
std::vector<Token> lex(std::string_view text);

}  // namespace homeroom::express
