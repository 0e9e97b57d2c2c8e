#include "plugins/webhook/http.hpp"

#include <algorithm>
#include <memory>

#include <curl/curl.h>

#include "homeroom/error.hpp"

namespace homeroom::webhook {
namespace {

constexpr size_t most_body = 64 << 10;
constexpr long slow_bytes_per_s = 16;

struct Exchange {
  std::string body;
  const std::function<bool()>* stopping = nullptr;
};

// More than we keep is read and dropped, so that the connection stays usable; the deadline ends it.
size_t take_body(char* bytes, size_t one, size_t count, void* to) {
  auto& body = static_cast<Exchange*>(to)->body;
  body.append(bytes, std::min(one * count, most_body - body.size()));
  return one * count;
}

int look_around(void* to, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto& stopping = *static_cast<Exchange*>(to)->stopping;
  return stopping && stopping() ? 1 : 0;
}

bool is_our_mistake(CURLcode code) {
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
      return true;
    default:
      return false;
  }
}

bool is_this_machine(std::string_view host) {
  return host == "localhost" || host == "[::1]" || host == "127.0.0.1";
}

std::string part_of(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return {};
  std::string copy = text;
  curl_free(text);
  return copy;
}

}  // namespace

void check_url(const std::string& url, bool allow_http) {
  std::unique_ptr<CURLU, void (*)(CURLU*)> parsed(curl_url(), curl_url_cleanup);
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK)
    throw Error(Next::fix_settings, "setting 'url' is no URL (expected https://...)");
  if (!part_of(parsed.get(), CURLUPART_USER).empty())
    throw Error(Next::fix_settings, "setting 'url' holds a user name; it may not");
  std::string scheme = part_of(parsed.get(), CURLUPART_SCHEME);
  if (scheme == "https") return;
  if (scheme == "http" && allow_http && is_this_machine(part_of(parsed.get(), CURLUPART_HOST)))
    return;
  throw Error(Next::fix_settings,
              "setting 'url' must begin with https:// (http:// only to this machine, 127.0.0.1, "
              "with allow_http: true)");
}

struct Http::Handle {
  Handle() : curl(curl_easy_init()) {
    if (!curl) throw Error(Next::fail, "libcurl cannot start");
  }
  ~Handle() {
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
  }
  CURL* curl;
  curl_slist* headers = nullptr;
};

Http::Http(HttpStyle style, std::function<bool()> stopping)
    : style_(std::move(style)),
      stopping_(std::move(stopping)),
      handle_(std::make_unique<Handle>()) {
  CURL* curl = handle_->curl;
  curl_easy_setopt(curl, CURLOPT_URL, style_.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https,http");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!style_.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, style_.ca_file.c_str());
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, style_.timeout_s);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, std::min(style_.timeout_s, 10L));
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, slow_bytes_per_s);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, std::max(1L, style_.timeout_s / 2));
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);  // threads: no alarm signals
  curl_easy_setopt(curl, CURLOPT_NOPROXY, "localhost,127.0.0.1,::1");
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, look_around);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "homeroom-webhook/0.1");
}

Http::~Http() = default;

Reply Http::post(std::string_view body, const std::vector<std::string>& headers) {
  curl_slist_free_all(handle_->headers);
  handle_->headers = nullptr;
  for (const auto& header : headers)
    handle_->headers = curl_slist_append(handle_->headers, header.c_str());
  // Without it curl waits a second for "100 Continue" before a large body.
  handle_->headers = curl_slist_append(handle_->headers, "Expect:");
  CURL* curl = handle_->curl;
  curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 0L);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, handle_->headers);
  curl_easy_setopt(curl, CURLOPT_POST, 1L);
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.data());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  return exchange();
}

Reply Http::connect() {
  curl_easy_setopt(handle_->curl, CURLOPT_CONNECT_ONLY, 1L);
  return exchange();
}

Reply Http::exchange() {
  CURL* curl = handle_->curl;
  Exchange state{{}, &stopping_};
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &state);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &state);
  CURLcode code = curl_easy_perform(curl);
  Reply reply;
  reply.body = std::move(state.body);
  if (code != CURLE_OK) {
    // curl's own words for the code; the detailed text may repeat what the server sent.
    reply.trouble = curl_easy_strerror(code);
    reply.is_our_mistake = is_our_mistake(code);
    reply.was_stopped = code == CURLE_ABORTED_BY_CALLBACK;
    return reply;
  }
  curl_off_t retry_after = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply.status);
  curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &retry_after);
  reply.retry_after_s = static_cast<uint32_t>(std::clamp<curl_off_t>(retry_after, 0, 86'400));
  return reply;
}

}  // namespace homeroom::webhook
