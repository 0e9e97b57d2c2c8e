#include "plugins/webhook/judge.hpp"

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

#include "homeroom/error.hpp"

namespace homeroom::webhook {
namespace {

using nlohmann::json;

constexpr size_t most_pointer = 200;
constexpr size_t most_digits = 4;

bool is_transient(long status) {
  return status == 408 || status == 425 || status == 429 || status >= 500;
}

bool is_number(std::string_view token) {
  return !token.empty() && token.size() <= most_digits &&
         std::ranges::all_of(token, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_key_of(std::string_view token, std::string_view sent) {
  std::string quoted = "\"" + std::string(token) + "\":";
  return token.find('"') == token.npos && sent.find(quoted) != sent.npos;
}

// The answer's author may have put anything into a pointer: only keys we sent ourselves and small
// numbers are repeated.
bool is_safe(std::string_view pointer, std::string_view sent) {
  if (pointer.size() < 2 || pointer.size() > most_pointer || pointer[0] != '/') return false;
  pointer.remove_prefix(1);
  for (;;) {
    size_t end = std::min(pointer.find('/'), pointer.size());
    std::string_view token = pointer.substr(0, end);
    if (!is_number(token) && !is_key_of(token, sent)) return false;
    if (end == pointer.size()) return true;
    pointer.remove_prefix(end + 1);
  }
}

const json* member(const json* at, const char* name) {
  if (!at || !at->is_object()) return nullptr;
  auto found = at->find(name);
  return found == at->end() ? nullptr : &*found;
}

const json* first(const json* at) {
  return at && at->is_array() && !at->empty() ? &(*at)[0] : nullptr;
}

// {"pointer"}, RFC 9457's {"errors": [{"pointer"}]} or JSON:API's {"errors": [{"source":
// {"pointer"}}]}.
std::string pointer_in(const json& problem, std::string_view sent) {
  const json* error = first(member(&problem, "errors"));
  for (const json* found : {member(&problem, "pointer"), member(error, "pointer"),
                            member(member(error, "source"), "pointer")}) {
    if (!found || !found->is_string()) continue;
    std::string pointer = found->get<std::string>();
    if (pointer.starts_with('#')) pointer.erase(0, 1);
    if (is_safe(pointer, sent)) return pointer;
  }
  return {};
}

Ruling ruling_for(long status, const json& problem, std::string_view sent) {
  if (status >= 200 && status < 300) return {Verdict::taken, ""};
  std::string why = "HTTP " + std::to_string(status);
  if (is_transient(status)) return {Verdict::not_now, why};
  std::string pointer = pointer_in(problem, sent);
  return {Verdict::refused, pointer.empty() ? why : why + " at " + pointer};
}

json parsed(const Reply& reply) {
  return json::parse(reply.body, nullptr, false);
}

void throw_if_connection(const Reply& reply) {
  std::string http = "the destination answers HTTP " + std::to_string(reply.status);
  switch (reply.status) {
    case 401:
    case 403:
    case 407:
      throw Error(Next::sign_in, http + ": it does not accept this signing key");
    case 404:
    case 405:
    case 410:
      throw Error(Next::fix_settings, http + ": setting 'url' leads nowhere");
    case 413:
      throw Error(Next::fix_settings, http + ": lower the setting 'batch_rows'");
    case 415:
      throw Error(Next::fix_settings, http + ": it does not take this kind of body; see 'mode'");
    default:
      break;
  }
}

}  // namespace

Ruling judge(const Reply& reply, std::string_view sent) {
  if (reply.was_stopped) throw Error(Next::stop, "stopped while sending");
  if (reply.is_our_mistake) throw Error(Next::fix_settings, "cannot send: " + reply.trouble);
  if (reply.status == 0) return {Verdict::not_now, reply.trouble};
  throw_if_connection(reply);
  return ruling_for(reply.status, parsed(reply), sent);
}

std::vector<RowRuling> rows_in(const Reply& reply, std::string_view sent) {
  std::vector<RowRuling> rows;
  json answer = parsed(reply);
  const json* results = member(&answer, "results");
  if (!results || !results->is_array()) return rows;
  for (const json& result : *results) {
    const json* key = member(&result, "key");
    const json* status = member(&result, "status");
    if (!key || !key->is_string() || !status || !status->is_number_integer()) continue;
    rows.push_back({key->get<std::string>(), ruling_for(status->get<long>(), result, sent)});
  }
  return rows;
}

}  // namespace homeroom::webhook
