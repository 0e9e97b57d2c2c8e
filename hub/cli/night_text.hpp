// A night as a person in a school office reads it.
#pragma once

#include <string>

namespace homeroom::flow {
class Hub;
struct RunResult;
}  // namespace homeroom::flow

namespace homeroom::cli {

/// The verdict is last, in one line, with what needs a person below it. Never a student's value.
std::string night_text(const flow::Hub& hub, const flow::RunResult& result);

}  // namespace homeroom::cli
