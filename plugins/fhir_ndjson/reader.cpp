#include "plugins/fhir_ndjson/reader.hpp"

namespace homeroom::fhir_ndjson {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t") == text.npos;
}

}  // namespace

Reader::Reader(const entry::Host& host, const Resource& resource, std::vector<StreamFile> files,
               const std::vector<std::string>& columns, uint32_t max_rows, uint32_t max_bytes)
    : host_(host),
      resource_(resource),
      files_(std::move(files)),
      extract_(resource, columns),
      table_(columns, max_rows),
      max_bytes_(max_bytes) {}

void Reader::next(hr_batch* batch, hr_end* end) {
  table_.clear();
  if (host_.stopping()) throw Error(Next::stop, "stopped while reading " + resource_.name);
  if (!fill()) return tell_end(end);
  if (lines_) host_.progress(lines_->done(), lines_->size());
  table_.lend(batch);
  batch->first_record = first_record_;
  batch->place = entry::text_of(place_);
  batch->cursor = {nullptr, 0};
}

// Rows of one file until the batch is full or the file ends; false if there are no more rows at
// all.
bool Reader::fill() {
  for (;;) {
    while (!table_.is_full() && !(is_line_waiting_ && table_.rows()) && next_line()) take_line();
    if (table_.rows()) return true;
    if (!lines_ && !open_next_file()) return false;
  }
}

bool Reader::open_next_file() {
  if (next_file_ == files_.size()) return false;
  const StreamFile& file = files_[next_file_++];
  place_ = file.shown;
  lines_ = std::make_unique<Lines>(file.path.string(), file.shown);
  return true;
}

bool Reader::next_line() {
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

void Reader::close_file() {
  if (!lines_->has_settled()) is_complete_ = false;
  lines_.reset();
}

void Reader::take_line() {
  if (!line_.is_too_long && is_blank(line_.text)) return;
  ++records_;
  if (line_.is_too_long) return set_aside("the line has more than 16 MiB");
  simdjson::dom::object document;
  if (!read_document(document)) return;
  std::string_view id;
  if (document.at_key("id").get(id) || id.empty()) return set_aside("the resource has no id", "id");
  table_.start_row();
  extract_.row(document, table_);
  if (table_.longest_of_row() > HR_MAX_CELL) {
    table_.drop_row();
    return set_aside("a value has more than 1 MiB", "", id);
  }
  if (table_.bytes() > max_bytes_) {
    table_.drop_row();
    if (!table_.rows()) return set_aside("the record has more bytes than a batch may", "", id);
    is_line_waiting_ = true;
    --records_;  // counted with the batch it will lie in
    return;
  }
  if (!table_.rows()) first_record_ = records_;
  table_.end_row(line_.number, line_.offset);
}

bool Reader::read_document(simdjson::dom::object& document) {
  simdjson::dom::element root;
  auto trouble = parser_.parse(line_.text.data(), line_.text.size(), false).get(root);
  std::string_view type;
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

void Reader::set_aside(const char* why, const char* field, std::string_view key) {
  ++set_aside_;
  hr_aside what{};
  what.size = sizeof what;
  what.record = records_;
  what.line = line_.number;
  what.offset = line_.offset;
  what.place = entry::text_of(place_);
  what.field = entry::text_of(field);
  what.why = entry::text_of(why);
  what.key = entry::text_of(key);
  host_.set_aside(what);
}

void Reader::tell_end(hr_end* end) const {
  end->complete = is_complete_;
  // A file without a record may as well have been cut: it proves nothing.
  end->proof = is_complete_ && records_ > 0 ? HR_PROOF_SETTLED : HR_PROOF_NONE;
  end->records = records_;
  end->set_aside = set_aside_;
  end->cursor = {nullptr, 0};
}

}  // namespace homeroom::fhir_ndjson
