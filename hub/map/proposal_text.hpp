// How a proposed mapping is written: names, texts and codes so that expressions and YAML read them
// as meant.
#pragma once

#include <string>
#include <vector>

namespace homeroom::map {

/// A column as an expression writes it: in double quotes unless it is a plain name.
std::string term(const std::string& column);
/// An expression as YAML writes it: one that YAML would take for something else stands in quotes.
std::string scalar(const std::string& text);
std::string in_quotes(const std::string& text);
/// A code: plain where no reader of YAML can take it for a number or a truth.
std::string code_text(const std::string& text);
/// A cell of a case's rows.
std::string cell(const std::string& text);

std::string padded(const std::string& text, std::size_t width);
std::string joined(const std::vector<std::string>& words, const char* between = ", ");
/// Comment lines of words between commas, none much longer than a page is wide.
std::string wrapped(const std::string& begin, const std::vector<std::string>& words);

}  // namespace homeroom::map
