// Lock: one run at a time. The operating system gives it back when the process dies, however it
// dies.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>

#include "hub/world/clock.hpp"
#include "hub/world/files.hpp"

namespace homeroom::world {

/// Thrown when another process holds the lock (exit code 5 of the command line).
struct Locked : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Lock {
 public:
  /// Takes the lock or throws Locked, whose message says who holds it and since when. `what` names
  /// the holder's work, e.g. "run nightly". The file stays; only the lock on it comes and goes.
  Lock(const std::filesystem::path& path, const std::string& what, const Clock& clock);

 private:
  File file_;
};

/// Opens a file, made if need be, and waits until no other process or thread has it so. It is let
/// go of when the file is closed. For what takes a moment; a run takes a Lock.
File take_turn(const std::filesystem::path& path);

}  // namespace homeroom::world
