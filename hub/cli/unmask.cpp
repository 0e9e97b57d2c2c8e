#include "hub/cli/unmask.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <pwd.h>
#include <unistd.h>

#include "hub/flow/flow.hpp"

namespace homeroom::cli {

std::string account() {
  const auto* entry = getpwuid(getuid());
  return entry ? entry->pw_name : "uid " + std::to_string(getuid());
}

void Unmask::add_to(CLI::App& verb) {
  verb.add_flag("--show", is_asked, "Show values; needs --why, and is recorded");
  verb.add_option("--why", why, "Why they must be seen");
}

void Unmask::record(const flow::Hub& hub, const std::string& target) const {
  if (is_asked) flow::record_unmasking(hub, account(), target, why);
}

}  // namespace homeroom::cli
