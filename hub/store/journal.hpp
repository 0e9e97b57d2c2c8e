// Journal: the two chained logs, disclosures and audit. Each entry's hash covers the one before, so
// that an entry changed, removed or put in between is found.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "hub/keys/keys.hpp"
#include "hub/sql/sql.hpp"
#include "hub/store/store.hpp"

namespace homeroom::store {

class Journal {
 public:
  Journal(sql::Database& database, keys::KeyRing& keys, const std::string& tenant);

  void put(const Disclosure& disclosure);
  void put(const AuditRow& row);
  /// Numbers of the entries whose target says this text.
  std::vector<uint64_t> audit_about(const std::string& text);
  std::vector<Chain> chains(std::set<std::string>& known);
  /// After a rollback: what is remembered of the chains may not be in the file.
  void forget();

 private:
  struct Head {
    int64_t number = 0;
    std::string hash;
    bool is_known = false;
  };
  Head& head(Head& kept, const char* sql);
  int64_t terms_number(const Disclosure& disclosure);

  sql::Database& database_;
  keys::KeyRing& keys_;
  std::string start_;  ///< what the first entries follow
  sql::Statement put_disclosure_;
  Head disclosures_, audits_;
  std::map<std::string, int64_t> terms_;
};

}  // namespace homeroom::store
