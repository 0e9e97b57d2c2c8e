// Functions of JSON in a cell.
#include "hub/express/function.hpp"
#include "hub/express/json_path.hpp"
#include "hub/express/kernel.hpp"

namespace homeroom::express {

namespace {

constexpr const char* no_json = "not JSON";
constexpr const char* twice = "a name of the path stands twice in the JSON";

struct Path : Prepared {
  explicit Path(const std::string& text) : path(text) {}
  JsonPath path;
};
std::shared_ptr<const Prepared> path(const Preparing& preparing) {
  return std::make_shared<Path>(preparing.word(0));
}

Column extract_kernel(Call& call) {
  const auto& path = call.prepared<Path>().path;
  return read_one<Text, Text>(call, Type::text, [&](const Text& text, Text& out) {
    std::string_view value;
    auto found = path.find(text.view(), value);
    if (found == JsonPath::Found::no_json) return no_json;
    if (found == JsonPath::Found::twice) return twice;
    if (found == JsonPath::Found::nothing) return absent;
    bool is_plain = value[0] != '"' || value.find('\\') == value.npos;
    if (!is_plain) {
      out = made(call, json_words(value));
      return static_cast<const char*>(nullptr);
    }
    if (value[0] == '"') value = value.substr(1, value.size() - 2);
    out = part(text, static_cast<uint32_t>(value.data() - text.data()),
               static_cast<uint32_t>(value.size()));
    return static_cast<const char*>(nullptr);
  });
}

Column list_kernel(Call& call) {
  const auto& path = call.prepared<Path>().path;
  const Column& in = call.args[0];
  auto* mask = call.mask();
  std::vector<Text> all;
  std::vector<size_t> ends(call.rows.all);
  each(call.rows, [&](uint32_t row) {
    mask[row] = in.is_valid(row);
    std::string_view value;
    auto found = mask[row] ? path.find(in.text_at(row).view(), value) : JsonPath::Found::nothing;
    auto take = [&](std::string_view item) {
      if (!is_json_null(item)) all.push_back(made(call, json_words(item)));
    };
    mask[row] = found == JsonPath::Found::value;
    if (mask[row] && !each_json_item(value, take)) take(value);
    if (found == JsonPath::Found::no_json) call.faults.push_back({row, no_json});
    if (found == JsonPath::Found::twice) call.faults.push_back({row, twice});
    ends[row] = all.size();
  });
  size_t from = 0;
  return fill_list(call, all.size(), mask, [&](uint32_t row, Text* out) {
    for (; from < ends[row]; ++from) *out++ = all[from];
    return out;
  });
}

}  // namespace

std::vector<Function> json_functions() {
  return {
      define(
          "json_extract_string(json, path) -> text",
          "The value at a path like a.b[0].c or a[key=value].b, in which the first item with that "
          "value counts: a string's letters, everything else as it is written; null if it is not "
          "there.",
          {a_text, a_word}, Type::text, extract_kernel,
          {{"json_extract_string('{\"a\": {\"b\": [1.50]}}', 'a.b[0]')", "\"1.50\""},
           {"json_extract_string('[{\"use\": \"home\", \"city\": \"Mockton\"}]', "
            "'[use=home].city')",
            "\"Mockton\""},
           {"json_extract_string('{}', 'a')", "null"}})
          .faults()
          .prepared_by(path),
      define("json_list(json, path) -> list",
             "The items of the array at a path as texts, nulls left out; a value that is no array "
             "is a "
             "list of one; null if it is not there.",
             {a_text, a_word}, Type::list, list_kernel,
             {{"json_list('{\"given\": [\"Fern\", \"Q\"]}', 'given')", "[\"Fern\",\"Q\"]"}})
          .faults()
          .prepared_by(path),
  };
}

}  // namespace homeroom::express
