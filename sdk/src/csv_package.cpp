#include "homeroom/csv_package.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include "csv_columns.hpp"
#include "csv_fingerprint.hpp"
#include <sys/stat.h>
#include <zip.h>

#include "homeroom/error.hpp"

namespace homeroom {
namespace {

namespace fs = std::filesystem;

class Folder : public CsvPackage {
 public:
  explicit Folder(fs::path path) : path_(std::move(path)) {
    std::error_code problem;
    for (const auto& entry : fs::directory_iterator(path_, problem)) {
      if (!entry.is_regular_file(problem) || entry.is_symlink(problem)) continue;
      names_.push_back(entry.path().filename().string());
      as_of_ms_ = std::max(as_of_ms_, changed_ms(entry.path().string()));
    }
    if (problem) throw Error(Next::not_readable, path_.string() + " cannot be listed");
    std::ranges::sort(names_);
  }
  std::unique_ptr<CsvInput> open(const std::string& name) const override {
    return open_csv_file((path_ / name).string(), name);
  }

 private:
  fs::path path_;
};

struct CloseZip {
  void operator()(zip_t* zip) const { zip_discard(zip); }
};
using Zip = std::unique_ptr<zip_t, CloseZip>;
struct CloseEntry {
  void operator()(zip_file_t* entry) const { zip_fclose(entry); }
};

Zip open_zip(const std::string& path, const std::string& place) {
  int code = 0;
  Zip zip(zip_open(path.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code));
  if (!zip) throw Error(Next::not_readable, place + " is no whole zip file");
  return zip;
}

class ZipEntry : public CsvInput {
 public:
  ZipEntry(const std::string& path, std::string place, const std::string& name)
      : path_(path),
        place_(std::move(place)),
        before_(changed_ms(path)),
        zip_(open_zip(path, place_)) {
    zip_stat_t about;
    if (zip_stat(zip_.get(), name.c_str(), 0, &about) != 0) refuse("is missing");
    size_ = about.size;
    entry_.reset(zip_fopen(zip_.get(), name.c_str(), 0));
    if (!entry_) refuse("cannot be unpacked");
  }

  // libzip checks the CRC when it has given the last byte.
  size_t read(char* to, size_t room) override {
    zip_int64_t got = zip_fread(entry_.get(), to, room);
    if (got < 0) refuse("is damaged: its check sum does not fit");
    fingerprint_.add(to, static_cast<size_t>(got));
    auto given = fingerprint_.size();
    if (given > size_ || (got == 0 && given != size_)) refuse("has another size than the zip says");
    return static_cast<size_t>(got);
  }
  std::string doubt() override {
    return changed_ms(path_) == before_ ? "" : "changed while it was read";
  }
  Proof proof() const override { return Proof::format; }
  /// Of what is packed: another zip may pack the same files otherwise.
  uint64_t size() const override { return size_; }
  std::string version() const override { return fingerprint_.version(); }

 private:
  [[noreturn]] void refuse(const std::string& why) const {
    throw Error(Next::not_readable, place_ + " " + why);
  }
  std::string path_, place_;
  int64_t before_;
  Zip zip_;
  std::unique_ptr<zip_file_t, CloseEntry> entry_;
  uint64_t size_ = 0;
  csv::Fingerprint fingerprint_;
};

bool is_plain_name(std::string_view name) {
  auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  };
  return !name.empty() && name.size() <= 128 && name.front() != '.' && name.front() != '-' &&
         std::ranges::all_of(name, plain);
}

std::string lower(std::string name) {
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return name;
}

class ZipFile : public CsvPackage {
 public:
  explicit ZipFile(std::string path)
      : path_(std::move(path)), place_(fs::path(path_).filename().string()) {
    Zip zip = open_zip(path_, place_);
    zip_int64_t count = zip_get_num_entries(zip.get(), 0);
    if (count > most_files) refuse("holds more than 10,000 files");
    std::set<std::string> seen;
    for (zip_int64_t i = 0; i < count; ++i) take(zip.get(), static_cast<zip_uint64_t>(i), seen);
    std::ranges::sort(names_);
    as_of_ms_ = changed_ms(path_);
  }

  std::unique_ptr<CsvInput> open(const std::string& name) const override {
    return std::make_unique<ZipEntry>(path_, place_ + "/" + name, name);
  }

 private:
  static constexpr zip_int64_t most_files = 10'000;
  static constexpr uint64_t most_bytes = uint64_t{2} << 30, most_ratio = 100, small = 1 << 20;

  void take(zip_t* zip, zip_uint64_t number, std::set<std::string>& seen) {
    zip_stat_t about;
    if (zip_stat_index(zip, number, 0, &about) != 0) refuse("has an entry that cannot be read");
    std::string name = about.name ? about.name : "";
    std::string entry = "entry " + std::to_string(number + 1) + " ";
    if (!is_plain_name(name)) refuse(entry + "has a name that is no plain file name");
    if (!seen.insert(lower(name)).second) refuse(entry + "has the name of an earlier one");
    zip_uint8_t system = 0;
    zip_uint32_t attributes = 0;
    zip_file_get_external_attributes(zip, number, 0, &system, &attributes);
    mode_t kind = (attributes >> 16) & S_IFMT;
    if (system == ZIP_OPSYS_UNIX && kind != 0 && kind != S_IFREG)
      refuse(entry + "is no regular file");
    if (about.encryption_method != ZIP_EM_NONE) refuse(entry + "is encrypted");
    if (about.size > small && about.size / most_ratio > about.comp_size)
      refuse(entry + "unpacks to more than 100 times its size");
    total_ += std::min<uint64_t>(about.size, most_bytes + 1);
    if (total_ > most_bytes) refuse("unpacks to more than 2 GB");
    names_.push_back(std::move(name));
  }
  [[noreturn]] void refuse(const std::string& why) const {
    throw Error(Next::not_readable, place_ + ": " + why);
  }

  std::string path_, place_;
  uint64_t total_ = 0;
};

}  // namespace

bool CsvPackage::has(std::string_view name) const {
  return std::ranges::binary_search(names_, name);
}

std::string CsvPackage::find(std::string_view name) const {
  for (auto& known : names_)
    if (csv::same_name(known, name, true)) return known;
  return {};
}

std::unique_ptr<CsvPackage> open_csv_package(const std::string& path) {
  std::error_code problem;
  auto status = fs::status(path, problem);
  if (fs::is_directory(status)) return std::make_unique<Folder>(path);
  if (fs::is_regular_file(status)) return std::make_unique<ZipFile>(path);
  throw Error(Next::not_readable, path + " is neither a folder nor a zip file");
}

}  // namespace homeroom
