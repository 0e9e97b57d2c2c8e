// ndjson_file: a sink over the two writers.
#include <memory>
#include <string>
#include <vector>

#include "homeroom/sdk.hpp"
#include "plugins/ndjson_file/writer.hpp"

namespace homeroom::ndjson_file {
namespace {

/// One delivery under way into either kind of file. What was put is answered when it is durable.
template <class File>
class FileWriter : public Writer {
 public:
  FileWriter(const Host& host, const std::filesystem::path& path, const Delivery& what)
      : host_(host), answer_(what.answer), file_(path, what.destination, what.number) {}

  void put(std::span<const Share> shares) override {
    host_.stop_if_asked();
    for (const Share& share : shares) {
      file_.put(share);
      keys_.append(share.key);
      ends_.push_back(keys_.size());
    }
  }

  void finish() override {
    file_.finish();
    size_t from = 0;
    for (size_t end : ends_) {
      answer_(std::string_view(keys_).substr(from, end - from), Verdict::taken, "");
      from = end;
    }
  }

 private:
  const Host& host_;
  Answer answer_;
  File file_;
  std::string keys_;  ///< one after another
  std::vector<size_t> ends_;
};

class NdjsonFile : public Sink {
 public:
  NdjsonFile(const Host& host, const Settings& settings)
      : host_(host),
        path_(settings.text("path")),
        takes_(settings.text_or("deliver", "snapshot") == "snapshot" ? Takes::snapshot
                                                                     : Takes::delta) {}

  Takes takes() override { return takes_; }

  std::unique_ptr<Writer> begin(const Delivery& what) override {
    if (what.mode == Takes::snapshot)
      return std::make_unique<FileWriter<SnapshotFile>>(host_, path_, what);
    return std::make_unique<FileWriter<ChangesFile>>(host_, path_, what);
  }

  void check() override { check_folder_of(path_); }

 private:
  Host host_;
  std::filesystem::path path_;
  Takes takes_;
};

}  // namespace
}  // namespace homeroom::ndjson_file

HOMEROOM_SINK(homeroom::ndjson_file::NdjsonFile, "ndjson_file", "0.1.0")
