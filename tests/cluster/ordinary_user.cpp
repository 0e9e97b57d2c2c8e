#include "tests/cluster/ordinary_user.hpp"

#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace homeroom::tests {

namespace {

const passwd* ordinary_user() {
  if (geteuid() != 0) return nullptr;  // it is one
  const passwd* user = getpwnam("postgres");
  return user ? user : getpwnam("nobody");
}

}  // namespace

pid_t start_as_ordinary(const std::vector<std::string>& words, const std::filesystem::path& log) {
  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const passwd* user = ordinary_user();
  int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  pid_t child = fork();
  if (child != 0) {
    close(out);
    return child;
  }
  bool is_ready = dup2(out, 1) == 1 && dup2(out, 2) == 2 && chdir("/") == 0;
  if (user)
    is_ready = is_ready && setgroups(0, nullptr) == 0 && setgid(user->pw_gid) == 0 &&
               setuid(user->pw_uid) == 0;
  prctl(PR_SET_PDEATHSIG, SIGQUIT);  // behind setuid, which forgets it
  if (is_ready) execv(arguments[0], arguments.data());
  _exit(127);
}

int wait_for(pid_t process) {
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) continue;
  return status;
}

void give_to_ordinary(const std::filesystem::path& folder) {
  const passwd* user = ordinary_user();
  if (!user) return;
  auto give = [user](const std::filesystem::path& path) {
    return lchown(path.c_str(), user->pw_uid, user->pw_gid) == 0;
  };
  give(folder);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (!give(entry.path())) throw std::runtime_error("cannot give " + entry.path().string());
}

}  // namespace homeroom::tests
