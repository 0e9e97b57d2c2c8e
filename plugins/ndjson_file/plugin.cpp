// ndjson_file: the sink's table over the two writers.
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "homeroom/entry.hpp"
#include "plugins/ndjson_file/writer.hpp"

namespace homeroom::ndjson_file {
namespace {

using entry::guarded;
using entry::view_of;

struct Instance {
  entry::Host host;
  std::filesystem::path path;
  bool is_snapshot;
};

/// One delivery under way, whichever kind of file it writes.
class Delivery {
 public:
  Delivery(const Instance& instance, const hr_delivery& what)
      : instance_(instance), ctx_(what.ctx), answer_(what.answer) {
    std::string destination(view_of(what.destination));
    if (what.mode == HR_SNAPSHOT)
      file_ = std::make_unique<SnapshotFile>(instance.path, destination, what.number);
    else
      file_ = std::make_unique<ChangesFile>(instance.path, destination, what.number);
  }

  void put(const hr_share* shares, size_t count) {
    if (instance_.host.stopping()) throw Error(Next::stop, "stopped while writing");
    for (size_t i = 0; i < count; ++i) {
      std::visit([&](auto& file) { file->put(shares[i]); }, file_);
      keys_.append(view_of(shares[i].key));
      ends_.push_back(keys_.size());
    }
  }

  void finish() {
    std::visit([](auto& file) { file->finish(); }, file_);
    size_t from = 0;
    for (size_t end : ends_) {
      answer_(ctx_, {keys_.data() + from, end - from}, HR_TAKEN, {nullptr, 0});
      from = end;
    }
  }

 private:
  const Instance& instance_;
  void* ctx_;
  void (*answer_)(void*, hr_text, int32_t, hr_text);
  std::variant<std::unique_ptr<SnapshotFile>, std::unique_ptr<ChangesFile>> file_;
  std::string keys_;  ///< one after another
  std::vector<size_t> ends_;
};

int32_t open_instance(const hr_host* host, const hr_setting* settings, size_t count, void** self,
                      hr_error* err) {
  return guarded(err, [&] {
    entry::Settings all(settings, count);
    bool is_snapshot = all.text("deliver", "snapshot") == "snapshot";
    *self = new Instance{entry::Host(host), all.needed("path"), is_snapshot};
  });
}

int32_t begin(void* self, const hr_delivery* what, hr_writer* out, hr_error* err) {
  return guarded(err, [&] {
    out->self = new Delivery(*static_cast<Instance*>(self), *what);
    out->put = [](void* writer, const hr_share* shares, size_t count, hr_error* error) {
      return guarded(error, [&] { static_cast<Delivery*>(writer)->put(shares, count); });
    };
    out->finish = [](void* writer, hr_error* error) {
      return guarded(error, [&] { static_cast<Delivery*>(writer)->finish(); });
    };
    out->release = [](void* writer) { delete static_cast<Delivery*>(writer); };
  });
}

const void* contract(const char* id) {
  static const hr_sink sink = {sizeof sink,
                               [](void* self) -> int32_t {
                                 return static_cast<Instance*>(self)->is_snapshot ? HR_SNAPSHOT
                                                                                  : HR_DELTA;
                               },
                               begin};
  static const hr_check check = {
      sizeof check, [](void* self, hr_error* err) {
        return guarded(err, [&] { check_folder_of(static_cast<Instance*>(self)->path); });
      }};
  if (std::strcmp(id, HR_SINK) == 0) return &sink;
  if (std::strcmp(id, HR_CHECK) == 0) return &check;
  return nullptr;
}

const hr_plugin table = {sizeof table,  HR_ABI,
                         "ndjson_file", "0.1.0",
                         open_instance, [](void* self) { delete static_cast<Instance*>(self); },
                         contract};

}  // namespace
}  // namespace homeroom::ndjson_file

extern "C" __attribute__((visibility("default"))) const hr_plugin* homeroom_plugin(
    uint32_t hub_abi) {
  return hub_abi >> 16 == HR_ABI_MAJOR ? &homeroom::ndjson_file::table : nullptr;
}
