// Holds plugin.h against the checked-in description of contract 1.0: a change that would break a
// plugin built before does not compile.
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include "homeroom/plugin.h"

namespace homeroom {
namespace {

/// Becomes any field.
struct Anything {
  template <class T>
  operator T() const;
};

template <class Struct, size_t... I>
constexpr bool takes(std::index_sequence<I...>) {
  return requires {
    Struct{(void(I), Anything{})...};
  };
}

/// How many fields a struct has. One that is an array counts as one.
template <class Struct, size_t count = 32>
constexpr size_t fields_of() {
  if constexpr (takes<Struct>(std::make_index_sequence<count>{}))
    return count;
  else
    return fields_of<Struct, count - 1>();
}

// An array takes a value for each of its elements, so its struct is told apart.
template <>
constexpr size_t fields_of<hr_error>() {
  return 2;
}

#define FIXED(type, bytes, fields)                                        \
  static_assert(sizeof(type) == (bytes) && fields_of<type>() == (fields), \
                #type " may not change in contract 1.x: it lies in arrays or in other structs");
// Exact as long as no later description is the newest: a field may hide in a hole or at the end of
// a struct without making it larger, and is then read from what an older side never set.
#define GROWS(type, bytes, fields)                                        \
  static_assert(sizeof(type) == (bytes) && fields_of<type>() == (fields), \
                #type " lost or gained fields against contract 1.0");
static_assert(HR_ABI_MINOR == 0,
              "a later HR_ABI_MINOR has a description of its own beside sdk/abi/1.0.def, which is "
              "held against plugin.h as exactly as that one");
#define FIELD(type, field, at, its_type)                                                   \
  static_assert(offsetof(type, field) == (at) &&                                           \
                    std::is_same_v<decltype(type::field), std::type_identity_t<its_type>>, \
                #type "." #field " moved or changed its type against contract 1.0");
#define VALUE(name, number) \
  static_assert((name) == (number), #name " has another value than in contract 1.0");
#define WORD(name, text) \
  static_assert(std::string_view(name) == text, #name " is another word than in contract 1.0");

#include "../abi/1.0.def"

static_assert(std::is_same_v<hr_entry, const hr_plugin* (*)(uint32_t)>,
              "hr_entry has another type than in contract 1.0");
static_assert(HR_ABI >> 16 == HR_ABI_MAJOR && (HR_ABI & 0xFFFF) == HR_ABI_MINOR,
              "HR_ABI is no longer the major version above 16 bits of the minor one");

}  // namespace
}  // namespace homeroom
