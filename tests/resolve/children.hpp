// Invented children in three systems, with the slips that people and machines make, and the truth.
// For tests and for measuring; the same seed gives the same children on every machine.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace homeroom::resolve {

/// One record in the columns of configs/identity/students.yaml.
struct ChildRecord {
  std::string id, source, first, middle, last, dob, sex, street, city, zip, phone;
  uint32_t child = 0;  ///< the truth
};

/// `records` records of about half as many children: brothers, sisters and twins, families with two
/// surnames, families that moved, nicknames, slips, days and months swapped, missing values.
std::vector<ChildRecord> children(uint32_t records, uint64_t seed);

/// The head line and the lines of a CSV file; the truth is the last column.
std::string csv_of(const std::vector<ChildRecord>& records);

}  // namespace homeroom::resolve
