// homeroom/page_walk.hpp - from page to page of a collection that a REST server cuts up.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "homeroom/http.hpp"

namespace homeroom {

/// How a server cuts its collections. A Link header with rel="next" (RFC 8288) leads wherever the
/// server sends one; without it the next page is asked for by its offset or by the last one's
/// token.
struct PageStyle {
  int64_t page_size = 100;
  std::string limit = "limit";    ///< name of the parameter for the page size
  std::string offset = "offset";  ///< for the number of records before the page; empty: none
  std::string token;              ///< for the token of the page; empty: none
  bool follows_links = true;
  std::string total = "x-total-count";  ///< header that says how many there are
};

/// Walks until a page is empty, no link follows, or the total is reached. It stays on the first
/// page's origin, visits no page twice, and counts.
class PageWalk {
 public:
  /// `name` is for messages; `first.url` is without the parameters of `style`.
  PageWalk(HttpClient client, std::string name, HttpAsk first, PageStyle style);

  /// The next page's body, or nothing after the last. Throws Error: as the server's status asks
  /// for, and not_readable for a link that leads elsewhere or in a circle.
  std::optional<std::string> next();
  /// To be called after each page: how many records it held, and the token of the one behind it.
  void held(uint64_t records, const std::string& token = "");

  /// Name of the page given last, for messages: "users, page 3".
  std::string place() const { return name_ + ", page " + std::to_string(pages_); }
  /// How many records the pages held so far.
  uint64_t records() const { return records_; }
  /// The server told one total on all pages, and that many were held.
  bool is_counted() const { return total_ && !total_moved_ && *total_ == records_; }
  /// The server told totals that the walk does not add up to: something moved meanwhile.
  bool is_shifted() const { return total_moved_ || (total_ && *total_ != records_); }

 private:
  std::string url_at(const std::string& parameter, const std::string& value) const;
  std::string linked(const HttpReply& reply) const;
  void note_total(const HttpReply& reply);

  HttpClient client_;
  std::string name_;
  HttpAsk ask_;
  PageStyle style_;
  std::string base_, next_url_, link_;
  std::set<std::string> seen_;
  std::optional<uint64_t> total_;
  bool total_moved_ = false;
  uint64_t records_ = 0, pages_ = 0;
};

}  // namespace homeroom
