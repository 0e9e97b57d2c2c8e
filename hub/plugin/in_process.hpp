// InProcess: an instance whose code runs in this process, called straight through its table.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "hub/plugin/open.hpp"

namespace homeroom::plugin {

/// What the instance is lent, whoever lends it; may be called from any thread.
struct Lent {
  const world::Clock& clock;
  const world::Cancel& cancel;
  std::function<void(world::Level level, std::string_view line)> log;
  std::function<void(uint64_t done, uint64_t total)> progress;  ///< may be empty
  /// A table such as hr_http, or null; may be empty.
  std::function<const void*(std::string_view id)> service;
  /// Throws Error(fail) where the instance takes more than it may; called between calls of it. May
  /// be empty.
  std::function<void()> look;
};

class InProcess : public Instance {
 public:
  InProcess(const hr_plugin& table, const CheckedSettings& settings, Lent lent);
  ~InProcess() override;
  bool offers(std::string_view contract) const override;
  std::vector<StreamInfo> discover() override;
  std::unique_ptr<BatchReader> read(const ReadRequest& what) override;
  std::string version(const std::string& stream) override;
  bool stands(const std::string& stream, const std::string& version) override;
  Delivers takes() override;
  std::unique_ptr<Writer> begin(const Delivery& what, Answer answer) override;
  void check() override;

  /// Throws as Lent::look.
  void look() const {
    if (lent_.look) lent_.look();
  }

  /// What was set aside since the last call.
  std::vector<Aside> take_asides();

 private:
  hr_host host_of();
  const void* contract(const char* id) const;
  void keep(const hr_aside& what);

  const hr_plugin& table_;
  std::string name_;
  Lent lent_;
  hr_host host_;
  void* self_ = nullptr;
  std::mutex mutex_;  ///< guards asides_: a plugin may set aside from any thread
  std::vector<Aside> asides_;
};

std::unique_ptr<BatchReader> start_reading(InProcess& instance, const hr_source& source, void* self,
                                           const ReadRequest& what);
std::unique_ptr<Writer> start_writing(const InProcess& instance, const hr_sink& sink, void* self,
                                      const Delivery& what, Answer answer);

}  // namespace homeroom::plugin
