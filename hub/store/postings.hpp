// Postings: which records have a token, of 64 bits that are spread evenly: a blocking token
// (Postings::of_matching), or the hash of their key (RecordKeys). They lie in segments that are
// never changed: one of all that was there first, small ones of the runs since. A segment is cut
// into sealed pages by the first bits of the tokens, so that a look-up opens one page a segment and
// opening a store opens none.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "hub/keys/keys.hpp"
#include "hub/sql/sql.hpp"
#include "hub/store/rows.hpp"

namespace homeroom::store {

class Postings {
 public:
  /// Where they lie, by whose they are, and as what they are sealed.
  struct Tables {
    std::string pages, segments;
    std::string owner;  ///< a column of `segments`
    keys::Unit unit;
  };
  /// Blocking tokens, each source's for itself.
  static Tables of_matching() {
    return {"posting_page", "posting_segment", "source", keys::Unit::postings};
  }

  Postings(sql::Database& database, keys::KeyRing& keys, Tables tables);

  /// Who has this token, ascending.
  void find(uint32_t owner, uint64_t token, std::vector<uint32_t>& nodes);
  /// How many there are, those that are gone counted, too.
  uint64_t count(uint32_t owner);
  /// All there are, by token, then node.
  void each(uint32_t owner, const std::function<void(const Posting&)>& visit);
  /// What a run changed; of one token and node the last counts. Small segments are made one when
  /// they are many, and become part of the first when together they exceed a tenth of it.
  void add(uint32_t owner, std::vector<Posting> changes);
  /// In the place of all that was there. `at` gives `count` of them by token, then node.
  void replace(uint32_t owner, std::size_t count, const std::function<Posting(std::size_t)>& at);
  /// Takes records out of every page that names them, and gives those pages other keys; keys that
  /// no page has any more are destroyed. `nodes` ascend.
  void forget(uint32_t owner, const std::vector<uint32_t>& nodes);
  /// Whether every page has its key.
  bool are_readable();
  void erase_all();
  /// Drops what was not committed; after every rollback.
  void drop();
  /// After what was staged is published: nobody needs the keys of what was erased any more.
  void published() { left_places_.clear(); }

 private:
  struct Segment {
    uint32_t number = 0;
    uint32_t bits = 0;  ///< of a token, which name the page
    uint64_t entries = 0;
    uint32_t place = 0;  ///< of its keys: no two segments of a moment have the same
  };
  /// As what the keys know a page.
  struct Sealed {
    uint32_t scope = 0;
    uint64_t id = 0;
    auto operator<=>(const Sealed&) const = default;
  };
  using Segments = std::vector<Segment>;  ///< oldest first
  class Writer;

  Segments& segments(uint32_t owner);
  Segment next_segment(uint32_t bits);
  std::optional<uint32_t> single_place(const std::set<uint32_t>& taken);
  static Sealed sealed_as(uint32_t place, uint32_t page);
  uint64_t forget_in_page(const Segment& segment, uint32_t page,
                          const std::vector<uint32_t>& nodes);
  void destroy_unused_keys();
  void each_page(const std::function<void(Sealed as, std::string_view sealed)>& visit);
  const std::string& page(const Segment& segment, uint32_t page);
  void read_page(const Segment& segment, uint32_t page, std::string& bytes);
  void read_all(const Segment& segment, std::vector<Posting>& to);
  void walk(const Segments& all, const std::function<void(const Posting&)>& visit);
  void write(Segments& of, uint32_t owner, const std::vector<Posting>& sorted);
  void erase(const Segment& segment);
  void merge_small(uint32_t owner, Segments& all);
  void merge_into_first(uint32_t owner, Segments& all);

  sql::Database& database_;
  keys::KeyRing& keys_;
  Tables tables_;
  sql::Statement read_, write_, put_segment_;
  std::map<uint32_t, Segments> segments_;           ///< by owner, of those asked for
  std::unordered_map<int64_t, std::string> pages_;  ///< opened ones
  std::set<uint32_t> left_places_;  ///< of segments erased here: the published ones may be theirs
  std::vector<uint32_t> fresh_;     ///< places of single pages whose keys have sealed nothing yet
  std::string sealed_;
};

}  // namespace homeroom::store
