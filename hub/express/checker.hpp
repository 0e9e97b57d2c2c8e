// Checker: gives every part of a syntax tree its type and turns it into nodes of the graph.
#pragma once

#include <unordered_map>

#include "hub/express/function.hpp"
#include "hub/express/graph.hpp"
#include "hub/express/parser.hpp"

namespace homeroom::express {

class Checker {
 public:
  Checker(const Scope& scope, Graph& graph) : scope_(scope), graph_(graph) {}

  /// Checks the body of a lambda: `variable` is its column 0, what it takes from `outer` the
  /// others.
  Checker(Checker& outer, const std::string& variable, Graph& graph)
      : scope_(outer.scope_), graph_(graph), outer_(&outer), variable_(variable) {}

  struct Checked {
    uint32_t node = 0;
    Type type = Type::text;
    bool is_null = false;  ///< the literal null: fits every type
  };
  /// Throws Mistake.
  Checked check(const Syntax& syntax);

 private:
  Checked fresh(const Syntax& syntax);
  /// The node, its kids already in the graph; says whether it can fault.
  Checked add(const std::string& key, Node node, Length length = Length::as_given);
  using Many = std::vector<Checked>;

  Checked literal(const Syntax& syntax);
  Checked null_of(Type type);
  Checked value_of(Type type, const std::string& word, const Syntax& syntax);
  Checked name(const Syntax& syntax);
  Checked column(uint32_t index);
  Checked choose(const Syntax& syntax);
  Checked call(const Syntax& syntax);
  Checked function(const Syntax& syntax);
  Checked of_column(const Syntax& syntax);
  Checked name_in_body(const Syntax& syntax);
  Checked field_of_item(const Syntax& syntax);
  Checked captured(const Checked& outside);
  Checked with_body(const Function& function, const Syntax& syntax);
  Checked apply(const Function& function, const Syntax& syntax, const Many& kids);
  Checked operation(const Syntax& syntax, Many& kids);
  Checked arithmetic(const Syntax& syntax, Many& kids);
  Checked combined(const Syntax& syntax, Many& kids);
  Checked kernel(Kernel run, Type type, const Many& kids, const std::string& name,
                 bool can_fault = false, Length length = Length::as_given);
  Checked lazy(Node::Kind kind, Type type, const Many& kids);
  bool is_operator(const std::string& word) const;

  void must_be(Type type, Checked& value, const Syntax& syntax);
  /// Makes all of one type: null takes the others', integer goes to decimal.
  Type unify(Many& values, const std::vector<SyntaxPtr>& parts);
  [[noreturn]] void unknown_name(const Syntax& syntax);
  [[noreturn]] void unknown_function(const Syntax& syntax);

  const Scope& scope_;
  Graph& graph_;
  Checker* outer_ = nullptr;  ///< of the body of a lambda
  std::string variable_;
  std::vector<uint32_t> captured_;  ///< nodes of outer_; column 1 and on of the body
  std::vector<SyntaxPtr> written_;  ///< parts that no source has
  /// Parts that stand in a tree twice are checked once, else nested ones would double the work.
  std::unordered_map<const Syntax*, Checked> done_;
};

}  // namespace homeroom::express
