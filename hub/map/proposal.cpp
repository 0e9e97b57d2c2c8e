#include "hub/map/proposal.hpp"

#include <algorithm>
#include <set>

#include "homeroom/error.hpp"
#include "hub/map/field_match.hpp"
#include "hub/map/invented.hpp"
#include "hub/map/proposal_joins.hpp"
#include "hub/map/proposal_text.hpp"

namespace homeroom::map {

namespace {

using record::Field;
using record::Type;

/// A code of the proposal's lists.
struct CodeRow {
  std::string code;  ///< what it says; empty: nobody knows
  uint64_t rows = 0;
};
using CodeRows = std::map<std::string, CodeRow>;

class Proposal {
 public:
  Proposal(const std::string& source, const std::vector<SeenStream>& streams,
           const record::Model& model, const Words& words, const std::vector<SeenStream>& others)
      : source_(source), streams_(streams), others_(others), model_(model), words_(words) {
    used_.resize(streams.size());
    cells_.resize(streams.size());
  }

  void add(const Wish& wish) {
    const auto& stream = streams_[wish.stream];
    const auto& entity = model_.entities[wish.entity];
    auto from = origin(wish);
    std::string out = entity.name + ":\n  from: " + from + "\n  key:  " + key(wish) + '\n';
    std::string expected = "        - key: " + expected_key(wish) + '\n';
    if (entity.is_of_student && entity.name != record::student_entity) {
      use(wish.stream, subject(wish));
      out += "  student: " + scalar(term(stream.columns[subject(wish)].name())) + '\n';
    }
    auto matches = match_fields(stream, entity, wish.entity, model_, words_);
    out += "  fields:\n" + fields(wish, matches, expected) + doubts(wish, matches);
    entities_.push_back(out);
    expectations_.push_back("      " + entity.name + ":\n" + expected);
  }

  std::string text() const {
    std::string out = head();
    out += "reads:                               # only these columns enter the house\n";
    for (uint32_t s = 0; s < streams_.size(); ++s)
      if (!used_[s].empty()) out += reads(s);
    for (const auto& stream : streams_) {
      auto joins = as_comment(stream, near_keys(stream, others_));
      if (!joins.empty()) out += '\n' + joins;
    }
    out += "\nnulls: [\"\"]\n" + codes() + tables();
    for (const auto& entity : entities_) out += '\n' + entity;
    return out + cases();
  }

 private:
  const ColumnLook& look(const Wish& wish, uint32_t column) const {
    return streams_[wish.stream].columns[column];
  }

  uint32_t column_of(uint32_t stream, const std::string& name) const {
    const auto& columns = streams_[stream].columns;
    for (uint32_t c = 0; c < columns.size(); ++c)
      if (columns[c].name() == name) return c;
    return no_column;
  }

  void use(uint32_t stream, uint32_t column, const std::string& in_the_case = "") {
    used_[stream].insert(column);
    auto& cell = cells_[stream][column];
    if (cell.empty()) cell = in_the_case;
    if (cell.empty()) cell = std::to_string(9000 + cells_[stream].size());
  }

  uint32_t subject(const Wish& wish) const {
    const auto& shape = streams_[wish.stream].shape;
    auto column = column_of(wish.stream, shape.subject);
    if (column == no_column)
      throw Error(Next::fix_settings, "rows of " + shape.stream + " do not say whose they are; " +
                                          model_.entities[wish.entity].name +
                                          " belongs to a student. Say `subject` and "
                                          "`space` at the stream in homeroom.yaml");
    return column;
  }

  std::vector<uint32_t> keys(const Wish& wish) const {
    const auto& shape = streams_[wish.stream].shape;
    if (model_.entities[wish.entity].name == record::student_entity) return {subject(wish)};
    std::vector<uint32_t> out;
    for (const auto& name : shape.key)
      if (auto column = column_of(wish.stream, name); column != no_column) out.push_back(column);
    if (out.empty())
      throw Error(Next::fix_settings,
                  shape.stream + " has no key; say `key` at the stream in homeroom.yaml");
    return out;
  }

  bool is_one_a_student(const Wish& wish) const {
    const auto& shape = streams_[wish.stream].shape;
    return shape.key == std::vector<std::string>{shape.subject};
  }

  /// The stream, or a table with one row a student where the stream has several.
  std::string origin(const Wish& wish) {
    const auto& shape = streams_[wish.stream].shape;
    if (model_.entities[wish.entity].name != record::student_entity || is_one_a_student(wish))
      return shape.stream;
    auto name = "one_" + shape.stream;
    use(wish.stream, subject(wish));
    tables_ +=
        "  " + name +
        ":                       # one row a student: the first\n    - from: " + shape.stream +
        "\n    - distinct: [" + scalar(shape.subject) + "]\n";
    return name;
  }

  std::string key(const Wish& wish) {
    std::vector<std::string> terms;
    for (auto column : keys(wish)) {
      use(wish.stream, column);
      terms.push_back(scalar(term(look(wish, column).name())));
    }
    return terms.size() == 1 ? terms[0] : "[" + joined(terms) + "]";
  }

  std::string expected_key(const Wish& wish) {
    std::vector<std::string> parts;
    for (auto column : keys(wish)) parts.push_back(in_quotes(cells_[wish.stream][column]));
    return parts.size() == 1 ? parts[0] : "[" + joined(parts) + "]";
  }

  /// Adds the column's codes to the list of the option set; answers one that is known, with what it
  /// says.
  std::pair<std::string, std::string> take_codes(const ColumnLook& column,
                                                 const record::OptionSet& options) {
    auto& rows = codes_[options.name];
    std::pair<std::string, std::string> one;
    for (const auto& seen : codes_for(column, options, words_)) {
      auto code = words_.code(options, seen.code);
      auto& row = rows[seen.code];
      row.rows += seen.rows;
      if (code) row.code = *code;
      if (code && one.first.empty()) one = {seen.code, *code};
    }
    return one;
  }

  struct Filled {
    std::string expression;
    std::string note;
    Invented value;
  };

  Filled fill(const Wish& wish, const Field& field, uint32_t index) {
    const auto& column = look(wish, index);
    auto name = term(column.name());
    auto otherwise = std::string(field.is_required ? " else reject" : " else keep");
    if (const auto* options = model_.option_set(field.options)) {
      auto [text, code] = take_codes(column, *options);
      auto call = "code(" + name + ", '" + options->name + "')";
      if (field.type != Type::list) return {call + otherwise, "", {text, in_quotes(code)}};
      return {"case when " + call + " is not null then list(" + call + ") end" + otherwise,
              "",
              {text, "[" + in_quotes(code) + "]"}};
    }
    auto value = invent(field, column.date_format());
    switch (field.type) {
      case Type::boolean:
        return {"bool(" + name + ")" + otherwise,
                "",
                {column.yes().empty() ? "1" : column.yes(), "true"}};
      case Type::integer:
        return {"integer(" + name + ")" + otherwise, "", value};
      case Type::decimal:
        return {"decimal(" + name + ")" + otherwise, "", value};
      case Type::date:
        break;
      default:
        value.expected = in_quotes(value.expected);
        return {of_text(field, name, otherwise), "", value};
    }
    auto format = column.date_format();
    if (format.empty()) return {"local_date(" + name + ")" + otherwise, "", value};
    return {"date(" + name + ", '" + format + "')" + otherwise,
            column.has_ambiguous_days()
                ? "day and month could be the other way round: nothing seen decides it"
                : "",
            value};
  }

  static std::string of_text(const Field& field, const std::string& name,
                             const std::string& otherwise) {
    const auto& path = field.path;
    bool is_of_person = path.starts_with("name.") && path != "name.suffix";
    if (is_of_person) return "name_case(" + name + ")";
    if (path.starts_with("phones.")) return "phone(" + name + ", 'US')" + otherwise;
    if (path.starts_with("emails.")) return "email(" + name + ")" + otherwise;
    if (path.ends_with(".postal")) return "postal(" + name + ")" + otherwise;
    if (path.starts_with("languages.")) return "language(" + name + ")" + otherwise;
    return "trim(" + name + ")";
  }

  std::string fields(const Wish& wish, const std::vector<FieldMatch>& matches,
                     std::string& expected) {
    const auto& entity = model_.entities[wish.entity];
    std::vector<std::pair<std::string, std::string>> lines;
    std::string last = "    ";
    auto own_keys = keys(wish);
    for (const auto& match : matches) {
      const auto& field = entity.fields[match.field];
      if (match.column != no_column) {
        auto filled = fill(wish, field, match.column);
        bool is_key = std::ranges::find(own_keys, match.column) != own_keys.end() ||
                      used_[wish.stream].contains(match.column);
        bool says_itself = filled.expression.starts_with("trim(");
        if (!is_key) use(wish.stream, match.column, filled.value.cell);
        used_[wish.stream].insert(match.column);
        if (is_key && says_itself)
          filled.value.expected = in_quotes(cells_[wish.stream][match.column]);
        if (!is_key || says_itself)
          expected += "          " + field.path + ": " + filled.value.expected + '\n';
        lines.emplace_back(field.path, scalar(filled.expression) +
                                           (filled.note.empty() ? "" : "  # " + filled.note));
      } else if (!match.flags.empty()) {
        std::string tree;
        for (const auto& [code, column] : match.flags) {
          use(wish.stream, column,
              look(wish, column).yes().empty() ? "1" : look(wish, column).yes());
          tree += "\n        " + code_text(code) + ": bool(" + term(look(wish, column).name()) +
                  ") else keep";
        }
        lines.emplace_back(field.path, "\n      each_true:" + tree);
      } else if (auto fixed = without_column(wish, field); !fixed.empty()) {
        lines.emplace_back(field.path, fixed);
      }
    }
    std::size_t width = 0;
    for (const auto& [path, value] : lines) width = std::max(width, path.size());
    std::string out;
    for (const auto& [path, value] : lines)
      out +=
          "    " + (value[0] == '\n' ? path + ":" : padded(path + ":", width + 2)) + value + '\n';
    if (lines.empty()) out += "    {}\n";
    return out;
  }

  /// What a field is where no column says it but the whole stream does.
  std::string without_column(const Wish& wish, const Field& field) const {
    if (field.path == "schoolYear") return "school_year";
    if (field.path == "primary" && model_.entities[wish.entity].name == "enrollment" &&
        is_one_a_student(wish))
      return "{literal: true}";
    const auto* options = model_.option_set(field.options);
    if (!options || !field.is_required || field.type == Type::list) return {};
    auto name = bare(streams_[wish.stream].shape.stream);
    for (const auto& code : options->codes)
      if (name == bare(code) || name == bare(code) + "s")
        return "{literal: " + code_text(code) + "}";
    return {};
  }

  std::string doubts(const Wish& wish, const std::vector<FieldMatch>& matches) const {
    const auto& entity = model_.entities[wish.entity];
    std::string out;
    for (const auto& match : matches) {
      const auto& field = entity.fields[match.field];
      bool is_filled =
          match.column != no_column || !match.flags.empty() || !without_column(wish, field).empty();
      if (is_filled || (match.doubts.empty() && !field.is_required)) continue;
      out += "    # " + field.path + ": ?";
      for (const auto& doubt : match.doubts)
        out += std::string(&doubt == &match.doubts.front() ? "  " : "; or ") +
               look(wish, doubt.column).name() + " (" + look(wish, doubt.column).shape() +
               "): " + doubt.why;
      if (match.doubts.empty()) out += "  the model needs it; no column looks like it";
      out += '\n';
    }
    return out.empty() ? out : "    # Doubtful: take a column, or leave the field out.\n" + out;
  }

  std::string head() const {
    std::vector<std::string> names, counts;
    for (uint32_t s = 0; s < streams_.size(); ++s) {
      if (used_[s].empty()) continue;
      names.push_back(streams_[s].shape.stream);
      counts.push_back(std::to_string(streams_[s].rows) +
                       (streams_[s].is_whole ? " rows of " : " first rows of ") + names.back());
    }
    return "# What " + source_ + " says in " + joined(names, " and ") +
           ", proposed by `homeroom map new` from " + joined(counts, " and ") +
           ".\n# Read every line: names and shapes were compared, nothing is known of what they "
           "mean "
           "here.\nmapping: 1\n\n";
  }

  std::string reads(uint32_t s) const {
    const auto& stream = streams_[s];
    std::vector<std::string> in, out;
    for (uint32_t c = 0; c < stream.columns.size(); ++c) {
      if (used_[s].contains(c))
        in.push_back(stream.columns[c].name());
      else
        out.push_back(stream.columns[c].name() + " (" + stream.columns[c].shape() + ")");
    }
    std::string text = "  " + stream.shape.stream + ": " + scalar(joined(in)) + '\n';
    if (!out.empty()) text += wrapped("  # left outside:", out);
    return text;
  }

  std::string codes() const {
    if (codes_.empty()) return "";
    std::string out =
        "\ncodes:                               # keys and values are text, taken as written\n";
    for (const auto& [name, rows] : codes_) {
      out += "  " + name + ":\n";
      std::size_t width = 0;
      for (const auto& [text, row] : rows) width = std::max(width, code_text(text).size());
      std::vector<std::pair<std::string, CodeRow>> sorted(rows.begin(), rows.end());
      std::ranges::stable_sort(
          sorted, [](const auto& a, const auto& b) { return a.second.rows > b.second.rows; });
      for (const auto& [text, row] : sorted) {
        auto line = "    " + padded(code_text(text) + ":", width + 2) +
                    (row.code.empty() ? "\"\"" : code_text(row.code));
        out += padded(line, 37);
        out += "# ";
        out += std::to_string(row.rows);
        out += row.rows == 1 ? " row" : " rows";
        if (row.code.empty())
          out += "; which of " + joined(model_.option_set(name)->codes) + "? Empty says nothing";
        out += '\n';
      }
    }
    return out;
  }

  std::string tables() const { return tables_.empty() ? "" : "\ntables:\n" + tables_; }

  std::string cases() const {
    std::string out =
        "\ncases:\n  - case: one row of each stream, all values invented\n    given:\n";
    for (uint32_t s = 0; s < streams_.size(); ++s) {
      if (used_[s].empty()) continue;
      std::vector<std::string> head, row;
      for (auto c : used_[s]) {
        head.push_back(cell(streams_[s].columns[c].name()));
        row.push_back(cell(cells_[s].at(c)));
      }
      out += "      " + streams_[s].shape.stream + ": |\n        " + joined(head, ",") +
             "\n        " + joined(row, ",") + '\n';
    }
    out += "    expect:\n";
    for (const auto& expectation : expectations_) out += expectation;
    return out;
  }

  const std::string& source_;
  const std::vector<SeenStream>& streams_;
  const std::vector<SeenStream>& others_;
  const record::Model& model_;
  const Words& words_;
  std::vector<std::set<uint32_t>> used_;                ///< columns that are read, by stream
  std::vector<std::map<uint32_t, std::string>> cells_;  ///< of the case
  std::map<std::string, CodeRows> codes_;               ///< by option set
  std::string tables_;
  std::vector<std::string> entities_;
  std::vector<std::string> expectations_;
};

}  // namespace

std::string propose(const std::string& source, const std::vector<SeenStream>& streams,
                    const std::vector<Wish>& wishes, const record::Model& model, const Words& words,
                    const std::vector<SeenStream>& others) {
  Proposal proposal(source, streams, model, words, others);
  for (const auto& wish : wishes) proposal.add(wish);
  return proposal.text();
}

}  // namespace homeroom::map
