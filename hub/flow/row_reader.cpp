#include "hub/flow/row_reader.hpp"

#include <algorithm>

#include "homeroom/csv.hpp"
#include "homeroom/error.hpp"
#include "hub/flow/ndjson_rows.hpp"
#include "hub/plugin/import.hpp"

namespace homeroom::flow {

namespace {

std::vector<std::string> asked_columns(const map::Reads& reads) {
  std::vector<std::string> asked;
  for (const auto& column : reads.columns)
    asked.push_back(column.is_optional ? column.name + "?" : column.name);
  return asked;
}

/// A batch as the mapping wants it: columns in the order of `reads`.
void arrange(const record::Batch& batch, const map::Reads& reads, map::StreamRows& rows) {
  rows.rows = batch.rows;
  rows.columns.assign(reads.columns.size(), {});
  for (std::size_t i = 0; i < reads.columns.size(); ++i) {
    const auto* column = batch.find(reads.columns[i].name);
    if (!column) continue;
    if (column->type != record::Type::text)
      throw Error(Next::fail,
                  "column " + reads.columns[i].name + " of " + reads.stream + " is no text");
    rows.columns[i] = *column;
  }
  rows.lines.resize(batch.lines ? batch.rows : 0);
  for (std::size_t i = 0; i < rows.lines.size(); ++i)
    rows.lines[i] = static_cast<uint32_t>(batch.lines[i]);
}

class PluginRows : public RowReader {
 public:
  PluginRows(plugin::Instance& instance, const plugin::StreamInfo& stream, const map::Reads& reads)
      : reads_(reads) {
    plugin::ReadRequest request;
    request.stream = stream.name;
    request.columns = asked_columns(reads);
    request.max_rows = rows_in_batch;
    reader_ = instance.read(request);
  }
  bool next(map::StreamRows& rows) override {
    auto arrival = reader_->next();
    asides_ += reader_->take_asides().size();
    if (!arrival) return false;
    arrange(arrival->rows, reads_, rows);
    return true;
  }
  uint64_t set_aside() const override { return asides_; }

 private:
  const map::Reads& reads_;
  std::unique_ptr<plugin::BatchReader> reader_;
  uint64_t asides_ = 0;
};

/// The same reader as that of the plugins, without a plugin around it.
class CsvRows : public RowReader {
 public:
  CsvRows(const std::filesystem::path& file, const map::Reads& reads)
      : reads_(reads), asked_(asked_columns(reads)) {
    CsvOptions options;
    options.place = file.string();
    Read what;
    what.stream = reads.stream;
    what.columns = asked_;
    what.max_rows = rows_in_batch;
    what.max_bytes = HR_MAX_BYTES;
    hr_host host{};
    host.size = sizeof host;
    host.ctx = this;
    host.set_aside = [](void* self, const hr_aside* aside) {
      auto& rows = *static_cast<CsvRows*>(self);
      if (rows.asides_++ == 0)
        rows.first_aside_ = "line " + std::to_string(aside->line) + ": " +
                            std::string(aside->why.data, aside->why.size);
    };
    host.log = [](void* self, int32_t, hr_text line) {
      static_cast<CsvRows*>(self)->said_.assign(line.data, line.size);
    };
    reader_ = std::make_unique<CsvReader>(Host(&host), open_csv_file(file.string(), options.place),
                                          options, what);
  }

  bool next(map::StreamRows& rows) override {
    batch_.clear();
    reader_->next(batch_);
    if (batch_.rows() == 0) {
      if (!reader_->end().complete) throw Error(Next::not_readable, said_);
      return false;
    }
    arena_.reset();
    hr_batch lent{};
    lent.size = sizeof lent;
    batch_.lend(lent);
    arrange(plugin::import_batch(lent, asked_, arena_), reads_, rows);
    lent.rows.release(&lent.rows);
    lent.schema.release(&lent.schema);
    return true;
  }
  uint64_t set_aside() const override { return asides_; }
  std::string first_aside() const override { return first_aside_; }

 private:
  const map::Reads& reads_;
  std::vector<std::string> asked_;
  Batch batch_;
  record::Arena arena_;
  uint64_t asides_ = 0;
  std::string first_aside_;
  std::string said_;  // why the read does not count as complete
  std::unique_ptr<CsvReader> reader_;
};

}  // namespace

std::unique_ptr<RowReader> plugin_rows(plugin::Instance& instance, const plugin::StreamInfo& stream,
                                       const map::Reads& reads) {
  return std::make_unique<PluginRows>(instance, stream, reads);
}

std::unique_ptr<RowReader> file_rows(const std::filesystem::path& file, const map::Reads& reads) {
  auto ending = file.extension();
  if (ending == ".ndjson" || ending == ".jsonl") return ndjson_rows(file, reads);
  return std::make_unique<CsvRows>(file, reads);
}

}  // namespace homeroom::flow
