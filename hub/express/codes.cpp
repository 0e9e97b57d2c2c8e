// code(text, 'table'): a crosswalk by hash. And the functions the checker builds itself.
#include <deque>

#include "hub/express/function.hpp"
#include "hub/express/kernel.hpp"

namespace homeroom::express {

namespace {

/// An open-addressing table of texts, at most half full.
struct Crosswalk : Prepared {
  struct Slot {
    Text key;
    Text value;
    bool is_used = false;
  };
  std::vector<Slot> slots;
  std::deque<std::string> bytes;  // of keys and values; a deque so that they stay where they are
  std::string says;

  explicit Crosswalk(const CodeTable& table) : says("code not in " + table.name) {
    size_t size = 8;
    while (size < table.codes.size() * 2) size *= 2;
    slots.resize(size);
    for (const auto& [key, value] : table.codes) insert(own(key), own(value));
  }
  const Slot* find(const Text& key) const {
    size_t mask = slots.size() - 1;
    for (size_t at = hash_of(key) & mask; slots[at].is_used; at = (at + 1) & mask)
      if (slots[at].key == key) return &slots[at];
    return nullptr;
  }

 private:
  Text own(const std::string& text) {
    bytes.push_back(text + std::string(record::readable_behind, '\0'));
    return record::text(bytes.back().data(), static_cast<uint32_t>(text.size()));
  }
  void insert(const Text& key, const Text& value) {
    size_t mask = slots.size() - 1;
    size_t at = hash_of(key) & mask;
    while (slots[at].is_used) at = (at + 1) & mask;
    slots[at] = {key, value, true};
  }
};

std::shared_ptr<const Prepared> crosswalk(const Preparing& preparing) {
  const std::string& name = preparing.words[0];
  std::vector<std::string> names;
  if (preparing.scope.codes) {
    auto found = preparing.scope.codes->find(name);
    if (found != preparing.scope.codes->end()) {
      auto made = std::make_shared<Crosswalk>(found->second);
      made->says = "code not in " + name;
      return made;
    }
    for (const auto& [other, table] : *preparing.scope.codes) names.push_back(other);
  }
  std::string near = nearest(name, names);
  throw "no codes " + name + (near.empty() ? "" : ", did you mean " + near);
}

Column code_kernel(Call& call) {
  const auto& table = call.prepared<Crosswalk>();
  const char* says = table.says.c_str();
  return read_one<Text, Text>(call, Type::text, [&](const Text& key, Text& out) {
    const auto* slot = table.find(key);
    if (!slot) return says;
    out = slot->value;
    return out.empty() ? absent : static_cast<const char*>(nullptr);
  });
}

}  // namespace

std::vector<Function> code_functions() {
  return {{{"code",
            "code(text, 'table') -> text",
            "The code of a crosswalk; an empty one is null, a key that is not there is a fault.",
            {{"code('male', 'sex')", "\"M\""}}},
           {a_text, a_word},
           2,
           false,
           Type::text,
           code_kernel,
           crosswalk}};
}

std::vector<Function> choice_functions() {
  return {
      {{"coalesce",
        "coalesce(value, ...) -> value",
        "The first value that is not null; later ones are only worked out where they are needed.",
        {{"coalesce(null, 'b', 'c')", "\"b\""}}},
       {a_text},
       1,
       true,
       Type::text,
       nullptr,
       nullptr},
      {{"nullif",
        "nullif(value, other) -> value",
        "Null if both are equal, else the value.",
        {{"nullif('NULL', 'NULL')", "null"}, {"nullif('a', 'NULL')", "\"a\""}}},
       {a_text, a_text},
       2,
       false,
       Type::text,
       nullptr,
       nullptr}};
}

const std::vector<Function>& all_functions() {
  static const std::vector<Function> all = [] {
    std::vector<Function> made;
    for (auto group : {text_functions, pattern_functions, shape_functions, date_functions,
                       number_functions, list_functions, code_functions, choice_functions})
      for (auto& function : group()) made.push_back(std::move(function));
    return made;
  }();
  return all;
}

const std::vector<FunctionHelp>& functions() {
  static const std::vector<FunctionHelp> all = [] {
    std::vector<FunctionHelp> made;
    for (const auto& function : all_functions()) made.push_back(function.help);
    return made;
  }();
  return all;
}

}  // namespace homeroom::express
