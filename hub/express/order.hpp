// Order: which of two values of one type comes first; below, at or above zero.
#pragma once

#include "hub/express/decimal.hpp"
#include "hub/express/kernel.hpp"

namespace homeroom::express {

template <class T>
int order_of(const T& a, const T& b) {
  return (a > b) - (a < b);
}
inline int order_of(const Text& a, const Text& b) {
  return order(a, b);
}
inline int order_of(const Decimal& a, const Decimal& b) {
  return order(a, b);
}
inline int order_of(const DatePart& a, const DatePart& b) {
  return a.days != b.days ? order_of(a.days, b.days)
                          : static_cast<int>(a.precision) - static_cast<int>(b.precision);
}
/// Instants, whatever their offsets.
inline int order_of(const Timestamp& a, const Timestamp& b) {
  return order_of(a.utc_us, b.utc_us);
}

}  // namespace homeroom::express
