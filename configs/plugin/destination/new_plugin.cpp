// new_plugin: writes what it may see of all students into one file, a line each. The file appears
// whole or not at all.
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <unistd.h>

#include "homeroom/sdk.hpp"

namespace {

namespace fs = std::filesystem;
using homeroom::Error;
using homeroom::Next;
using homeroom::Share;

// FILL THIS PLACE: the line of one student, without its end. `share.body` is one JSON document of
// what this destination may see, `share.id` the student's id. To write the document as it is, use
//   return std::string(share.body);
std::string line_of([[maybe_unused]] const Share& share) {
  throw Error(
      Next::fail,
      "line_of in new_plugin.cpp is not written yet: say there what a student's line holds");
}

[[noreturn]] void refuse_path() {
  throw Error(Next::fix_settings, "setting path names no file that can be written");
}

// After it the bytes survive a power loss.
void flush(const fs::path& path) {
  int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) refuse_path();
  int result = fsync(file);
  close(file);
  if (result != 0) throw Error(Next::retry, "the disk does not take the file");
}

class FileWriter : public homeroom::Writer {
 public:
  FileWriter(const homeroom::Host& host, const fs::path& path, homeroom::Answer answer)
      : host_(host),
        answer_(std::move(answer)),
        path_(path),
        hidden_(path.parent_path() / ("." + path.filename().string() + ".new")),
        file_(hidden_, std::ios::binary | std::ios::trunc) {
    if (!file_) refuse_path();
  }

  ~FileWriter() override {
    std::error_code gone;
    fs::remove(hidden_, gone);
  }

  void put(std::span<const Share> shares) override {
    host_.stop_if_asked();
    for (const Share& share : shares) {
      file_ << line_of(share) << '\n';
      keys_.emplace_back(share.key);
    }
  }

  // A receipt is given when the file is there, not before.
  void finish() override {
    file_.close();
    if (!file_) throw Error(Next::retry, "the disk does not take the file");
    flush(hidden_);
    std::error_code trouble;
    fs::rename(hidden_, path_, trouble);
    if (trouble) refuse_path();
    flush(path_.parent_path());
    for (const auto& key : keys_) answer_(key, homeroom::Verdict::taken, "");
  }

 private:
  homeroom::Host host_;
  homeroom::Answer answer_;
  fs::path path_, hidden_;
  std::ofstream file_;
  std::vector<std::string> keys_;
};

class Plugin : public homeroom::Sink {
 public:
  Plugin(const homeroom::Host& host, const homeroom::Settings& settings)
      : host_(host), path_(settings.text("path")) {}

  // All students each time, sorted by id: who is not among them is gone.
  homeroom::Takes takes() override { return homeroom::Takes::snapshot; }

  std::unique_ptr<homeroom::Writer> begin(const homeroom::Delivery& what) override {
    return std::make_unique<FileWriter>(host_, path_, what.answer);
  }

  void check() override {
    if (access(path_.parent_path().c_str(), W_OK) != 0) refuse_path();
  }

 private:
  homeroom::Host host_;
  fs::path path_;
};

}  // namespace

HOMEROOM_SINK(Plugin, "new_plugin", "0.1.0")
