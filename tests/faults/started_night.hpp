// A night that was started and goes on beside the test, to be stopped or killed on its way.
#pragma once

#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

#include "tests/flows/district.hpp"

namespace homeroom::flows {

class StartedNight {
 public:
  StartedNight(const District& district, const std::string& store, const std::string& day)
      : told_(district.folder() / (store + ".told")) {
    auto line =
        "exec " + district.command(store, day) + " run nightly >" + told_.string() + " 2>/dev/null";
    child_ = ::fork();
    if (child_ == 0) {
      ::execl("/bin/sh", "sh", "-c", line.c_str(), nullptr);
      ::_exit(127);
    }
  }
  ~StartedNight() {
    if (child_ > 0) end(SIGKILL);
  }
  StartedNight(const StartedNight&) = delete;
  StartedNight& operator=(const StartedNight&) = delete;

  /// True when it was the signal that ended it.
  bool end(int signal) {
    ::kill(child_, signal);
    ::waitpid(child_, &status_, 0);
    child_ = 0;
    return WIFSIGNALED(status_);
  }
  pid_t process() const { return child_; }
  int exit_code() const { return WIFEXITED(status_) ? WEXITSTATUS(status_) : -1; }
  nlohmann::json report() const {
    return nlohmann::json::parse(District::read(told_), nullptr, false);
  }

 private:
  fs::path told_;
  pid_t child_ = 0;
  int status_ = 0;
};

}  // namespace homeroom::flows
