// LinkStrength: by which evidence the records of a profile were linked, source by source.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hub/govern/govern.hpp"
#include "hub/record/model.hpp"
#include "hub/record/row.hpp"

namespace homeroom::flow {

class LinkStrength {
 public:
  /// `source_names` must outlive it.
  LinkStrength(const record::Model& model, const std::vector<std::string>& source_names);

  void start();
  /// A source counts as strong only if all its records of the child are.
  void add(uint32_t source, bool is_strong);
  /// As the profile's own source records tell it.
  void read(std::string_view profile_rows);

  /// A view of the profile with these strengths; until the next start().
  govern::ProfileView view(std::string_view id, std::string_view rows);

 private:
  const std::vector<std::string>& names_;
  std::vector<std::string> names_as_json_;
  record::EntityId entity_ = 0xffff;
  record::FieldId source_ = 0xffff;
  record::FieldId evidence_ = 0xffff;
  enum class Seen : uint8_t { no, strong, plain };
  std::vector<Seen> seen_;  ///< by source
  std::vector<std::string> strong_;
  bool is_all_strong_ = true;
};

}  // namespace homeroom::flow
