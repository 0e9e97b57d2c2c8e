#include "hub/flow/heard.hpp"

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

}  // namespace homeroom::flow
