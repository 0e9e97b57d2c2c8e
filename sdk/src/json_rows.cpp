#include "homeroom/json_rows.hpp"

#include <algorithm>
#include <optional>

#include <simdjson.h>

#include "homeroom/error.hpp"

namespace homeroom {
namespace {

namespace ondemand = simdjson::ondemand;
constexpr int deepest = 100;

/// The paths of all columns as one tree, so that a record is walked once.
struct Step {
  std::map<std::string, std::unique_ptr<Step>, std::less<>> members;
  std::unique_ptr<Step> items;
  int column = -1;                            ///< the path of this column ends here
  std::pair<std::string, std::string> joins;  ///< two members that are told as {a:b}
};

Step& step_to(Step& from, std::string_view path) {
  Step* at = &from;
  while (!path.empty()) {
    if (path.starts_with("[]")) {
      path.remove_prefix(2);
      if (!at->items) at->items = std::make_unique<Step>();
      at = at->items.get();
    } else if (path.front() == '{') {
      auto colon = path.find(':');
      at->joins = {std::string(path.substr(1, colon - 1)),
                   std::string(path.substr(colon + 1, path.size() - colon - 2))};
      return *at;
    } else {
      if (path.front() == '.') path.remove_prefix(1);
      auto name = path.substr(0, path.find_first_of(".[{"));
      path.remove_prefix(name.size());
      auto& next = at->members[std::string(name)];
      if (!next) next = std::make_unique<Step>();
      at = next.get();
    }
  }
  return *at;
}

/// As in a CSV cell: quoted where the text itself has a comma or a quote.
void append_item(std::string& cell, std::string_view item) {
  if (!cell.empty()) cell += ',';
  if (item.find_first_of(",\"") == item.npos) {
    cell += item;
    return;
  }
  cell += '"';
  for (char c : item) cell.append(c == '"' ? 2 : 1, c);
  cell += '"';
}

std::string_view trimmed(std::string_view raw) {
  while (!raw.empty() && static_cast<unsigned char>(raw.back()) <= ' ') raw.remove_suffix(1);
  return raw;
}

std::string text_of(ondemand::value value) {
  switch (value.type()) {
    case ondemand::json_type::null:
      return {};
    case ondemand::json_type::string:
      return std::string(value.get_string().value());
    case ondemand::json_type::array:
      return std::string(trimmed(std::string_view(value.get_array().value().raw_json())));
    case ondemand::json_type::object:
      return std::string(trimmed(std::string_view(value.get_object().value().raw_json())));
    default:
      return std::string(trimmed(value.raw_json_token()));
  }
}

using Cells = std::vector<std::string>;

class Walk {
 public:
  Walk(Cells& cells, const Step* each, std::vector<Cells>* rows)
      : cells_(cells), each_(each), rows_(rows) {}

  void visit(ondemand::value value, const Step& step, bool is_item = false) {
    if (&step == each_) return collect(value);
    auto type = value.type().value();
    if (type == ondemand::json_type::object && !step.joins.first.empty())
      return put(step, join(value.get_object(), step), is_item);
    if (type == ondemand::json_type::object && !step.members.empty())
      return members(value.get_object(), step, is_item);
    if (type == ondemand::json_type::array && step.items) {
      for (auto item : value.get_array()) visit(item.value(), *step.items, true);
      return;
    }
    // One where a list may stand, as servers of OneRoster 1.1 send grades.
    if (step.items && step.column < 0) return visit(value, *step.items, true);
    if (step.column >= 0) put(step, text_of(value), is_item);
  }

  void members(ondemand::object object, const Step& step, bool is_item = false) {
    for (auto field : object) {
      auto known = step.members.find(std::string_view(field.unescaped_key()));
      if (known != step.members.end()) visit(field.value(), *known->second, is_item);
    }
  }

 private:
  void put(const Step& step, const std::string& text, bool is_item) {
    if (step.column < 0 || text.empty()) return;
    auto& cell = cells_[static_cast<size_t>(step.column)];
    if (is_item)
      append_item(cell, text);
    else
      cell = text;
  }

  std::string join(ondemand::object object, const Step& step) const {
    std::string first, second;
    for (auto field : object) {
      auto key = std::string_view(field.unescaped_key());
      if (key == step.joins.first)
        first = text_of(field.value());
      else if (key == step.joins.second)
        second = text_of(field.value());
    }
    return first.empty() && second.empty() ? std::string() : '{' + first + ':' + second + '}';
  }

  // Each item is a row of its own; what the record says is filled in when all of it is known.
  void collect(ondemand::value list) {
    if (list.type() != ondemand::json_type::array) return;
    for (auto item : list.get_array()) {
      rows_->emplace_back(cells_.size());
      if (item.type() != ondemand::json_type::object) continue;
      Walk(rows_->back(), nullptr, nullptr).members(item.get_object(), *each_->items);
    }
  }

  Cells& cells_;
  const Step* each_;
  std::vector<Cells>* rows_;
};

}  // namespace

struct JsonRows::Machine {
  explicit Machine(JsonShape given) : shape(std::move(given)) {
    if (!shape.each.empty()) {
      each = &step_to(root, shape.each);
      each->items = std::make_unique<Step>();
    }
    for (size_t i = 0; i < shape.columns.size(); ++i) {
      std::string_view path = shape.columns[i].path;
      bool is_of_record = !each || path.starts_with("^.");
      if (path.starts_with("^.")) path.remove_prefix(2);
      step_to(is_of_record ? root : *each->items, path).column = static_cast<int>(i);
    }
  }

  void take_record(ondemand::object record,
                   const std::function<void(const std::vector<std::string>&)>& take) {
    Cells cells(shape.columns.size());
    std::vector<Cells> rows;
    Walk(cells, each, &rows).members(record, root);
    if (!each) return take(cells);
    for (auto& row : rows) {
      for (size_t i = 0; i < row.size(); ++i)
        if (row[i].empty()) row[i] = cells[i];
      take(row);
    }
  }

  JsonShape shape;
  Step root;
  Step* each = nullptr;
  ondemand::parser parser;
};

JsonRows::JsonRows(JsonShape shape) : machine_(std::make_unique<Machine>(std::move(shape))) {}
JsonRows::~JsonRows() = default;

size_t JsonRows::read(std::string_view document, const std::string& place,
                      const std::function<void(const std::vector<std::string>&)>& take,
                      const std::function<void(size_t record)>& wrong) {
  auto& machine = *machine_;
  try {
    simdjson::padded_string padded(document);
    if (padded.size() + 1 > machine.parser.capacity() || machine.parser.max_depth() != deepest)
      if (machine.parser.allocate(padded.size() + 1, deepest))
        throw Error(Next::retry, "out of memory");
    auto whole = machine.parser.iterate(padded).value();
    ondemand::array records = machine.shape.records.empty()
                                  ? whole.get_array().value()
                                  : whole[machine.shape.records].get_array().value();
    size_t count = 0;
    for (auto record : records) {
      ++count;
      if (record.type() == ondemand::json_type::object)
        machine.take_record(record.get_object(), take);
      else
        wrong(count);
    }
    if (machine.shape.records.empty() && !whole.current_location().error())
      throw Error(Next::not_readable, place + ": there is more behind the JSON document's end");
    return count;
  } catch (const simdjson::simdjson_error& error) {
    // The library's own words for the code hold nothing of the document.
    auto code = error.error();
    if (code == simdjson::NO_SUCH_FIELD || code == simdjson::INCORRECT_TYPE)
      throw Error(Next::not_readable,
                  place + ": there is no list" +
                      (machine.shape.records.empty() ? "" : " '" + machine.shape.records + "'"));
    throw Error(Next::not_readable, place + ": not readable as JSON: " + error.what());
  }
}

}  // namespace homeroom
