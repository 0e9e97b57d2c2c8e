// Functions that look at each item of a list, and lists made of lists.
#include <algorithm>
#include <unordered_set>

#include "hub/express/function.hpp"
#include "hub/express/lambda.hpp"
#include "hub/express/order.hpp"

namespace homeroom::express {

namespace {

Column list_map_kernel(Call& call) {
  auto applied = apply_body(call);
  size_t most = 0;
  each(call.rows, [&](uint32_t row) { most += applied.end[row] - applied.first[row]; });
  return fill_list(call, most, applied.valid, [&](uint32_t row, Text* out) {
    for (uint32_t i = applied.first[row]; i < applied.end[row]; ++i)
      if (applied.given.is_valid(i)) *out++ = applied.given.text_at(i);
    return out;
  });
}
Column list_filter_kernel(Call& call) {
  auto applied = apply_body(call);
  size_t most = 0;
  each(call.rows, [&](uint32_t row) { most += applied.end[row] - applied.first[row]; });
  return fill_list(call, most, applied.valid, [&](uint32_t row, Text* out) {
    for (uint32_t i = applied.first[row]; i < applied.end[row]; ++i)
      if (applied.given.is_valid(i) && applied.given.at<uint8_t>(i)) *out++ = applied.items[i];
    return out;
  });
}

/// any: `decides` is true; all: false. As `or` and `and` of what the items give.
template <uint8_t decides>
Column decided_kernel(Call& call) {
  auto applied = apply_body(call);
  return read_rows<uint8_t>(call, Type::boolean, applied.valid, [&](uint32_t row, uint8_t& out) {
    bool is_known = true;
    for (uint32_t i = applied.first[row]; i < applied.end[row]; ++i) {
      bool is_valid = applied.given.is_valid(i);
      is_known &= is_valid;
      if (!is_valid || applied.given.at<uint8_t>(i) != decides) continue;
      out = decides;
      return static_cast<const char*>(nullptr);
    }
    out = !decides;
    return is_known ? nullptr : absent;
  });
}

const char* add_to(int64_t& sum, int64_t value) {
  return __builtin_add_overflow(sum, value, &sum) ? "number too large" : nullptr;
}
const char* add_to(Decimal& sum, const Decimal& value) {
  auto made = add(sum, value);
  if (made) sum = *made;
  return made ? nullptr : "number too large";
}
template <class T>
Column sum_kernel(Call& call) {
  auto applied = apply_body(call);
  return read_rows<T>(call, applied.given.type, applied.valid, [&](uint32_t row, T& out) {
    const char* says = absent;
    for (uint32_t i = applied.first[row]; i < applied.end[row]; ++i) {
      if (!applied.given.is_valid(i)) continue;
      says = add_to(out, applied.given.template at<T>(i));
      if (says) return says;
    }
    return says;
  });
}
Kernel sum_of(Type type) {
  return type == Type::integer   ? sum_kernel<int64_t>
         : type == Type::decimal ? sum_kernel<Decimal>
                                 : nullptr;
}

/// Passes the values of a row's items to a kernel for extremes, item by item.
template <class T, bool is_greatest>
Column extreme_kernel_of(Call& call) {
  auto applied = apply_body(call);
  return read_rows<T>(call, applied.given.type, applied.valid, [&](uint32_t row, T& out) {
    bool has_one = false;
    for (uint32_t i = applied.first[row]; i < applied.end[row]; ++i) {
      if (!applied.given.is_valid(i)) continue;
      const T& value = applied.given.template at<T>(i);
      int by = has_one ? order_of(value, out) : 0;
      if (!has_one || (is_greatest ? by > 0 : by < 0)) out = value;
      has_one = true;
    }
    return has_one ? nullptr : absent;
  });
}
template <bool is_greatest>
Kernel extreme_of(Type type) {
  if (type == Type::json || type == Type::list) return nullptr;
  return with_type(type, []<class T>() -> Kernel { return extreme_kernel_of<T, is_greatest>; });
}
template <bool is_greatest>
Column extreme_item_kernel(Call& call) {
  const Column& list = call.args[0];
  return read_rows<Text>(call, Type::text, list.valid, [&](uint32_t row, Text& out) {
    Range range = items(list, row);
    for (uint32_t i = range.from; i < range.to; ++i) {
      int by = order(item(list, i), out);
      if (i == range.from || (is_greatest ? by > 0 : by < 0)) out = item(list, i);
    }
    return range.from < range.to ? nullptr : absent;
  });
}

/// All items of the list and the room they need.
size_t room_of(const Call& call, const Column& list) {
  size_t most = 0;
  each(call.rows, [&](uint32_t row) {
    if (list.is_valid(row)) most += items(list, row).to - items(list, row).from;
  });
  return most;
}
const Text* begin_of(const Column& list, uint32_t row) {
  return static_cast<const Text*>(list.values) + items(list, row).from;
}
const Text* end_of(const Column& list, uint32_t row) {
  return static_cast<const Text*>(list.values) + items(list, row).to;
}

template <bool is_descending>
Column sort_kernel(Call& call) {
  const Column& list = call.args[0];
  return fill_list(call, room_of(call, list), list.valid, [&](uint32_t row, Text* out) {
    Text* end = std::copy(begin_of(list, row), end_of(list, row), out);
    std::stable_sort(out, end, [](const Text& a, const Text& b) {
      return is_descending ? order(b, a) < 0 : order(a, b) < 0;
    });
    return end;
  });
}

struct SameText {
  size_t operator()(const Text& text) const { return hash_of(text); }
};
using Texts = std::unordered_set<Text, SameText>;

Column distinct_kernel(Call& call) {
  const Column& list = call.args[0];
  Texts seen;
  return fill_list(call, room_of(call, list), list.valid, [&](uint32_t row, Text* out) {
    seen.clear();
    return std::copy_if(begin_of(list, row), end_of(list, row), out,
                        [&](const Text& text) { return seen.insert(text).second; });
  });
}

Column concat_lists_kernel(Call& call) {
  const Column& a = call.args[0];
  const Column& b = call.args[1];
  return fill_list(call, room_of(call, a) + room_of(call, b), valid_in_both(call, a, b),
                   [&](uint32_t row, Text* out) {
                     out = std::copy(begin_of(a, row), end_of(a, row), out);
                     return std::copy(begin_of(b, row), end_of(b, row), out);
                   });
}
Column intersect_kernel(Call& call) {
  const Column& a = call.args[0];
  const Column& b = call.args[1];
  Texts wanted;
  return fill_list(call, room_of(call, a), valid_in_both(call, a, b), [&](uint32_t row, Text* out) {
    wanted = Texts(begin_of(b, row), end_of(b, row));
    return std::copy_if(begin_of(a, row), end_of(a, row), out,
                        [&](const Text& text) { return wanted.erase(text) > 0; });
  });
}
Column has_any_kernel(Call& call) {
  const Column& a = call.args[0];
  const Column& b = call.args[1];
  return read_rows<uint8_t>(call, Type::boolean, valid_in_both(call, a, b),
                            [&](uint32_t row, uint8_t& out) -> const char* {
                              Texts wanted(begin_of(b, row), end_of(b, row));
                              out = std::any_of(
                                  begin_of(a, row), end_of(a, row),
                                  [&](const Text& text) { return wanted.contains(text); });
                              return nullptr;
                            });
}

/// A place counted from 1, or from the end below zero, as a number from 0 that may lie outside.
int64_t place(int64_t number, int64_t size) {
  return number < 0 ? std::max(number, -size - 1) + size : std::min(number, size + 1) - 1;
}
Column slice_kernel(Call& call) {
  const Column& list = call.args[0];
  const Column& from = call.args[1];
  const Column& to = call.args[2];
  const uint8_t* valid = valid_in_both(call, list, from);
  auto* mask = call.mask();
  each(call.rows, [&](uint32_t row) { mask[row] = (!valid || valid[row]) && to.is_valid(row); });
  return fill_list(call, room_of(call, list), mask, [&](uint32_t row, Text* out) {
    int64_t size = end_of(list, row) - begin_of(list, row);
    int64_t first = std::max<int64_t>(place(from.at<int64_t>(row), size), 0);
    int64_t last = std::min(place(to.at<int64_t>(row), size), size - 1);
    if (first > last) return out;
    return std::copy(begin_of(list, row) + first, begin_of(list, row) + last + 1, out);
  });
}

}  // namespace

std::vector<Function> item_functions() {
  return {
      define("list_map(list, x -> text) -> list",
             "What is made of each item x; nulls are left out.", {a_list, a_body_of_texts},
             Type::list, list_map_kernel,
             {{"list_map(split('a,b', ','), x -> upper(x))", "[\"A\",\"B\"]"},
              {"list_map(list('1', 'x'), x -> case when x <> 'x' then x || '!' end)", "[\"1!\"]"}}),
      define("list_filter(list, x -> boolean) -> list", "The items for which it is true.",
             {a_list, a_condition}, Type::list, list_filter_kernel,
             {{"list_filter(list('a', 'bb', 'c'), x -> length(x) = 1)", "[\"a\",\"c\"]"}}),
      define("any(list, x -> boolean) -> boolean",
             "Whether it is true for an item, as `or` of all; false for an empty list.",
             {a_list, a_condition}, Type::boolean, decided_kernel<1>,
             {{"any(list('a', 'bb'), x -> length(x) = 2)", "true"}}),
      define("all(list, x -> boolean) -> boolean",
             "Whether it is true for every item, as `and` of all; true for an empty list.",
             {a_list, a_condition}, Type::boolean, decided_kernel<0>,
             {{"all(list('a', 'bb'), x -> length(x) = 2)", "false"}}),
      define("list_sum(list, x -> number) -> number",
             "The sum of what is made of the items, integers or decimals; null without any.",
             {a_list, a_body}, Type::integer, nullptr,
             {{"list_sum(split('1,20', ','), x -> integer(x))", "21"},
              {"list_sum(split('1.5,2', ','), x -> decimal(x))", "3.5"}})
          .faults()
          .typed_by_body(sum_of),
      define("list_max(list, x -> value) -> value",
             "The greatest of what is made of the items; null without any.", {a_list, a_body},
             Type::integer, nullptr, {{"list_max(split('9,10', ','), x -> integer(x))", "10"}})
          .typed_by_body(extreme_of<true>),
      define("list_max(list) -> text", "The item that comes last in the order of texts.", {a_list},
             Type::text, extreme_item_kernel<true>, {{"list_max(split('9,10', ','))", "\"9\""}}),
      define("list_min(list, x -> value) -> value",
             "The least of what is made of the items; null without any.", {a_list, a_body},
             Type::integer, nullptr,
             {{"list_min(split('2025-09-01,2025-08-19', ','), x -> date(x, 'YYYY-MM-DD'))",
               "\"2025-08-19\""}})
          .typed_by_body(extreme_of<false>),
      define("list_min(list) -> text", "The item that comes first in the order of texts.", {a_list},
             Type::text, extreme_item_kernel<false>, {{"list_min(split('9,10', ','))", "\"10\""}}),
      define("list_sort(list) -> list", "The items in the order of texts.", {a_list}, Type::list,
             sort_kernel<false>, {{"list_sort(split('b,a', ','))", "[\"a\",\"b\"]"}}),
      define("list_reverse_sort(list) -> list", "The items in the opposite order of texts.",
             {a_list}, Type::list, sort_kernel<true>,
             {{"list_reverse_sort(split('a,b', ','))", "[\"b\",\"a\"]"}}),
      define("list_distinct(list) -> list",
             "Each item once, where it first stands (in DuckDB the order is open).", {a_list},
             Type::list, distinct_kernel,
             {{"list_distinct(split('b,a,b', ','))", "[\"b\",\"a\"]"}}),
      define(
          "list_slice(list, from, to) -> list",
          "The items from one place to another, both counted from 1, or from the end below zero.",
          {a_list, an_integer, an_integer}, Type::list, slice_kernel,
          {{"list_slice(split('a,b,c', ','), 2, -1)", "[\"b\",\"c\"]"},
           {"list_slice(split('a,b,c', ','), 3, 9)", "[\"c\"]"}}),
      define("list_concat(list, list) -> list", "The items of both.", {a_list, a_list}, Type::list,
             concat_lists_kernel,
             {{"list_concat(list('a'), list('b', 'a'))", "[\"a\",\"b\",\"a\"]"}}),
      define("list_intersect(list, list) -> list",
             "The items of the first that the second has, each once, in the order of the first.",
             {a_list, a_list}, Type::list, intersect_kernel,
             {{"list_intersect(list('a', 'b', 'a'), list('a', 'c'))", "[\"a\"]"}}),
      define("list_has_any(list, list) -> boolean", "Whether the two have an item in common.",
             {a_list, a_list}, Type::boolean, has_any_kernel,
             {{"list_has_any(list('a', 'b'), list('b', 'c'))", "true"}}),
  };
}

}  // namespace homeroom::express
