// The program as a daemon: started, asked over HTTP, killed.
#pragma once

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace homeroom::server {

/// Looks again and again until it is so, at most two minutes.
inline bool becomes(const std::function<bool()>& so) {
  for (int i = 0; i < 2400; ++i) {
    if (so()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

class RunningDaemon {
 public:
  /// `words` stand before `serve`; what it logs goes to `log`.
  RunningDaemon(std::vector<std::string> words, std::filesystem::path log) : log_(std::move(log)) {
    words.insert(words.begin(), HOMEROOM_BUILD_DIR "/bin/homeroom");
    words.insert(words.end(), {"serve", "--listen", "127.0.0.1:0"});
    std::vector<char*> pointers;
    for (auto& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    process_ = fork();
    if (process_ == 0) {
      auto to = open(log_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
      dup2(to, STDERR_FILENO);
      execv(pointers[0], pointers.data());
      _exit(127);
    }
    EXPECT_TRUE(becomes([&] { return !entries("listening").empty() || has_ended(); })) << said();
  }
  RunningDaemon(const RunningDaemon&) = delete;
  RunningDaemon& operator=(const RunningDaemon&) = delete;
  ~RunningDaemon() {
    if (process_ > 0) end(SIGKILL);
  }

  /// Sends the signal and waits; the exit code, or minus the signal that ended it.
  int end(int signal) {
    if (!has_ended()) {
      kill(process_, signal);
      waitpid(process_, &status_, 0);
      process_ = 0;
    }
    return WIFEXITED(status_) ? WEXITSTATUS(status_) : -WTERMSIG(status_);
  }

  void signal(int which) const { kill(process_, which); }

  std::string said() const {
    std::ifstream in(log_);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  /// The log's lines about one kind of event.
  std::vector<nlohmann::json> entries(const std::string& event) const {
    std::vector<nlohmann::json> found;
    std::istringstream in(said());
    for (std::string line; std::getline(in, line);) {
      auto entry = nlohmann::json::parse(line, nullptr, false);
      if (entry.is_object() && entry.value("event", "") == event) found.push_back(entry);
    }
    return found;
  }
  bool logs(const std::string& event, std::size_t times = 1) const {
    return becomes([&] { return entries(event).size() >= times; });
  }

  /// The whole answer to a request.
  std::string ask(const std::string& path, const std::string& method = "GET") const {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(
        static_cast<uint16_t>(std::stoi(entries("listening").at(0)["port"].get<std::string>())));
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    std::string answer;
    if (connect(socket, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0) {
      auto request =
          method + ' ' + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      EXPECT_EQ(send(socket, request.data(), request.size(), 0),
                static_cast<ssize_t>(request.size()));
      char piece[4096];
      for (ssize_t got; (got = recv(socket, piece, sizeof piece, 0)) > 0;)
        answer.append(piece, static_cast<std::size_t>(got));
    }
    close(socket);
    return answer;
  }

 private:
  bool has_ended() {
    if (process_ > 0 && waitpid(process_, &status_, WNOHANG) == process_) process_ = 0;
    return process_ <= 0;
  }

  std::filesystem::path log_;
  pid_t process_ = 0;
  int status_ = 0;
};

}  // namespace homeroom::server
