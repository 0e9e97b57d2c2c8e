// The calls by which a program changes files or tells other machines, as strace sees them: where
// they are, and the program ended or refused at one of them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace homeroom::flows {

/// The n-th call of this name that a program makes, from 1.
struct Call {
  std::string name;
  int number = 0;
  std::string says() const { return name + " " + std::to_string(number); }
};

/// Runs a command line once, undisturbed: its calls that changed something in `folder` or went to a
/// socket, in their order. Throws unless it ended with 0.
std::vector<Call> changing_calls(const std::string& line, const std::filesystem::path& folder);

/// Runs it until just before this call and kills it there, all of it. False: it ended before.
bool is_killed_at(const Call& call, const std::string& line);

}  // namespace homeroom::flows
