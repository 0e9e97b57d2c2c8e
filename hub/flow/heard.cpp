#include "hub/flow/heard.hpp"

#include "hub/record/date.hpp"
#include "hub/store/store.hpp"

namespace homeroom::flow {

void put_heard(store::Store& store, const std::string& source, int32_t day) {
  store.put_digest("heard: " + source, std::to_string(day));
}

std::optional<int32_t> heard_on(store::Store& store, const std::string& source) {
  auto day = store.digest("heard: " + source);
  if (!day) return std::nullopt;
  return std::stoi(*day);
}

std::optional<std::string> overdue(store::Store& store, const settings::Source& source,
                                   int32_t run_date) {
  auto day = heard_on(store, source.name);
  bool ends = source.when_missing == settings::WhenMissing::keep;
  if (!ends || !day || run_date - *day <= source.keep_days) return std::nullopt;
  return "heard last on " + record::iso_date(*day) + ", and kept for " +
         std::to_string(source.keep_days) + (source.keep_days == 1 ? " day" : " days") +
         " at most (when_missing)";
}

void put_withheld(store::Store& store, const std::vector<std::string>& sources) {
  std::string names;
  for (const auto& source : sources) names += source + '\n';
  store.put_digest("withheld", names);
}

std::vector<std::string> withheld(store::Store& store) {
  std::vector<std::string> sources;
  auto names = store.digest("withheld").value_or("");
  for (std::size_t from = 0, to = 0; (to = names.find('\n', from)) != names.npos; from = to + 1)
    sources.push_back(names.substr(from, to - from));
  return sources;
}

}  // namespace homeroom::flow
