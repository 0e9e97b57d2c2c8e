// Scrub: other values of the same shape, so that what a server answered can be shown to others.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace homeroom::world {

/// Replaces every text and number of a JSON document: letters by letters, digits by digits, a date
/// by one of the same year; equal values by equal ones, none by itself. Instants (with a 'T' and a
/// zone), booleans and the values of members named in `keep` stay. Each object has a key of its own
/// that nobody knows afterwards.
class Scrub {
 public:
  explicit Scrub(std::vector<std::string> keep);
  nlohmann::ordered_json operator()(const nlohmann::ordered_json& from) const;
  std::string text(const std::string& from) const;

 private:
  std::string another(const std::string& from) const;

  std::string key_;
  std::vector<std::string> keep_;
};

}  // namespace homeroom::world
