// Profile: a run of canonical rows of one student, written as one JSON document. What a reader sees
// of it is decided by a filter; this file only knows the shape.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hub/record/model.hpp"
#include "hub/record/row.hpp"

namespace homeroom::record {

/// Between the source's name and the row's own key in the key of a profile row.
inline constexpr char source_end = '\x1f';
/// Between the names when the values of several sources stand in one row.
inline constexpr char source_joint = '+';

/// What a person set stands in a row of its own, under this name in the place of a source's.
inline constexpr std::string_view correction_source = "correction";

/// The source part of a profile row's key: "sis", or "clinic+sis".
inline std::string_view source_of(std::string_view row_key) {
  return row_key.substr(0, row_key.find(source_end));
}

/// Writes {"id":..., the student's fields nested by their dotted paths, then each other entity as
/// an array under its property}. Objects and arrays stand in model order, rows in the order given.
class ProfileWriter {
 public:
  /// `model` must outlive the writer. Entities after the first 65,535 and deeper paths than 255 do
  /// not occur: the model loader refuses them.
  explicit ProfileWriter(const Model& model);

  /// Decides what is written.
  struct Filter {
    virtual ~Filter() = default;
    /// False: the whole row is left out.
    virtual bool admits(const RowView& row) = 0;
    /// The JSON to write for the field, empty to leave it out. It must live until write() returns.
    virtual std::string_view admit(const RowView& row, const FieldView& field) = 0;
  };

  /// Appends one document without a line end. `filter` nullptr writes everything. Returns how many
  /// values were written; a row of which nothing is written leaves no empty object behind.
  std::size_t write(std::string& out, std::string_view id, std::string_view rows,
                    Filter* filter) const;

 private:
  /// How the fields of an entity are spelled: objects are opened and closed between two fields.
  struct Spelling {
    /// `"name":{"first":`, and where in it the text begins that stands inside `depth` open objects.
    struct Name {
      std::string text;
      std::vector<uint32_t> from_depth;
      uint8_t depth = 0;
    };
    std::vector<Name> names;
    std::vector<uint8_t> shared;    ///< [before * fields + after]: objects that stay open between
    std::vector<FieldId> in_order;  ///< fields with those of one object side by side
    bool is_model_order = true;
    std::string property;  ///< `"enrollments":[`
  };
  class Object;

  static Spelling spell(const Entity& entity);
  std::size_t write_student(std::string& out, std::string_view& rows, Filter* filter) const;
  std::size_t write_row(std::string& out, const RowView& row, Filter* filter) const;
  std::size_t write_slots(Object& object, const Spelling& spelling,
                          std::span<const std::string_view> values) const;

  std::vector<Spelling> spellings_;  ///< [entity]
  EntityId student_ = 0;
};

}  // namespace homeroom::record
