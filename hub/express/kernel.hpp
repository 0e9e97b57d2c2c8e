// The loops that kernels share. All of them skip null rows: null in, null out.
#pragma once

#include <cstring>

#include "hub/express/node.hpp"

namespace homeroom::express {

/// A text longer than this is not made: a mapping that lets texts grow must not fill the memory.
inline constexpr uint32_t most_text = 16u << 20;
inline constexpr const char* too_long = "text too long";
/// The longest cell a source hands over (longer ones are set aside).
inline constexpr uint32_t most_cell = 1u << 20;

/// The mask of rows where both are valid.
inline const uint8_t* valid_in_both(Call& call, const Column& a, const Column& b) {
  if (!a.valid) return b.valid;
  if (!b.valid || a.valid == b.valid) return a.valid;
  uint8_t* mask = call.mask();
  each(call.rows, [&](uint32_t row) { mask[row] = a.valid[row] & b.valid[row]; });
  return mask;
}

/// out = f(value), never a fault.
template <class In, class Out, class F>
Column map_one(Call& call, Type type, F f) {
  const Column& in = call.args[0];
  Column out;
  Out* values = call.fresh<Out>(out, type);
  out.valid = in.valid;
  if (!in.valid)
    each(call.rows, [&](uint32_t row) { values[row] = f(in.at<In>(row)); });
  else
    each(call.rows, [&](uint32_t row) { values[row] = in.valid[row] ? f(in.at<In>(row)) : Out{}; });
  return out;
}

/// out = f(left, right), never a fault.
template <class Left, class Right, class Out, class F>
Column map_two(Call& call, Type type, F f) {
  const Column& a = call.args[0];
  const Column& b = call.args[1];
  Column out;
  Out* values = call.fresh<Out>(out, type);
  out.valid = valid_in_both(call, a, b);
  each(call.rows, [&](uint32_t row) {
    values[row] = out.is_valid(row) ? f(a.at<Left>(row), b.at<Right>(row)) : Out{};
  });
  return out;
}

/// f(row, value to fill) says nullptr, `absent`, or the words of a fault. Rows that are not valid
/// in `valid` become null.
template <class Out, class F>
Column read_rows(Call& call, Type type, const uint8_t* valid, F f) {
  Column out;
  Out* values = call.fresh<Out>(out, type);
  uint8_t* mask = call.mask();
  out.valid = mask;
  each(call.rows, [&](uint32_t row) {
    values[row] = Out{};
    mask[row] = 0;
    if (valid && !valid[row]) return;
    const char* says = f(row, values[row]);
    mask[row] = says == nullptr;
    if (says && says != absent) call.faults.push_back({row, says});
  });
  return out;
}
/// The same for functions of one value: f(value, value to fill).
template <class In, class Out, class F>
Column read_one(Call& call, Type type, F f) {
  const Column& in = call.args[0];
  return read_rows<Out>(call, type, in.valid,
                        [&](uint32_t row, Out& out) { return f(in.at<In>(row), out); });
}
template <class Left, class Right, class Out, class F>
Column read_two(Call& call, Type type, F f) {
  const Column& a = call.args[0];
  const Column& b = call.args[1];
  return read_rows<Out>(call, type, valid_in_both(call, a, b), [&](uint32_t row, Out& out) {
    return f(a.at<Left>(row), b.at<Right>(row), out);
  });
}

/// The bytes [from, from + size) of a text; points into its memory when longer than 12.
inline Text part(const Text& whole, uint32_t from, uint32_t size) {
  if (whole.size > Text::most_inline) return record::text_in_buffer(whole.far + from, size);
  if (size == 0) return {};
  unsigned __int128 bits;
  std::memcpy(&bits, &whole, sizeof bits);
  bits >>= 32 + from * 8;
  bits &= ~static_cast<unsigned __int128>(0) >> (128 - size * 8);
  bits = bits << 32 | size;
  Text made;
  std::memcpy(static_cast<void*>(&made), &bits, sizeof bits);
  return made;
}

/// A text of bytes that lie in scratch memory.
inline Text made(Call& call, std::string_view bytes) {
  return call.arena.keep(record::text(bytes));
}

/// The items of a row of a list: [from, to).
struct Range {
  uint32_t from, to;
};
inline Range items(const Column& list, uint32_t row) {
  return {row ? list.ends[row - 1] : 0, list.ends[row]};
}
inline const Text& item(const Column& list, uint32_t at) {
  return static_cast<const Text*>(list.values)[at];
}

/// Fills a list column: add(row, out) writes the row's items and answers the
/// place behind them; at most `most` in all.
template <class F>
Column fill_list(Call& call, size_t most, const uint8_t* valid, F add) {
  Column out;
  out.type = Type::list;
  out.valid = valid;
  Text* texts = call.arena.many<Text>(most);
  auto* ends = call.arena.many<uint32_t>(call.rows.all);
  out.values = texts;
  out.ends = ends;
  Text* at = texts;
  uint32_t done = 0;  // rows that do not count have no items
  auto until = [&](uint32_t row) {
    for (; done < row; ++done) ends[done] = static_cast<uint32_t>(at - texts);
  };
  each(call.rows, [&](uint32_t row) {
    until(row);
    if (!valid || valid[row]) at = add(row, at);
  });
  until(call.rows.all);
  return out;
}

inline int order(const Text& a, const Text& b) {
  uint32_t least = a.size < b.size ? a.size : b.size;
  int by_bytes = std::memcmp(a.data(), b.data(), least);
  return by_bytes ? by_bytes : (a.size > b.size) - (a.size < b.size);
}

inline uint64_t hash_of(const Text& text) {
  uint64_t words[2];
  std::memcpy(words, &text, sizeof words);
  if (text.size > Text::most_inline) {
    words[1] = 0;
    for (uint32_t i = 0; i < text.size; ++i)
      words[1] = words[1] * 31 + static_cast<unsigned char>(text.far[i]);
  }
  uint64_t mixed = (words[0] ^ words[1] * 0x9E3779B97F4A7C15u) * 0xD6E8FEB86659FD93u;
  return mixed ^ mixed >> 32;
}

inline bool is_digit(char c) {
  return static_cast<unsigned char>(c - '0') < 10;
}

}  // namespace homeroom::express
