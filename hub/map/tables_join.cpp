// Compiling a join: which column of the joined table must equal which value of the row.
#include <algorithm>

#include "hub/map/table_compiler.hpp"

namespace homeroom::map {

using settings::Node;

std::string trimmed(const std::string& text) {
  auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::vector<std::string> split_outside(const std::string& text, const std::string& separator) {
  std::vector<std::string> out(1);
  int depth = 0;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char letter = text[i];
    if (quote == 0 && depth == 0 && text.compare(i, separator.size(), separator) == 0) {
      out.emplace_back();
      i += separator.size() - 1;
      continue;
    }
    if (quote != 0)
      quote = letter == quote ? '\0' : quote;
    else if (letter == '\'' || letter == '"')
      quote = letter;
    else if (letter == '(')
      ++depth;
    else if (letter == ')')
      --depth;
    out.back() += letter;
  }
  return out;
}

namespace {

std::string quoted(const std::string& text, char quote) {
  std::string out(1, quote);
  for (char letter : text) out += letter == quote ? std::string(2, quote) : std::string(1, letter);
  return out + quote;
}

}  // namespace

std::string quoted_name(const std::string& name) {
  return quoted(name, '"');
}

std::string quoted_text(const std::string& text) {
  return quoted(text, '\'');
}

void TableCompiler::join(const Node& node, const Node& join, Step& made) {
  node.only({"join", "as", "by", "unmatched", "matches"});
  made.kind = Step::Kind::join;
  made.join.target = origin(join);
  auto alias = node.find("as") ? node.find("as").text() : join.text();
  made.join.target_name = alias;
  auto target = columns_of(made.join.target, "");
  auto by = node.require("by");
  for (const auto& [column, value] : pairs(by, alias)) {
    auto found = std::ranges::find(target, column, &NamedColumn::name);
    if (found == target.end()) {
      std::vector<std::string> names;
      for (const auto& other : target) names.push_back(other.name);
      auto near = settings::did_you_mean(column, names);
      by.refuse("no column " + alias + "." + column +
                (near ? ", did you mean " + alias + "." + *near + "?" : ""));
    }
    made.join.target_columns.push_back(static_cast<uint32_t>(found - target.begin()));
    auto compiled = expression(by, value);
    if (!compiled) continue;
    if (found->type == express::Type::list || found->type == express::Type::json)
      by.refuse("a list or JSON value is no key to join by");
    if (compiled->compiled.type != found->type)
      by.refuse("both sides of a join are of one type; " + alias + "." + column + " is " +
                word(found->type) + ", " + value + " is " + word(compiled->compiled.type));
    made.join.values.push_back(*compiled);
  }
  if (auto said = node.find("unmatched")) {
    if (said.text() == "drop")
      made.join.unmatched = Unmatched::drop;
    else if (said.text() == "set_aside")
      made.join.unmatched = Unmatched::set_aside;
    else if (said.text() != "keep")
      said.refuse("expected keep, drop or set_aside");
  }
  if (auto said = node.find("matches")) {
    if (said.text() != "many" && said.text() != "one") said.refuse("expected one or many");
    made.join.is_many = said.text() == "many";
  }
  made.join.is_reference =
      !made.join.target.is_table && plan_.shapes[made.join.target.index].is_reference;
  made.cost = made.join.is_reference ? StepClass::reference : StepClass::subject_local;
  for (auto& column : target) {
    column.part += parts_;
    column.name = alias + "." + column.name;
    if (std::ranges::find(columns_, column.name, &NamedColumn::name) != columns_.end())
      join.refuse("there is a column " + column.name + " already; name this one: as: OTHER");
  }
  columns_.insert(columns_.end(), target.begin(), target.end());
  parts_ += parts_of(made.join.target);
}

/// "X.a = expr and X.b = expr" as pairs; the joined side may stand left or right.
std::vector<TableCompiler::Pair> TableCompiler::pairs(const Node& by,
                                                      const std::string& alias) const {
  std::vector<Pair> out;
  for (const auto& part : split_outside(by.text(), " and ")) {
    auto sides = split_outside(part, "=");
    if (sides.size() != 2) by.refuse("expected " + alias + ".column = value");
    for (auto& side : sides) side = trimmed(side);
    bool is_left = sides[0].starts_with(alias + ".");
    bool is_right = sides[1].starts_with(alias + ".");
    if (is_left == is_right && !is_left) by.refuse("one side must be a column of " + alias);
    auto& joined = is_left ? sides[0] : sides[1];
    out.push_back({joined.substr(alias.size() + 1), is_left ? sides[1] : sides[0]});
  }
  return out;
}

}  // namespace homeroom::map
