// Trust: which source is believed before which, field by field, as the workspace's `trust` says.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "hub/record/model.hpp"

namespace homeroom::merge {

class Trust {
 public:
  using Lists = std::map<std::string, std::vector<std::string>>;

  /// Throws for a list of a field, entity or source that is not there. Corrections become one
  /// source more, the last.
  Trust(const record::Model& model, std::vector<std::string> sources, const Lists& lists);

  /// Ranks of all sources for one field: the lower, the more trusted; equal where nothing decides.
  const uint32_t* ranks(record::EntityId entity, record::FieldId field) const {
    return entities_[entity].ranks.data() + field * sources_.size();
  }
  /// Ranks of all sources for whole rows of an entity.
  const uint32_t* ranks(record::EntityId entity) const {
    return entities_[entity].ranks.data() + entities_[entity].lists.size() * sources_.size();
  }
  /// True for fields whose option set has the code `unknown`.
  bool can_be_unknown(record::EntityId entity, record::FieldId field) const {
    return entities_[entity].can_be_unknown[field];
  }
  /// True for yes/no fields of class safety: protection by one source stands, whatever others say.
  bool is_protection(record::EntityId entity, record::FieldId field) const {
    return entities_[entity].is_protection[field];
  }
  /// "trust.birthDate": the list that decides for a field; empty if none does.
  const std::string& list_of(record::EntityId entity, record::FieldId field) const {
    return entities_[entity].lists[field];
  }
  /// Fields in which rows of several sources are one fact while their spans overlap; mostly none.
  const std::vector<record::FieldId>& spans_united_by(record::EntityId entity) const {
    return entities_[entity].spans_united_by;
  }
  record::Span span(record::EntityId entity) const { return entities_[entity].span; }
  /// How many days the last of united_by() may be apart.
  int32_t united_within(record::EntityId entity) const { return entities_[entity].united_within; }
  /// The fields that make rows of several sources one fact.
  const std::vector<record::FieldId>& united_by(record::EntityId entity) const {
    return entities_[entity].united_by;
  }

  /// The sources, and corrections behind them.
  const std::vector<std::string>& sources() const { return sources_; }
  uint32_t correction() const { return static_cast<uint32_t>(sources_.size() - 1); }
  /// What the key of a source's row begins with.
  const std::string& key_front(uint32_t source) const { return key_fronts_[source]; }
  /// Place of a source when all are sorted by name.
  uint32_t place_by_name(uint32_t source) const { return by_name_[source]; }

 private:
  static constexpr uint32_t unnamed = 1u << 30;

  struct OfEntity {
    std::vector<uint32_t> ranks;     ///< [field][source], then one line for the entity itself
    std::vector<std::string> lists;  ///< [field] -> name of the list that decides
    std::vector<bool> can_be_unknown;
    std::vector<bool> is_protection;
    std::vector<record::FieldId> united_by;
    std::vector<record::FieldId> spans_united_by;
    record::Span span;
    int32_t united_within = 0;
  };

  void check(const record::Model& model, const Lists& lists) const;
  void add_ranks(OfEntity& entity, const Lists& lists, const std::string& list) const;

  std::vector<std::string> sources_;
  std::vector<std::string> key_fronts_;
  std::vector<uint32_t> by_name_;
  std::vector<OfEntity> entities_;
};

}  // namespace homeroom::merge
