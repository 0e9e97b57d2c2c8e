// JSON in a cell: a document is checked whole, then a path is followed to a value, whose bytes are
// taken as they are written, so that numbers stay exact.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace homeroom::express {

/// a.b[0].c, a[key=value].b; "$." may stand before it, names with other letters in double quotes.
class JsonPath {
 public:
  /// Throws std::string with what is wrong.
  explicit JsonPath(std::string_view text);

  enum class Found { value, nothing, no_json, twice };
  /// The bytes of the value. `twice`: a name that is looked for stands twice in its object, so that
  /// nobody knows which is meant; what is not looked for may.
  Found find(std::string_view document, std::string_view& value) const;

 private:
  enum class Kind { key, place, filter };
  struct Step {
    Kind kind;
    std::string key;    ///< of key and filter
    std::string value;  ///< of filter
    size_t place = 0;
  };
  void read_bracket(std::string_view& rest);
  void read_key(std::string_view& rest);

  std::vector<Step> steps_;
};

/// RFC 8259 in valid UTF-8, at most 128 deep, without lone surrogates.
bool is_json(std::string_view document);
bool is_json_null(std::string_view value);
/// What a string says, everything else as it is written. `value` is valid.
std::string json_words(std::string_view value);
/// Calls take(value) for each item; false if it is no array. `value` is valid.
template <class F>
bool each_json_item(std::string_view value, F take);

/// Behind the value that begins at `at` in a valid document.
size_t behind_json(std::string_view valid, size_t at);
size_t behind_json_space(std::string_view valid, size_t at);

template <class F>
bool each_json_item(std::string_view value, F take) {
  if (value.empty() || value[0] != '[') return false;
  for (size_t at = behind_json_space(value, 1); value[at] != ']';) {
    size_t end = behind_json(value, at);
    take(value.substr(at, end - at));
    at = behind_json_space(value, end);
    if (value[at] == ',') at = behind_json_space(value, at + 1);
  }
  return true;
}

}  // namespace homeroom::express
