// The verb map functions: what the functions of expressions are, for a terminal, a program and the
// guide.
#include <algorithm>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "homeroom/error.hpp"
#include "hub/cli/verbs.hpp"
#include "hub/express/express.hpp"
#include "hub/settings/settings.hpp"

namespace homeroom::cli {

namespace {

using express::FunctionHelp;
using nlohmann::json;
using Many = std::vector<FunctionHelp>;

struct Flags {
  std::string name;
  bool is_page = false;
};

Many named(const std::string& name) {
  Many found;
  std::vector<std::string> names;
  for (const auto& help : express::functions()) {
    names.push_back(help.name);
    if (name.empty() || help.name == name) found.push_back(help);
  }
  if (!found.empty()) return found;
  auto near = settings::did_you_mean(name, names);
  throw Error(Next::fix_settings,
              "no function " + name + (near ? ", did you mean " + *near + "?" : ""));
}

json as_json(const Many& helps) {
  auto all = json::array();
  for (const auto& help : helps) {
    auto examples = json::array();
    for (const auto& [expression, result] : help.examples)
      examples.push_back({{"expression", expression}, {"result", json::parse(result)}});
    all.push_back({{"function", help.name},
                   {"topic", help.topic},
                   {"signature", help.signature},
                   {"says", help.says},
                   {"can_fault", help.can_fault},
                   {"examples", examples}});
  }
  return {{"functions", all}};
}

/// Calls f(help, whether a new topic begins).
template <class F>
void each_with_topic(const Many& helps, F f) {
  const std::string* topic = nullptr;
  for (const auto& help : helps) {
    f(help, !topic || *topic != help.topic);
    topic = &help.topic;
  }
}

std::string as_text(const Many& helps, bool has_examples) {
  std::string text;
  each_with_topic(helps, [&](const FunctionHelp& help, bool is_new) {
    if (is_new) text += (text.empty() ? "" : "\n") + help.topic + "\n";
    text += "  " + help.signature + (help.can_fault ? "  (can fault)" : "") + "\n      " +
            help.says + "\n";
    if (!has_examples) return;
    for (const auto& [expression, result] : help.examples)
      text += "      " + expression + "  gives  " + result + "\n";
  });
  return text;
}

constexpr const char* page_head =
    "# Functions of expressions\n"
    "\n"
    "Made by `homeroom map functions --page`; do not edit it. What an expression is, and what a "
    "fault\n"
    "does, is told in [the mapping language](mapping-language.md). A null argument gives null, "
    "and\n"
    "*literal* arguments must be written out, wherever nothing else is said. **Can fault**: a "
    "value that\n"
    "is there may turn out not to be readable, so end the expression with an `else`. Every example "
    "is run\n"
    "by the tests; results are shown as JSON.\n";

std::string as_page(const Many& helps) {
  std::string page = page_head;
  each_with_topic(helps, [&](const FunctionHelp& help, bool is_new) {
    if (is_new) page += "\n## " + help.topic + "\n";
    page += "\n### `" + help.signature + "`\n\n" + help.says +
            (help.can_fault ? " **Can fault.**" : "") + "\n\n```\n";
    for (const auto& [expression, result] : help.examples)
      page += expression + "  -->  " + result + "\n";
    page += "```\n";
  });
  return page;
}

void show(const Context& context, const Flags& flags) {
  auto helps = named(flags.name);
  auto text = flags.is_page       ? as_page(helps)
              : context.is_json() ? as_json(helps).dump() + "\n"
                                  : as_text(helps, !flags.name.empty());
  std::fputs(text.c_str(), stdout);
}

}  // namespace

void add_functions(const Command& map, Context& context) {
  auto flags = std::make_shared<Flags>();
  map.add("functions", "Says what the functions of expressions do")
      .takes("name", flags->name, "One function, with its examples (default: all)")
      .flag("--page", flags->is_page, "As docs/guide/functions.md has them")
      .does([flags, &context] { show(context, *flags); });
}

}  // namespace homeroom::cli
