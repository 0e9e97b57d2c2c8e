// Words: the vocabulary that model, mappings, agreements, policy and reports share: classes of
// data, purposes and audiences. Nothing else is understood.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace homeroom::govern {

/// Index into class_words(); `classless` for what is not about a person and needs no rule.
using ClassId = uint8_t;
inline constexpr ClassId classless = 63;
/// A set of classes, one bit each.
using ClassSet = uint64_t;

const std::vector<std::string>& class_words();
const std::vector<std::string>& purpose_words();
const std::vector<std::string>& audience_words();

/// The class of that name; asserts that there is one.
ClassId class_of(std::string_view word);

inline ClassSet only(ClassId id) {
  return ClassSet{1} << id;
}

/// Classes that are shared only where the source is linked to the child by strong evidence.
ClassSet needs_strong_evidence();

/// Under whose law the source that said a value stands; it may raise the value's class.
enum class Regime : uint8_t { ferpa, hipaa, part2 };
inline constexpr std::size_t regimes = 3;
Regime regime_of(std::string_view word);

/// The class of a value of class `id` that a source under `regime` said.
ClassId raised(ClassId id, Regime regime);

}  // namespace homeroom::govern
