// FarHttp: "homeroom.http/1" as a plugin in a runner is lent it. The hub does the work; each call
// is a frame there and one back.
#pragma once

#include "homeroom/http.h"
#include "hub/plugin/line.hpp"

namespace homeroom::plugin {

class FarHttp {
 public:
  explicit FarHttp(Line& line) : table_{sizeof(hr_http), &line, send} {}
  const hr_http* table() const { return &table_; }

 private:
  static int32_t send(void* line, const hr_http_request* what, hr_http_reply* out,
                      hr_error* err) noexcept;
  hr_http table_;
};

}  // namespace homeroom::plugin
