// Links: which person a subject is. Kept in pages of a thousand subjects, since a run reads them
// all and changes few; a page that did not change is not written.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hub/sql/sql.hpp"
#include "hub/store/store.hpp"

namespace homeroom::store {

class Links {
 public:
  explicit Links(sql::Database& database);

  /// By node.
  std::vector<SubjectLink> all(uint32_t source);
  void put_all(uint32_t source, const std::vector<SubjectLink>& links);
  void put(uint32_t source, const SubjectLink& link);
  /// `nodes` ascend.
  void forget(uint32_t source, const std::vector<uint32_t>& nodes);

 private:
  std::vector<SubjectLink> page_of(uint32_t source, uint32_t node);
  void put_page(uint32_t source, uint32_t page, const std::string& links,
                const std::string& weights);
  void erase_pages_but(uint32_t source, const std::vector<uint32_t>& kept);

  sql::Database& database_;
  sql::Statement read_, write_, erase_;
};

}  // namespace homeroom::store
