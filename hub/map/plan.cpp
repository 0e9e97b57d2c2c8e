#include "hub/map/plan.hpp"

#include <algorithm>

#include "homeroom/error.hpp"
#include "hub/settings/file_text.hpp"

namespace homeroom::map {

std::optional<uint32_t> Plan::stream(const std::string& name) const {
  auto found = std::ranges::find(reads, name, &Reads::stream);
  if (found == reads.end()) return std::nullopt;
  return static_cast<uint32_t>(found - reads.begin());
}

std::optional<uint32_t> Plan::table(const std::string& name) const {
  auto found = std::ranges::find(tables, name, &Table::name);
  if (found == tables.end()) return std::nullopt;
  return static_cast<uint32_t>(found - tables.begin());
}

uint32_t Plan::space(const std::string& name) {
  auto found = std::ranges::find(spaces, name);
  if (found == spaces.end()) found = spaces.insert(spaces.end(), name);
  return static_cast<uint32_t>(found - spaces.begin());
}

const char* word(record::Type type) {
  switch (type) {
    case record::Type::text:
      return "text";
    case record::Type::boolean:
      return "boolean";
    case record::Type::integer:
      return "integer";
    case record::Type::decimal:
      return "decimal";
    case record::Type::real:
      return "real";
    case record::Type::date:
      return "date";
    case record::Type::date_part:
      return "date_part";
    case record::Type::timestamp:
      return "timestamp";
    case record::Type::json:
      return "json";
    case record::Type::list:
      return "list";
  }
  return "";
}

const char* word(Step::Kind kind) {
  switch (kind) {
    case Step::Kind::where:
      return "where";
    case Step::Kind::join:
      return "join";
    case Step::Kind::unnest:
      return "unnest";
    case Step::Kind::set:
      return "set";
    case Step::Kind::distinct:
      return "distinct";
    case Step::Kind::union_with:
      return "union";
    case Step::Kind::group:
      return "group";
    case Step::Kind::pivot:
      return "pivot";
    case Step::Kind::unpivot:
      return "unpivot";
    case Step::Kind::refuse:
      return "refuse";
    case Step::Kind::assert_that:
      return "assert";
  }
  return "";
}

void refuse_quoted_word(const settings::Node& node) {
  if (node.kind() != settings::Kind::scalar || !node.was_quoted()) return;
  if (node.text().find_first_of(" ('.|=") == std::string::npos)
    node.refuse("column or literal? Write the column without quotes, or {literal: " + node.text() +
                "}");
}

std::shared_ptr<express::Program> new_program(const Plan& plan,
                                              const std::vector<NamedColumn>& columns) {
  express::Scope scope;
  for (const auto& column : columns) scope.columns.push_back({column.name, column.type});
  scope.codes = &plan.codes;
  scope.parameters = plan.parameters;
  scope.hasher = plan.hasher;
  return std::make_shared<express::Program>(std::move(scope));
}

std::optional<Expression> compile_expression(Plan& plan, const std::vector<NamedColumn>&,
                                             const settings::Node& node, const std::string& text,
                                             std::shared_ptr<express::Program> program,
                                             std::vector<Remark>& remarks) {
  express::Problem problem;
  auto compiled = program->compile(text, problem);
  if (compiled) plan.has_hashes |= compiled->has_hashes;
  if (compiled) return Expression{std::move(program), *compiled, node.place(), text};
  auto place = node.place();
  auto begins = node.kind() == settings::Kind::scalar ? node.text().find(text) : 0;
  place.column += problem.at + static_cast<uint32_t>(begins == std::string::npos ? 0 : begins);
  remarks.push_back({true, place, problem.says + node.note()});
  return std::nullopt;
}

namespace {

std::vector<std::string> words(const std::string& text) {
  std::vector<std::string> out;
  std::string word;
  for (char letter : text + ",") {
    if (letter != ',') {
      word += letter;
      continue;
    }
    auto first = word.find_first_not_of(" \t\r\n");
    if (first != std::string::npos)
      out.push_back(word.substr(first, word.find_last_not_of(" \t\r\n") - first + 1));
    word.clear();
  }
  return out;
}

bool take_mark(std::string& word) {
  if (!word.ends_with('?')) return false;
  word.pop_back();
  return true;
}

uint32_t column_of(const Reads& reads, const std::string& name) {
  for (uint32_t i = 0; i < reads.columns.size(); ++i)
    if (reads.columns[i].name == name) return i;
  return none;
}

void read_nulls_in(const settings::Node& node, Plan& plan) {
  for (const auto& [key, texts] : node.entries()) {
    auto dot = key.text().find('.');
    auto stream = plan.stream(key.text().substr(0, dot));
    if (!stream || dot == std::string::npos)
      key.refuse("expected stream.column, and a stream of reads");
    auto column = column_of(plan.reads[*stream], key.text().substr(dot + 1));
    if (column == none) key.refuse("reads has no such column");
    for (const auto& text : texts.items()) plan.nulls_in[{*stream, column}].push_back(text.text());
  }
}

constexpr std::uintmax_t most_bytes = 10 << 20;

}  // namespace

std::string file_text(const std::filesystem::path& path) {
  std::error_code none_such;
  if (std::filesystem::exists(path, none_such) &&
      !std::filesystem::is_regular_file(path, none_such))
    throw Error(Next::fix_settings, path.string() + ": is no regular file");
  if (std::filesystem::file_size(path, none_such) > most_bytes && !none_such)
    throw Error(Next::fix_settings, path.string() + ": larger than 10 MB");
  return settings::file_text(path);
}

void read_reads(const settings::Node& root, Plan& plan, const std::vector<StreamShape>& shapes) {
  for (const auto& [key, columns] : root.require("reads").entries()) {
    Reads reads;
    reads.stream = key.text();
    reads.is_optional = take_mark(reads.stream);
    for (auto word : words(columns.text())) {
      bool is_optional = take_mark(word);
      if (column_of(reads, word) != none) columns.refuse(word + " stands here twice");
      reads.columns.push_back({word, is_optional, false});
    }
    plan.reads.push_back(std::move(reads));
    auto shape = std::ranges::find(shapes, plan.reads.back().stream, &StreamShape::stream);
    plan.shapes.push_back(
        shape == shapes.end() ? StreamShape{plan.reads.back().stream, {}, "", "", false} : *shape);
  }
  for (const auto& text : root.find("nulls").items()) plan.nulls.push_back(text.text());
  read_nulls_in(root.find("nulls_in"), plan);
}

void list_steps(Plan& plan) {
  for (auto& table : plan.tables) {
    table.first_step = static_cast<uint32_t>(plan.steps.size());
    plan.steps.push_back({table.name, "from", table.place, StepClass::row_local});
    for (const auto& step : table.steps)
      plan.steps.push_back({table.name, word(step.kind), step.place, step.cost});
  }
}

std::unique_ptr<Plan> compile_plan(const std::filesystem::path& file, const record::Model& model,
                                   const std::vector<StreamShape>& shapes,
                                   const std::map<std::string, std::string>& parameters,
                                   std::vector<Remark>& remarks, const express::Hasher& hasher,
                                   const Shelf& shelf) {
  auto plan = std::make_unique<Plan>();
  plan->hasher = &hasher;
  plan->file = file;
  plan->parameters = parameters;
  plan->digest = file_text(file);
  auto mapping = unfold(file, shelf);
  plan->digest += mapping.included;
  const auto& root = mapping.root;
  if (auto version = root.require("mapping"); version.text() != "1")
    version.refuse("this program reads mapping: 1");
  read_reads(root, *plan, shapes);
  read_codes(mapping, shelf, *plan);
  compile_tables(root.find("tables"), *plan, remarks);
  compile_entities(root, *plan, model, remarks);
  auto is_error = [](const Remark& remark) { return remark.is_error; };
  if (std::ranges::any_of(remarks, is_error)) return nullptr;
  mark_needed(*plan);
  mark_looked_up(*plan);
  plan_links(*plan);
  list_steps(*plan);
  return plan;
}

}  // namespace homeroom::map
