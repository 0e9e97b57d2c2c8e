// A synthetic district: files as a student information system, a clinic, shelters and social
// services would send them, on two days, with the truth about who is who. Nobody in it exists.
#pragma once

#include <cstdint>
#include <filesystem>

namespace homeroom::synth {

/// Writes day1/, day2-full/, day2-delta/ (what differs), truth.csv (source,source_key,person_id)
/// and planted.csv (kind,file,key,what) into `out`. Equal seeds give equal bytes. Memory does not
/// grow with the number of students. Throws homeroom::Error when a file cannot be written or there
/// are no students.
void write_district(const std::filesystem::path& out, uint64_t students, uint64_t seed);

}  // namespace homeroom::synth
