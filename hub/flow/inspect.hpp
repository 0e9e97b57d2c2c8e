// inspect: looking at what is published: finding one student, masking values, recording who
// unmasked.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hub/flow/hub.hpp"
#include "hub/store/rows.hpp"

namespace homeroom::flow {

/// The keys and the published store of a workspace, for reading.
struct Reading {
  Reading();
  Reading(Reading&&) noexcept;
  ~Reading();

  std::unique_ptr<keys::KeyRing> keys;
  std::unique_ptr<store::Store> store;
};

/// Throws Error(fix_settings) when nothing was run in this workspace yet. Makes no files.
Reading open_for_reading(const Hub& hub);

/// Writes into the audit log that `actor` sees values of `target` unmasked, before anything is
/// shown. Throws world::Locked while a run holds the store, Error(fix_settings) without a reason.
void record_unmasking(const Hub& hub, const std::string& actor, const std::string& target,
                      const std::string& why);

/// One live student and the profile published last.
struct Student {
  store::Person person;
  store::Profile profile;
};

/// `named` is Homeroom's id, `source:key` or `system:identifier` (district:..., state:...). Nobody
/// or several: Error(fix_settings) that does not repeat what was asked for.
Student find_student(const Hub& hub, store::Store& store, const std::string& named);

/// The student with the rows of the profile that held on `day`, by the spans known now: a row with
/// a first day later or a last day earlier is left out, and so is what happened later. Rows without
/// dates and the student's own fields stay as they are known now.
Student as_of(const Hub& hub, Student student, int32_t day);

/// The shape of a text: letters become x, digits 9, everything else stays.
std::string shape_of_text(std::string_view text);
/// The same for a JSON value; a yes or no becomes "yes/no".
std::string shape_of_json(std::string_view json);

/// The profile document; with `is_shown` false every value is only its shape.
std::string profile_json(const Hub& hub, const Student& student, bool is_shown);

/// Where one part of a profile comes from.
struct Origins {
  std::string path;    ///< "birthDate", "enrollments[0]"
  std::string source;  ///< "sis", "clinic+sis"
};
std::vector<Origins> origins_of(const Hub& hub, const Student& student);

}  // namespace homeroom::flow
