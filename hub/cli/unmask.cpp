#include "hub/cli/unmask.hpp"

#include <pwd.h>
#include <unistd.h>

#include "hub/flow/flow.hpp"

namespace homeroom::cli {

std::string account() {
  const auto* entry = getpwuid(getuid());
  return entry ? entry->pw_name : "uid " + std::to_string(getuid());
}

void Unmask::add_to(const Command& verb) {
  verb.flag("--show", is_asked, "Show values; needs --why, and is recorded")
      .takes("--why", why, "Why they must be seen");
}

void Unmask::record(const flow::Hub& hub, const std::string& target) const {
  if (is_asked) flow::record_unmasking(hub, account(), target, why);
}

}  // namespace homeroom::cli
