#include "hub/flow/reference_words.hpp"

#include <cstring>

#include "hub/record/varint.hpp"
#include "hub/store/store.hpp"

namespace homeroom::flow {

namespace {

std::string name_for(const std::string& source) {
  return "references:" + source;
}

}  // namespace

std::optional<ReferenceWords> ReferenceWords::load(store::Store& store, const std::string& source) {
  auto packed = store.digest(name_for(source));
  if (!packed) return std::nullopt;
  std::string_view rest = *packed;
  ReferenceWords words;
  uint64_t number = 0;
  if (!record::take_number(rest, number)) return std::nullopt;
  words.are_plain = number == 1;
  while (record::take_number(rest, number)) words.rows_out.push_back(number);
  return words;
}

void ReferenceWords::save(store::Store& store, const std::string& source) const {
  std::string packed;
  record::append_number(packed, are_plain);
  for (auto rows : rows_out) record::append_number(packed, rows);
  store.put_digest(name_for(source), packed);
}

std::string pack_keys(const NameableKeys& keys) {
  std::string packed;
  for (const auto& [entity, hashes] : keys) {
    record::append_number(packed, entity);
    record::append_number(packed, hashes.size());
    packed.append(reinterpret_cast<const char*>(hashes.data()), hashes.size() * sizeof(uint64_t));
  }
  return packed;
}

NameableKeys unpack_keys(std::string_view packed) {
  NameableKeys keys;
  uint64_t entity = 0, count = 0;
  while (record::take_number(packed, entity) && record::take_number(packed, count) &&
         count <= packed.size() / sizeof(uint64_t)) {
    auto& hashes = keys[static_cast<record::EntityId>(entity)];
    hashes.resize(count);
    std::memcpy(hashes.data(), packed.data(), count * sizeof(uint64_t));
    packed.remove_prefix(count * sizeof(uint64_t));
  }
  return keys;
}

}  // namespace homeroom::flow
