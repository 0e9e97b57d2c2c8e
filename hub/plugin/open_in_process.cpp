// What an instance inside the hub is lent. Apart from InProcess, which runners have too: they need
// nothing of the hub's HTTP, and a library less is three milliseconds of each process.
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "hub/plugin/http_service.hpp"
#include "hub/plugin/in_process.hpp"
#include "hub/plugin/library.hpp"
#include "hub/plugin/services.hpp"

namespace homeroom::plugin {
namespace {

/// Services of one instance. Its scratch folder is made when it is asked for.
class Lending {
 public:
  Lending(const Manifest& manifest, const CheckedSettings& settings, const Surroundings& around)
      : http_(manifest, settings, around), wait_(around.cancel) {}
  const void* table(std::string_view id) {
    if (id == HR_HTTP) return http_.table();
    if (id == HR_WAIT) return wait_.table();
    if (id != HR_SCRATCH) return nullptr;
    std::lock_guard guard(mutex_);
    if (!folder_) {
      folder_.emplace(std::filesystem::temp_directory_path());
      scratch_.emplace(folder_->path(), usual_scratch_bytes);
    }
    return scratch_->table();
  }
  void look() {
    std::lock_guard guard(mutex_);
    if (scratch_ && scratch_->is_exceeded())
      throw Error(Next::fail, "the plugin is stopped: " + scratch_->says());
  }

 private:
  HttpService http_;
  LentWait wait_;
  std::mutex mutex_;  ///< guards the rest: a plugin may ask from any thread
  std::optional<world::ScratchFolder> folder_;
  std::optional<LentScratch> scratch_;
};

std::unique_ptr<Instance> open(const hr_plugin& table, const Found& plugin,
                               const CheckedSettings& settings, const Surroundings& around) {
  auto log = [&log = around.log, name = plugin.manifest.name](world::Level level,
                                                              std::string_view line) {
    log.say(level, line, {{"plugin", name}});
  };
  auto lending = std::make_shared<Lending>(plugin.manifest, settings, around);
  return std::make_unique<InProcess>(
      table, settings,
      Lent{around.clock, around.cancel, std::move(log), around.progress,
           [lending](std::string_view id) { return lending->table(id); },
           [lending] { lending->look(); }});
}

}  // namespace

std::unique_ptr<Instance> open_in_process(const Found& plugin, const CheckedSettings& settings,
                                          const Surroundings& around) {
  return open(load(plugin), plugin, settings, around);
}

std::unique_ptr<Instance> open_in_process(const Found& plugin, const CheckedSettings& settings,
                                          const Surroundings& around, const world::File& library) {
  return open(load_copy(library, plugin), plugin, settings, around);
}

}  // namespace homeroom::plugin
