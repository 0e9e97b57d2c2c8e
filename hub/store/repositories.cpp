#include "hub/store/repositories.hpp"

namespace homeroom::store {

void Repositories::flush() {
  nodes.flush();
  people.flush();
  shares.flush();
  features.flush();
}

void Repositories::forget() {
  journal.forget();
  nodes.forget();
  people.forget();
  shares.forget();
  features.drop();
  postings.drop();
  record_keys.drop();
}

void Repositories::published() {
  postings.published();
  record_keys.published();
}

void Repositories::forget_records(uint32_t source, const std::vector<uint32_t>& gone) {
  links.forget(source, gone);
  for (auto node : gone) {
    nodes.erase(source, node);
    features.forget(source, node);
  }
  postings.forget(source, gone);
  record_keys.forget(source, gone);
}

void Repositories::forget_person(uint32_t person) {
  people.erase_profile(person);
  corrections.erase_of(person);
  decisions.erase_of(person);
  refusals.erase_of(person);
}

bool Repositories::drop_unreadable() {
  quarantine.drop_unreadable();
  refusals.drop_unreadable();
  if (!record_keys.are_readable()) record_keys.erase_all();
  if (features.are_readable() && postings.are_readable()) return false;
  features.erase_all();
  postings.erase_all();
  return true;
}

}  // namespace homeroom::store
