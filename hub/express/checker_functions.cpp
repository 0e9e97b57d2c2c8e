// The checker's part for literals and named functions.
#include <algorithm>

#include "hub/express/checker.hpp"
#include "hub/express/decimal.hpp"
#include "hub/record/date.hpp"

namespace homeroom::express {

namespace {

[[noreturn]] void mistake(const Syntax& syntax, std::string says) {
  express::mistake(syntax.at, std::max(syntax.size, 1u), std::move(says));
}

/// The one value of a literal, with its bytes behind it.
struct Held {
  alignas(16) char value[32] = {};
  std::string bytes;
};

template <class T>
std::shared_ptr<const void> held(const T& value) {
  auto made = std::make_shared<Held>();
  std::memcpy(made->value, &value, sizeof value);
  return {made, made->value};
}
std::shared_ptr<const void> held_text(const std::string& word) {
  auto made = std::make_shared<Held>();
  made->bytes = word + std::string(record::readable_behind, '\0');
  Text text = record::text(made->bytes.data(), static_cast<uint32_t>(word.size()));
  std::memcpy(made->value, &text, sizeof text);
  return {made, made->value};
}

}  // namespace

Checker::Checked Checker::null_of(Type type) {
  Node node;
  node.kind = Node::Kind::literal;
  node.type = type;
  node.is_null = true;
  node.value = std::make_shared<Held>();
  node.value = {node.value, static_cast<const Held*>(node.value.get())->value};
  return add(std::string("null ") + name_of(type), std::move(node));
}

Checker::Checked Checker::literal(const Syntax& syntax) {
  if (!syntax.is_null) return value_of(syntax.type, syntax.word, syntax);
  auto made = null_of(Type::text);
  made.is_null = true;
  return made;
}

Checker::Checked Checker::value_of(Type type, const std::string& word, const Syntax& syntax) {
  Node node;
  node.kind = Node::Kind::literal;
  node.type = type;
  node.word = word;
  if (type == Type::text) {
    node.value = held_text(word);
  } else if (type == Type::boolean) {
    node.value = held<uint8_t>(word == "true");
  } else if (type == Type::date) {
    auto day = record::parse_iso_date(word);
    if (!day) mistake(syntax, syntax.word + " is not a date YYYY-MM-DD");
    node.value = held<int32_t>(*day);
  } else {
    auto number = parse_decimal(word);
    constexpr __int128 most = INT64_MAX;
    bool fits = number && (type == Type::decimal || (number->scale == 0 && number->units <= most &&
                                                     number->units >= -most - 1));
    if (!fits) mistake(syntax, "a number that is too large or no number");
    node.value = type == Type::decimal ? held(*number) : held(static_cast<int64_t>(number->units));
  }
  std::string key = std::string(name_of(type)) + " literal " + word;
  return add(key, std::move(node));
}

// consents('x') reads the column "consents:x".
Checker::Checked Checker::of_column(const Syntax& syntax) {
  bool is_word = syntax.kids.size() == 1 && syntax.kids[0]->kind == Syntax::Kind::literal &&
                 syntax.kids[0]->type == Type::text && !syntax.kids[0]->is_null;
  if (!is_word) mistake(syntax, syntax.word + " takes one literal text");
  if (outer_) return captured(outer_->check(syntax));
  std::string wanted = syntax.word + ":" + syntax.kids[0]->word;
  for (uint32_t i = 0; i < scope_.columns.size(); ++i)
    if (scope_.columns[i].text == wanted) return column(i);
  mistake(*syntax.kids[0], "no " + wanted);
}

Checker::Checked Checker::function(const Syntax& syntax) {
  const auto& own = scope_.column_functions;
  if (std::find(own.begin(), own.end(), syntax.word) != own.end()) return of_column(syntax);
  std::vector<const Function*> of_name;
  for (const auto& function : all_functions())
    if (function.help.name == syntax.word) of_name.push_back(&function);
  if (of_name.empty()) unknown_function(syntax);
  for (const auto& kid : syntax.kids)
    if (kid->kind == Syntax::Kind::lambda) {
      for (const Function* function : of_name)
        if (function->has_body() && function->takes.size() == syntax.kids.size())
          return with_body(*function, syntax);
      mistake(*kid, "write " + of_name[0]->help.signature);
    }

  Many kids;
  for (const auto& kid : syntax.kids) kids.push_back(check(*kid));
  auto takes = [&](const Function& function, size_t i) {
    return function.takes[std::min(i, function.takes.size() - 1)];
  };
  const Function* of_count = nullptr;
  for (const Function* function : of_name) {
    bool is_count = kids.size() >= function->required &&
                    (function->repeats || kids.size() <= function->takes.size());
    if (!is_count || function->has_body()) continue;
    if (!function->kernel) return combined(syntax, kids);
    if (!of_count) of_count = function;
    bool fits = true;
    for (size_t i = 0; i < kids.size(); ++i)
      fits &= kids[i].is_null || kids[i].type == takes(*function, i).type;
    if (!fits) continue;
    for (size_t i = 0; i < kids.size(); ++i)
      if (kids[i].is_null) kids[i] = null_of(takes(*function, i).type);
    return apply(*function, syntax, kids);
  }
  if (!of_count) mistake(syntax, "write " + of_name[0]->help.signature);
  for (size_t i = 0; i < kids.size(); ++i)
    must_be(takes(*of_count, i).type, kids[i], *syntax.kids[i]);
  return apply(*of_count, syntax, kids);
}

void Checker::unknown_function(const Syntax& syntax) {
  std::vector<std::string> names = scope_.column_functions;
  for (const auto& function : all_functions()) names.push_back(function.help.name);
  std::string near = nearest(syntax.word, names);
  mistake(syntax, "no function " + syntax.word + (near.empty() ? "" : ", did you mean " + near));
}

Checker::Checked Checker::apply(const Function& function, const Syntax& syntax, const Many& kids) {
  Preparing preparing{scope_, {}};
  std::vector<const Syntax*> literals;
  Node node;
  node.type = function.gives;
  node.kernel = function.kernel;
  node.can_fault = function.help.can_fault;
  node.has_hashes = function.help.name == "hash";
  std::string key = function.help.signature;
  for (size_t i = 0; i < kids.size(); ++i) {
    node.kids.push_back(kids[i].node);
    key += ' ' + std::to_string(kids[i].node);
    if (!function.takes[std::min(i, function.takes.size() - 1)].is_literal) continue;
    const Node& kid = graph_[kids[i].node];
    if (kid.kind != Node::Kind::literal || kid.is_null)
      mistake(*syntax.kids[i], "this must be a literal " + std::string(name_of(kids[i].type)));
    preparing.words.push_back(kid.word);
    literals.push_back(syntax.kids[i].get());
  }
  if (function.prepare) {
    try {
      node.prepared = function.prepare(preparing);
    } catch (const std::string& says) {
      mistake(literals.empty() ? syntax : *literals[preparing.looked_at], says);
    }
  }
  return add(key, std::move(node), function.length);
}

// Those whose type is that of their arguments.
Checker::Checked Checker::combined(const Syntax& syntax, Many& kids) {
  const std::string& name = syntax.word;
  Type type = unify(kids, syntax.kids);
  if (name == "coalesce") return lazy(Node::Kind::coalesce, type, kids);
  if (type == Type::list || type == Type::json) mistake(syntax, name + " does not take lists");
  Kernel found = name == "nullif" ? nullif_kernel(type) : extreme_kernel(type, name == "greatest");
  return kernel(found, type, kids, name);
}

}  // namespace homeroom::express
