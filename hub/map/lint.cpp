// lint: remarks on a mapping that compiles, but does not say all it should.
#include <algorithm>
#include <cctype>

#include "homeroom/error.hpp"
#include "hub/map/plan.hpp"

namespace homeroom::map {

namespace {

using settings::Kind;
using settings::Node;

void gather_texts(const Node& node, std::string& all) {
  if (node.kind() == Kind::scalar) all += node.text() + "\n";
  if (node.kind() == Kind::list)
    for (const auto& item : node.items()) gather_texts(item, all);
  if (node.kind() == Kind::map)
    for (const auto& [key, value] : node.entries()) gather_texts(value, all);
}

/// Whether a word stands in the text as a whole.
bool names(const std::string& text, const std::string& word) {
  auto is_letter = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; };
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    auto end = at + word.size();
    if ((at == 0 || !is_letter(text[at - 1])) && (end == text.size() || !is_letter(text[end])))
      return true;
  }
  return false;
}

bool can_fail(const std::string& text) {
  static const std::vector<std::string> functions = {
      "date",  "timestamp", "local_date", "code",    "bool",   "phone",
      "email", "language",  "postal",     "integer", "decimal"};
  return std::ranges::any_of(functions, [&](const std::string& name) {
    return names(text, name) && text.find(name + "(") != std::string::npos;
  });
}

void ask_for_else(const Plan& plan, const record::Model& model, std::vector<Remark>& remarks) {
  auto ask = [&](const Expression& made, const std::string& path) {
    if (made.compiled.on_fault == express::Else::unsaid && can_fail(made.text))
      remarks.push_back(
          {false, made.place, path + " can fail: write out else keep, else null or else reject"});
  };
  for (const auto& entity : plan.entities)
    for (const auto& field : entity.fields) {
      const auto& path = model.entities[entity.entity].fields[field.field].path;
      if (field.value && !field.is_required) ask(*field.value, path);
      for (const auto& [code, test] : field.each_true) ask(test, path + " " + code);
    }
}

void find_unused(const Plan& plan, const Node& root, std::vector<Remark>& remarks) {
  std::string texts;
  for (const auto& [key, node] : root.entries())
    if (key.text() != "reads" && key.text() != "cases" && key.text() != "codes")
      gather_texts(node, texts);
  for (const auto& [name, table] : plan.codes)
    if (!names(texts, name))
      remarks.push_back({false, root.find("codes").place(), "codes " + name + " are not used"});
  for (const auto& table : plan.tables)
    if (!names(texts, table.name))
      remarks.push_back({false, table.place, "table " + table.name + " is not used"});
  for (const auto& reads : plan.reads)
    for (const auto& column : reads.columns)
      if (!names(texts, column.name))
        remarks.push_back(
            {false, root.find("reads").find(reads.stream + (reads.is_optional ? "?" : "")).place(),
             reads.stream + "." + column.name + " is read and not used"});
}

void find_unfilled(const Plan& plan, const record::Model& model, std::vector<Remark>& remarks) {
  for (const auto& entity : plan.entities) {
    const auto& of = model.entities[entity.entity];
    for (record::FieldId id = 0; id < of.fields.size(); ++id)
      if (of.fields[id].is_required &&
          std::ranges::find(entity.fields, id, &FieldPlan::field) == entity.fields.end())
        remarks.push_back({false, entity.place,
                           of.name + "." + of.fields[id].path + " is required and never filled"});
  }
}

}  // namespace

std::vector<Remark> lint(const std::filesystem::path& file, const record::Model& model) {
  std::vector<Remark> remarks;
  try {
    auto plan = compile_plan(file, model, {}, {{"run_date", "2026-01-13"}, {"school_year", "2026"}},
                             remarks);
    if (!plan) return remarks;
    auto root = settings::load(file);
    ask_for_else(*plan, model, remarks);
    find_unused(*plan, root, remarks);
    find_unfilled(*plan, model, remarks);
  } catch (const Error& error) {  // its text names the place
    Remark remark;
    remark.is_error = true;
    remark.place.file = file.string();
    remark.says = error.what();
    remarks.push_back(std::move(remark));
  }
  return remarks;
}

}  // namespace homeroom::map
