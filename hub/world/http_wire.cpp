#include <algorithm>
#include <cctype>
#include <memory>

#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "homeroom/error.hpp"
#include "hub/world/http.hpp"
#include "hub/world/http_address.hpp"

namespace homeroom::world {
namespace {

constexpr long connect_ms = 10'000;
constexpr long slow_bytes_per_s = 1000;
constexpr long slow_s = 60;
constexpr int look_ms = 100;  ///< so often a wish to stop is looked for

struct Multi {
  Multi() : handle(curl_multi_init()) {
    if (!handle) throw Error(Next::fail, "libcurl cannot start");
  }
  Multi(const Multi&) = delete;
  Multi& operator=(const Multi&) = delete;
  ~Multi() { curl_multi_cleanup(handle); }
  CURLM* handle;
};

struct Slist {
  ~Slist() { curl_slist_free_all(list); }
  void add(const std::string& line) { list = curl_slist_append(list, line.c_str()); }
  curl_slist* list = nullptr;
};

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

/// The multi handle keeps the connections; each exchange is an easy handle in it.
class CurlReply : public HttpReply {
 public:
  CurlReply(Multi& multi, const HttpRules& rules, const Cancel& cancel, const HttpRequest& request)
      : multi_(multi),
        cancel_(cancel),
        host_(origin_of(request.url).host),
        is_internal_(std::ranges::find(rules.internal, host_) != rules.internal.end()),
        most_bytes_(request.most_bytes),
        body_(request.body),
        easy_(curl_easy_init()) {
    if (!easy_) throw Error(Next::fail, "libcurl cannot start");
    set_up(rules, request);
    curl_multi_add_handle(multi_.handle, easy_);
    try {
      while (!has_head_ && !is_over_) step();
    } catch (...) {
      tear_down();
      throw;
    }
    is_proven = status == 204 || status == 304 || has_length_ || http_version() >= 2;
  }
  CurlReply(const CurlReply&) = delete;
  CurlReply& operator=(const CurlReply&) = delete;
  ~CurlReply() override { tear_down(); }

  std::string_view next() override {
    given_ = std::exchange(arrived_, {});
    while (given_.empty() && !is_over_) {
      step();
      given_ = std::exchange(arrived_, {});
    }
    return given_;
  }

 private:
  template <typename Value>
  void set(CURLoption option, Value value) {
    curl_easy_setopt(easy_, option, value);
  }

  void set_up(const HttpRules& rules, const HttpRequest& request) {
    set(CURLOPT_URL, request.url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "https,http");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_PROXY, "");  // one named by the environment would hide the address from us
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    if (!rules.ca_file.empty()) set(CURLOPT_CAINFO, rules.ca_file.c_str());
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(request.deadline_ms));
    set(CURLOPT_CONNECTTIMEOUT_MS,
        std::min<long>(static_cast<long>(request.deadline_ms), connect_ms));
    set(CURLOPT_LOW_SPEED_LIMIT, slow_bytes_per_s);
    set(CURLOPT_LOW_SPEED_TIME, slow_s);
    set(CURLOPT_NOSIGNAL, 1L);         // threads: no alarm signals
    set(CURLOPT_ACCEPT_ENCODING, "");  // what it can; most_bytes holds for the decoded body
    set(CURLOPT_OPENSOCKETFUNCTION, &CurlReply::open_socket);
    set(CURLOPT_OPENSOCKETDATA, this);
    set(CURLOPT_HEADERFUNCTION, &CurlReply::take_header);
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_WRITEFUNCTION, &CurlReply::take_body);
    set(CURLOPT_WRITEDATA, this);
    for (const auto& header : request.headers) lines_.add(header.name + ": " + header.value);
    lines_.add("Expect:");  // without it curl waits a second before a large body
    set(CURLOPT_HTTPHEADER, lines_.list);
    set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
    if (request.method == "HEAD") set(CURLOPT_NOBODY, 1L);
    if (body_.empty() && request.method != "POST" && request.method != "PUT") return;
    set(CURLOPT_POSTFIELDS, body_.data());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body_.size()));
  }

  void tear_down() {
    curl_multi_remove_handle(multi_.handle, easy_);
    curl_easy_cleanup(easy_);
  }

  void step() {
    int running = 0;
    curl_multi_perform(multi_.handle, &running);
    int left = 0;
    while (auto* message = curl_multi_info_read(multi_.handle, &left))
      if (message->msg == CURLMSG_DONE && message->easy_handle == easy_) end(message->data.result);
    if (is_over_ || !arrived_.empty()) return;
    if (cancel_.cancelled()) throw Error(Next::stop, "stopped while waiting for " + host_);
    curl_multi_poll(multi_.handle, nullptr, 0, look_ms, nullptr);
  }

  void end(CURLcode code) {
    is_over_ = true;
    if (code == CURLE_OK) return;
    if (is_too_long_)
      throw Error(Next::not_readable,
                  host_ + " answers with more than " + std::to_string(most_bytes_ >> 20) + " MiB");
    if (is_private_ && code == CURLE_COULDNT_CONNECT)
      throw Error(Next::fix_settings, host_ +
                                          " has an address in a private network; if that is meant, "
                                          "name it under network: internal");
    // curl's own words for the code; the detailed text may repeat what the server sent.
    throw Error(is_our_mistake(code) ? Next::fix_settings : Next::retry,
                host_ + ": " + curl_easy_strerror(code));
  }

  long http_version() const {
    long version = 0;
    curl_easy_getinfo(easy_, CURLINFO_HTTP_VERSION, &version);
    return version == CURL_HTTP_VERSION_2_0 ? 2 : 1;
  }

  void keep_header(std::string_view line) {
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
    if (line.starts_with("HTTP/")) {  // a new head, after 100 Continue
      headers.clear();
      has_length_ = false;
      return;
    }
    if (line.empty()) {
      long code = 0;
      curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &code);
      status = static_cast<int>(code);
      has_head_ = code >= 200;
      return;
    }
    auto colon = line.find(':');
    if (colon == line.npos) return;
    std::string name(line.substr(0, colon));
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
    auto value = line.substr(colon + 1);
    while (value.starts_with(' ') || value.starts_with('\t')) value.remove_prefix(1);
    has_length_ |= name == "content-length" || (name == "transfer-encoding" && value == "chunked");
    headers.push_back({std::move(name), std::string(value)});
  }

  static std::size_t take_header(char* bytes, std::size_t one, std::size_t count, void* self) {
    static_cast<CurlReply*>(self)->keep_header({bytes, one * count});
    return one * count;
  }

  static std::size_t take_body(char* bytes, std::size_t one, std::size_t count, void* to) {
    auto& self = *static_cast<CurlReply*>(to);
    auto size = one * count;
    self.bytes_ += size;
    self.is_too_long_ = self.bytes_ > self.most_bytes_;
    if (self.is_too_long_) return 0;
    self.arrived_.append(bytes, size);
    return size;
  }

  // What counts is the address that is spoken to; names and their spellings say nothing.
  static curl_socket_t open_socket(void* to, curlsocktype, curl_sockaddr* address) {
    auto& self = *static_cast<CurlReply*>(to);
    if (!self.is_internal_ && !is_public(address->addr)) {
      self.is_private_ = true;
      return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  }

  Multi& multi_;
  const Cancel& cancel_;
  std::string host_;
  bool is_internal_;
  uint64_t most_bytes_;
  std::string body_;  ///< sent from here
  CURL* easy_;
  Slist lines_;
  std::string arrived_, given_;
  uint64_t bytes_ = 0;
  bool has_head_ = false, has_length_ = false, is_over_ = false;
  bool is_too_long_ = false, is_private_ = false;
};

class CurlWire : public Wire {
 public:
  CurlWire(const HttpRules& rules, const Cancel& cancel) : rules_(rules), cancel_(cancel) {}
  std::unique_ptr<HttpReply> exchange(const HttpRequest& request) override {
    return std::make_unique<CurlReply>(multi_, rules_, cancel_, request);
  }

 private:
  HttpRules rules_;
  const Cancel& cancel_;
  Multi multi_;
};

}  // namespace

std::unique_ptr<Wire> make_wire(const HttpRules& rules, const Cancel& cancel) {
  return std::make_unique<CurlWire>(rules, cancel);
}

}  // namespace homeroom::world
