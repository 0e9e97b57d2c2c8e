// Invented values for the case of a proposed mapping: of the right shape, of nobody.
#pragma once

#include <string>

#include "hub/record/model.hpp"

namespace homeroom::map {

/// What stands in the cell, and what the mapping makes of it, as a case writes it.
struct Invented {
  std::string cell;
  std::string expected;
};

/// A value for a field of the type text, number or date. `date_format` as date() takes it; ""
/// writes a timestamp.
Invented invent(const record::Field& field, const std::string& date_format);

}  // namespace homeroom::map
