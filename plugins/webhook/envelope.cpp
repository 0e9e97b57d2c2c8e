#include "plugins/webhook/envelope.hpp"

#include <algorithm>
#include <string_view>

#include <nlohmann/json.hpp>

namespace homeroom::webhook {
namespace {

void append_member(std::string& out, const char* name, std::string_view value) {
  out.append(",\"").append(name).append("\":");
  out += nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

void append_envelope(std::string& out, const Share& share) {
  bool is_removal = share.operation == Operation::remove;
  out += is_removal ? R"({"type":"share.removed")" : R"({"type":"share.upserted")";
  append_member(out, "key", share.key);
  out.append(",\"sequence\":").append(std::to_string(share.sequence));
  append_member(out, "operation", is_removal ? "remove" : "upsert");
  append_member(out, "id", share.id);
  append_member(out, "digest", share.digest);
  if (!share.replaced_by.empty()) append_member(out, "replaced_by", share.replaced_by);
  out += ",\"data\":";
  size_t from = out.size();
  out += is_removal ? std::string_view("null") : share.body;
  // Bulk bodies are lines; in a JSON text a line end can only stand where a blank may.
  std::replace_if(
      out.begin() + static_cast<std::ptrdiff_t>(from), out.end(),
      [](char c) { return c == '\n' || c == '\r'; }, ' ');
  out += '}';
}

}  // namespace homeroom::webhook
