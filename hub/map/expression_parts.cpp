#include "hub/map/expression_parts.hpp"

#include <cctype>

namespace homeroom::map {

namespace {

struct Token {
  uint32_t at = 0;
  uint32_t size = 0;
  std::string word;  ///< in small letters; with its quote where it is a text or a quoted name
};

bool is_part_of_word(char letter) {
  return std::isalnum(static_cast<unsigned char>(letter)) || letter == '_' || (letter & 0x80);
}

bool is_comparison(const std::string& word) {
  for (const char* sign : {"=", "<", ">", "is", "in", "like", "between", "not"})
    if (word == sign) return true;
  return false;
}

std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> tokens;
  for (std::size_t at = 0; at < text.size();) {
    char letter = text[at];
    if (std::isspace(static_cast<unsigned char>(letter))) {
      ++at;
      continue;
    }
    auto end = at + 1;
    if (letter == '\'' || letter == '"') {
      while (end < text.size() &&
             (text[end] != letter || (end + 1 < text.size() && text[end + 1] == letter)))
        end += text[end] == letter ? 2 : 1;
      end = std::min(end + 1, text.size());
    } else if (is_part_of_word(letter)) {
      while (end < text.size() && is_part_of_word(text[end])) ++end;
    }
    Token token{static_cast<uint32_t>(at), static_cast<uint32_t>(end - at),
                std::string(text.substr(at, end - at))};
    if (letter != '\'' && letter != '"')
      for (auto& each : token.word)
        each = static_cast<char>(std::tolower(static_cast<unsigned char>(each)));
    tokens.push_back(std::move(token));
    at = end;
  }
  return tokens;
}

class Scan {
 public:
  explicit Scan(std::string_view text) : text_(text), tokens_(tokens_of(text)) {}

  ExpressionParts parts() {
    ExpressionParts parts;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (tokens_[i].word == "case" && !is_after_dot(i)) parts.cases.push_back(case_at(i));
      if (tokens_[i].word == "code" && word(i + 1) == "(") code_at(i, parts.codes);
    }
    return parts;
  }

 private:
  const std::string& word(std::size_t i) const {
    static const std::string nothing;
    return i < tokens_.size() ? tokens_[i].word : nothing;
  }
  bool is_after_dot(std::size_t i) const { return i > 0 && tokens_[i - 1].word == "."; }
  uint32_t end_of(std::size_t i) const { return tokens_[i].at + tokens_[i].size; }
  std::string between(uint32_t begin, uint32_t end) const {
    while (begin < end && std::isspace(static_cast<unsigned char>(text_[begin]))) ++begin;
    while (end > begin && std::isspace(static_cast<unsigned char>(text_[end - 1]))) --end;
    return std::string(text_.substr(begin, end - begin));
  }

  Case case_at(std::size_t first) const {
    Case made;
    made.at = tokens_[first].at;
    std::string subject;
    auto begun = end_of(first);
    std::string open = "case";
    int depth = 0;
    for (auto i = first + 1; i < tokens_.size(); ++i) {
      const auto& now = tokens_[i].word;
      bool is_name = is_after_dot(i);
      if (now == "(" || (now == "case" && !is_name)) ++depth;
      bool closes = now == ")" || (now == "end" && !is_name);
      if (closes && depth > 0) {
        --depth;
        continue;
      }
      bool is_own = depth == 0 && !is_name &&
                    (now == "when" || now == "then" || now == "else" || now == "end");
      if (!is_own) continue;
      Span span{begun, tokens_[i].at};
      if (open == "case") subject = between(span.begin, span.end);
      if (open == "when") made.branches.back().when = span;
      if (open == "then") made.branches.back().then = span;
      if (open == "else") made.otherwise = span;
      if (now == "end") break;
      if (now == "when") made.branches.push_back({tokens_[i].at, "", {}, {}});
      open = now;
      begun = end_of(i);
    }
    for (auto& branch : made.branches) {
      branch.condition = between(branch.when.begin, branch.when.end);
      if (!subject.empty()) branch.condition = "(" + subject + ") = (" + branch.condition + ")";
    }
    return made;
  }

  void code_at(std::size_t first, std::vector<CodeCall>& calls) const {
    int depth = 0;
    std::size_t comma = 0;
    std::size_t close = first;
    for (auto i = first + 2; i < tokens_.size(); ++i) {
      const auto& now = tokens_[i].word;
      if (now == "(" || now == "[") ++depth;
      if (now == "," && depth == 0 && comma == 0) comma = i;
      if ((now != ")" && now != "]") || depth-- > 0) continue;
      close = i;
      break;
    }
    if (comma == 0 || word(comma + 1).size() < 2 || word(comma + 1)[0] != '\'') return;
    const auto& list = word(comma + 1);
    calls.push_back({tokens_[first].at, between(end_of(first + 1), tokens_[comma].at),
                     list.substr(1, list.size() - 2),
                     is_comparison(word(close + 1)) || is_comparison(word(first - 1))});
  }

  std::string_view text_;
  std::vector<Token> tokens_;
};

}  // namespace

ExpressionParts parts_of(std::string_view text) {
  return Scan(text).parts();
}

std::string in_one_spelling(std::string_view text) {
  std::string out;
  for (const auto& token : tokens_of(text)) {
    if (!out.empty()) out += ' ';
    out += text.substr(token.at, token.size);
  }
  return out;
}

}  // namespace homeroom::map
