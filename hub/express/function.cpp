#include "hub/express/function.hpp"

#include <algorithm>

namespace homeroom::express {

namespace {

struct Topic {
  const char* name;
  std::vector<Function> (*functions)();
};
/// In the order of the reference page.
constexpr Topic topics[] = {
    {"Texts", text_functions},        {"Texts", cutting_functions},  {"Names", name_functions},
    {"Patterns", pattern_functions},  {"Numbers", number_functions}, {"Yes or no", truth_functions},
    {"Dates", date_functions},        {"Dates", calendar_functions}, {"Times", time_functions},
    {"Known forms", shape_functions}, {"Codes", code_functions},     {"Lists", list_functions},
    {"Lists", item_functions},        {"JSON", json_functions},      {"Secrets", hash_functions},
    {"Choices", choice_functions}};

}  // namespace

Function define(const char* signature, const char* says, std::vector<Takes> takes, Type gives,
                Kernel kernel, Examples examples) {
  Function made;
  std::string_view whole = signature;
  made.help.name = whole.substr(0, whole.find('('));
  made.help.signature = signature;
  made.help.says = says;
  made.help.examples = std::move(examples);
  made.required = static_cast<uint32_t>(takes.size());
  made.takes = std::move(takes);
  made.gives = gives;
  made.kernel = kernel;
  return made;
}

const std::vector<Function>& all_functions() {
  static const std::vector<Function> all = [] {
    std::vector<Function> made;
    for (const auto& topic : topics)
      for (auto& function : topic.functions()) {
        function.help.topic = topic.name;
        made.push_back(std::move(function));
      }
    return made;
  }();
  return all;
}

const std::vector<FunctionHelp>& functions() {
  static const std::vector<FunctionHelp> all = [] {
    std::vector<FunctionHelp> made;
    for (const auto& function : all_functions()) {
      auto is_same = [&](const FunctionHelp& help) {
        return help.name == function.help.name && help.topic == function.help.topic;
      };
      auto last = std::find_if(made.rbegin(), made.rend(), is_same);
      made.insert(last == made.rend() ? made.end() : last.base(), function.help);
    }
    return made;
  }();
  return all;
}

}  // namespace homeroom::express
