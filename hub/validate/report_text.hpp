// What CSV, JSON and HTML reports say alike.
#pragma once

#include <string>

#include "hub/validate/rules.hpp"

namespace homeroom::validate {

/// Hands over what was gathered of a report once that is a piece worth writing.
void write_full(std::string& out, const Write& write);
/// "2.50"
std::string fixed(double number);
/// The source's own name of the column a rule is about; the field's name where it is not known.
std::string column_of(const RuleText& rule, const ReportOptions& options);
/// The last part of a path: what a person finds in a folder.
std::string file_name(const std::string& path);
/// Name of a school, or its number where no name is known.
std::string school_name(const Verdict& verdict, const std::string& school);

}  // namespace homeroom::validate
