#include "plugins/fhir_ndjson/reader.hpp"

#include <new>

namespace homeroom::fhir_ndjson {
namespace {

constexpr size_t usual_line = 1 << 16;  // bytes; the parser grows where a line has more
constexpr size_t deepest = 128;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// What is kept of one file of the read.
std::string version_line(const std::string& shown, const std::string& version) {
  return shown + '/' + version + '\n';
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t") == text.npos;
}

}  // namespace

bool stand(const std::vector<StreamFile>& files, std::string_view version) {
  for (const auto& file : files) {
    auto named = version_line(file.shown, "");
    named.pop_back();
    auto end = version.find('\n');
    if (!version.starts_with(named) || end == version.npos) return false;
    auto of_file = version.substr(named.size(), end - named.size());
    if (!open_csv_file(file.path.string(), file.shown)->stands(of_file)) return false;
    version.remove_prefix(end + 1);
  }
  return version.empty();
}

ResourceReader::ResourceReader(const Host& host, const Resource& resource,
                               std::vector<StreamFile> files, std::vector<std::string> columns,
                               const Read& bounds)
    : host_(host),
      resource_(resource),
      files_(std::move(files)),
      columns_(std::move(columns)),
      extract_(resource, columns_),
      cells_(columns_.size()),
      max_rows_(bounds.max_rows),
      max_bytes_(bounds.max_bytes) {
  if (parser_.allocate(usual_line, deepest) != simdjson::SUCCESS) throw std::bad_alloc();
}

void ResourceReader::declare(Batch& batch) const {
  for (const auto& name : columns_) batch.add_text(name);
  batch.add_integer("_line");
  batch.add_integer("_offset");
}

// Rows of one file until the batch is full or the file ends.
void ResourceReader::next(Batch& batch) {
  host_.stop_if_asked();
  if (!batch.declared()) declare(batch);
  bytes_ = 0;
  for (;;) {
    while (batch.rows() < max_rows_ && !(is_line_waiting_ && batch.rows()) && next_line())
      take_line(batch);
    if (batch.rows()) break;
    if (!lines_ && !open_next_file()) return;
  }
  batch.place = place_;
  if (lines_) host_.progress(lines_->done(), lines_->file().size());
}

bool ResourceReader::open_next_file() {
  if (next_file_ == files_.size()) return false;
  const StreamFile& file = files_[next_file_++];
  place_ = file.shown;
  lines_ = std::make_unique<Lines>(open_csv_file(file.path.string(), file.shown));
  return true;
}

bool ResourceReader::next_line() {
  if (is_line_waiting_) {
    is_line_waiting_ = false;
    return true;
  }
  if (!lines_) return false;
  if (lines_->next(line_)) {
    if (line_.number == 1 && line_.text.starts_with(byte_order_mark))
      line_.text.remove_prefix(byte_order_mark.size());
    return true;
  }
  close_file();
  return false;
}

void ResourceReader::close_file() {
  if (auto doubt = lines_->file().doubt(); !doubt.empty()) {
    host_.warn(place_ + ' ' + doubt + ": it counts as not complete");
    is_complete_ = false;
  }
  version_ += version_line(place_, lines_->file().version());
  lines_.reset();
}

void ResourceReader::take_line(Batch& batch) {
  if (!line_.is_too_long && is_blank(line_.text)) return;
  ++records_;
  if (line_.is_too_long) return set_aside("the line has more than 16 MiB");
  simdjson::dom::object document;
  if (!read_document(document)) return;
  std::string_view id;
  if (document.at_key("id").get(id) || id.empty()) return set_aside("the resource has no id", "id");
  cells_.clear();
  if (!extract_.row(document, cells_))
    return set_aside("a name that is read stands twice in one object");
  if (cells_.longest() > HR_MAX_CELL) return set_aside("a value has more than 1 MiB", "", id);
  if (cells_.bytes() > HR_MAX_BYTES)
    return set_aside("the record has more bytes than a batch may", "", id);
  if (batch.rows() && bytes_ + cells_.bytes() > max_bytes_) {
    is_line_waiting_ = true;
    --records_;  // counted with the batch it will lie in
    return;
  }
  if (!batch.rows()) batch.first_record = records_;
  bytes_ += cells_.bytes();
  batch.add(cells_.texts(),
            {static_cast<int64_t>(line_.number), static_cast<int64_t>(line_.offset)});
}

bool ResourceReader::read_document(simdjson::dom::object& document) {
  simdjson::dom::element root;
  auto trouble = parser_.parse(line_.text.data(), line_.text.size(), false).get(root);
  std::string_view type;
  if (trouble == simdjson::DEPTH_ERROR) {
    set_aside("the resource is nested deeper than 128 levels");
    return false;
  }
  if (trouble || root.get(document)) {
    if (!line_.is_ended) is_complete_ = false;
    set_aside(line_.is_ended ? "the line is no JSON object" : "the file stops inside the line");
    return false;
  }
  if (document.at_key("resourceType").get(type) || type != resource_.name) {
    set_aside("the resource is of another type than its file", "resourceType");
    return false;
  }
  return true;
}

void ResourceReader::set_aside(const char* why, const char* field, std::string_view key) {
  ++set_aside_;
  host_.set_aside({records_, line_.number, line_.offset, place_, field, why, "", std::string(key)});
}

End ResourceReader::end() {
  End end;
  end.complete = is_complete_;
  // A file without a record may as well have been cut: it proves nothing.
  end.proof = is_complete_ && records_ > 0 ? Proof::settled : Proof::none;
  end.records = records_;
  end.set_aside = set_aside_;
  return end;
}

}  // namespace homeroom::fhir_ndjson
