// What a case expects, compared with what came out.
#include <algorithm>

#include "hub/map/cases.hpp"
#include "hub/record/json.hpp"

namespace homeroom::map {

namespace {

using settings::Kind;
using settings::Node;

/// One canonical row that came out.
struct Made {
  const EntityRows* rows = nullptr;
  uint32_t row = 0;
  bool is_taken = false;
};

bool is_null(const record::Column& column, uint32_t row) {
  return !column.values || !column.is_valid(row);
}

std::string shown(const record::Column& column, uint32_t row) {
  if (is_null(column, row)) return "null";
  std::string out;
  record::append_json_value(out, column, row);
  return out;
}

std::string joined(const Node& parts) {
  std::string key;
  for (const auto& part : parts.items()) key += (key.empty() ? "" : "\x1f") + part.text();
  return key;
}

std::string printable(std::string key) {
  std::ranges::replace(key, '\x1f', '+');
  return key;
}

bool says_null(const Node& node) {
  return node.kind() == Kind::nothing ||
         (node.kind() == Kind::scalar && !node.was_quoted() && node.text() == "null");
}

class Comparison {
 public:
  Comparison(const Mapping& mapping, const record::Model& model, const Block& block,
             const Output& output, CaseResult& result)
      : mapping_(mapping), model_(model), block_(block), output_(output), result_(result) {}

  void compare(const Node& expect) {
    for (const auto& [key, node] : expect.entries()) {
      if (key.text() == "findings")
        findings(key, node, false);
      else if (key.text() == "set_aside")
        findings(key, node, true);
      else if (key.text() == "refused")
        refused(key, node);
      else if (key.text() == "left_out")
        left_out(node);
      else
        entity(key, node);
    }
  }

 private:
  static std::string line(const Node& node, const std::string& says) {
    return node.place().file + ":" + std::to_string(node.place().line) + ": " + says;
  }
  void differ(const Node& node, const std::string& says) {
    result_.differences.push_back(line(node, says));
    result_.others.push_back(line(node, says));
  }
  void compared(const Node& node, const std::string& field, const std::string& expected,
                const std::string& found, bool is_same, const std::string& says) {
    row_.fields.push_back({field, expected, found, is_same});
    if (!is_same) result_.differences.push_back(line(node, says));
  }

  void entity(const Node& key, const Node& expected) {
    auto id = model_.find(key.text());
    if (!id) {
      std::vector<std::string> names = {"findings", "set_aside", "refused", "left_out"};
      for (const auto& known : model_.entities) names.push_back(known.name);
      auto near = settings::did_you_mean(key.text(), names);
      return differ(key, "no entity " + key.text() + (near ? ", did you mean " + *near + "?" : ""));
    }
    std::vector<Made> made;
    for (const auto& rows : output_.entities)
      if (rows.entity == *id)
        for (uint32_t row = 0; row < rows.rows; ++row) made.push_back({&rows, row, false});
    for (const auto& node : expected.items()) {
      if (auto* found = match(node, made)) {
        found->is_taken = true;
        row_ = {
            node.place(),
            key.text() + " " + printable(std::string(found->rows->key.text_at(found->row).view())),
            {}};
        fields(node, "", model_.entities[*id], *found);
        if (std::ranges::any_of(row_.fields, std::logical_not(), &RowDifference::Field::is_same))
          result_.rows.push_back(row_);
      } else {
        auto of = node.find("key");
        differ(node, "expected a " + key.text() + (of ? ' ' + printable(joined(of)) : "") +
                         ", there is none");
      }
    }
    for (const auto& row : made)
      if (!row.is_taken)
        differ(key, "not expected: " + key.text() + " " +
                        printable(std::string(row.rows->key.text_at(row.row).view())));
  }

  static Made* match(const Node& node, std::vector<Made>& made) {
    auto key = node.find("key");
    auto wanted = key ? joined(key) : "";
    for (auto& row : made)
      if (!row.is_taken && (!key || row.rows->key.text_at(row.row).view() == wanted)) return &row;
    return nullptr;
  }

  void fields(const Node& node, const std::string& prefix, const record::Entity& of,
              const Made& made) {
    for (const auto& [key, value] : node.entries()) {
      auto path = prefix + key.text();
      if (path == "key") continue;
      if (path == "student" && !of.find(path)) {
        text(value, path, made.rows->student, made.row);
      } else if (auto field = of.find(path)) {
        this->field(value, path, *field, made);
      } else if (value.kind() == Kind::map) {
        fields(value, path + ".", of, made);
      } else {
        differ(key, of.name + " has no field " + path);
      }
    }
  }

  void field(const Node& value, const std::string& path, record::FieldId field, const Made& made) {
    const auto& column = made.rows->fields[field];
    if (value.kind() != Kind::map) return text(value, path, column, made.row);
    value.only({"kept"});
    bool wanted = value.require("kept").boolean();
    bool is_kept =
        std::ranges::find(made.rows->kept, std::pair(made.row, field)) != made.rows->kept.end();
    auto found = is_kept ? "stays as it was" : shown(column, made.row);
    compared(value, path, wanted ? "stays as it was" : "a new value", found, wanted == is_kept,
             path + (wanted ? " is expected to stay as it was, found " + found
                            : " stays as it was, which is not expected"));
  }

  void text(const Node& value, const std::string& path, const record::Column& column,
            uint32_t row) {
    std::string expected = "null";
    if (value.kind() == Kind::list) {
      expected = '[';
      for (const auto& item : value.items()) {
        if (expected.size() > 1) expected += ',';
        record::append_json_string(expected, item.text());
      }
      expected += ']';
    } else if (!says_null(value)) {
      expected = value.text();
    }
    auto found = shown(column, row);
    bool is_same = found == expected && says_null(value) == is_null(column, row);
    if (!says_null(value) && !is_null(column, row))
      is_same |= record::text_of_json(found) == expected;
    compared(value, path, expected, found, is_same,
             path + " is expected to be " + expected + ", found " + found);
  }

  uint32_t line_of(const MapFinding& finding) const {
    const auto& lines = block_.streams[finding.stream].lines;
    return finding.row < lines.size() ? lines[finding.row] : 0;
  }
  const std::string& stream_of(uint32_t stream) const { return mapping_.reads()[stream].stream; }

  bool fits(const Node& node, const MapFinding& finding) const {
    auto same = [&](const char* word, const std::string& found) {
      auto wanted = node.find(word);
      return !wanted || wanted.text() == found;
    };
    auto says = node.find("says");
    return same("stream", stream_of(finding.stream)) &&
           same("line", std::to_string(line_of(finding))) && same("field", finding.field) &&
           same("entity", model_.entities[finding.entity].name) &&
           (!says || finding.says.find(says.text()) != std::string::npos);
  }

  void findings(const Node& key, const Node& expected, bool is_set_aside) {
    std::vector<const MapFinding*> open;
    for (const auto& finding : output_.findings)
      if (finding.is_set_aside == is_set_aside) open.push_back(&finding);
    for (const auto& node : expected.items()) {
      node.only({"stream", "line", "field", "entity", "says"});
      auto found =
          std::ranges::find_if(open, [&](const auto* finding) { return fits(node, *finding); });
      if (found == open.end())
        differ(node, "this one of " + key.text() + " did not come");
      else
        open.erase(found);
    }
    for (const auto* finding : open)
      differ(key, "not expected in " + key.text() + ": " + stream_of(finding->stream) + " line " +
                      std::to_string(line_of(*finding)) + ", " + finding->field + ": " +
                      finding->says);
  }

  void refused(const Node& key, const Node& expected) {
    std::vector<const Output::Refusal*> open;
    for (const auto& refusal : output_.refusals) open.push_back(&refusal);
    for (const auto& node : expected.items()) {
      node.only({"stream", "count", "says"});
      auto is_it = [&](const Output::Refusal* refusal) {
        auto stream = node.find("stream");
        auto says = node.find("says");
        return (!stream || stream.text() == stream_of(refusal->stream)) &&
               (!says || says.text() == refusal->why);
      };
      auto found = std::ranges::find_if(open, is_it);
      if (found == open.end()) {
        differ(node, "nothing was refused for this");
        continue;
      }
      auto count = node.find("count");
      if (count && count.integer() != static_cast<int64_t>((*found)->count))
        differ(count, "expected " + count.text() + " refused rows, found " +
                          std::to_string((*found)->count));
      open.erase(found);
    }
    for (const auto* refusal : open)
      differ(key, "not expected: " + std::to_string(refusal->count) + " of " +
                      stream_of(refusal->stream) + " refused: " + refusal->why);
  }

  void left_out(const Node& expected) {
    const auto& reads = mapping_.reads();
    for (const auto& [key, count] : expected.entries()) {
      auto found = std::ranges::find(reads, key.text(), &Reads::stream);
      if (found == reads.end()) {
        differ(key, "reads has no stream " + key.text());
        continue;
      }
      const auto& fates = output_.fates[static_cast<std::size_t>(found - reads.begin())];
      auto left = std::ranges::count(fates, Fate::filtered);
      if (left != count.integer())
        differ(count, "expected " + count.text() + " rows of " + key.text() + " left out, found " +
                          std::to_string(left));
    }
  }

  const Mapping& mapping_;
  const record::Model& model_;
  const Block& block_;
  const Output& output_;
  CaseResult& result_;
  RowDifference row_;
};

}  // namespace

void compare(const settings::Node& expect, const Mapping& mapping, const record::Model& model,
             const Block& block, const Output& output, CaseResult& result) {
  Comparison(mapping, model, block, output, result).compare(expect);
}

}  // namespace homeroom::map
