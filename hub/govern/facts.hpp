// Facts: what a profile itself says that rules rest on: who cares for the child, who consented to
// what, what must not be told. They hold for one day.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/record/model.hpp"
#include "hub/record/row.hpp"

namespace homeroom::govern {

/// Views into the profile's rows; texts are JSON, with their quotes.
struct Facts {
  static constexpr std::string_view any_class = "*";
  static constexpr int32_t never = std::numeric_limits<int32_t>::max();

  struct Consent {
    std::string_view id, scope, recipients;
    std::string_view classes;  ///< `any_class` where the model's consents do not name classes
    bool is_live = false;
    bool is_revoked = false;
  };
  std::vector<Consent> consents;
  std::vector<std::string_view> caseload_roles;  ///< with a live row
  std::vector<std::string_view> opt_outs;        ///< live categories
  bool is_address_protected = false;
  std::vector<std::string_view> restricted_contacts;  ///< keys as the restriction names them
  std::vector<record::RowView> contacts;
  std::vector<record::RowView> restricted_rows;  ///< contact rows never to be shared
  bool hides_all_contacts = false;  ///< a restricted person was not found among the contacts
  bool is_in_need = false;          ///< a homelessness episode is going on
  bool is_in_placement = false;
  bool is_enrolled = false;
  int32_t changes_on = never;  ///< first day after today on which one of these changes by itself

  bool has_role(std::string_view role_json) const;
  bool has_opted_out(std::string_view category_json) const;
};

/// Reads facts of many profiles for one day. Entities and fields the model does not have say
/// nothing.
class FactReader {
 public:
  FactReader(const record::Model& model, int32_t run_date);

  /// Fills `facts` anew (its vectors keep their room).
  void read(std::string_view rows, Facts& facts) const;

 private:
  static constexpr uint16_t none = 0xffff;
  struct Span {
    uint16_t entity = none, start = none, end = none;
  };
  enum class WithoutStart : uint8_t { holds, does_not_hold };

  Span span_of(const record::Model& model, std::string_view entity) const;
  bool is_live(const Span& span, const record::RowView& row, WithoutStart without,
               Facts& facts) const;
  bool is_live(std::optional<int32_t> start, std::optional<int32_t> end, WithoutStart without,
               Facts& facts) const;
  void read_row(const record::RowView& row, Facts& facts) const;
  void read_consent(const record::RowView& row, Facts& facts) const;
  void settle_consents(Facts& facts) const;
  void find_restricted(Facts& facts) const;
  bool is_same_name(const record::RowView& a, const record::RowView& b) const;
  bool is_restricted(const record::RowView& contact, const Facts& facts) const;

  int32_t run_date_;
  Span consent_, caseload_, protected_, restriction_, opt_out_, homelessness_, placement_,
      enrollment_;
  uint16_t student_, student_protected_;
  uint16_t consent_id_, consent_given_, consent_scope_, consent_recipients_, consent_classes_,
      consent_revoked_;
  uint16_t caseload_role_, restriction_contact_, restriction_kind_, opt_out_category_;
  uint16_t contact_, contact_first_, contact_last_, contact_restrictions_;
};

/// Whether a JSON list of texts, or one text, holds the JSON text.
bool holds_text(std::string_view json, std::string_view text_json);

/// The day of a JSON date or timestamp.
std::optional<int32_t> day_of(std::string_view json);

}  // namespace homeroom::govern
