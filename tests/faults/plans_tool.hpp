// The coordinators' tool of the example, which takes pushes, as a server on this machine.
#pragma once

#include <map>
#include <mutex>
#include <set>

#include "plugins/webhook/tests/receiver.hpp"
#include "tests/flows/district.hpp"

namespace homeroom::flows {

/// Takes the "# " away from the line that has `first` to the next one that has `last`.
inline void uncomment(const fs::path& file, const std::string& first, const std::string& last) {
  auto text = District::read(file);
  auto at = text.rfind("# ", text.find(first));
  auto end = text.find(last, at);
  for (; at < end; at = text.find("# ", at), end = text.find(last, at)) text.erase(at, 2);
  District::write(file, text);
}

/// Has a district send to the tool at this address.
inline void send_to_tool(const District& district, const std::string& url, int timeout_s) {
  auto settings = district.workspace("homeroom.yaml");
  uncomment(settings, "plans_tool:", "first_delivery:");
  District::replace(settings, "https://plans.lakeview.example/homeroom",
                    url + "\n    network: {internal: [127.0.0.1]}\n    timeout_s: " +
                        std::to_string(timeout_s) + "\n    breaker: {for: 1 second}");
  auto secrets = district.workspace("secrets");
  fs::create_directory(secrets);
  fs::permissions(secrets, fs::perms::owner_all);
  District::write(secrets / "plans-tool", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  fs::permissions(secrets / "plans-tool", fs::perms::owner_read | fs::perms::owner_write);
}

/// Has the tool be told of every student, not only of those with a coordinator.
inline void tell_of_all(const District& district) {
  District::replace(district.workspace("homeroom.yaml"),
                    "read_by: coordinator\n    purpose: student-support\n    "
                    "students: with_coordinator\n    send: [name, school, grade]\n",
                    "read_by: system\n    purpose: operations\n    "
                    "students: all\n    send: [everything]\n");
}

/// What a tool makes of what it is told: of each student the last it heard, and every message that
/// it acted on. It drops what it has already and what is not newer, as the plugin's page asks.
struct ToolBooks {
  struct Heard {
    uint64_t sequence = 0;
    std::string digest;
    std::string data;
    bool operator==(const Heard&) const = default;
  };
  std::map<std::string, Heard> students;       ///< by the hub's id; removed ones stay, empty
  std::map<std::string, std::string> applied;  ///< key -> digest
  std::map<std::string, std::vector<uint64_t>> acted;  ///< sequences in their order, by id
  uint64_t repeated = 0;                               ///< came again under a key it had
  uint64_t contradicted = 0;                           ///< ... and said something else

  /// One message, or some as lines.
  void hear_all(const std::string& body) {
    std::istringstream lines(body);
    for (std::string line; std::getline(lines, line);) hear(line);
  }
  void hear(const std::string& body) {
    auto told = nlohmann::json::parse(body);
    auto key = told["key"].get<std::string>();
    auto digest = told["digest"].get<std::string>();
    auto [known, is_new] = applied.try_emplace(key, digest);
    if (!is_new) {
      ++repeated;
      contradicted += known->second != digest;
      return;
    }
    auto& heard = students[told["id"]];
    auto sequence = told["sequence"].get<uint64_t>();
    if (sequence <= heard.sequence) return;
    heard = {sequence, digest, told["data"].dump()};
    acted[told["id"]].push_back(sequence);
  }
};

/// A tool that takes everything and keeps books.
class TakingTool {
 public:
  TakingTool() : receiver_([this](const webhook::Received& request) { return take(request); }) {}

  std::string url() const { return receiver_.url(); }
  ToolBooks books() const {
    std::lock_guard guard(mutex_);
    return books_;
  }
  void open(ToolBooks books) {
    std::lock_guard guard(mutex_);
    books_ = std::move(books);
  }

 private:
  std::string take(const webhook::Received& request) {
    std::lock_guard guard(mutex_);
    books_.hear(request.body);
    return webhook::answer(204);
  }
  mutable std::mutex mutex_;  ///< guards books_
  ToolBooks books_;
  webhook::Receiver receiver_;
};

}  // namespace homeroom::flows
