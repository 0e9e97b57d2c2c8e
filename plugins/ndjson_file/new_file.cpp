#include "plugins/ndjson_file/new_file.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include "homeroom/error.hpp"

namespace homeroom::ndjson_file {
namespace {

constexpr size_t buffer_bytes = 1 << 20;
constexpr mode_t file_mode = 0640;

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

[[noreturn]] void fail(int number, const std::filesystem::path& path) {
  std::string folder = folder_of(path).string();
  if (number == ENOSPC || number == EDQUOT)
    throw Error(Next::retry, "the disk of folder " + folder +
                                 " is full; free space there, then run again (the former file "
                                 "stands unchanged)");
  if (number == EACCES || number == EPERM || number == EROFS)
    throw Error(Next::fix_settings, "cannot write into folder " + folder +
                                        "; give the account that runs Homeroom the right to write "
                                        "there, or change the setting 'path'");
  if (number == ENOENT || number == ENOTDIR)
    throw Error(Next::fix_settings,
                "there is no folder " + folder + "; make it, or change the setting 'path'");
  if (number == EISDIR)
    throw Error(Next::fix_settings,
                path.string() + " is a folder; the setting 'path' must name a file");
  throw Error(Next::retry,
              "cannot write " + path.string() + ": " + std::generic_category().message(number));
}

void flush_folder(const std::filesystem::path& path) {
  int folder = open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) fail(errno, path);
  int result = fsync(folder);
  int number = errno;
  close(folder);
  if (result != 0) fail(number, path);
}

/// The folder of a file and those above it, durably: a file that was told of is not lost with them.
void make_folder(const std::filesystem::path& path) {
  std::error_code trouble;
  std::vector<std::filesystem::path> made;  // the lowest first
  for (auto folder = folder_of(path); !std::filesystem::exists(folder, trouble);
       folder = folder_of(folder))
    made.push_back(folder);
  std::filesystem::create_directories(folder_of(path), trouble);
  if (trouble) fail(trouble.value(), path);
  for (const auto& folder : made) flush_folder(folder);
}

}  // namespace

struct NewFile::Sum {
  Sum() : context(EVP_MD_CTX_new()) {
    if (!context || EVP_DigestInit_ex(context, EVP_sha256(), nullptr) != 1)
      throw Error(Next::fail, "SHA-256 is not available in this OpenSSL");
  }
  ~Sum() { EVP_MD_CTX_free(context); }
  void add(std::string_view bytes) { EVP_DigestUpdate(context, bytes.data(), bytes.size()); }
  std::string hex() {
    unsigned char digest[32];
    EVP_DigestFinal_ex(context, digest, nullptr);
    static constexpr char letters[] = "0123456789abcdef";
    std::string text;
    for (unsigned char byte : digest) {
      text += letters[byte >> 4];
      text += letters[byte & 15];
    }
    return text;
  }
  EVP_MD_CTX* context;
};

NewFile::NewFile(std::filesystem::path path)
    : path_(std::move(path)), sum_(std::make_unique<Sum>()) {
  make_folder(path_);
  if (std::filesystem::is_directory(path_)) fail(EISDIR, path_);
  temporary_ = (folder_of(path_) / ("." + path_.filename().string() + ".XXXXXX")).string();
  file_ = mkostemp(temporary_.data(), O_CLOEXEC);
  if (file_ < 0) {
    temporary_.clear();
    fail(errno, path_);
  }
  buffer_.reserve(buffer_bytes + (64 << 10));
}

NewFile::~NewFile() {
  if (file_ >= 0) close(file_);
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

void NewFile::line(std::string_view text) {
  size_t from = buffer_.size();
  buffer_.append(text);
  // A line end can only stand between the parts of a JSON text; inside its strings it is escaped.
  if (text.find('\n') != text.npos || text.find('\r') != text.npos)
    std::replace_if(
        buffer_.begin() + static_cast<std::ptrdiff_t>(from), buffer_.end(),
        [](char c) { return c == '\n' || c == '\r'; }, ' ');
  buffer_ += '\n';
  if (buffer_.size() >= buffer_bytes) flush();
}

void NewFile::flush() {
  sum_->add(buffer_);
  bytes_ += buffer_.size();
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    ssize_t put = ::write(file_, rest.data(), rest.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) fail(errno, path_);
    rest.remove_prefix(static_cast<size_t>(put));
  }
  buffer_.clear();
}

void NewFile::finish() {
  flush();
  digest_ = sum_->hex();
}

void NewFile::publish() {
  if (fchmod(file_, file_mode) != 0 || fsync(file_) != 0) fail(errno, path_);
  if (rename(temporary_.c_str(), path_.c_str()) != 0) fail(errno, path_);
  temporary_.clear();
  flush_folder(path_);
}

std::string digest_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return {};
  std::string piece(256 << 10, '\0');
  NewFile::Sum sum;
  while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())), file.gcount() > 0)
    sum.add({piece.data(), static_cast<size_t>(file.gcount())});
  if (file.bad()) throw Error(Next::retry, "cannot read " + path.string() + " to its end");
  return sum.hex();
}

void check_folder_of(const std::filesystem::path& path) {
  make_folder(path);
  if (access(folder_of(path).c_str(), W_OK | X_OK) != 0) fail(errno, path);
  if (std::filesystem::is_directory(path)) fail(EISDIR, path);
}

}  // namespace homeroom::ndjson_file
