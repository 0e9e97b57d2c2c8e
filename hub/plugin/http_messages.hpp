// What a plugin asks over HTTP, and what runner and hub tell each other of it.
#pragma once

#include <vector>

#include "homeroom/http.h"
#include "hub/plugin/frame.hpp"

namespace homeroom::plugin {

/// A request as it came in a frame: views of it. Not to be copied, for parts point to others.
struct HttpAsked {
  HttpAsked() = default;
  HttpAsked(const HttpAsked&) = delete;
  HttpAsked& operator=(const HttpAsked&) = delete;
  hr_http_request request{};
  hr_http_auth auth{};
  std::vector<hr_http_header> headers;
};

/// Throws Error(fail) for a request of a plugin whose sizes or pointers make no sense.
void expect_sense(const hr_http_request& what);

/// `what` makes sense; see expect_sense().
void pack(Pack& to, const hr_http_request& what);
void unpack(Unpack& from, HttpAsked& to);

/// Status, proof and headers.
void pack(Pack& to, const hr_http_reply& reply);
/// All but the functions; headers are views of the frame and lie in `headers`.
void unpack(Unpack& from, hr_http_reply& reply, std::vector<hr_http_header>& headers);

}  // namespace homeroom::plugin
