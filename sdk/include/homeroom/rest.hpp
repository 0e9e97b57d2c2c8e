// homeroom/rest.hpp - a stream read from a REST collection of JSON: pages, rows, what changed.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "homeroom/json_rows.hpp"
#include "homeroom/page_walk.hpp"
#include "homeroom/source.hpp"

namespace homeroom {

/// How a collection says what changed.
struct Changes {
  std::string column;  ///< holds the time of the last change, ISO 8601 in UTC; empty: it cannot
  int64_t look_back_s = 0;  ///< so much is read again: clocks of servers differ
  /// What to add to the URL to get what changed at or after that time.
  std::function<std::string(const std::string& url, const std::string& since)> url;
};

/// A collection of a service and how its records become rows.
struct RestStream {
  HttpAsk first;  ///< of the collection, without paging
  PageStyle pages;
  JsonShape shape;
  std::vector<std::string> key;  ///< columns that name one row
  std::string gone_column;       ///< with this text in that column the record is gone
  std::string gone_text;
  Changes changes;
};

/// Reads one stream of rows. A record that moves to another page meanwhile is given once; one whose
/// key is missing is set aside. The cursor is the time of the newest change and the rows at that
/// edge, so that what is read again because of look_back is not given again. Complete when the walk
/// ended by itself; proof `format` where the server's total held, none where it did not.
class RestReader : public Reader {
 public:
  /// Asks for nothing yet. Throws not_readable for a column the shape does not have and for a
  /// cursor that this class never gave, hide where changes are asked of a stream that cannot tell
  /// them.
  RestReader(const Host& host, RestStream stream, const Read& what);
  ~RestReader() override;
  void next(Batch& batch) override;
  End end() override;

 private:
  struct Edge;
  bool fetch();
  void take(const std::vector<std::string>& row);
  void set_aside(uint64_t record, const std::string& why, const std::string& field = "");
  void declare(Batch& batch);

  Host host_;
  RestStream stream_;
  Read what_;
  std::unique_ptr<Edge> edge_;
  PageWalk walk_;
  JsonRows rows_;
  std::vector<size_t> columns_;  ///< of the shape, in the order asked for
  std::vector<size_t> key_;
  size_t gone_ = 0, changed_ = 0;
  std::deque<std::vector<std::string>> waiting_;  ///< rows of the page, "u" or "d" behind the cells
  std::unordered_set<std::string> given_;         ///< keys
  uint64_t first_record_ = 1, set_aside_ = 0, records_ = 0;
  std::string place_;
  bool is_over_ = false, has_doubles_ = false;
};

}  // namespace homeroom
