#include "plugins/oneroster_rest/tests/service.hpp"

#include <algorithm>

namespace homeroom::oneroster_rest {
namespace {

std::string decoded(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::map<std::string, std::string> query_of(const std::string& target) {
  std::map<std::string, std::string> query;
  auto at = target.find('?');
  while (at != target.npos) {
    auto end = target.find('&', at + 1);
    auto pair = target.substr(at + 1, end == target.npos ? end : end - at - 1);
    auto equals = pair.find('=');
    query[pair.substr(0, equals)] = decoded(pair.substr(equals + 1));
    at = end;
  }
  return query;
}

std::string target_of(const std::string& head) {
  auto from = head.find(' ') + 1;
  return head.substr(from, head.find(' ', from) - from);
}

std::string collection_of(const std::string& target) {
  auto path = target.substr(0, target.find('?'));
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

Service::Service()
    : receiver_([this](const webhook::Received& asked) { return answer_to(asked); }) {}

std::string Service::base() const {
  auto url = receiver_.url();
  return url.substr(0, url.rfind('/'));
}

int Service::asked(const std::string& collection) const {
  return static_cast<int>(headers(collection, "Host").size());
}

std::vector<std::string> Service::headers(const std::string& collection,
                                          const std::string& name) const {
  std::vector<std::string> all;
  for (const auto& request : receiver_.received())
    if (collection_of(target_of(request.head)) == collection) all.push_back(request.header(name));
  return all;
}

std::string Service::answer_to(const webhook::Received& request) {
  auto target = target_of(request.head);
  if (request.head.starts_with("POST"))
    return webhook::answer(200, "", Json{{"access_token", token}, {"expires_in", 3600}}.dump());
  auto collection = collection_of(target);
  if (fault)
    if (auto said = fault(collection, ++counts_[collection]); !said.empty()) return said;
  auto who = request.header("Authorization");
  if (who != "Bearer " + token && !who.starts_with("OAuth ")) return webhook::answer(401);
  bool is_here = target.starts_with("/ims/oneroster/rostering/v1p2/" + collection);
  if (!is_here || !collections.contains(collection))
    return webhook::answer(404, "", "<html>no</html>");
  return page(collection, query_of(target));
}

// OneRoster 1.2, 3.2: sorted, then filtered, then cut.
std::string Service::page(const std::string& collection, std::map<std::string, std::string> query) {
  std::vector<Json> records = collections[collection];
  if (query["sort"] == "sourcedId")
    std::ranges::sort(records, {}, [](const Json& one) { return one.value("sourcedId", ""); });
  if (auto filter = query["filter"]; !filter.empty()) {
    auto since = filter.substr(filter.find('\'') + 1);
    since.pop_back();
    std::erase_if(records, [&](const Json& one) { return one["dateLastModified"] <= since; });
  } else {
    std::erase_if(records, [](const Json& one) {
      return one.is_object() && one.value("status", "") == "tobedeleted";
    });
  }
  size_t limit =
      std::min<size_t>(std::stoul(query["limit"].empty() ? "100" : query["limit"]), most_page);
  size_t offset =
      std::min<size_t>(query["offset"].empty() ? 0 : std::stoul(query["offset"]), records.size());
  size_t end = std::min(offset + limit, records.size());
  auto from = records.begin();
  std::vector<Json> some(from + static_cast<std::ptrdiff_t>(offset),
                         from + static_cast<std::ptrdiff_t>(end));
  std::string headers;
  if (tells_total) headers += "X-Total-Count: " + std::to_string(records.size()) + "\r\n";
  if (gives_links && end < records.size())
    headers += "Link: <" + url() + '/' + collection + "?offset=0&limit=1>; rel=\"first\", <" +
               url() + '/' + collection + "?limit=" + std::to_string(limit) +
               "&offset=" + std::to_string(end) + ">; rel=\"next\"\r\n";
  return webhook::answer(200, headers, Json{{collection, some}}.dump());
}

}  // namespace homeroom::oneroster_rest
