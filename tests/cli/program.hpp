// Runs the built program and keeps what it said.
#pragma once

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

namespace homeroom::cli {

namespace fs = std::filesystem;

struct Said {
  int exit_code = -1;
  std::string out, err;
  nlohmann::json json() const { return nlohmann::json::parse(out); }
};

/// A folder that is gone when the test is over.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "homeroom-cli-XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error("no folder for the test");
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

inline std::string whole(const fs::path& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// Runs a program with `input` on standard input; `prepare` is done in the process before.
inline Said run_program(const std::string& program, const std::vector<std::string>& arguments,
                        const std::string& input = "", void (*prepare)() = nullptr) {
  Folder folder;
  auto out = folder.path() / "out";
  auto err = folder.path() / "err";
  auto in = folder.path() / "in";
  std::ofstream(in) << input;
  std::fflush(nullptr);  // else the child would say it again
  auto child = fork();
  if (child == 0) {
    if (!freopen(in.c_str(), "r", stdin) || !freopen(out.c_str(), "w", stdout) ||
        !freopen(err.c_str(), "w", stderr))
      _exit(126);
    std::vector<std::string> words{program};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers;
    for (auto& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    if (prepare) prepare();
    execv(pointers[0], pointers.data());
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, whole(out), whole(err)};
}

/// Runs `homeroom ARGUMENTS`.
inline Said homeroom(const std::vector<std::string>& arguments, const std::string& input = "",
                     void (*prepare)() = nullptr) {
  return run_program(HOMEROOM_BUILD_DIR "/bin/homeroom", arguments, input, prepare);
}

}  // namespace homeroom::cli
