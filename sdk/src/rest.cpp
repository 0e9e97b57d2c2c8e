#include "homeroom/rest.hpp"

#include <algorithm>

#include "rest_edge.hpp"

#include "homeroom/error.hpp"

namespace homeroom {
namespace {

constexpr uint64_t row_costs = 64;  ///< bytes a row takes beside its texts

size_t column_of(const JsonShape& shape, std::string_view name) {
  auto found = std::ranges::find(shape.columns, name, &JsonColumn::name);
  return static_cast<size_t>(found - shape.columns.begin());
}

/// The columns asked for, by their place in the shape.
std::vector<size_t> chosen(const JsonShape& shape, const std::vector<std::string>& asked) {
  std::vector<size_t> columns;
  for (std::string_view name : asked) {
    bool may_miss = name.ends_with('?');
    if (may_miss) name.remove_suffix(1);
    auto at = column_of(shape, name);
    if (at < shape.columns.size())
      columns.push_back(at);
    else if (!may_miss)
      throw Error(Next::not_readable, "there is no column '" + std::string(name) + "'");
  }
  if (asked.empty())
    for (size_t i = 0; i < shape.columns.size(); ++i) columns.push_back(i);
  return columns;
}

HttpAsk first_ask(const RestStream& stream, const Read& what, const std::string& since) {
  HttpAsk ask = stream.first;
  ask.headers.emplace_back("Accept", "application/json");
  if (what.mode != Mode::changes) return ask;
  if (stream.changes.column.empty())
    throw Error(Next::hide, "stream '" + what.stream + "' cannot say what changed");
  if (!since.empty()) ask.url = stream.changes.url(ask.url, since);
  return ask;
}

}  // namespace

struct RestReader::Edge : rest::Edge {
  using rest::Edge::Edge;
};

RestReader::RestReader(const Host& host, RestStream stream, const Read& what)
    : host_(host),
      stream_(std::move(stream)),
      what_(what),
      edge_(std::make_unique<Edge>(what.mode == Mode::changes ? what.since : "",
                                   stream_.changes.look_back_s)),
      walk_(HttpClient(host), what_.stream, first_ask(stream_, what_, edge_->since()),
            stream_.pages),
      rows_(stream_.shape),
      columns_(chosen(stream_.shape, what.mode == Mode::keys && what.columns.empty()
                                         ? stream_.key
                                         : what.columns)) {
  for (const auto& name : stream_.key) key_.push_back(column_of(stream_.shape, name));
  gone_ = column_of(stream_.shape, stream_.gone_column);
  changed_ = column_of(stream_.shape, stream_.changes.column);
}

RestReader::~RestReader() = default;

void RestReader::set_aside(uint64_t record, const std::string& why, const std::string& field) {
  ++set_aside_;
  Aside aside;
  aside.record = record;
  aside.place = place_;
  aside.why = why;
  aside.field = field;
  host_.set_aside(aside);
}

void RestReader::take(const std::vector<std::string>& row) {
  std::string key;
  bool lacks_key = false;
  for (auto at : key_) {
    lacks_key |= row[at].empty();
    key += row[at] + '\x1F';
  }
  if (lacks_key) return set_aside(records_, "a part of its key is missing");
  uint64_t bytes = 0;
  for (auto at : columns_) {
    if (row[at].size() > HR_MAX_CELL)
      return set_aside(records_, "it is over 1 MiB", stream_.shape.columns[at].name);
    bytes += row[at].size();
  }
  if (bytes > HR_MAX_BYTES - row_costs) return set_aside(records_, "all of it is over 16 MiB");
  auto changed = changed_ < row.size() ? std::string_view(row[changed_]) : std::string_view();
  if (edge_->is_known(key, changed)) return;
  if (!given_.insert(key).second) {
    has_doubles_ = true;
    return;
  }
  edge_->note(key, changed);
  waiting_.push_back(row);
  bool is_gone = gone_ < row.size() && row[gone_] == stream_.gone_text;
  waiting_.back().emplace_back(is_gone ? "d" : "u");
}

/// The next page's rows, none of them before all of it was read.
bool RestReader::fetch() {
  host_.stop_if_asked();
  auto body = walk_.next();
  if (!body) return false;
  place_ = walk_.place();
  auto count = rows_.read(
      *body, place_,
      [&](const auto& row) {
        ++records_;
        take(row);
      },
      [&](size_t) {
        ++records_;
        set_aside(records_, "it is no JSON object");
      });
  walk_.held(count);
  return true;
}

void RestReader::declare(Batch& batch) {
  for (auto at : columns_) batch.add_text(stream_.shape.columns[at].name);
  if (gone_ < stream_.shape.columns.size()) batch.add_text("_op");
}

void RestReader::next(Batch& batch) {
  if (!batch.declared()) declare(batch);
  while (waiting_.empty() && !is_over_) is_over_ = !fetch();
  batch.place = place_;
  batch.first_record = first_record_;
  uint64_t bytes = 0;
  std::vector<std::string_view> texts;
  while (!waiting_.empty() && batch.rows() < what_.max_rows) {
    const auto& row = waiting_.front();
    uint64_t size = row_costs;
    for (auto at : columns_) size += row[at].size();
    if (batch.rows() > 0 && bytes + size > what_.max_bytes) break;
    bytes += size;
    texts.clear();
    for (auto at : columns_) texts.push_back(row[at]);
    if (gone_ < stream_.shape.columns.size()) texts.push_back(row.back());
    batch.add(texts);
    waiting_.pop_front();
    ++first_record_;
  }
}

// Where a page moved, something may have been missed: a record that was skipped leaves no mark but
// a total that does not add up or another one that came twice.
End RestReader::end() {
  End end;
  bool has_moved = walk_.is_shifted() || (what_.mode != Mode::changes && has_doubles_);
  end.complete = !has_moved;
  end.proof = walk_.is_counted() && !has_moved ? Proof::format : Proof::none;
  end.records = first_record_ - 1 + set_aside_;
  end.set_aside = set_aside_;
  if (!stream_.changes.column.empty()) end.cursor = edge_->cursor();
  return end;
}

}  // namespace homeroom
