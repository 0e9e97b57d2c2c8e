#include "hub/map/values.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>

#include "hub/record/json.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace homeroom::map {

namespace {

using record::Column;
using record::Decimal;
using record::Text;
using record::Type;

constexpr uint64_t spread = 0x9E3779B97F4A7C15ull;

template <class T>
int compared(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

int compared(const Text& a, const Text& b) {
  return a.view().compare(b.view());
}

int compared_reals(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return compared(std::isnan(a), std::isnan(b));
  return compared(a, b);
}

__int128 power_of_ten(int32_t places) {
  __int128 power = 1;
  for (; places > 0; --places) power *= 10;
  return power;
}

/// The number before the point and what is behind it; scales are at most 38.
int compared_decimals(const Decimal& a, const Decimal& b) {
  if (a.scale == b.scale) return compared(a.units, b.units);
  auto a_one = power_of_ten(a.scale);
  auto b_one = power_of_ten(b.scale);
  if (int whole = compared(a.units / a_one, b.units / b_one)) return whole;
  auto a_rest = a.units % a_one;
  auto b_rest = b.units % b_one;
  if (a.scale < b.scale) return compared(a_rest * power_of_ten(b.scale - a.scale), b_rest);
  return compared(a_rest, b_rest * power_of_ten(a.scale - b.scale));
}

/// Without zeros at the end, so that 1.50 and 1.5 are written alike.
Decimal shortest(Decimal value) {
  while (value.scale > 0 && value.units % 10 == 0) {
    value.units /= 10;
    --value.scale;
  }
  return value;
}

uint64_t hash_number(uint64_t bits) {
  bits = (bits ^ (bits >> 29)) * spread;
  return bits ^ (bits >> 32);
}

uint32_t first_item(const Column& list, uint32_t row) {
  return row ? list.ends[row - 1] : 0;
}

const Text& item(const Column& list, uint32_t at) {
  return static_cast<const Text*>(list.values)[at];
}

int compared_lists(const Column& a, uint32_t a_row, const Column& b, uint32_t b_row) {
  auto i = first_item(a, a_row);
  auto k = first_item(b, b_row);
  for (; i < a.ends[a_row] && k < b.ends[b_row]; ++i, ++k)
    if (int order = compared(item(a, i), item(b, k))) return order;
  return compared(i < a.ends[a_row], k < b.ends[b_row]);
}

int compared(const Column& a, uint32_t i, const Column& b, uint32_t k) {
  switch (a.type) {
    case Type::text:
    case Type::json:
      return compared(a.text_at(i), b.text_at(k));
    case Type::boolean:
      return compared(a.at<uint8_t>(i), b.at<uint8_t>(k));
    case Type::integer:
      return compared(a.at<int64_t>(i), b.at<int64_t>(k));
    case Type::decimal:
      return compared_decimals(a.at<Decimal>(i), b.at<Decimal>(k));
    case Type::real:
      return compared_reals(a.at<double>(i), b.at<double>(k));
    case Type::date:
      return compared(a.at<int32_t>(i), b.at<int32_t>(k));
    case Type::date_part: {
      const auto& one = a.at<record::DatePart>(i);
      const auto& two = b.at<record::DatePart>(k);
      int days = compared(one.days, two.days);
      return days ? days : compared(one.precision, two.precision);
    }
    case Type::timestamp:
      return compared(a.at<record::Timestamp>(i).utc_us, b.at<record::Timestamp>(k).utc_us);
    case Type::list:
      return compared_lists(a, i, b, k);
  }
  return 0;
}

}  // namespace

uint64_t hash_of_far(const Text& text) {
  return XXH3_64bits(text.far, text.size);
}

uint64_t hash_value(const Column& column, uint32_t row) {
  switch (column.type) {
    case Type::text:
    case Type::json:
      return hash_of(column.text_at(row));
    case Type::boolean:
      return hash_number(column.at<uint8_t>(row) + 1u);
    case Type::integer:
      return hash_number(static_cast<uint64_t>(column.at<int64_t>(row)));
    case Type::decimal: {
      auto value = shortest(column.at<Decimal>(row));
      auto units = static_cast<unsigned __int128>(value.units);
      return hash_number(static_cast<uint64_t>(units) ^
                         hash_number(static_cast<uint64_t>(units >> 64)) ^
                         static_cast<uint64_t>(value.scale));
    }
    case Type::real: {
      double value = column.at<double>(row);
      if (std::isnan(value)) return spread;
      return hash_number(std::bit_cast<uint64_t>(value == 0 ? 0.0 : value));
    }
    case Type::date:
      return hash_number(static_cast<uint64_t>(column.at<int32_t>(row)));
    case Type::date_part: {
      const auto& value = column.at<record::DatePart>(row);
      return hash_number(static_cast<uint64_t>(value.days) * 4 +
                         static_cast<uint64_t>(value.precision));
    }
    case Type::timestamp:
      return hash_number(static_cast<uint64_t>(column.at<record::Timestamp>(row).utc_us));
    case Type::list: {
      uint64_t hash = spread;
      for (auto i = first_item(column, row); i < column.ends[row]; ++i)
        hash = (hash ^ hash_of(item(column, i))) * spread;
      return hash;
    }
  }
  return 0;
}

bool is_same(const Column& a, uint32_t a_row, const Column& b, uint32_t b_row) {
  if (a.type == Type::text) return a.text_at(a_row) == b.text_at(b_row);
  return compared(a, a_row, b, b_row) == 0;
}

int order_of(const Column& column, uint32_t a, uint32_t b) {
  return compared(column, a, column, b);
}

Column key_text(const Column& column, uint32_t rows, record::Arena& arena) {
  if (!column.values || column.type == Type::text) return column;
  auto* texts = arena.many<Text>(rows);
  std::string text;
  for (uint32_t row = 0; row < rows; ++row) {
    text.clear();
    if (!column.is_valid(row)) continue;
    // An instant has many spellings, one for each offset.
    if (column.type == Type::timestamp)
      text = std::to_string(column.at<record::Timestamp>(row).utc_us);
    else
      record::append_json_value(text, column, row);
    texts[row] = arena.keep(std::string_view(text));
  }
  Column out;
  out.values = texts;
  out.valid = column.valid;
  return out;
}

std::optional<Decimal> sum_of(const Decimal& a, const Decimal& b) {
  static const __int128 most = power_of_ten(38) - 1;
  auto scale = std::max(a.scale, b.scale);
  __int128 left = a.units;
  __int128 right = b.units;
  for (auto places = a.scale; places < scale; ++places)
    if (__builtin_mul_overflow(left, static_cast<__int128>(10), &left)) return std::nullopt;
  for (auto places = b.scale; places < scale; ++places)
    if (__builtin_mul_overflow(right, static_cast<__int128>(10), &right)) return std::nullopt;
  __int128 sum;
  if (__builtin_add_overflow(left, right, &sum) || sum > most || sum < -most) return std::nullopt;
  return Decimal{sum, scale};
}

}  // namespace homeroom::map
