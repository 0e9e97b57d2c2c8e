// A night as a person in a school office reads it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace homeroom::flow {
class Hub;
struct RunResult;
}  // namespace homeroom::flow
namespace homeroom::record {
struct Report;
}

namespace homeroom::cli {

/// The verdict is last, in one line, with what needs a person below it. Never a student's value.
std::string night_text(const flow::Hub& hub, const flow::RunResult& result);

/// What needs a person, numbered.
std::string trouble_text(const std::vector<std::string>& lines);

/// How it ended and what needs a person; nothing where all is well.
std::string trouble_alone(const record::Report& report);

/// "  sis students: 2 records are not set aside any more"; nothing where none was mended.
std::string cleared_text(const std::string& source, const std::string& stream, uint64_t count);

}  // namespace homeroom::cli
