// Three-valued logic, comparisons, in and is null.
#include "hub/express/function.hpp"
#include "hub/express/kernel.hpp"
#include "hub/express/order.hpp"

namespace homeroom::express {

namespace {

template <class T>
bool same(const T& a, const T& b) {
  if constexpr (std::is_same_v<T, Text>)
    return a == b;
  else
    return order_of(a, b) == 0;
}

enum class Sign { equal, other, less, at_most, more, at_least };

template <class T, Sign sign>
Column compare(Call& call) {
  return map_two<T, T, uint8_t>(call, Type::boolean, [](const T& a, const T& b) -> uint8_t {
    if constexpr (sign == Sign::equal) return same(a, b);
    if constexpr (sign == Sign::other) return !same(a, b);
    if constexpr (sign == Sign::less) return order_of(a, b) < 0;
    if constexpr (sign == Sign::at_most) return order_of(a, b) <= 0;
    if constexpr (sign == Sign::more) return order_of(a, b) > 0;
    if constexpr (sign == Sign::at_least) return order_of(a, b) >= 0;
  });
}

template <class T>
Column nullif(Call& call) {
  const Column& a = call.args[0];
  const Column& b = call.args[1];
  Column out = a;
  if (out.stride == 0) {  // one value for all rows cannot be null in some
    T* values = call.fresh<T>(out, a.type);
    each(call.rows, [&](uint32_t row) { values[row] = a.at<T>(0); });
    out.stride = 1;
  }
  uint8_t* mask = call.mask();
  each(call.rows, [&](uint32_t row) {
    bool is_same = a.is_valid(row) && b.is_valid(row) && same(a.at<T>(row), b.at<T>(row));
    mask[row] = a.is_valid(row) && !is_same;
  });
  out.valid = mask;
  return out;
}

// As in DuckDB nulls are passed over; null only if all are.
template <class T, bool is_greatest>
Column extreme(Call& call) {
  const Column& first = call.args[0];
  return read_rows<T>(call, first.type, nullptr, [&](uint32_t row, T& out) {
    const char* says = absent;
    for (const Column& column : call.args) {
      if (!column.is_valid(row)) continue;
      const T& value = column.at<T>(row);
      int by = says ? 1 : order_of(value, out);
      if (says || (is_greatest ? by > 0 : by < 0)) out = value;
      says = nullptr;
    }
    return says;
  });
}

// x in (a, null): true if x = a, else not known.
template <class T>
Column in_list(Call& call) {
  const Column& x = call.args[0];
  Column out;
  uint8_t* values = call.fresh<uint8_t>(out, Type::boolean);
  uint8_t* mask = call.mask();
  each(call.rows, [&](uint32_t row) {
    bool found = false;
    bool knows = x.is_valid(row);
    for (size_t k = 1; knows && !found && k < call.args.size(); ++k)
      found = call.args[k].is_valid(row) && same(x.at<T>(row), call.args[k].at<T>(row));
    for (size_t k = 1; knows && !found && k < call.args.size(); ++k)
      knows = call.args[k].is_valid(row);
    values[row] = found;
    mask[row] = found || knows;
  });
  out.valid = mask;
  return out;
}

/// `decides`: the value that settles it, whatever the other side is.
template <bool decides>
Column logic(Call& call) {
  const Column& a = call.args[0];
  const Column& b = call.args[1];
  Column out;
  uint8_t* values = call.fresh<uint8_t>(out, Type::boolean);
  if (!a.valid && !b.valid) {
    each(call.rows, [&](uint32_t row) {
      uint8_t x = a.at<uint8_t>(row), y = b.at<uint8_t>(row);
      values[row] = decides ? x | y : x & y;
    });
    return out;
  }
  uint8_t* mask = call.mask();
  each(call.rows, [&](uint32_t row) {
    bool a_known = a.is_valid(row), b_known = b.is_valid(row);
    bool settled =
        (a_known && a.at<uint8_t>(row) == decides) || (b_known && b.at<uint8_t>(row) == decides);
    values[row] = settled == decides;
    mask[row] = settled || (a_known && b_known);
  });
  out.valid = mask;
  return out;
}

}  // namespace

Kernel comparison(const std::string& sign, Type type) {
  return with_type(type, [&]<class T>() -> Kernel {
    if (sign == "=") return compare<T, Sign::equal>;
    if (sign == "<>") return compare<T, Sign::other>;
    if (sign == "<") return compare<T, Sign::less>;
    if (sign == "<=") return compare<T, Sign::at_most>;
    if (sign == ">") return compare<T, Sign::more>;
    return compare<T, Sign::at_least>;
  });
}
Kernel nullif_kernel(Type type) {
  return with_type(type, []<class T>() -> Kernel { return nullif<T>; });
}
Kernel extreme_kernel(Type type, bool is_greatest) {
  return with_type(type, [&]<class T>() -> Kernel {
    return is_greatest ? extreme<T, true> : extreme<T, false>;
  });
}
Kernel membership(Type type) {
  return with_type(type, []<class T>() -> Kernel { return in_list<T>; });
}

Column both_kernel(Call& call) {
  return logic<false>(call);
}
Column either_kernel(Call& call) {
  return logic<true>(call);
}
Column not_kernel(Call& call) {
  return map_one<uint8_t, uint8_t>(call, Type::boolean,
                                   [](uint8_t value) -> uint8_t { return value == 0; });
}
Column is_null_kernel(Call& call) {
  const Column& in = call.args[0];
  Column out;
  uint8_t* values = call.fresh<uint8_t>(out, Type::boolean);
  each(call.rows, [&](uint32_t row) { values[row] = !in.is_valid(row); });
  return out;
}

}  // namespace homeroom::express
