// TableCompiler: the steps of one table, each checked against the columns it finds.
#pragma once

#include "hub/map/plan.hpp"

namespace homeroom::map {

class TableCompiler {
 public:
  /// `all` are the tables of the file, also those that come later.
  TableCompiler(Plan& plan, std::vector<Remark>& remarks, const settings::Node& all)
      : plan_(plan), remarks_(remarks), all_(all) {}

  void compile(const settings::Node& key, const settings::Node& steps);

 private:
  using Node = settings::Node;
  using Program = std::shared_ptr<express::Program>;

  struct Pair {
    std::string column, value;
  };

  Origin origin(const Node& node) const;
  uint32_t parts_of(Origin from) const {
    return from.is_table ? plan_.tables[from.index].parts : 1;
  }
  std::vector<NamedColumn> columns_of(Origin from, const std::string& prefix) const;
  uint32_t find(const Node& name) const;
  /// A column whose values can be told apart by `=`.
  uint32_t key(const Node& name) const;
  void add_column(const Node& name, express::Type type);

  /// A mistake is a remark, and nothing comes back. `else keep` is one: a step has no former value.
  std::optional<Expression> expression(const Node& node, const std::string& text,
                                       Program program = nullptr);
  std::optional<Expression> condition(const Node& node, const std::string& text,
                                      Program program = nullptr);
  std::optional<Expression> condition(const Node& node) { return condition(node, node.text()); }

  Step step(const Node& node);
  void set(const Node& node, const Node& set, Step& made);
  void unnest(const Node& node, const Node& list, Step& made);
  void distinct(const Node& node, const Node& names, Step& made);
  void unite(const Node& node, const Node& other, Step& made);
  void assert_that(const Node& node, const Node& test, Step& made);

  void join(const Node& node, const Node& target, Step& made);
  std::vector<Pair> pairs(const Node& by, const std::string& alias) const;

  void group(const Node& node, const Node& names, Step& made);
  void pivot(const Node& node, const Node& value, Step& made);
  void unpivot(const Node& node, const Node& columns, Step& made);
  void keep_keys(const Node& names, Step& made);
  std::optional<Measure> measure(const Node& node, const std::string& text, const Program& program);
  bool can_measure(const Measure& measure, const Node& node);
  static express::Type type_of(const Measure& measure);

  Plan& plan_;
  std::vector<Remark>& remarks_;
  const Node& all_;
  std::vector<NamedColumn> columns_;
  uint32_t parts_ = 1;
};

/// Text without white space around it.
std::string trimmed(const std::string& text);
/// The parts of a text between separators that stand outside quotes and parentheses.
std::vector<std::string> split_outside(const std::string& text, const std::string& separator);
/// The name as an expression reads it, whatever letters it has.
std::string quoted_name(const std::string& name);
/// The text as an expression reads it.
std::string quoted_text(const std::string& text);

}  // namespace homeroom::map
