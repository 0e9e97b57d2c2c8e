// homeroom/entry.hpp - the few turns every plugin needs where C++ meets the C contract: texts,
// settings, the host, and a guard that lets no exception out.
#pragma once

#include <cstdlib>
#include <cstring>
#include <exception>
#include <map>
#include <string>
#include <string_view>

#include "homeroom/error.hpp"
#include "homeroom/plugin.h"

namespace homeroom::entry {

inline std::string_view view_of(hr_text text) {
  return text.data ? std::string_view(text.data, text.size) : std::string_view();
}
inline hr_text text_of(std::string_view text) {
  return {text.data(), text.size()};
}

/// Settings as the hub checked them.
class Settings {
 public:
  Settings(const hr_setting* all, size_t count) {
    for (size_t i = 0; i < count; ++i) values_.emplace(view_of(all[i].key), view_of(all[i].value));
  }
  std::string text(const std::string& key, const std::string& fallback = "") const {
    auto found = values_.find(key);
    return found == values_.end() ? fallback : found->second;
  }
  std::string needed(const std::string& key) const {
    auto found = values_.find(key);
    if (found == values_.end() || found->second.empty())
      throw Error(Next::fix_settings, "setting '" + key + "' is missing");
    return found->second;
  }
  bool flag(const std::string& key) const { return text(key, "false") == "true"; }
  long number(const std::string& key, long fallback) const {
    auto found = values_.find(key);
    return found == values_.end() ? fallback : std::strtol(found->second.c_str(), nullptr, 10);
  }
  /// All that lies below "prefix.", without the prefix.
  std::map<std::string, std::string> below(const std::string& prefix) const {
    std::map<std::string, std::string> all;
    for (const auto& [key, value] : values_)
      if (key.starts_with(prefix + ".")) all.emplace(key.substr(prefix.size() + 1), value);
    return all;
  }

 private:
  std::map<std::string, std::string> values_;
};

/// The hub, as an instance sees it.
class Host {
 public:
  explicit Host(const hr_host* host) : host_(host) {}
  bool stopping() const { return host_->stopping(host_->ctx) != 0; }
  int64_t now_ms() const { return host_->now_ms(host_->ctx); }
  void info(std::string_view line) const { host_->log(host_->ctx, 1, text_of(line)); }
  void warn(std::string_view line) const { host_->log(host_->ctx, 2, text_of(line)); }
  void set_aside(const hr_aside& what) const { host_->set_aside(host_->ctx, &what); }
  void progress(uint64_t done, uint64_t total) const { host_->progress(host_->ctx, done, total); }

 private:
  const hr_host* host_;
};

inline int32_t tell(hr_error* err, Next next, const char* what, uint32_t retry_after_s) {
  *err = hr_error{};
  err->retry_after_s = retry_after_s;
  std::strncpy(err->message, what, sizeof err->message - 1);
  return static_cast<int32_t>(next);
}

/// Does the work; whatever it throws becomes a code and a message.
template <class Work>
int32_t guarded(hr_error* err, Work work) noexcept {
  try {
    work();
    return HR_OK;
  } catch (const Error& error) {
    return tell(err, error.next, error.what(), error.retry_after_s);
  } catch (const std::exception& error) {
    return tell(err, Next::fail, error.what(), 0);
  } catch (...) {
    return tell(err, Next::fail, "an exception of unknown type", 0);
  }
}

}  // namespace homeroom::entry
