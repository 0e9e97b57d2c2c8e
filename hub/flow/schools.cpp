#include "hub/flow/schools.hpp"

#include "hub/record/json.hpp"
#include "hub/record/varint.hpp"
#include "hub/store/store.hpp"

namespace homeroom::flow {

namespace {

constexpr const char* kept_name = "students by school";

}  // namespace

// Counts that do not add up are of a store from which a child was taken since.
Schools::Schools(const record::Model& model, store::Store& store, uint32_t roster,
                 uint64_t profiles)
    : store_(store), roster_(roster), enrollment_(model.find("enrollment")) {
  if (enrollment_) school_ = model.entities[*enrollment_].find("school");
  uint64_t known = 0;
  auto kept = profiles == 0 ? std::string() : store_.reference(roster_, kept_name);
  for (const char *at = kept.data(), *end = at + kept.size(); at < end;) {
    auto size = record::read_number(at);
    auto& now = schools_[std::string(at, size)].now;
    at += size;
    now = record::read_number<uint64_t>(at);
    known += now;
  }
  are_known_ = known == profiles;
  if (!are_known_) schools_.clear();
}

/// As JSON; empty for a student without a school.
std::string Schools::school_of(std::string_view rows) const {
  if (!school_) return {};
  while (!rows.empty()) {
    record::RowView row(rows);
    if (row.entity() == *enrollment_)
      if (auto school = row.find(*school_); !school.empty()) return std::string(school);
    rows.remove_prefix(row.bytes().size());
  }
  return {};
}

void Schools::came(std::string_view rows) {
  if (!are_known_) return;
  auto& one = school(rows);
  ++one.now;
  ++one.came;
}

void Schools::changed(std::string_view before, std::string_view now) {
  if (!are_known_) return;
  --school(before).now;
  ++school(now).now;
}

void Schools::left(std::string_view before) {
  auto& one = school(before);
  ++one.gone;
  if (are_known_) --one.now;
}

void Schools::count_all(uint64_t run) {
  store_.each_profile([&](const store::Profile& profile) {
    auto& one = school(profile.rows);
    ++one.now;
    one.came += profile.version == 1 && profile.changed_in == run;
  });
  are_known_ = true;
}

Schools::Loss Schools::worst(uint64_t run) {
  Loss worst;
  if (!are_known_) count_all(run);
  for (const auto& [id, one] : schools_) {
    auto before = one.gone + one.now - one.came;
    if (one.gone * worst.before > worst.gone * before || (one.gone > 0 && worst.before == 0))
      worst = {record::text_of_json(id), before, one.gone};
  }
  return worst;
}

void Schools::keep() {
  std::string packed;
  for (const auto& [id, one] : schools_) {
    if (!are_known_ || one.now == 0) continue;
    record::append_number(packed, id.size());
    packed += id;
    record::append_number(packed, one.now);
  }
  if (packed != store_.reference(roster_, kept_name))
    store_.put_reference(roster_, kept_name, packed);
}

}  // namespace homeroom::flow
