#include "hub/world/cassette.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <nlohmann/json.hpp>

#include "homeroom/error.hpp"
#include "hub/world/files.hpp"
#include "hub/world/scrub.hpp"

namespace homeroom::world {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr uint64_t most_bytes = uint64_t{64} << 20;
constexpr std::array<std::string_view, 6> kept_headers = {"content-type",  "link", "retry-after",
                                                          "x-total-count", "etag", "last-modified"};

std::string without_query(const std::string& url) {
  return url.substr(0, url.find('?'));
}

class Played : public HttpReply {
 public:
  Played(int given_status, Headers given, std::string body) : body_(std::move(body)) {
    status = given_status;
    headers = std::move(given);
    is_proven = true;
  }
  std::string_view next() override {
    return std::exchange(was_given_, true) ? std::string_view() : body_;
  }

 private:
  std::string body_;
  bool was_given_ = false;
};

struct Exchange {
  std::string method, url;
  int status = 0;
  Headers headers;
  std::string body;
};

Exchange exchange_of(const fs::path& file) try {
  auto json = Json::parse(read_whole(file, most_bytes));
  const auto& request = json.at("request");
  const auto& reply = json.at("reply");
  Exchange made{request.at("method"), request.at("url"), reply.at("status"), {}, {}};
  const auto headers = reply.value("headers", Json::object());
  for (const auto& [name, value] : headers.items()) made.headers.push_back({name, value});
  if (reply.contains("body")) made.body = reply["body"].dump();
  if (reply.contains("text")) made.body = reply["text"];
  return made;
} catch (const Json::exception&) {
  throw Error(Next::fix_settings,
              file.string() + ": no exchange with request (method, url) and reply (status)");
}

class Player : public Wire {
 public:
  explicit Player(const fs::path& folder) {
    std::vector<fs::path> files;
    if (fs::is_directory(folder))
      for (const auto& entry : fs::directory_iterator(folder))
        if (entry.path().extension() == ".json") files.push_back(entry.path());
    if (files.empty())
      throw Error(Next::fix_settings, folder.string() + ": holds no cassette (files *.json)");
    std::ranges::sort(files);
    for (const auto& file : files) {
      auto exchange = exchange_of(file);
      auto request = exchange.method + ' ' + exchange.url;
      answers_[request].all.push_back(std::move(exchange));
    }
  }

  std::unique_ptr<HttpReply> exchange(const HttpRequest& request) override {
    auto found = answers_.find(request.method + ' ' + request.url);
    if (found == answers_.end())
      throw Error(Next::not_readable, "the cassette has no answer to " + request.method + ' ' +
                                          without_query(request.url) +
                                          " with the parameters that were asked for");
    auto& answers = found->second;
    const auto& one = answers.all[std::min(answers.given++, answers.all.size() - 1)];
    return std::make_unique<Played>(one.status, one.headers, one.body);
  }

 private:
  struct Answers {
    std::vector<Exchange> all;
    size_t given = 0;
  };
  std::map<std::string, Answers> answers_;
};

class Recorder : public Wire {
 public:
  Recorder(std::unique_ptr<Wire> wire, fs::path folder, std::vector<std::string> keep)
      : wire_(std::move(wire)), folder_(std::move(folder)), scrub_(std::move(keep)) {
    make_folder(folder_);
  }

  std::unique_ptr<HttpReply> exchange(const HttpRequest& request) override {
    auto reply = wire_->exchange(request);
    Headers kept;
    for (const auto& header : reply->headers)
      if (std::ranges::find(kept_headers, header.name) != kept_headers.end())
        kept.push_back(header);
    auto body = rest_of(*reply);
    keep(request, reply->status, kept, body);
    return std::make_unique<Played>(reply->status, reply->headers, body);
  }

 private:
  void keep(const HttpRequest& request, int status, const Headers& headers,
            const std::string& body) {
    Json reply = {{"status", status}, {"headers", Json::object()}};
    for (const auto& header : headers) reply["headers"][header.name] = header.value;
    auto json = Json::parse(body, nullptr, false);
    bool is_token = json.is_object() && json.contains("access_token");
    if (is_token)
      reply["body"] = {{"access_token", "played"}, {"expires_in", 3600}};
    else if (!json.is_discarded())
      reply["body"] = scrub_(json);
    else
      reply["text"] = scrub_.text(body);
    Json file = {{"request", {{"method", request.method}, {"url", request.url}}}, {"reply", reply}};
    auto number = std::to_string(10'000 + ++count_).substr(1);
    write_atomically(folder_ / (number + ".json"), file.dump(2) + '\n');
  }

  std::unique_ptr<Wire> wire_;
  fs::path folder_;
  Scrub scrub_;
  int count_ = 0;
};

}  // namespace

std::unique_ptr<Wire> play_cassette(const fs::path& folder) {
  return std::make_unique<Player>(folder);
}

std::unique_ptr<Wire> record_cassette(std::unique_ptr<Wire> wire, fs::path folder,
                                      std::vector<std::string> keep) {
  return std::make_unique<Recorder>(std::move(wire), std::move(folder), std::move(keep));
}

}  // namespace homeroom::world
