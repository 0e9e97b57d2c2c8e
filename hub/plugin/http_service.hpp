// HttpService: the hub's HTTP as one instance of a plugin sees it, "homeroom.http/1". Which hosts
// it may speak to comes from its manifest, what a district says of them from `network:` beside the
// plugin's settings.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "homeroom/http.h"
#include "hub/plugin/open.hpp"
#include "hub/world/http.hpp"

namespace homeroom::plugin {

/// Hosts of the manifest ("setting:url" is the host of that setting's URL) and what the settings
/// say of the network. Throws fix_settings for a URL that is none.
world::HttpRules http_rules(const Manifest& manifest, const CheckedSettings& settings);

class HttpService {
 public:
  HttpService(const Manifest& manifest, const CheckedSettings& settings,
              const Surroundings& around);
  HttpService(const HttpService&) = delete;
  HttpService& operator=(const HttpService&) = delete;

  /// The table a plugin is given; valid as long as this object.
  const hr_http* table() const { return &table_; }

 private:
  static int32_t send(void* ctx, const hr_http_request* what, hr_http_reply* out,
                      hr_error* err) noexcept;
  world::HttpRequest request_of(const hr_http_request& what) const;
  world::SignIn sign_in_of(const hr_http_auth& auth) const;
  std::unique_ptr<world::Wire> wire() const;
  world::Http& http();

  hr_http table_;
  world::HttpRules rules_;
  Surroundings around_;
  std::filesystem::path play_, record_;  ///< folders of cassettes, or empty
  std::vector<std::string> keep_;
  std::map<std::string, world::Secret, std::less<>> secrets_;
  std::unique_ptr<world::Http> http_;  ///< from the first request on
};

}  // namespace homeroom::plugin
