// The calls of a program that have to do with files or other machines, as strace sees them: where
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
  std::filesystem::path path = {};  ///< of the file; none where it goes to a peer
  bool is_change = true;            ///< else it reads
  std::string says() const { return name + ' ' + std::to_string(number); }
};

/// Runs a command line once, undisturbed: its calls that had to do with a file in `folder` or went
/// to a peer, in their order; those that were refused are left out. Throws unless it ended with 0.
std::vector<Call> calls_of(const std::string& line, const std::filesystem::path& folder);

/// Runs it until just before this call and kills it there, all of it. False: it ended before.
bool is_killed_at(const Call& call, const std::string& line);

/// The line, but this call, or it and all later ones of its name, is refused with an error ("EIO").
std::string refused_at(const Call& call, const std::string& error, bool later_ones_too,
                       const std::string& line);

}  // namespace homeroom::flows
