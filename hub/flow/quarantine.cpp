#include "hub/flow/quarantine.hpp"

#include <algorithm>

#include "hub/flow/layout.hpp"
#include "hub/flow/mends.hpp"
#include "hub/flow/refused.hpp"
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
  auto row = std::ranges::find_if(rows, [&](const auto& one) { return aside_id(one) == id; });
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

std::string subject_of(const record::SetAside& what, const Layout& layout) {
  if (layout.is_reference) return "";
  const auto& name = layout.columns[layout.subject];
  for (const auto& [column, value] : cells_of(what))
    if (column == name) return value;
  auto in_key = std::ranges::find(layout.key, layout.subject);
  if (in_key == layout.key.end()) return "";
  std::string_view key = what.key;
  for (auto skip = in_key - layout.key.begin(); skip > 0; --skip)
    key.remove_prefix(std::min(key.size(), key.find('\x1f') + 1));
  return std::string(key.substr(0, key.find('\x1f')));
}

void drop_aside(const Hub& hub, const std::string& id, const Settling& by) {
  must_have_reason(by.why);
  with_store(hub, "dropping a record set aside", [&](store::Store& store) {
    if (auto refused = find_refused(store, id)) return drop_refused(hub, store, *refused, by);
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
    if (auto refused = find_refused(store, id))
      throw Error(Next::fix_settings,
                  id + " is a share that " + refused->destination +
                      " refused; mend what it is made of, at its source or with homeroom correct " +
                      refused->student + ", and it is sent again by itself");
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

std::size_t replay_asides(const Hub& hub, const Replay& what, const Settling& by) {
  must_have_reason(by.why);
  if (!what.source.empty()) hub.source(what.source);  // refuses an unknown one
  if (!what.destination.empty()) hub.destination(what.destination);
  int ways = !what.source.empty() + !what.destination.empty() + !what.ids.empty();
  if (ways != 1)
    throw Error(Next::fix_settings,
                "say one of --source NAME, --destination NAME, or the ids of list");
  return with_store(hub, "replaying what was set aside", [&](store::Store& store) {
    std::vector<store::QuarantineRow> rows;
    std::vector<RefusedShare> refused;
    for (const auto& id : what.ids) {
      if (auto share = find_refused(store, id))
        refused.push_back(std::move(*share));
      else if (rows.push_back(find_aside(store, id)); rows.back().what.columns.empty())
        throw no_columns(rows.back());
    }
    if (!what.source.empty())
      for (auto& row : store.quarantine())
        if (row.source == what.source && !row.what.columns.empty() &&
            row.state != store::AsideState::dropped)
          rows.push_back(std::move(row));
    if (!what.destination.empty())
      for (auto& share : refused_shares(store))
        if (share.destination == what.destination && !share.is_dropped())
          refused.push_back(std::move(share));
    for (auto& row : rows) {
      if (row.state == store::AsideState::dropped) row.state = store::AsideState::open;
      row.reads_again = true;
      settle(hub, store, row, "replay quarantine", "", by);
    }
    for (const auto& share : refused) replay_refused(hub, store, share, by);
    return rows.size() + refused.size();
  });
}

}  // namespace homeroom::flow
