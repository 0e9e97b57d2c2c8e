// Any bytes as a frame from a runner: it is refused with Error(fail), or every value that came of
// it lies inside the frame and keeps the rules.
#include <cstdlib>
#include <string>

#include "homeroom/error.hpp"
#include "hub/plugin/edge.hpp"
#include "hub/plugin/http_messages.hpp"
#include "hub/plugin/http_service.hpp"
#include "hub/plugin/messages.hpp"
#include "hub/plugin/rows_frame.hpp"
#include "tests/fuzz/more_inputs.hpp"

namespace {

using namespace homeroom;
using namespace homeroom::plugin;

void must(bool holds) {
  if (!holds) std::abort();
}

ReadRequest request() {
  ReadRequest what;
  what.columns = {"id", "count?", "more?"};
  what.max_rows = 64;
  return what;
}

void look_at(const record::Column& column, uint32_t rows) {
  bool is_text = column.type == record::Type::text || column.type == record::Type::json;
  uint64_t sum = 0;
  for (uint32_t row = 0; row < rows; ++row) {
    if (is_text)
      for (char letter : column.text_at(row).view()) sum += static_cast<uint8_t>(letter);
    if (is_text && column.text_at(row).size <= record::Text::most_inline)
      must(column.text_at(row) == record::text(column.text_at(row).view()));
    if (column.valid) must(column.valid[row] <= 1);
    if (column.type == record::Type::boolean) must(column.at<uint8_t>(row) <= 1);
  }
  [[maybe_unused]] volatile uint64_t kept = sum;  // else nobody would read them
}

void rows(std::string_view bytes) {
  FrameBytes copy;
  std::memcpy(copy.room(bytes.size()), bytes.data(), bytes.size());
  auto arrival = unpack_rows(copy.data(), bytes.size(), request());
  must(arrival.rows.rows <= request().max_rows);
  must(arrival.rows.columns.size() == arrival.rows.names.size());
  for (const auto& column : arrival.rows.columns) look_at(column, arrival.rows.rows);
}

void http(Unpack& from) {
  HttpAsked asked;
  unpack(from, asked);
  expect_sense(asked.request);
  must(asked.request.n_headers == asked.headers.size());
}

void message(uint8_t kind, std::string_view bytes) {
  Unpack from(bytes);
  switch (kind % 9) {
    case 0:
      return rows(bytes);
    case 1:
      unpack_streams(from);
      return;
    case 2:
      unpack_aside(from);
      return;
    case 3:
      unpack_end(from);
      return;
    case 4:
      must(std::string(unpack_error(from).what()).size() <= 3 * 1020);
      return;
    case 5:
      unpack_shares(from);
      return;
    case 6:
      unpack_layers(from);
      return;
    case 7:
      unpack_open(from);
      return;
    default:
      return http(from);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  try {
    message(data[0], {reinterpret_cast<const char*>(data) + 1, size - 1});
  } catch (const Error& refused) {
    must(refused.next == Next::fail);
  }
  return 0;
}

/// What honest sides send.
std::vector<std::string> more_inputs() {
  const record::Text texts[] = {record::text("short"), record::text("a text of more than twelve")};
  const int64_t numbers[] = {1, 2};
  const uint8_t valid[] = {1, 0};
  Arrival arrival;
  arrival.rows.rows = 2;
  arrival.rows.names = {"id", "count"};
  arrival.rows.columns = {{record::Type::text, 1, texts, nullptr, nullptr},
                          {record::Type::integer, 1, numbers, valid, nullptr}};
  arrival.rows.lines = numbers;
  arrival.rows.is_gone = {0, 1};
  RowsPacker packer;
  std::string sent(1, '\0');
  for (const auto& part : packer.pack(arrival, request().columns))
    sent.append(static_cast<const char*>(part.iov_base), part.iov_len);
  std::vector<std::string> all = {sent};
  auto add = [&](char kind, const Pack& pack) { all.push_back(kind + pack.bytes()); };
  Pack streams, aside, end, error, shares, asked;
  pack(streams, std::vector<StreamInfo>{{"words",
                                         {{"id", "vu"}},
                                         {"id"},
                                         "id",
                                         "space",
                                         Role::subject,
                                         Gone::absent,
                                         Mode::full,
                                         5}});
  pack(aside, Aside{1, 2, 3, "place", "field", "why", "bytes", "key"});
  pack(end, End{true, Proof::count, 5, 1, "cursor"});
  pack(error, Error(Next::retry, "busy", 9));
  std::vector<Share> one = {{"key", "id", 1, Operation::upsert, "digest", "{}", "", false}};
  pack(shares, std::span<const Share>(one));
  add(1, streams);
  add(2, aside);
  add(3, end);
  add(4, error);
  hr_http_auth auth{};
  auth.size = sizeof auth;
  auth.kind = HR_AUTH_BEARER;
  hr_http_header header{to_c("accept"), to_c("application/json")};
  hr_http_request ask{};
  ask.size = sizeof ask;
  ask.url = to_c("https://sis.example/users");
  ask.headers = &header;
  ask.n_headers = 1;
  ask.auth = &auth;
  pack(asked, ask);
  add(5, shares);
  add(8, asked);
  return all;
}
