// code(text, 'table'): a crosswalk by hash. And what the checker builds itself.
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
  return {
      define("code(text, 'table') -> text",
             "The code of a crosswalk; an empty one is null, a key that is not there is a fault.",
             {a_text, a_word}, Type::text, code_kernel, {{"code('male', 'sex')", "\"M\""}})
          .faults()
          .prepared_by(crosswalk)};
}

std::vector<Function> choice_functions() {
  return {
      define(
          "coalesce(value, ...) -> value",
          "The first value that is not null; later ones are only worked out where they are needed.",
          {a_text}, Type::text, nullptr, {{"coalesce(null, 'b', 'c')", "\"b\""}})
          .repeated(),
      define("nullif(value, other) -> value", "Null if both are equal, else the value.",
             {a_text, a_text}, Type::text, nullptr,
             {{"nullif('NULL', 'NULL')", "null"}, {"nullif('a', 'NULL')", "\"a\""}}),
      define("greatest(value, ...) -> value", "The greatest of the values that are not null.",
             {a_text}, Type::text, nullptr, {{"greatest(3, null, 7)", "7"}})
          .repeated(),
      define("least(value, ...) -> value", "The least of the values that are not null.", {a_text},
             Type::text, nullptr, {{"least(3, null, 7)", "3"}})
          .repeated(),
  };
}

}  // namespace homeroom::express
