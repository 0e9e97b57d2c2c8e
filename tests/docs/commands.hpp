// Commands of pages as the words of an argument list.
#pragma once

#include <iomanip>
#include <sstream>
#include <string>
#include <vector>

namespace homeroom::docs {

/// The words of a command behind `homeroom`; what stands in quotes is one word.
inline std::vector<std::string> words_of(const std::string& command) {
  std::istringstream in(command);
  std::vector<std::string> words;
  for (std::string word; (in >> std::ws).peek() != EOF;) {
    if (in.peek() == '"')
      in >> std::quoted(word);
    else
      in >> word;
    words.push_back(word);
  }
  words.erase(words.begin());
  return words;
}

}  // namespace homeroom::docs
