// Links: which person a subject is. Kept in pages of a thousand subjects, since a run reads them
// all and changes few; a page that did not change is not written.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "hub/keys/keys.hpp"
#include "hub/sqlite/sqlite.hpp"
#include "hub/store/store.hpp"

namespace homeroom::store {

class Links {
 public:
  Links(sqlite::Database& database, keys::KeyRing& keys);

  /// By node.
  void each(uint32_t source, const std::function<void(const SubjectLink&)>& visit);
  void put_all(uint32_t source, const std::vector<SubjectLink>& links);

 private:
  void put_page(uint32_t source, uint32_t page, const std::string& links,
                const std::string& weights, const std::string& features);
  void erase_pages_but(uint32_t source, const std::vector<uint32_t>& kept);

  sqlite::Database& database_;
  keys::KeyRing& keys_;
  std::string sealed_;
};

}  // namespace homeroom::store
