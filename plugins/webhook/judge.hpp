// Judge: what an answer means for the rows that were sent. Only shapes leave this file: a status
// and the place of a field we sent, never a text of the answer's body.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "homeroom/sink.hpp"
#include "plugins/webhook/http.hpp"

namespace homeroom::webhook {

struct Ruling {
  Verdict verdict = Verdict::not_now;
  std::string why;  ///< "HTTP 422 at /grade"; empty when taken
};

/// The ruling over a body as a whole. Throws Error where the answer is about the connection and not
/// about the row: 401, 403 and 407 sign_in; 404, 405, 410, 413, 415 and a wrong
/// certificate fix_settings; stop when the hub asked for it.
Ruling judge(const Reply& reply, std::string_view sent);

/// One row's part of a bulk answer.
struct RowRuling {
  std::string key;
  Ruling ruling;
};

/// {"results": [{"key": ..., "status": 422, "pointer": "/grade"}]}; nothing if the body says no
/// such thing.
std::vector<RowRuling> rows_in(const Reply& reply, std::string_view sent);

}  // namespace homeroom::webhook
