// The checker's part for x -> ...: its body is a graph of its own over the items.
#include "hub/express/checker.hpp"
#include "hub/express/lambda.hpp"

namespace homeroom::express {

namespace {

[[noreturn]] void mistake(const Syntax& syntax, std::string says) {
  express::mistake(syntax.at, std::max(syntax.size, 1u), std::move(says));
}

}  // namespace

Checker::Checked Checker::name_in_body(const Syntax& syntax) {
  if (!syntax.is_quoted && syntax.word == variable_) {
    Node item;
    item.kind = Node::Kind::column;
    return add("column 0", std::move(item));
  }
  if (!syntax.is_quoted && syntax.word.starts_with(variable_ + '.')) return field_of_item(syntax);
  bool is_parameter = !syntax.is_quoted && scope_.parameters.contains(syntax.word);
  auto outside = outer_->check(syntax);
  if (is_parameter && outer_->graph_[outside.node].kind == Node::Kind::literal)
    return value_of(outside.type, outer_->graph_[outside.node].word, syntax);
  return captured(outside);
}

// h.end of an item that is a JSON object.
Checker::Checked Checker::field_of_item(const Syntax& syntax) {
  auto item = std::make_shared<Syntax>(syntax);
  item->word = variable_;
  auto path = std::make_shared<Syntax>(syntax);
  path->kind = Syntax::Kind::literal;
  path->word = syntax.word.substr(variable_.size() + 1);
  auto call = std::make_shared<Syntax>(syntax);
  call->kind = Syntax::Kind::call;
  call->word = "json_extract_string";
  call->kids = {item, path};
  written_.push_back(call);  // what was checked is known by its address
  return fresh(*call);
}

Checker::Checked Checker::captured(const Checked& outside) {
  auto found = std::find(captured_.begin(), captured_.end(), outside.node);
  if (found == captured_.end()) found = captured_.insert(found, outside.node);
  Node node;
  node.kind = Node::Kind::column;
  node.type = outside.type;
  node.column = 1 + static_cast<uint32_t>(found - captured_.begin());
  return add("column " + std::to_string(node.column), std::move(node));
}

Checker::Checked Checker::with_body(const Function& function, const Syntax& syntax) {
  const Syntax& lambda = *syntax.kids.back();
  if (lambda.kind != Syntax::Kind::lambda) mistake(lambda, "write " + function.help.signature);
  auto list = check(*syntax.kids[0]);
  must_be(Type::list, list, *syntax.kids[0]);

  auto body = std::make_shared<Body>();
  Checker inner(*this, lambda.word, body->graph);
  auto value = inner.check(*lambda.kids[0]);
  Node node;
  node.type = function.gives;
  node.kernel = function.kernel;
  if (function.kernel_of) {
    node.type = value.type;
    node.kernel = value.is_null ? nullptr : function.kernel_of(value.type);
    if (!node.kernel) mistake(*lambda.kids[0], "write " + function.help.signature);
  } else {
    inner.must_be(function.takes.back().type, value, *lambda.kids[0]);
  }
  body->root = value.node;
  body->type = value.type;
  node.can_fault = function.help.can_fault || body->graph[value.node].can_fault;
  node.has_hashes = body->graph[value.node].has_hashes;
  node.kids = {list.node};
  node.kids.insert(node.kids.end(), inner.captured_.begin(), inner.captured_.end());
  node.prepared = body;
  std::string key = function.help.signature + canonical(lambda);
  for (uint32_t kid : node.kids) key += ' ' + std::to_string(kid);
  return add(key, std::move(node));
}

}  // namespace homeroom::express
