// Reader: the resources of one stream, file after file, as batches of flat text columns.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <simdjson.h>

#include "homeroom/entry.hpp"
#include "plugins/fhir_ndjson/extract.hpp"
#include "plugins/fhir_ndjson/folder.hpp"
#include "plugins/fhir_ndjson/lines.hpp"
#include "plugins/fhir_ndjson/text_table.hpp"

namespace homeroom::fhir_ndjson {

class Reader {
 public:
  /// `columns` are those to extract, all known to the resource.
  Reader(const entry::Host& host, const Resource& resource, std::vector<StreamFile> files,
         const std::vector<std::string>& columns, uint32_t max_rows, uint32_t max_bytes);

  /// Fills `batch`, or `end` when nothing is left.
  void next(hr_batch* batch, hr_end* end);

 private:
  bool fill();
  bool open_next_file();
  bool next_line();
  void take_line();
  bool read_document(simdjson::dom::object& document);
  void set_aside(const char* why, const char* field = "", std::string_view key = {});
  void close_file();
  void tell_end(hr_end* end) const;

  const entry::Host& host_;
  const Resource& resource_;
  std::vector<StreamFile> files_;
  Extract extract_;
  TextTable table_;
  uint32_t max_bytes_;
  simdjson::dom::parser parser_;

  size_t next_file_ = 0;
  std::unique_ptr<Lines> lines_;
  std::string place_;
  Line line_;
  bool is_line_waiting_ = false;  ///< line_ did not fit into the batch before
  uint64_t records_ = 0;
  uint64_t first_record_ = 0;  ///< of the batch being filled
  uint64_t set_aside_ = 0;
  bool is_complete_ = true;
};

}  // namespace homeroom::fhir_ndjson
