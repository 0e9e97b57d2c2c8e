#include "hub/resolve/key_parts.hpp"

#include <algorithm>
#include <unordered_map>

#include "homeroom/error.hpp"
#include "hub/record/date.hpp"
#include "hub/resolve/names.hpp"

namespace homeroom::resolve {

namespace {

using record::Column;
using record::Text;
using record::Type;

constexpr uint32_t batch = 4096;
constexpr std::size_t most_items = 4;  ///< of a list; what a name of more words has in front

}  // namespace

struct KeyParts::State {
  State(const Records& all, const Nicknames& nicknames) : records(all), program(scope()) {
    for (const auto& [formal, shorts] : nicknames) {
      add_formal(formal, formal);
      for (const auto& name : shorts) add_formal(name, formal);
    }
  }

  void add_formal(const std::string& name, const std::string& one) {
    auto& names = formal_[name];
    if (!names.empty()) names += ' ';
    names += one;
  }

  express::Scope scope() {
    express::Scope made;
    for (const auto& feature : records.features) made.columns.push_back({feature.name, Type::text});
    given = records.find(Role::given_name);
    family = records.find(Role::family_name);
    if (given != Records::none) made.columns.push_back({"formal_names", Type::text});
    if (given != Records::none && family != Records::none)
      made.columns.push_back({"initials", Type::text});
    return made;
  }

  uint32_t features() const { return static_cast<uint32_t>(records.features.size()); }

  /// The feature that a column of the scope is worked out from, or none if from several.
  uint32_t feature_of(uint32_t column) const {
    if (column < features()) return column;
    return column == features() ? given : Records::none;
  }

  /// The text of a column for a value of its feature.
  Text text_of_value(uint32_t column, uint32_t id) {
    if (column < features()) return records.features[column].values->stored(id);
    auto name = records.features[given].values->text(id);
    auto first = name.substr(0, name.find(' '));
    auto found = formal_.find(std::string(first));
    return arena.keep(found == formal_.end() ? first : std::string_view(found->second));
  }

  Text text_of_record(uint32_t column, uint32_t record) {
    if (auto feature = feature_of(column); feature != Records::none)
      return text_of_value(column, records.row(record)[feature]);
    auto first = records.features[given].values->text(records.row(record)[given]);
    auto last = records.features[family].values->text(records.row(record)[family]);
    if (first.empty() || last.empty()) return {};
    char letters[2] = {std::min(first[0], last[0]), std::max(first[0], last[0])};
    return record::text(letters, 2);
  }

  /// Hashes of the rows [0, rows) of the batch, appended to the part.
  static void append(const Column& column, uint32_t rows, KeyPart& part) {
    auto& ends = part.ends_;
    auto& hashes = part.hashes_;
    const auto* texts = static_cast<const Text*>(column.values);
    for (uint32_t row = 0; row < rows; ++row) {
      auto first = hashes.size();
      if (column.is_valid(row)) {
        if (column.type == Type::list) {
          auto from = row ? column.ends[row - 1] : 0;
          auto to = std::min<std::size_t>(column.ends[row], from + most_items);
          for (std::size_t i = from; i < to; ++i) hashes.push_back(text_hash(texts[i].view()));
          std::sort(hashes.begin() + static_cast<std::ptrdiff_t>(first), hashes.end());
          hashes.erase(
              std::unique(hashes.begin() + static_cast<std::ptrdiff_t>(first), hashes.end()),
              hashes.end());
        } else if (column.type == Type::text) {
          if (auto text = column.text_at(row).view(); !text.empty())
            hashes.push_back(text_hash(text));
        } else if (column.type == Type::integer) {
          hashes.push_back(mixed(static_cast<uint64_t>(column.at<int64_t>(row)), 1));
        } else {
          hashes.push_back(mixed(static_cast<uint64_t>(column.at<int32_t>(row)), 2));
        }
      }
      ends.push_back(static_cast<uint32_t>(hashes.size()));
    }
  }

  KeyPart make(const Expression& expression) {
    express::Problem problem;
    auto compiled = program.compile(expression.text, problem);
    if (!compiled)
      throw Error(Next::fix_settings, settings::text_of(expression.place) + ": " + problem.says);
    bool is_fit = compiled->type == Type::text || compiled->type == Type::list ||
                  compiled->type == Type::integer || compiled->type == Type::date;
    if (!is_fit)
      throw Error(Next::fix_settings,
                  settings::text_of(expression.place) +
                      ": a blocking key is a text, a whole number, a date or a list of texts");
    if (compiled->columns.empty())
      throw Error(Next::fix_settings,
                  settings::text_of(expression.place) + ": the key reads nothing of the record");
    KeyPart part;
    part.compiled_ = *compiled;
    part.is_list_ = compiled->type == Type::list;
    part.feature_ = feature_of(compiled->columns[0]);
    for (auto column : compiled->columns)
      if (feature_of(column) != part.feature_) part.feature_ = Records::none;
    extend(part, 0);
    return part;
  }

  void extend(KeyPart& part, uint32_t first_record) {
    uint32_t first = 0;
    uint32_t end = 0;
    if (part.feature_ == Records::none) {
      part.ends_.assign(1, 0);
      part.hashes_.clear();
      part.first_ = first = first_record;
      end = records.count;
    } else {
      first = static_cast<uint32_t>(part.ends_.size() - 1);
      end = records.features[part.feature_].values->size();
    }
    part.ends_.reserve(part.ends_.size() + (end - first));
    for (; first < end; first += batch) run_batch(part, first, std::min(batch, end - first));
  }

  void run_batch(KeyPart& part, uint32_t first, uint32_t rows) {
    arena.reset();
    results.reset();
    std::vector<Column> columns(program_columns());
    for (auto at : part.compiled_.columns) {
      auto* texts = arena.many<Text>(rows);
      auto* valid = arena.many<uint8_t>(rows);
      for (uint32_t row = 0; row < rows; ++row) {
        texts[row] = part.feature_ == Records::none ? text_of_record(at, first + row)
                                                    : text_of_value(at, first + row);
        valid[row] = texts[row].size > 0;
      }
      columns[at].values = texts;
      columns[at].valid = valid;
    }
    program.begin(columns, rows, results);
    append(program.run(part.compiled_.id), rows, part);
  }

  std::size_t program_columns() const {
    return records.features.size() + (given != Records::none) +
           (given != Records::none && family != Records::none);
  }

  const Records& records;
  uint32_t given = Records::none;
  uint32_t family = Records::none;
  express::Program program;
  std::unordered_map<std::string, std::string> formal_;  ///< short name -> formal names
  record::Arena arena;
  record::Arena results;
};

KeyParts::KeyParts(const Records& records, const Nicknames& nicknames)
    : state_(std::make_unique<State>(records, nicknames)) {}
KeyParts::~KeyParts() = default;
KeyPart KeyParts::make(const Expression& expression) {
  return state_->make(expression);
}
void KeyParts::extend(KeyPart& part, uint32_t first) {
  state_->extend(part, first);
}

}  // namespace homeroom::resolve
