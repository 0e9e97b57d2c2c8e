// ReferenceWords: what the reference rows of a source (schools, terms, courses, classes) came to
// when they were mapped last. While none of them is another, this stands for mapping them again.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/record/model.hpp"

namespace homeroom::store {
class Store;
}

namespace homeroom::flow {

struct ReferenceWords {
  /// No row was set aside or refused: what was must be told every night.
  bool are_plain = false;
  std::vector<uint64_t> rows_out;  ///< by stream of the mapping

  static std::optional<ReferenceWords> load(store::Store& store, const std::string& source);
  void save(store::Store& store, const std::string& source) const;
};

/// The keys that rows may name, by entity: validate::hash_of, ascending. They are many, and asked
/// for only where rows are mapped.
using NameableKeys = std::map<record::EntityId, std::vector<uint64_t>>;

std::string pack_keys(const NameableKeys& keys);
NameableKeys unpack_keys(std::string_view packed);

}  // namespace homeroom::flow
