// homeroom/json_rows.hpp - rows of texts from JSON records, by paths.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace homeroom {

/// A column and where its text stands in a record: "org.sourcedId"; "grades[]" and
/// "orgs[].sourcedId" give all, joined by commas as in a CSV cell; "userIds[]{type:identifier}"
/// gives {type:identifier} of each. Numbers keep their digits, objects and lists at the end of a
/// path stay JSON. With JsonShape::each, a path that begins with "^." starts at the record, others
/// at the item.
struct JsonColumn {
  std::string name;
  std::string path;
};

/// Where the rows lie in a document.
struct JsonShape {
  std::string records;  ///< the member that holds the list of records; empty: the document is it
  std::string each;     ///< a list in each record whose items become the rows; empty: the records
  std::vector<JsonColumn> columns;
};

/// Reads documents of one shape. Memory: one document and its rows.
class JsonRows {
 public:
  /// Takes the paths as they are; one that fits nothing gives empty texts.
  explicit JsonRows(JsonShape shape);
  JsonRows(const JsonRows&) = delete;
  JsonRows& operator=(const JsonRows&) = delete;
  ~JsonRows();

  /// Calls take() for each row with one text a column, empty where there is nothing, and
  /// wrong(number) for a record, counted from 1 in this document, that is no object. Answers how
  /// many records there were. Throws Error(not_readable), naming `place`, for what is no JSON
  /// document, ends early, goes deeper than 100, or lacks the list.
  size_t read(std::string_view document, const std::string& place,
              const std::function<void(const std::vector<std::string>&)>& take,
              const std::function<void(size_t record)>& wrong);

 private:
  struct Machine;
  std::unique_ptr<Machine> machine_;
};

}  // namespace homeroom
