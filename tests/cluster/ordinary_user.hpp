// Running programs as an ordinary user: a PostgreSQL server refuses to be root.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

namespace homeroom::tests {

/// Starts a program whose output goes to `log`; it ends with this process. Root becomes `postgres`,
/// or `nobody` where there is no such user.
pid_t start_as_ordinary(const std::vector<std::string>& words, const std::filesystem::path& log);
/// How a process that was started here ended; as waitpid.
int wait_for(pid_t process);
/// Gives the user all that lies in a folder.
void give_to_ordinary(const std::filesystem::path& folder);

}  // namespace homeroom::tests
