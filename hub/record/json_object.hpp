// JsonObject: one JSON object written key by key.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

#include "hub/record/json.hpp"

namespace homeroom::record {

/// Begins an object at the end of a text, and closes it where its own life ends.
class JsonObject {
 public:
  explicit JsonObject(std::string& out) : out_(out) { out_ += '{'; }
  ~JsonObject() { out_ += '}'; }
  JsonObject(const JsonObject&) = delete;
  JsonObject& operator=(const JsonObject&) = delete;

  void text(const char* key, const std::string& value) {
    name(key);
    append_json_string(out_, value);
  }
  void number(const char* key, uint64_t value) {
    name(key);
    out_ += std::to_string(value);
  }
  void fraction(const char* key, double value) {
    name(key);
    char digits[40];
    std::snprintf(digits, sizeof digits, "%.6g", value);
    out_ += digits;
  }
  void yes(const char* key, bool value) {
    name(key);
    out_ += value ? "true" : "false";
  }
  template <class Items, class Write>
  void list(const char* key, const Items& items, Write write) {
    name(key);
    out_ += '[';
    bool is_first = true;
    for (const auto& item : items) {
      if (!is_first) out_ += ',';
      is_first = false;
      write(item);
    }
    out_ += ']';
  }
  void name(const char* key) {
    if (!is_empty_) out_ += ',';
    is_empty_ = false;
    append_json_string(out_, key);
    out_ += ':';
  }

 private:
  std::string& out_;
  bool is_empty_ = true;
};

}  // namespace homeroom::record
