#include "plugins/ndjson_file/writer.hpp"

#include <fstream>

#include <nlohmann/json.hpp>

#include "homeroom/error.hpp"

namespace homeroom::ndjson_file {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t most_manifest = 64 << 10;

void append_string(std::string& line, std::string_view text) {
  line += ordered_json(text).dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

void append_member(std::string& line, const char* name, std::string_view value) {
  line.append(",\"").append(name).append("\":");
  append_string(line, value);
}

/// Nothing when there is no such file.
std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text, piece(4 << 10, '\0');
  while (file && text.size() <= most_manifest) {
    file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    text.append(piece, 0, static_cast<std::size_t>(file.gcount()));
  }
  if (file.bad()) throw Error(Next::retry, "cannot read " + path.string() + " to its end");
  return text;
}

std::string digest_in_manifest(const std::filesystem::path& path) {
  auto manifest = nlohmann::json::parse(text_of(manifest_of(path)), nullptr, false);
  if (!manifest.is_object()) return {};
  return manifest.value("sha256", std::string());
}

// Written last: a file without a manifest that fits it is not finished.
void write_manifest(const std::filesystem::path& path, const std::string& mode,
                    const std::string& destination, uint64_t number, const Counts& counts,
                    const NewFile& file) {
  ordered_json manifest = {{"file", path.filename().string()},
                           {"destination", destination},
                           {"mode", mode},
                           {"delivery", number},
                           {"lines", counts.lines},
                           {"upserts", counts.upserts},
                           {"removals", counts.removals},
                           {"bytes", file.bytes()},
                           {"sha256", file.digest()}};
  NewFile beside(manifest_of(path));
  beside.line(manifest.dump());
  beside.finish();
  beside.publish();
}

}  // namespace

std::filesystem::path numbered(const std::filesystem::path& path, uint64_t number) {
  std::string digits = std::to_string(number);
  if (digits.size() < 6) digits.insert(0, 6 - digits.size(), '0');
  return path.parent_path() / (path.stem().string() + "-" + digits + ".ndjson");
}

std::filesystem::path manifest_of(const std::filesystem::path& path) {
  return path.string() + ".manifest.json";
}

SnapshotFile::SnapshotFile(std::filesystem::path path, std::string destination, uint64_t number)
    : path_(std::move(path)), destination_(std::move(destination)), number_(number), file_(path_) {}

void SnapshotFile::put(const Share& share) {
  if (share.operation == Operation::remove) return;  // gone is who is not in the file
  if (!last_id_.empty() && share.id <= last_id_)
    throw Error(Next::fail, "the shares of a snapshot came out of order");
  last_id_ = share.id;
  file_.line(share.body);
  ++counts_.lines;
  ++counts_.upserts;
}

void SnapshotFile::finish() {
  file_.finish();
  bool stands_already =
      digest_in_manifest(path_) == file_.digest() && digest_of(path_) == file_.digest();
  if (stands_already) return;
  file_.publish();
  write_manifest(path_, "snapshot", destination_, number_, counts_, file_);
}

ChangesFile::ChangesFile(const std::filesystem::path& path, std::string destination,
                         uint64_t number)
    : path_(numbered(path, number)),
      destination_(std::move(destination)),
      number_(number),
      file_(path_) {}

void ChangesFile::put(const Share& share) {
  bool is_removal = share.operation == Operation::remove;
  line_ = is_removal ? R"({"op":"remove")" : R"({"op":"upsert")";
  append_member(line_, "key", share.key);
  line_.append(",\"sequence\":").append(std::to_string(share.sequence));
  append_member(line_, "id", share.id);
  if (is_removal) {
    if (!share.replaced_by.empty()) append_member(line_, "replaced_by", share.replaced_by);
  } else {
    append_member(line_, "digest", share.digest);
    line_.append(",\"body\":").append(share.body);
  }
  line_ += '}';
  file_.line(line_);
  ++counts_.lines;
  ++(is_removal ? counts_.removals : counts_.upserts);
}

void ChangesFile::finish() {
  file_.finish();
  if (counts_.lines == 0) return;  // nothing changed: no file
  file_.publish();
  write_manifest(path_, "changes", destination_, number_, counts_, file_);
}

}  // namespace homeroom::ndjson_file
