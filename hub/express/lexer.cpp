#include "hub/express/lexer.hpp"

namespace homeroom::express {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool starts_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0;
}
bool goes_on_name(char c) {
  return starts_name(c) || is_digit(c);
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::vector<Token> all() {
    std::vector<Token> tokens;
    do tokens.push_back(next());
    while (tokens.back().kind != TokenKind::end);
    return tokens;
  }

 private:
  char peek(uint32_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  Token next() {
    while (at_ < text_.size() && (peek() == ' ' || (peek() >= '\t' && peek() <= '\r'))) ++at_;
    Token token;
    token.at = at_;
    if (at_ < text_.size()) read(token);
    token.size = at_ - token.at;
    return token;
  }

  void read(Token& token) {
    if (peek() == '\'') {
      token.kind = TokenKind::text;
      token.word = quoted('\'', "a text that is not closed by '");
    } else if (is_digit(peek())) {
      number(token);
    } else if (starts_name(peek()) || peek() == '"') {
      name(token);
    } else {
      symbol(token);
    }
  }

  /// Text between two quotes; a doubled quote stands for one.
  std::string quoted(char quote, const char* says) {
    uint32_t start = at_++;
    std::string word;
    for (;; ++at_) {
      if (at_ >= text_.size()) mistake(start, at_ - start, says);
      if (peek() == quote && peek(1) != quote) break;
      if (peek() == quote) ++at_;
      word += text_[at_];
    }
    ++at_;
    return word;
  }

  void number(Token& token) {
    token.kind = TokenKind::integer;
    auto digits = [&] {
      while (is_digit(peek())) token.word += text_[at_++];
    };
    digits();
    if (peek() == '.' && is_digit(peek(1))) {
      token.kind = TokenKind::decimal;
      token.word += text_[at_++];
      digits();
    }
    if (goes_on_name(peek())) mistake(at_, 1, "a number may not go on with a letter");
  }

  /// One or more parts joined by dots: a, t.a, "Home Phone", t."Home Phone".
  void name(Token& token) {
    token.kind = TokenKind::name;
    for (;;) {
      if (peek() == '"') {
        token.kind = TokenKind::quoted_name;
        token.word += quoted('"', "a name that is not closed by \"");
      } else {
        while (goes_on_name(peek())) token.word += text_[at_++];
      }
      if (peek() != '.' || !(starts_name(peek(1)) || peek(1) == '"')) break;
      token.word += text_[at_++];
    }
    if (token.kind == TokenKind::quoted_name) return;
    token.lower = token.word;
    for (char& c : token.lower)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }

  void symbol(Token& token) {
    token.kind = TokenKind::symbol;
    for (std::string_view two : {"||", "<>", "!=", "<=", ">=", "//", "->"}) {
      if (text_.substr(at_, 2) != two) continue;
      token.word = two == "!=" ? "<>" : two;
      at_ += 2;
      return;
    }
    if (std::string_view("()+-*/%=<>,").find(peek()) == std::string_view::npos)
      mistake(at_, 1, "a sign that means nothing here");
    token.word = text_[at_++];
  }

  std::string_view text_;
  uint32_t at_ = 0;
};

}  // namespace

std::vector<Token> lex(std::string_view text) {
  return Lexer(text).all();
}

}  // namespace homeroom::express
