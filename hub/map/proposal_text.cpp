#include "hub/map/proposal_text.hpp"

#include <algorithm>
#include <set>

namespace homeroom::map {

namespace {

bool is_name(const std::string& text) {
  auto is_start = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || letter == '_';
  };
  auto is_rest = [&](char letter) { return is_start(letter) || (letter >= '0' && letter <= '9'); };
  static const std::set<std::string> keywords = {"and",  "or",      "not",  "is",   "null",
                                                 "in",   "between", "like", "case", "when",
                                                 "then", "else",    "end",  "true", "false"};
  std::string small(text);
  for (auto& letter : small)
    letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return !text.empty() && is_start(text[0]) && std::ranges::all_of(text, is_rest) &&
         !keywords.contains(small);
}

}  // namespace

std::string term(const std::string& column) {
  if (is_name(column)) return column;
  std::string out = "\"";
  for (char letter : column) out += letter == '"' ? std::string("\"\"") : std::string(1, letter);
  return out + '"';
}

std::string scalar(const std::string& text) {
  bool is_plain = text[0] != '"' && text.find(": ") == std::string::npos &&
                  text.find(" #") == std::string::npos;
  if (is_plain) return text;
  std::string out = "'";
  for (char letter : text) out += letter == '\'' ? std::string("''") : std::string(1, letter);
  return out + '\'';
}

std::string in_quotes(const std::string& text) {
  std::string out = "\"";
  for (char letter : text) {
    if (letter == '"' || letter == '\\') out += '\\';
    out += letter;
  }
  return out + '"';
}

std::string code_text(const std::string& text) {
  static const std::set<std::string> truths = {"y",   "n",    "yes",   "no",  "on",
                                               "off", "true", "false", "null"};
  std::string small(text);
  for (auto& letter : small)
    letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return is_name(text) && !truths.contains(small) ? text : in_quotes(text);
}

std::string cell(const std::string& text) {
  if (text.find_first_of(",\"") == std::string::npos) return text;
  std::string out = "\"";
  for (char letter : text) out += letter == '"' ? std::string("\"\"") : std::string(1, letter);
  return out + '"';
}

std::string padded(const std::string& text, std::size_t width) {
  std::string out = text;
  out.resize(std::max(width, text.size()), ' ');
  return out;
}

std::string wrapped(const std::string& begin, const std::vector<std::string>& words) {
  std::string out = begin;
  std::size_t width = begin.size();
  for (const auto& word : words) {
    bool is_first = &word == &words.front();
    if (!is_first) out += ',';
    if (!is_first && width + word.size() > 110) {
      out += "\n  #";
      width = 3;
    }
    out += ' ';
    out += word;
    width += word.size() + 2;
  }
  return out + '\n';
}

std::string joined(const std::vector<std::string>& words, const char* between) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : between) + word;
  return out;
}

}  // namespace homeroom::map
