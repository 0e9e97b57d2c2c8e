// validate: what the model itself demands of canonical rows: required fields, lengths, option sets,
// plausible dates, spans that end after they start, references, duplicate keys. Findings only; the
// caller sets aside the rows whose finding is fatal. What a state or a district demands beyond that
// is a rule pack (rules.hpp).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/record/finding.hpp"
#include "hub/record/model.hpp"
#include "hub/validate/rules.hpp"
#include "hub/validate/text_set.hpp"

namespace homeroom::map {
struct EntityRows;
}

namespace homeroom::validate {

struct RowFinding {
  uint32_t row = 0;  ///< of the entity rows given
  record::FieldId field = 0;
  record::Severity severity = record::Severity::warning;
  /// "required", "option", "length", "date-range", "span", "reference", "duplicate",
  /// "hidden-letter"
  std::string rule;
  std::string says;
};

class RowRules;

/// Fatal are a required field that says nothing, a key that stands twice in the block (the first
/// row stays), and an id with letters nobody sees. Critical are a code outside its option set and a
/// date that cannot be. The rest warns.
class Validator {
 public:
  /// `model` must outlive the validator. `run_date`: days since 1970-01-01.
  explicit Validator(const record::Model& model, int32_t run_date);
  ~Validator();
  Validator(Validator&&) noexcept;
  Validator(const Validator&) = delete;  // the rules point into the sets

  /// The keys a reference may name, by entity; filled from the source's reference rows before use.
  /// References to an entity of which no key is known are not checked.
  void know(record::EntityId entity, std::string_view key);
  /// So many keys of an entity will be told.
  void expect(record::EntityId entity, std::size_t keys);
  /// Instead of both: the hashes (hash_of) of the keys, ascending.
  void know(record::EntityId entity, std::vector<uint64_t> hashes);
  /// The hashes of the keys of each entity of which know() told some.
  void each_known(const std::function<void(record::EntityId, std::vector<uint64_t>)>& visit) const;
  /// Takes in the fatal rules of packs that need nothing but the row; `packs` must outlive the
  /// validator. `source` is the name that rules know the rows' source by.
  void use(const std::vector<Pack>& packs, const std::string& source);
  /// Checks the rows of one entity of one block. Findings are sorted by row, then field.
  std::vector<RowFinding> check(const map::EntityRows& rows) const;

 private:
  struct FieldRules {
    bool is_required = false;
    bool is_id = false;
    uint32_t longest = 0;
    int32_t last_day = 0;  ///< of dates
    const TextSet* options = nullptr;
    std::optional<record::EntityId> refers_to;
    std::string option_set;
  };
  struct Span {
    record::FieldId start;
    record::FieldId end;
  };
  struct EntityRules {
    std::vector<FieldRules> fields;
    std::vector<Span> spans;
  };

  using Say = std::function<void(uint32_t row, record::Severity, const char* rule, std::string)>;

  FieldRules rules_of(const record::Field& field) const;
  void check_field(const record::Column&, const FieldRules&, uint32_t rows, const Say&) const;
  static void check_required(const record::Column&, uint32_t rows, const Say&);
  void check_dates(const record::Column&, const FieldRules&, uint32_t rows, const Say&) const;
  static void check_options(const record::Column&, const FieldRules&, uint32_t rows, const Say&);
  static void check_length(const record::Column&, uint32_t longest, uint32_t rows, const Say&);
  static void check_id(const record::Column&, uint32_t rows, const Say&);
  void check_references(const record::Column&, record::EntityId target, uint32_t rows,
                        const Say&) const;
  void check_spans(const map::EntityRows& rows, std::vector<RowFinding>& found) const;
  static void check_keys(const map::EntityRows& rows, std::vector<RowFinding>& found);

  const record::Model& model_;
  int32_t run_date_;
  std::vector<TextSet> options_;                     ///< as in Model::options
  std::vector<TextSet> known_;                       ///< keys by entity
  std::vector<std::vector<uint64_t>> known_hashes_;  ///< of those of which only these are known
  std::vector<EntityRules> entities_;
  std::unique_ptr<RowRules> row_rules_;
};

}  // namespace homeroom::validate
