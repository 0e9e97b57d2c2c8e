// A coordinators' tool beside the pretend district's record: a server on this machine that refuses
// the students it is told to, and keeps what it took.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <set>

#include "plugins/webhook/tests/receiver.hpp"
#include "tests/flows/pretend.hpp"

namespace homeroom::flows {

/// A file of the workspace's secrets, for the owner alone.
inline void keep_secret(const Pretend& pretend, const std::string& name, const std::string& text) {
  namespace fs = std::filesystem;
  fs::create_directories(pretend.at("workspace/secrets"));
  fs::permissions(pretend.at("workspace/secrets"), fs::perms::owner_all);
  auto file = pretend.at("workspace/secrets/" + name);
  std::ofstream(file) << text;
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
}

class PickyTool {
 public:
  /// Before the first night; `more` are further settings of the destination, each on a line.
  explicit PickyTool(const Pretend& pretend, const std::string& more = "")
      : receiver_([this](const webhook::Received& request) { return answer(request.body); }) {
    keep_secret(pretend, "planner", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    auto file = pretend.at("workspace/homeroom.yaml");
    auto text = cli::whole(file);
    auto settings = "  planner:\n    plugin: webhook\n    url: " + receiver_.url() +
                    "\n    network: {internal: [127.0.0.1]}\n"
                    "    signing_key: {secret: planner}\n    held_by: district\n"
                    "    read_by: system\n    purpose: operations\n    students: all\n"
                    "    send: [everything]\n    first_delivery: send\n" +
                    more + '\n';
    text.insert(text.find("jobs:\n"), settings);
    text.insert(text.find("parameters:\n"), "secrets: {folder: secrets}\n");
    std::ofstream(file) << text;
  }

  /// Refuses students of these numbers from now on, in these words (a problem of RFC 9457).
  void refuse(const std::set<std::string>& numbers, const std::string& problem = pointer) {
    std::lock_guard guard(mutex_);
    refused_ = numbers;
    problem_ = problem;
  }
  /// Asked before each answer; what it says is said instead, unless it is empty.
  void say_first(std::function<std::string(const nlohmann::json& told)> script) {
    std::lock_guard guard(mutex_);
    script_ = std::move(script);
  }
  /// Sequences taken, in their order, by Homeroom's id.
  std::map<std::string, std::vector<uint64_t>> taken() const {
    std::lock_guard guard(mutex_);
    return taken_;
  }
  uint64_t asked() const {
    std::lock_guard guard(mutex_);
    return asked_;
  }

  static constexpr const char* pointer =
      R"({"errors": [{"pointer": "/enrollments/0/gradeLevel"}]})";

 private:
  std::string answer(const std::string& body) {
    std::lock_guard guard(mutex_);
    auto told = nlohmann::json::parse(body);
    ++asked_;
    if (auto said = script_ ? script_(told) : ""; !said.empty()) return said;
    if (told["operation"] == "upsert" &&
        refused_.contains(told["data"]["identifiers"]["district"].get<std::string>()))
      return webhook::answer(422, "Content-Type: application/problem+json\r\n", problem_);
    taken_[told["id"]].push_back(told["sequence"]);
    return webhook::answer(204);
  }

  mutable std::mutex mutex_;  ///< guards all below
  std::set<std::string> refused_;
  std::string problem_;
  std::function<std::string(const nlohmann::json& told)> script_;
  std::map<std::string, std::vector<uint64_t>> taken_;
  uint64_t asked_ = 0;
  webhook::Receiver receiver_;
};

}  // namespace homeroom::flows
