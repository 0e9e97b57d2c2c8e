// oneroster_rest: rosters of a OneRoster 1.1 or 1.2 service, in the columns of its CSV binding.
#include <algorithm>
#include <memory>

#include "homeroom/error.hpp"
#include "homeroom/rest.hpp"
#include "homeroom/sdk.hpp"
#include "plugins/oneroster_rest/shapes.hpp"

namespace homeroom::oneroster_rest {
namespace {

constexpr int64_t most_page = 10'000;
constexpr int64_t most_look_back_s = 7 * 86'400;

int64_t between(const Settings& settings, const char* key, int64_t least, int64_t most) {
  auto number = settings.integer(key);
  if (number < least || number > most)
    throw Error(Next::fix_settings, std::string("setting '") + key + "' must lie between " +
                                        std::to_string(least) + " and " + std::to_string(most));
  return number;
}

/// OneRoster 1.2, 3.4: the least scopes that read what the streams hold; 1.1 alike.
std::string usual_scope(Version version) {
  std::string base = std::string("https://purl.imsglobal.org/spec/or/") +
                     (version == Version::v1_1 ? "v1p1" : "v1p2") + "/scope/";
  return base + "roster.readonly " + base + "roster-demographics.readonly";
}

HttpAuth auth_of(const Settings& settings, Version version) {
  HttpAuth auth;
  auth.secret_setting = "client_secret";
  settings.text(auth.secret_setting);  // it must be there, though the hub uses it
  auto kind = settings.text("sign_in");
  if (kind == "bearer") {
    auth.kind = HR_AUTH_BEARER;
    return auth;
  }
  auth.id = settings.text("client_id");
  if (kind == "oauth1") {
    auth.kind = HR_AUTH_OAUTH1;
    auth.method = settings.text("signature");
    return auth;
  }
  auth.kind = HR_AUTH_OAUTH2;
  auth.token_url = settings.text("token_url");
  auth.scope = settings.text_or("scope", "");
  if (auth.scope.empty()) auth.scope = usual_scope(version);
  return auth;
}

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

class Service : public Source {
 public:
  Service(const Host& host, const Settings& settings)
      : host_(host),
        url_(without_slash(settings.text("url"))),
        version_(settings.text("version") == "1.1" ? Version::v1_1 : Version::v1_2),
        auth_(auth_of(settings, version_)),
        look_back_s_(between(settings, "look_back_s", 0, most_look_back_s)),
        is_sorted_(settings.boolean("sort")),
        operator_(settings.text("delta_operator")) {
    pages_.page_size = between(settings, "page_size", 1, most_page);
    pages_.follows_links = settings.boolean("links");
  }

  void discover(const std::function<void(const Stream&)>& tell) override {
    for (const auto& shape : shapes(version_)) {
      Stream stream;
      stream.name = shape.name;
      for (const auto& column : shape.rows.columns) stream.columns.push_back({column.name});
      for (const auto& name : shape.key) stream.key += (stream.key.empty() ? "" : ",") + name;
      stream.subject = shape.subject;
      if (!shape.subject.empty()) stream.space = "oneroster.user";
      stream.role = shape.subject.empty() ? Role::reference : Role::subject;
      // A part of a record that is not there any more leaves no mark among changes.
      stream.mode = has_changes(shape) ? Mode::unknown : Mode::full;
      tell(stream);
    }
  }

  std::unique_ptr<Reader> read(const Read& what) override {
    const auto& all = shapes(version_);
    auto shape = std::ranges::find(all, what.stream, &Shape::name);
    if (shape == all.end())
      throw Error(Next::not_readable, "there is no stream '" + what.stream + "'");
    return std::make_unique<RestReader>(host_, stream_of(*shape), what);
  }

  void check() override {
    auto ask = ask_for("orgs");
    ask.url += "?limit=1";
    expect_success(HttpClient(host_).send(ask), "the list of orgs");
  }

 private:
  static bool has_changes(const Shape& shape) { return shape.rows.each.empty(); }

  HttpAsk ask_for(const std::string& collection) const {
    HttpAsk ask;
    ask.url = url_ + '/' + collection;
    ask.auth = auth_;
    return ask;
  }

  RestStream stream_of(const Shape& shape) const {
    RestStream stream;
    stream.first = ask_for(shape.collection);
    if (is_sorted_) stream.first.url += "?sort=sourcedId&orderBy=asc";
    stream.pages = pages_;
    stream.shape = shape.rows;
    stream.key = shape.key;
    stream.gone_column = "status";
    stream.gone_text = "tobedeleted";
    stream.changes.column = has_changes(shape) ? "dateLastModified" : "";
    stream.changes.look_back_s = look_back_s_;
    // OneRoster 1.2, 3.2.2: one clause, value in single quotes.
    stream.changes.url = [op = operator_](const std::string& url, const std::string& since) {
      return url + (url.find('?') == url.npos ? '?' : '&') +
             "filter=" + in_query("dateLastModified" + op + "'" + since + "'");
    };
    return stream;
  }

  Host host_;
  std::string url_;
  Version version_;
  HttpAuth auth_;
  PageStyle pages_;
  int64_t look_back_s_;
  bool is_sorted_;
  std::string operator_;
};

}  // namespace
}  // namespace homeroom::oneroster_rest

HOMEROOM_SOURCE(homeroom::oneroster_rest::Service, "oneroster_rest", "0.1.0")
