#include "hub/express/parser.hpp"

#include <unordered_map>

#include "hub/express/node.hpp"

namespace homeroom::express {

namespace {

constexpr int deepest = 100;          // parentheses, calls and cases inside each other
constexpr size_t most_tokens = 5000;  // a chain of `or` is as deep as it is long
constexpr const char* keywords[] = {"and",  "or",      "not",  "is",   "null",
                                    "in",   "between", "like", "case", "when",
                                    "then", "else",    "end",  "true", "false"};

class Parser {
 public:
  explicit Parser(std::string_view text) : tokens_(lex(text)) {
    if (tokens_.size() > most_tokens)
      mistake(tokens_[most_tokens].at, 1, "the expression is too long");
  }

  Parsed whole() {
    Parsed parsed;
    parsed.root = either();
    if (eat("else")) fault_clause(parsed);
    if (now().kind != TokenKind::end) unexpected("the end of the expression");
    return parsed;
  }

 private:
  const Token& now() const { return tokens_[at_]; }
  bool is(const char* word) const {
    const Token& token = now();
    return token.kind == TokenKind::symbol ? token.word == word
                                           : token.kind == TokenKind::name && token.lower == word;
  }
  bool eat(const char* word) {
    if (!is(word)) return false;
    ++at_;
    return true;
  }
  void need(const char* word) {
    if (!eat(word)) unexpected(word);
  }
  [[noreturn]] void unexpected(const std::string& wanted) const {
    std::string found = now().kind == TokenKind::end ? "the expression ends" : "found " + shape();
    mistake(now().at, std::max(now().size, 1u), "expected " + wanted + ", but " + found);
  }
  std::string shape() const {
    if (now().kind == TokenKind::text) return "a text";
    return now().word;
  }

  std::shared_ptr<Syntax> made(Syntax::Kind kind, std::string word, const Token& token) {
    auto syntax = std::make_shared<Syntax>();
    syntax->kind = kind;
    syntax->word = std::move(word);
    syntax->at = token.at;
    syntax->size = token.size;
    return syntax;
  }
  SyntaxPtr call(std::string word, const Token& token, std::vector<SyntaxPtr> kids) {
    auto syntax = made(Syntax::Kind::call, std::move(word), token);
    syntax->kids = std::move(kids);
    return syntax;
  }

  void fault_clause(Parsed& parsed) {
    if (eat("keep")) {
      parsed.on_fault = Else::keep;
    } else if (eat("reject")) {
      parsed.on_fault = Else::reject;
    } else if (eat("null")) {
      parsed.on_fault = Else::null;
    } else {
      parsed.on_fault = Else::value;
      bool is_literal = now().kind == TokenKind::text || now().kind == TokenKind::integer ||
                        now().kind == TokenKind::decimal || is("true") || is("false") || is("-");
      if (!is_literal) unexpected("keep, null, reject or a literal");
      parsed.fallback = sign();
      if (parsed.fallback->kind != Syntax::Kind::literal) unexpected("a literal");
    }
  }

  SyntaxPtr either() {
    if (++depth_ > deepest) mistake(now().at, 1, "nested too deep");
    auto left = both();
    while (is("or")) {
      const Token& token = tokens_[at_++];
      left = call("or", token, {left, both()});
    }
    --depth_;
    return left;
  }
  SyntaxPtr both() {
    auto left = negated();
    while (is("and")) {
      const Token& token = tokens_[at_++];
      left = call("and", token, {left, negated()});
    }
    return left;
  }
  SyntaxPtr negated() {
    size_t first = at_;
    while (eat("not")) {
    }
    size_t times = at_ - first;
    auto inner = compared();
    return times % 2 ? call("not", tokens_[first], {inner}) : inner;
  }

  SyntaxPtr compared() {
    auto left = sum();
    for (;;) {
      const Token& token = now();
      if (is("=") || is("<>") || is("<") || is("<=") || is(">") || is(">=")) {
        ++at_;
        left = call(token.word, token, {left, sum()});
      } else if (eat("is")) {
        bool is_not = eat("not");
        need("null");
        left = turned(call("is null", token, {left}), is_not, token);
      } else if (is("in") || is("between") || is("like") || is("not")) {
        bool is_not = eat("not");
        left = turned(membership(left, token), is_not, token);
      } else {
        return left;
      }
    }
  }
  SyntaxPtr turned(SyntaxPtr syntax, bool is_not, const Token& token) {
    return is_not ? call("not", token, {std::move(syntax)}) : syntax;
  }
  SyntaxPtr membership(const SyntaxPtr& left, const Token& token) {
    if (eat("like")) return call("like", token, {left, sum()});
    if (eat("between")) {
      auto low = sum();
      need("and");
      auto high = sum();
      return call("and", token, {call(">=", token, {left, low}), call("<=", token, {left, high})});
    }
    if (!eat("in")) unexpected("in, between or like");
    need("(");
    std::vector<SyntaxPtr> kids{left};
    do kids.push_back(either());
    while (eat(","));
    need(")");
    return call("in", token, std::move(kids));
  }

  // As in SQLite and PostgreSQL || binds tighter than + and -.
  SyntaxPtr sum() {
    auto left = product();
    while (is("+") || is("-")) {
      const Token& token = tokens_[at_++];
      left = call(token.word, token, {left, product()});
    }
    return left;
  }
  SyntaxPtr product() {
    auto left = joined();
    while (is("*") || is("/") || is("//") || is("%")) {
      const Token& token = tokens_[at_++];
      left = call(token.word, token, {left, joined()});
    }
    return left;
  }
  SyntaxPtr joined() {
    auto left = sign();
    if (!is("||")) return left;
    const Token& token = now();
    std::vector<SyntaxPtr> kids{left};
    while (eat("||")) kids.push_back(sign());
    return call("||", token, std::move(kids));
  }
  SyntaxPtr sign() {
    const Token& token = now();
    if (!eat("-")) return atom();
    bool is_number = now().kind == TokenKind::integer || now().kind == TokenKind::decimal;
    if (!is_number) return negative(token);
    auto number = std::make_shared<Syntax>(*atom());
    number->word.insert(number->word.begin(), '-');
    number->at = token.at;
    return number;
  }

  /// -x is 0 - x.
  SyntaxPtr negative(const Token& token) {
    auto zero = made(Syntax::Kind::literal, "0", token);
    zero->type = Type::integer;
    return call("-", token, {zero, atom()});
  }

  SyntaxPtr atom() {
    const Token& token = now();
    switch (token.kind) {
      case TokenKind::text:
        return literal(Type::text);
      case TokenKind::integer:
        return literal(Type::integer);
      case TokenKind::decimal:
        return literal(Type::decimal);
      case TokenKind::quoted_name:
        return column(true);
      case TokenKind::end:
        unexpected("a value");
      default:
        break;
    }
    if (eat("(")) {
      auto inner = either();
      need(")");
      return inner;
    }
    if (token.kind == TokenKind::symbol) unexpected("a value");
    if (is("true") || is("false")) {
      auto syntax = std::make_shared<Syntax>(*literal(Type::boolean));
      syntax->word = token.lower;
      return syntax;
    }
    if (is("null")) {
      auto syntax = std::make_shared<Syntax>(*literal(Type::text));
      syntax->is_null = true;
      return syntax;
    }
    if (eat("case")) return choose(token);
    for (const char* word : keywords)
      if (is(word)) unexpected("a value");
    if (tokens_[at_ + 1].kind == TokenKind::symbol && tokens_[at_ + 1].word == "(")
      return function();
    return column(false);
  }
  SyntaxPtr literal(Type type) {
    const Token& token = tokens_[at_++];
    auto syntax = made(Syntax::Kind::literal, token.word, token);
    syntax->type = type;
    return syntax;
  }
  SyntaxPtr column(bool is_quoted) {
    const Token& token = tokens_[at_++];
    auto syntax = made(Syntax::Kind::name, token.word, token);
    syntax->is_quoted = is_quoted;
    return syntax;
  }
  SyntaxPtr function() {
    const Token& token = tokens_[at_];
    at_ += 2;
    std::vector<SyntaxPtr> kids;
    if (!eat(")")) {
      do kids.push_back(argument());
      while (eat(","));
      need(")");
    }
    return call(token.lower, token, std::move(kids));
  }
  /// An expression, or x -> expression.
  SyntaxPtr argument() {
    const Token& token = now();
    bool is_lambda = token.kind == TokenKind::name && tokens_[at_ + 1].kind == TokenKind::symbol &&
                     tokens_[at_ + 1].word == "->";
    if (!is_lambda) return either();
    bool is_word = token.word.find('.') == std::string::npos;
    for (const char* word : keywords) is_word &= token.lower != word;
    if (!is_word) unexpected("a name for an item");
    at_ += 2;
    auto syntax = made(Syntax::Kind::lambda, token.word, token);
    syntax->kids.push_back(either());
    return syntax;
  }
  SyntaxPtr choose(const Token& token) {
    auto syntax = made(Syntax::Kind::choose, "case", token);
    SyntaxPtr subject = is("when") ? nullptr : either();
    if (!is("when")) unexpected("when");
    while (is("when")) {
      const Token& when = tokens_[at_++];
      auto condition = either();
      if (subject) condition = call("=", when, {subject, condition});
      need("then");
      syntax->kids.push_back(condition);
      syntax->kids.push_back(either());
    }
    if (eat("else")) syntax->kids.push_back(either());
    need("end");
    return syntax;
  }

  std::vector<Token> tokens_;
  size_t at_ = 0;
  int depth_ = 0;
};

/// Writes a tree; a part that stands in it twice is written once, else nested ones would double the
/// work.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void write(const Syntax& syntax) {
    auto [known, is_new] = known_.emplace(&syntax, known_.size());
    if (!is_new) {
      out_ += '#' + std::to_string(known->second);
      return;
    }
    out_ += std::to_string(static_cast<int>(syntax.kind)) + (syntax.is_null ? "n" : "") +
            (syntax.is_quoted ? "q" : "") + name_of(syntax.type) + ' ' +
            std::to_string(syntax.word.size()) + ' ' + syntax.word + '(';
    for (const auto& kid : syntax.kids) write(*kid);
    out_ += ')';
  }

 private:
  std::string& out_;
  std::unordered_map<const Syntax*, size_t> known_;
};

}  // namespace

std::string canonical(const Syntax& syntax) {
  std::string text;
  Writer(text).write(syntax);
  return text;
}

Parsed parse(std::string_view text) {
  return Parser(text).whole();
}

}  // namespace homeroom::express
