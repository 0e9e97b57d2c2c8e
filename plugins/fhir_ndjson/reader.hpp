// Reader: the resources of one stream, file after file, as batches of flat text columns.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <simdjson.h>

#include "homeroom/sdk.hpp"
#include "plugins/fhir_ndjson/cells.hpp"
#include "plugins/fhir_ndjson/extract.hpp"
#include "plugins/fhir_ndjson/folder.hpp"
#include "plugins/fhir_ndjson/lines.hpp"

namespace homeroom::fhir_ndjson {

/// Whether these are the files of which a reader told the version, as they were then.
bool stand(const std::vector<StreamFile>& files, std::string_view version);

class ResourceReader : public Reader {
 public:
  /// `columns` are those to extract, all known to the resource.
  ResourceReader(const Host& host, const Resource& resource, std::vector<StreamFile> files,
                 std::vector<std::string> columns, const Read& bounds);

  void next(Batch& batch) override;
  End end() override;
  std::string version() override { return version_; }

 private:
  void declare(Batch& batch) const;
  bool open_next_file();
  bool next_line();
  void take_line(Batch& batch);
  bool read_document(simdjson::dom::object& document);
  void set_aside(const char* why, const char* field = "", std::string_view key = {});
  void close_file();

  const Host& host_;
  const Resource& resource_;
  std::vector<StreamFile> files_;
  std::vector<std::string> columns_;
  Extract extract_;
  Cells cells_;
  uint32_t max_rows_;
  uint32_t max_bytes_;
  size_t bytes_ = 0;  ///< of the batch being filled
  simdjson::dom::parser parser_;

  size_t next_file_ = 0;
  std::unique_ptr<Lines> lines_;
  std::string place_;
  Line line_;
  bool is_line_waiting_ = false;  ///< line_ did not fit into the batch before
  uint64_t records_ = 0;
  uint64_t set_aside_ = 0;
  bool is_complete_ = true;
  std::string version_;  ///< of the files read so far, a line each
};

}  // namespace homeroom::fhir_ndjson
