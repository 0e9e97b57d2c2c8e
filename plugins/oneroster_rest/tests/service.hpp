// Service: a OneRoster rostering service on this machine, written from what the standard says of
// paging, sorting, filtering and signing in, with switches for what servers in the field do wrong.
#pragma once

#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include "plugins/webhook/tests/receiver.hpp"

namespace homeroom::oneroster_rest {

using Json = nlohmann::json;

class Service {
 public:
  Service();
  std::string url() const { return base() + "/ims/oneroster/rostering/v1p2"; }
  std::string token_url() const { return base() + "/token"; }
  /// Requests of one collection, without those for tokens.
  int asked(const std::string& collection) const;
  /// What the requests of a collection had as this header.
  std::vector<std::string> headers(const std::string& collection, const std::string& name) const;

  std::map<std::string, Json> collections;  ///< "users" -> list of records
  size_t most_page = 10'000;                ///< smaller than asked for where a server caps it
  bool tells_total = true;
  bool gives_links = false;
  std::string token = "t-1";  ///< the one that is accepted
  /// Called before each page of a collection; a text it gives is answered as it is.
  std::function<std::string(const std::string& collection, int number)> fault;

 private:
  std::string base() const;
  std::string answer_to(const webhook::Received& request);
  std::string page(const std::string& collection, std::map<std::string, std::string> query);

  std::map<std::string, int> counts_;
  webhook::Receiver receiver_;
};

}  // namespace homeroom::oneroster_rest
