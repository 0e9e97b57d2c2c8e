#include "hub/express/checker.hpp"

#include <algorithm>

#include "hub/express/evaluation.hpp"
#include "hub/express/kernel.hpp"

namespace homeroom::express {

namespace {

[[noreturn]] void mistake(const Syntax& syntax, std::string says) {
  express::mistake(syntax.at, std::max(syntax.size, 1u), std::move(says));
}

std::string with_article(Type type) {
  std::string name = name_of(type);
  return (name == "integer" ? "an " : "a ") + name;
}

bool has_order(Type type) {
  return type != Type::json && type != Type::list;
}

}  // namespace

const char* name_of(Type type) {
  static constexpr const char* names[] = {"text", "boolean",   "integer",   "decimal", "real",
                                          "date", "date_part", "timestamp", "json",    "list"};
  return names[static_cast<size_t>(type)];
}

Checker::Checked Checker::check(const Syntax& syntax) {
  auto found = done_.find(&syntax);
  if (found != done_.end()) return found->second;
  return done_[&syntax] = fresh(syntax);
}

Checker::Checked Checker::fresh(const Syntax& syntax) {
  switch (syntax.kind) {
    case Syntax::Kind::literal:
      return literal(syntax);
    case Syntax::Kind::name:
      return name(syntax);
    case Syntax::Kind::choose:
      return choose(syntax);
    case Syntax::Kind::lambda:
      mistake(syntax, "x -> ... stands only inside a function of lists");
    default:
      return call(syntax);
  }
}

Checker::Checked Checker::name(const Syntax& syntax) {
  if (outer_) return name_in_body(syntax);
  if (!syntax.is_quoted) {
    auto parameter = scope_.parameters.find(syntax.word);
    if (parameter != scope_.parameters.end()) {
      Type type = syntax.word == "run_date"      ? Type::date
                  : syntax.word == "school_year" ? Type::integer
                                                 : Type::text;
      return value_of(type, parameter->second, syntax);
    }
  }
  for (uint32_t i = 0; i < scope_.columns.size(); ++i)
    if (scope_.columns[i].text == syntax.word) return column(i);
  unknown_name(syntax);
}

void Checker::unknown_name(const Syntax& syntax) {
  std::vector<std::string> names;
  for (const auto& column : scope_.columns) names.push_back(column.text);
  for (const auto& [parameter, value] : scope_.parameters) names.push_back(parameter);
  std::string near = nearest(syntax.word, names);
  mistake(syntax, "no column " + syntax.word + (near.empty() ? "" : ", did you mean " + near));
}

Checker::Checked Checker::add(const std::string& key, Node node, Length length) {
  Type type = node.type;
  node.is_constant = node.kind != Node::Kind::column;
  node.most_bytes = node.is_constant ? node.word.size() : most_cell;
  uint64_t sum = 0;
  for (uint32_t kid : node.kids) {
    node.is_constant &= graph_[kid].is_constant;
    node.can_fault |= graph_[kid].can_fault;
    node.has_hashes |= graph_[kid].has_hashes;
    node.most_bytes = std::max(node.most_bytes, graph_[kid].most_bytes);
    sum += graph_[kid].most_bytes;
  }
  if (length == Length::together) node.can_fault |= sum > most_text;
  if (length == Length::together) node.most_bytes = std::min<uint64_t>(sum, most_text);
  if (length == Length::free) node.most_bytes = most_text;
  bool is_tried = node.is_constant && node.can_fault;
  uint32_t before = graph_.size();
  uint32_t id = graph_.add(key, std::move(node));
  if (is_tried && id == before) graph_.set_can_fault(id, Evaluation(graph_).faults_once(id));
  return {id, type, false};
}

Checker::Checked Checker::column(uint32_t index) {
  Node node;
  node.kind = Node::Kind::column;
  node.type = scope_.columns[index].type;
  node.column = index;
  return add("column " + std::to_string(index), std::move(node));
}

Checker::Checked Checker::kernel(Kernel run, Type type, const Many& kids, const std::string& name,
                                 bool can_fault, Length length) {
  Node node;
  node.type = type;
  node.kernel = run;
  node.can_fault = can_fault;
  std::string key = name;
  for (const auto& kid : kids) {
    node.kids.push_back(kid.node);
    key += ' ' + std::to_string(kid.node);
  }
  return add(key, std::move(node), length);
}

Checker::Checked Checker::lazy(Node::Kind kind, Type type, const Many& kids) {
  Node node;
  node.kind = kind;
  node.type = type;
  std::string key = kind == Node::Kind::choose ? "case" : "coalesce";
  for (const auto& kid : kids) {
    node.kids.push_back(kid.node);
    key += ' ' + std::to_string(kid.node);
  }
  return add(key, std::move(node));
}

void Checker::must_be(Type type, Checked& value, const Syntax& syntax) {
  if (value.is_null) value = null_of(type);
  if (value.type == Type::integer && type == Type::decimal)
    value = kernel(decimal_of_integer, Type::decimal, {value}, "decimal of integer");
  if (value.type != type)
    mistake(syntax, "expected " + with_article(type) + ", but this is " + with_article(value.type));
}

Type Checker::unify(Many& values, const std::vector<SyntaxPtr>& parts) {
  Type type = Type::text;
  bool has_type = false;
  for (const auto& value : values) {
    if (value.is_null) continue;
    if (!has_type || (type == Type::integer && value.type == Type::decimal)) type = value.type;
    has_type = true;
  }
  for (size_t i = 0; i < values.size(); ++i) must_be(type, values[i], *parts[i]);
  return type;
}

Checker::Checked Checker::choose(const Syntax& syntax) {
  Many conditions, values;
  std::vector<SyntaxPtr> parts;
  size_t pairs = syntax.kids.size() / 2;
  for (size_t i = 0; i < pairs; ++i) {
    auto condition = check(*syntax.kids[2 * i]);
    must_be(Type::boolean, condition, *syntax.kids[2 * i]);
    conditions.push_back(condition);
    parts.push_back(syntax.kids[2 * i + 1]);
  }
  if (syntax.kids.size() % 2) parts.push_back(syntax.kids.back());
  for (const auto& part : parts) values.push_back(check(*part));
  Type type = unify(values, parts);
  Many kids;
  for (size_t i = 0; i < pairs; ++i) {
    kids.push_back(conditions[i]);
    kids.push_back(values[i]);
  }
  if (values.size() > pairs) kids.push_back(values.back());
  return lazy(Node::Kind::choose, type, kids);
}

bool Checker::is_operator(const std::string& word) const {
  static constexpr std::string_view operators[] = {
      "=",  "<>",   "<",  "<=", ">", ">=", "and", "or", "not", "is null",
      "in", "like", "||", "+",  "-", "*",  "/",   "//", "%"};
  return std::find(std::begin(operators), std::end(operators), word) != std::end(operators);
}

Checker::Checked Checker::call(const Syntax& syntax) {
  if (!is_operator(syntax.word)) return function(syntax);
  Many kids;
  for (const auto& kid : syntax.kids) kids.push_back(check(*kid));
  return operation(syntax, kids);
}

Checker::Checked Checker::operation(const Syntax& syntax, Many& kids) {
  const std::string& sign = syntax.word;
  if (sign == "and" || sign == "or" || sign == "not") {
    for (size_t i = 0; i < kids.size(); ++i) must_be(Type::boolean, kids[i], *syntax.kids[i]);
    Kernel kernel_of = sign == "and" ? both_kernel : sign == "or" ? either_kernel : not_kernel;
    return kernel(kernel_of, Type::boolean, kids, sign);
  }
  if (sign == "is null") return kernel(is_null_kernel, Type::boolean, kids, sign);
  if (sign == "||" || sign == "like") {
    for (size_t i = 0; i < kids.size(); ++i) must_be(Type::text, kids[i], *syntax.kids[i]);
    return sign == "||" ? kernel(joined_kernel, Type::text, kids, sign, false, Length::together)
                        : kernel(like_kernel, Type::boolean, kids, sign);
  }
  if (std::string_view("+ - * / // %").find(sign) != std::string_view::npos)
    return arithmetic(syntax, kids);
  Type type = unify(kids, syntax.kids);
  if (!has_order(type)) mistake(syntax, std::string(name_of(type)) + " values cannot be compared");
  return kernel(sign == "in" ? membership(type) : comparison(sign, type), Type::boolean, kids,
                sign);
}

Checker::Checked Checker::arithmetic(const Syntax& syntax, Many& kids) {
  bool is_date = kids[0].type == Type::date && !kids[0].is_null;
  if (is_date) {
    if (kids[1].is_null) kids[1] = null_of(Type::integer);
  } else {
    Type type = unify(kids, syntax.kids);
    if (kids[0].is_null || type == Type::text) type = Type::integer;
    if (type == Type::integer && syntax.word == "/") type = Type::decimal;
    for (size_t i = 0; i < kids.size(); ++i) must_be(type, kids[i], *syntax.kids[i]);
  }
  Type gives;
  Kernel found = express::arithmetic(syntax.word, kids[0].type, kids[1].type, gives);
  if (!found)
    mistake(syntax, with_article(kids[0].type) + ' ' + syntax.word + ' ' +
                        with_article(kids[1].type) + " means nothing");
  bool is_checked = kids[0].type != Type::date || kids[1].type != Type::date;
  return kernel(found, gives, kids, syntax.word, is_checked);
}

}  // namespace homeroom::express
