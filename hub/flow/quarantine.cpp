#include "hub/flow/quarantine.hpp"

#include <algorithm>

#include "hub/flow/mends.hpp"
#include "hub/flow/writing.hpp"

namespace homeroom::flow {

namespace {

Error no_columns(const store::QuarantineRow& row) {
  return {Next::fix_settings, aside_id(row) + ": the record could not be read into columns (" +
                                  row.what.why + "); it can only be mended in its source"};
}

void settle(const Hub& hub, store::Store& store, const store::QuarantineRow& row, const char* act,
            const std::string& what, const Settling& by) {
  store.settle_quarantine(row, {hub.clock().now_ms(), by.actor, act,
                                row.source + ' ' + row.what.stream + what, by.why});
}

}  // namespace

std::string aside_id(const store::QuarantineRow& row) {
  return std::to_string(row.run) + '-' + std::to_string(row.number);
}

store::QuarantineRow find_aside(store::Store& store, const std::string& id) {
  auto rows = store.quarantine();
  auto row = std::ranges::find(rows, id, aside_id);
  if (row == rows.end())
    throw Error(Next::fix_settings,
                "nothing is set aside as " + id +
                    "; homeroom quarantine list tells the ids, which every run gives anew");
  return *row;
}

std::vector<std::pair<std::string, std::string>> cells_of(const record::SetAside& what) {
  std::vector<std::pair<std::string, std::string>> cells;
  auto texts = cells_of(what.bytes);
  texts.resize(what.columns.size());
  for (std::size_t c = 0; c < texts.size(); ++c)
    cells.emplace_back(what.columns[c], texts[c].value_or(""));
  return cells;
}

void drop_aside(const Hub& hub, const std::string& id, const Settling& by) {
  must_have_reason(by.why);
  with_store(hub, "dropping a record set aside", [&](store::Store& store) {
    auto row = find_aside(store, id);
    row.state = store::AsideState::dropped;
    row.reads_again = false;
    row.mends.clear();
    settle(hub, store, row, "drop quarantine", "", by);
  });
}

void mend_aside(const Hub& hub, const std::string& id,
                const std::vector<std::pair<std::string, std::string>>& mends, const Settling& by) {
  must_have_reason(by.why);
  with_store(hub, "mending a record set aside", [&](store::Store& store) {
    auto row = find_aside(store, id);
    if (row.what.columns.empty()) throw no_columns(row);
    std::string columns;
    for (const auto& [column, value] : mends) {
      if (std::ranges::find(row.what.columns, column) == row.what.columns.end()) {
        auto near = settings::did_you_mean(column, row.what.columns);
        throw Error(Next::fix_settings, id + ": the record has no column " + column +
                                            (near ? ", did you mean " + *near + "?" : ""));
      }
      columns += ' ' + column;
    }
    row.state = store::AsideState::mended;
    row.reads_again = true;
    row.mends = mends;
    settle(hub, store, row, "fix quarantine", columns, by);
  });
}

std::size_t replay_asides(const Hub& hub, const std::string& source,
                          const std::vector<std::string>& ids, const Settling& by) {
  must_have_reason(by.why);
  if (!source.empty()) hub.source(source);  // refuses an unknown one
  if (source.empty() == ids.empty())
    throw Error(Next::fix_settings, "say either --source NAME, or the ids of the records");
  return with_store(hub, "replaying records set aside", [&](store::Store& store) {
    std::vector<store::QuarantineRow> rows;
    for (const auto& id : ids) rows.push_back(find_aside(store, id));
    for (const auto& row : rows)
      if (row.what.columns.empty()) throw no_columns(row);
    if (!source.empty())
      for (auto& row : store.quarantine())
        if (row.source == source && !row.what.columns.empty() &&
            row.state != store::AsideState::dropped)
          rows.push_back(std::move(row));
    for (auto& row : rows) {
      if (row.state == store::AsideState::dropped) row.state = store::AsideState::open;
      row.reads_again = true;
      settle(hub, store, row, "replay quarantine", "", by);
    }
    return rows.size();
  });
}

}  // namespace homeroom::flow
