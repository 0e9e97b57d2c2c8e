// The edge of what was read: the newest change and the rows near it, as text of a cursor.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace homeroom::rest {

/// 2025-10-01T00:00:00.000Z, with or without a fraction, or with an offset, as milliseconds of UTC;
/// -1 if it is no such time.
int64_t instant(std::string_view text);
std::string iso_instant(int64_t ms);

/// Rows changed within `look_back_s` before the newest change of all: they are asked for again, and
/// the ones told already are known by a hash of key and time.
class Edge {
 public:
  /// Throws Error(not_readable) for a text that cursor() never gave.
  Edge(std::string_view cursor, int64_t look_back_s);

  bool is_known(std::string_view key, std::string_view changed) const;
  void note(std::string_view key, std::string_view changed);
  /// From where the next read asks; empty: from the beginning.
  std::string since() const;
  /// Empty while no change had a time.
  std::string cursor() const;

 private:
  struct Row {
    int64_t changed_ms;
    uint64_t hash;
  };
  int64_t look_back_ms_;
  int64_t newest_ms_ = -1;
  std::unordered_set<uint64_t> known_;
  std::vector<Row> rows_;
};

}  // namespace homeroom::rest
