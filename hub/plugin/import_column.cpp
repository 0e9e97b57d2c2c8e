#include "hub/plugin/import_column.hpp"

#include <array>
#include <cstring>
#include <limits>
#include <string_view>

#include "homeroom/error.hpp"
#include "homeroom/plugin.h"
#include "hub/plugin/import_text.hpp"
#include "hub/world/clock.hpp"

namespace homeroom::plugin {
namespace {

using record::Arena;
using record::Column;
using record::Type;

[[noreturn]] void refuse(const Slice& slice, const std::string& why) {
  throw Error(Next::fail, "column '" + slice.name + "': " + why);
}

// The bytes 0 and 1 for eight bits.
struct Spread {
  uint64_t bytes[256];
  constexpr Spread() : bytes{} {
    for (uint64_t bits = 0; bits < 256; ++bits)
      for (uint64_t i = 0; i < 8; ++i) bytes[bits] |= (bits >> i & 1) << i * 8;
  }
};
constexpr Spread spread;

// Bits become bytes; a missing bitmap means that every row is valid.
const uint8_t* validity(const Slice& slice, Arena& arena) {
  auto* bits = static_cast<const uint8_t*>(slice.array.buffers[0]);
  if (!bits) {
    if (slice.array.null_count > 0) refuse(slice, "it counts nulls but has no validity buffer");
    return nullptr;
  }
  if (slice.array.null_count == 0) return nullptr;
  auto* bytes = arena.many<uint8_t>(slice.rows);
  uint32_t row = 0;
  if (slice.first % 8 == 0)
    for (const auto* eight = bits + slice.first / 8; row + 8 <= slice.rows; row += 8)
      std::memcpy(bytes + row, &spread.bytes[*eight++], 8);
  for (; row < slice.rows; ++row) {
    auto at = static_cast<uint64_t>(slice.first) + row;
    bytes[row] = bits[at >> 3] >> (at & 7) & 1;
  }
  return bytes;
}

const void* values_of(const Slice& slice) {
  if (slice.array.n_buffers != 2) refuse(slice, "wrong number of buffers");
  if (!slice.array.buffers[1] && slice.rows) refuse(slice, "it has no values");
  return slice.array.buffers[1];
}

template <class T>
Imported as_they_are(const Slice& slice, Type type, Arena& arena) {
  auto* from = static_cast<const T*>(values_of(slice));
  auto* to = arena.many<T>(slice.rows);
  if (slice.rows) std::memcpy(to, from + slice.first, slice.rows * sizeof(T));
  return {{type, 1, to, validity(slice, arena), nullptr}, 0};
}

template <class From, class To>
Imported widened(const Slice& slice, Type type, Arena& arena) {
  auto* from = static_cast<const From*>(values_of(slice));
  auto* to = arena.many<To>(slice.rows);
  for (uint32_t row = 0; row < slice.rows; ++row)
    to[row] = static_cast<To>(from[static_cast<size_t>(slice.first) + row]);
  return {{type, 1, to, validity(slice, arena), nullptr}, 0};
}

Imported booleans(const Slice& slice, Arena& arena) {
  auto* bits = static_cast<const uint8_t*>(values_of(slice));
  auto* bytes = arena.many<uint8_t>(slice.rows);
  for (uint32_t row = 0; row < slice.rows; ++row) {
    auto at = static_cast<uint64_t>(slice.first) + row;
    bytes[row] = bits[at >> 3] >> (at & 7) & 1;
  }
  return {{Type::boolean, 1, bytes, validity(slice, arena), nullptr}, 0};
}

// "tsu:America/New_York": the unit, then the zone.
struct TimestampForm {
  int64_t multiply = 1;
  int64_t divide = 1;
  std::string zone;
};

TimestampForm timestamp_form(const Slice& slice, std::string_view format) {
  TimestampForm form;
  if (format.size() < 4 || format[3] != ':') refuse(slice, "a timestamp without unit and zone");
  switch (format[2]) {
    case 's':
      form.multiply = 1'000'000;
      break;
    case 'm':
      form.multiply = 1'000;
      break;
    case 'u':
      break;
    case 'n':
      form.divide = 1'000;
      break;
    default:
      refuse(slice, "a timestamp of an unknown unit");
  }
  form.zone = format.substr(4);
  if (!form.zone.empty() && !world::is_time_zone(form.zone))
    refuse(slice, "a timestamp in an unknown zone (expected an IANA name)");
  return form;
}

int64_t floored(int64_t value, int64_t by) {
  int64_t whole = value / by;
  return value % by < 0 ? whole - 1 : whole;
}

Imported timestamps(const Slice& slice, std::string_view format, Arena& arena) {
  TimestampForm form = timestamp_form(slice, format);
  auto* from = static_cast<const int64_t*>(values_of(slice));
  auto* valid = validity(slice, arena);
  auto* to = arena.many<record::Timestamp>(slice.rows);
  for (uint32_t row = 0; row < slice.rows; ++row) {
    to[row] = {};
    if (valid && !valid[row]) continue;
    int64_t value = from[static_cast<size_t>(slice.first) + row];
    if (__builtin_mul_overflow(value, form.multiply, &to[row].utc_us))
      refuse(slice, "a timestamp is out of range");
    to[row].utc_us = floored(to[row].utc_us, form.divide);
    to[row].has_offset = !form.zone.empty();
    if (to[row].has_offset)
      to[row].offset_minutes =
          static_cast<int16_t>(world::offset_minutes(floored(to[row].utc_us, 1000), form.zone));
  }
  return {{Type::timestamp, 1, to, valid, nullptr}, 0};
}

Imported nulls(const Slice& slice, Arena& arena) {
  auto* valid = arena.many<uint8_t>(slice.rows);
  auto* to = arena.many<record::Text>(slice.rows);
  for (uint32_t row = 0; row < slice.rows; ++row) to[row] = {};
  std::memset(valid, 0, slice.rows);
  return {{Type::text, 1, to, valid, nullptr}, 0};
}

}  // namespace

Imported import_column(const Slice& slice, Arena& arena) {
  std::string_view format = slice.schema.format;
  if (slice.array.dictionary || slice.schema.dictionary)
    refuse(slice, "dictionaries are not accepted (send the texts)");
  if (format == "n") return nulls(slice, arena);
  if (slice.array.n_buffers < 2 || !slice.array.buffers) refuse(slice, "it has no buffers");
  if (format == "vu" || format == "u" || format == "U") {
    auto* valid = validity(slice, arena);
    return import_texts(slice, valid, arena);
  }
  if (format == "l") return as_they_are<int64_t>(slice, Type::integer, arena);
  if (format == "i") return widened<int32_t, int64_t>(slice, Type::integer, arena);
  if (format == "g") return as_they_are<double>(slice, Type::real, arena);
  if (format == "f") return widened<float, double>(slice, Type::real, arena);
  if (format == "b") return booleans(slice, arena);
  if (format == "tdD") return as_they_are<int32_t>(slice, Type::date, arena);
  if (format.starts_with("ts")) return timestamps(slice, format, arena);
  refuse(slice, "a type this hub does not take");
}

}  // namespace homeroom::plugin
