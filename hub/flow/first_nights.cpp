#include "hub/flow/first_nights.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "hub/store/store.hpp"
#include "hub/world/world.hpp"

namespace homeroom::flow {

namespace {

using nlohmann::json;

constexpr uint64_t most_bytes = 64 << 20;
constexpr std::size_t most_runs = 50;  ///< nobody looks at more failures in a row

store::RunRow row_of(const json& entry) {
  return {entry.at("run"), entry.at("job"), entry.at("status"), entry.at("report"),
          entry.at("ended_ms")};
}

json entry_of(const store::RunRow& run) {
  return {{"run", run.number},
          {"job", run.job},
          {"status", run.status},
          {"report", run.report},
          {"ended_ms", run.started_ms}};
}

}  // namespace

FirstNights::FirstNights(const Hub& hub) : file_(hub.store_file().string() + ".first-runs") {}

std::vector<store::RunRow> FirstNights::runs() const {
  std::vector<store::RunRow> runs;
  if (!std::filesystem::exists(file_)) return runs;
  auto entries = json::parse(world::read_whole(file_, most_bytes), nullptr, false);
  // A file that somebody changed is worth no night; it is written anew by the next one.
  if (!entries.is_array()) return runs;
  for (const auto& entry : entries) try {
      runs.push_back(row_of(entry));
    } catch (const json::exception&) {
      continue;
    }
  return runs;
}

void FirstNights::note(const store::RunRow& run) const {
  auto all = runs();
  all.push_back(run);
  auto entries = json::array();
  for (auto from = all.size() - std::min(all.size(), most_runs); from < all.size(); ++from)
    entries.push_back(entry_of(all[from]));
  world::write_atomically(file_, entries.dump(-1, ' ', false, json::error_handler_t::replace));
}

void FirstNights::move_into(store::Store& store) const {
  std::error_code ignored;
  if (!std::filesystem::exists(file_, ignored)) return;
  for (const auto& run : runs()) store.put_run(run);
  std::filesystem::remove(file_, ignored);
}

}  // namespace homeroom::flow
