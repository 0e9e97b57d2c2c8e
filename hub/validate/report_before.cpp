// The findings of an earlier run, read from their JSON.
#include <algorithm>
#include <istream>

#include <nlohmann/json.hpp>

#include "homeroom/error.hpp"
#include "hub/validate/rules.hpp"
#include "hub/validate/text_set.hpp"

namespace homeroom::validate {

namespace {

using Json = nlohmann::json;

uint64_t hash_of_identity(std::string_view identity) {
  return hash_of(record::text(identity));
}

/// Hears a document as it is read. Depths: 1 the document, 2 its measures and the list of its
/// findings, 3 a finding.
class Reader final : public nlohmann::json_sax<Json> {
 public:
  explicit Reader(Before& into) : into_(into) {}
  bool is_whole() const { return has_measures_ && has_findings_; }

  bool start_object(std::size_t) override {
    has_measures_ |= depth_ == 1 && section_ == "measures";
    ++depth_;
    return true;
  }
  bool start_array(std::size_t) override {
    has_findings_ |= depth_ == 1 && section_ == "findings";
    return ++depth_ > 1;  // a list is no document of ours
  }
  bool end_object() override { return leave(); }
  bool end_array() override { return leave(); }
  bool key(std::string& name) override {
    (depth_ == 1 ? section_ : member_) = name;
    return true;
  }

  bool null() override { return depth_ > 0; }
  bool boolean(bool) override { return depth_ > 0; }
  bool number_integer(int64_t value) override { return measure(std::to_string(value)); }
  bool number_unsigned(uint64_t value) override { return measure(std::to_string(value)); }
  bool number_float(double, const std::string& text) override { return measure(text); }
  bool string(std::string& text) override {
    if (has_findings_ && section_ == "findings" && depth_ == 3 && member_ == "identity")
      into_.found.push_back(hash_of_identity(text));
    return depth_ > 0;  // a measure is a number
  }
  bool binary(Json::binary_t&) override { return false; }
  bool parse_error(std::size_t, const std::string&, const Json::exception&) override {
    return false;
  }

 private:
  bool measure(const std::string& text) {
    if (has_measures_ && section_ == "measures" && depth_ == 2)
      into_.measures.emplace(member_, text);
    return depth_ > 0;
  }
  bool leave() {
    --depth_;
    return true;
  }

  Before& into_;
  std::string section_, member_;
  std::size_t depth_ = 0;
  bool has_measures_ = false, has_findings_ = false;
};

}  // namespace

bool Before::has(const std::string& identity) const {
  return std::ranges::binary_search(found, hash_of_identity(identity));
}

Before before_of(std::istream& json, const std::string& name) {
  Before before;
  Reader reader(before);
  if (!Json::sax_parse(json, &reader) || !reader.is_whole())
    throw Error(Next::fix_settings, name + ": these are no findings of an earlier validate");
  std::ranges::sort(before.found);
  return before;
}

}  // namespace homeroom::validate
