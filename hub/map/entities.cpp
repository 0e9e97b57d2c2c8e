// Compiling the entities of a mapping: key, student and fields over the columns of a table.
#include <algorithm>

#include "hub/map/matching.hpp"
#include "hub/map/table_compiler.hpp"
#include "hub/record/date.hpp"

namespace homeroom::map {

namespace {

using settings::Kind;
using settings::Node;

bool fits(express::Type made, record::Type wanted) {
  if (made == wanted) return true;
  if (wanted == record::Type::decimal && made == express::Type::integer) return true;
  return wanted == record::Type::date_part && made == express::Type::date;
}

class EntityCompiler {
 public:
  EntityCompiler(Plan& plan, const record::Model& model, std::vector<Remark>& remarks)
      : plan_(plan), model_(model), remarks_(remarks) {}

  void compile(const Node& key, const Node& node, record::EntityId entity) {
    node.only({"from", "key", "student", "fields", "required"});
    EntityPlan made;
    made.entity = entity;
    made.place = key.place();
    made.table = table_of(node.require("from"));
    columns_ = &plan_.tables[made.table].columns();
    program_ = new_program(plan_, *columns_);
    for (const auto& part : node.require("key").items())
      if (auto compiled = text_expression(part)) made.key.push_back(*compiled);
    const auto& of = model_.entities[entity];
    bool is_student = of.name == record::student_entity;
    if (of.is_of_student && !is_student)
      made.student = text_expression(node.require("student"));
    else if (node.find("student"))
      node.find("student").refuse(of.name + " belongs to no student");
    fields(node.require("fields"), "", of, made);
    for (const auto& name : node.find("required").items()) require(name, of, made);
    std::ranges::sort(made.fields, {}, &FieldPlan::field);
    plan_.entities.push_back(std::move(made));
  }

 private:
  /// A table of that name, or a stream as a table of its own.
  uint32_t table_of(const Node& from) {
    if (auto table = plan_.table(from.text())) return *table;
    auto stream = plan_.stream(from.text());
    if (!stream) {
      std::vector<std::string> names;
      for (const auto& table : plan_.tables) names.push_back(table.name);
      for (const auto& reads : plan_.reads) names.push_back(reads.stream);
      auto near = settings::did_you_mean(from.text(), names);
      from.refuse("no table or stream " + from.text() +
                  (near ? ", did you mean " + *near + "?" : ""));
    }
    Table table;
    table.name = from.text();
    table.place = from.place();
    table.from = {false, *stream};
    for (const auto& column : plan_.reads[*stream].columns)
      table.from_columns.push_back({column.name, express::Type::text, 0, column.name});
    plan_.tables.push_back(std::move(table));
    return static_cast<uint32_t>(plan_.tables.size() - 1);
  }

  std::optional<Expression> compiled(const Node& node, const std::string& text) {
    return compile_expression(plan_, *columns_, node, text, program_, remarks_);
  }

  std::optional<Expression> text_expression(const Node& node) {
    auto made = compiled(node, node.text());
    if (made && made->compiled.type != express::Type::text) {
      remarks_.push_back({true, node.place(), "a key is text; wrap it in text(...)"});
      return std::nullopt;
    }
    return made;
  }

  void fields(const Node& node, const std::string& prefix, const record::Entity& of,
              EntityPlan& made) {
    for (const auto& [key, value] : entries_of(node, *columns_)) {
      auto path = prefix + key.text();
      if (auto field = of.find(path)) {
        this->field(*field, value, of, made);
        continue;
      }
      auto below = [&](const record::Field& other) { return other.path.starts_with(path + "."); };
      if (value.kind() == Kind::map && std::ranges::any_of(of.fields, below)) {
        fields(value, path + ".", of, made);
        continue;
      }
      std::vector<std::string> names;
      for (const auto& other : of.fields) names.push_back(other.path);
      auto near = settings::did_you_mean(path, names);
      key.refuse(of.name + " has no field " + path + (near ? ", did you mean " + *near + "?" : ""));
    }
  }

  void field(record::FieldId id, const Node& value, const record::Entity& of, EntityPlan& made) {
    const auto& field = of.fields[id];
    FieldPlan plan;
    plan.field = id;
    plan.is_required = field.is_required;
    plan.source.place = value.place();
    auto is_same = [&](const FieldPlan& other) { return other.field == id; };
    if (std::ranges::any_of(made.fields, is_same)) value.refuse(field.path + " is filled twice");
    if (value.kind() == Kind::map && value.find("each_true")) {
      value.only({"each_true"});
      plan.source.kind = FieldSource::Kind::flags;
      each_true(value.find("each_true"), field, plan);
    } else if (value.kind() == Kind::map && value.find("literal")) {
      value.only({"literal"});
      plan.source.kind = FieldSource::Kind::literal;
      plan.value = compiled(value, literal(value.find("literal"), field));
    } else {
      if (value.kind() != Kind::scalar) value.refuse("expected an expression for " + field.path);
      refuse_quoted_word(value);
      plan.source.expression = value.text();
      plan.source.kind = kind_of(value.text());
      plan.value = compiled(value, value.text());
      if (!plan.value && is_word(value.text()))
        remarks_.back().says += "; a fixed value is written {literal: " + value.text() + "}";
    }
    name_columns(plan);
    if (plan.value && !fits(plan.value->compiled.type, field.type))
      remarks_.push_back({true, value.place(),
                          field.path + " is " + word(field.type) + ", the expression gives " +
                              word(plan.value->compiled.type)});
    made.fields.push_back(std::move(plan));
  }

  void name_columns(FieldPlan& plan) const {
    auto add = [&](const Expression& expression) {
      for (auto index : expression.compiled.columns) {
        const auto& column = (*columns_)[index];
        plan.source.columns.push_back(column.origin.empty() ? column.name : column.origin);
      }
    };
    if (plan.value) add(*plan.value);
    for (const auto& [code, test] : plan.each_true) add(test);
  }

  static bool is_word(const std::string& text) {
    return text.find_first_of(" ().|='\"<>+-*/,") == std::string::npos;
  }

  FieldSource::Kind kind_of(const std::string& text) const {
    auto is_it = [&](const NamedColumn& column) {
      return column.name == text || quoted_name(column.name) == text;
    };
    if (std::ranges::any_of(*columns_, is_it)) return FieldSource::Kind::column;
    auto value = trimmed(split_outside(text, " else ")[0]);
    // One call and nothing behind it: without its name and its last sign it has no ) too many.
    bool is_call = value.starts_with("code(") && value.ends_with(')');
    int depth = 0;
    for (std::size_t i = 5; is_call && i + 1 < value.size(); ++i) {
      depth += value[i] == '(' ? 1 : value[i] == ')' ? -1 : 0;
      is_call = depth >= 0;
    }
    return is_call ? FieldSource::Kind::code : FieldSource::Kind::expression;
  }

  void each_true(const Node& node, const record::Field& field, FieldPlan& plan) {
    const auto* options = model_.option_set(field.options);
    for (const auto& [code, test] : entries_of(node, *columns_)) {
      if (options && std::ranges::find(options->codes, code.text()) == options->codes.end())
        code.refuse("not among the codes of " + field.options);
      auto made = compiled(test, test.text());
      if (!made) continue;
      if (made->compiled.type != express::Type::boolean)
        remarks_.push_back({true, test.place(), "a condition is expected here, found a value"});
      plan.each_true.emplace_back(code.text(), *made);
    }
    std::ranges::sort(plan.each_true, {}, &std::pair<std::string, Expression>::first);
  }

  /// The expression that says the fixed value, in the field's type.
  static std::string literal(const Node& node, const record::Field& field) {
    const auto& text = node.text();
    switch (field.type) {
      case record::Type::boolean:
        return node.boolean() ? "true" : "false";
      case record::Type::integer:
        return std::to_string(node.integer());
      case record::Type::date:
        return "date('" + record::iso_date(node.date()) + "', 'YYYY-MM-DD')";
      case record::Type::list:
        return text == "[]" ? "list()" : "list('" + text + "')";
      default:
        break;
    }
    std::string quoted = "'";
    for (char letter : text) quoted += letter == '\'' ? std::string("''") : std::string(1, letter);
    return quoted + "'";
  }

  void require(const Node& name, const record::Entity& of, EntityPlan& made) {
    auto id = of.find(name.text());
    auto found =
        std::ranges::find_if(made.fields, [&](const FieldPlan& f) { return id && f.field == *id; });
    if (found == made.fields.end()) name.refuse("required, but this mapping does not fill it");
    found->is_required = true;
  }

  Plan& plan_;
  const record::Model& model_;
  std::vector<Remark>& remarks_;
  const std::vector<NamedColumn>* columns_ = nullptr;
  std::shared_ptr<express::Program> program_;
};

}  // namespace

void compile_entities(const settings::Node& root, Plan& plan, const record::Model& model,
                      std::vector<Remark>& remarks) {
  static const std::vector<std::string> own = {"mapping", "reads",  "nulls", "nulls_in",
                                               "codes",   "tables", "cases"};
  for (const auto& [key, node] : root.entries()) {
    if (std::ranges::find(own, key.text()) != own.end()) continue;
    auto entity = model.find(key.text());
    if (!entity) {
      std::vector<std::string> names = own;
      for (const auto& known : model.entities) names.push_back(known.name);
      auto near = settings::did_you_mean(key.text(), names);
      key.refuse("no entity " + key.text() + (near ? ", did you mean " + *near + "?" : ""));
    }
    EntityCompiler(plan, model, remarks).compile(key, node, *entity);
  }
}

}  // namespace homeroom::map
