#include "tests/faults/disturbed_night.hpp"

#include <iostream>
#include <optional>
#include <random>

#include "tests/faults/content.hpp"

namespace homeroom::flows {

DisturbedNight::DisturbedNight() {
  send_to_tool(district_, tool_.url(), 30);
  tell_of_all(district_);
  District::replace(district_.workspace("homeroom.yaml"), "${out}/nurses.ndjson",
                    "${out}/clinic/nurses.ndjson");
}

void DisturbedNight::put_away(const std::string& as) {
  fs::remove_all(at(as));
  fs::copy(at("place"), at(as), fs::copy_options::recursive);
  told_[as] = tool_.books();
}

void DisturbedNight::begin_as(const std::string& from) {
  for (const char* old : {"place", "attic"}) fs::remove_all(at(old));
  if (fs::exists(at(from))) fs::copy(at(from), at("place"), fs::copy_options::recursive);
  tool_.open(told_[from]);
}

testing::AssertionResult DisturbedNight::night(const std::string& day) const {
  auto night = district_.night(store, day);
  if (night.exit_code == 0) return testing::AssertionSuccess();
  return testing::AssertionFailure() << night.errors << night.report.dump();
}

std::string DisturbedNight::content() const {
  return content_of(at("place"), "hub");
}

Seen DisturbedNight::seen() const {
  Seen all{content(), {}, tool_.books()};
  for (const auto& file : fs::recursive_directory_iterator(at("place/hub-out")))
    if (file.path().extension() == ".ndjson")
      all.files[file.path().filename()] = District::read(file.path());
  return all;
}

Seen DisturbedNight::undisturbed(const Deed& deed) {
  begin_as(deed.start);
  EXPECT_TRUE(night(deed.day));
  return seen();
}

void DisturbedNight::make_keys() {
  begin_as("nothing");
  fs::create_directory(at("place"));
  ASSERT_EQ(district_.say(district_.command(store, "day1") + " keys init").exit_code, 0);
  put_away("keys");
}

void DisturbedNight::make_first_night() {
  begin_as("nothing");
  ASSERT_TRUE(night("day1"));
  put_away("first");
}

void DisturbedNight::compare(const Seen& is, const Seen& should, const std::string& where) {
  ASSERT_GE(should.tool.applied.size(), students);
  ASSERT_EQ(should.files.size(), 3u);
  for (const auto& [key, digest] : should.tool.applied) {
    auto found = is.tool.applied.find(key);
    tally_.lost += found == is.tool.applied.end();
    tally_.wrong += found != is.tool.applied.end() && found->second != digest;
  }
  for (const auto& [key, digest] : is.tool.applied)
    tally_.doubled += !should.tool.applied.contains(key);
  tally_.wrong += is.tool.contradicted;
  bool is_same = is.store == should.store && is.files == should.files &&
                 is.tool.students == should.tool.students;
  tally_.wrong += !is_same;
  EXPECT_TRUE(is_same) << where << ": " << (is.store != should.store ? "store " : "")
                       << (is.files != should.files ? "files " : "") << "not as undisturbed";
}

void DisturbedNight::disturb(const Deed& deed, const std::vector<const Disturbance*>& by,
                             const Seen* calm) {
  begin_as(deed.start);
  std::string where = deed.verb;
  for (const auto* one : by) {
    where += ", " + one->says;
    tally_.struck += one->strike(line(deed));
  }
  ASSERT_TRUE(night(deed.day)) << where;
  auto is = seen();
  ASSERT_TRUE(night(deed.day)) << where;
  EXPECT_EQ(tool_.books().applied == is.tool.applied, true) << "told twice after " << where;
  if (calm) return compare(is, *calm, where);
  for (const auto& file : fs::directory_iterator(at("place")))
    if (!file.path().filename().string().starts_with("hub.keys")) fs::remove_all(file);
  District::make_unused(at("place/hub.keys"));
  tool_.open({});
  put_away("drawn");
  compare(is, undisturbed({"drawn", deed.day}), where);
}

void DisturbedNight::disturb_everywhere(const Deed& deed, const std::vector<Disturbance>& all,
                                        std::size_t in_short, const Seen* calm) {
  std::mt19937 dice(7);
  tally_.of = all.size();
  auto step = is_long() ? 1 : std::max<std::size_t>(1, all.size() / in_short);
  for (std::size_t n = 0; n < all.size(); n += step, ++tally_.places) {
    disturb(deed, {&all[n]}, calm);
    if (is_long()) disturb(deed, {&all[n], &all[dice() % all.size()]}, calm);
    if (HasFatalFailure()) return;
  }
}

void DisturbedNight::expect_mended(const Deed& deed, const Harms& harms, std::size_t least,
                                   std::size_t in_short) {
  if (deed.start == "keys") make_keys();
  if (deed.start == "first") make_first_night();
  std::optional<Seen> calm;
  if (deed.start != "nothing") calm = undisturbed(deed);
  auto all = harms(deed);
  ASSERT_GE(all.size(), least);
  disturb_everywhere(deed, all, in_short, calm ? &*calm : nullptr);
  tell();
}

void DisturbedNight::tell() {
  std::cout << tally_.struck << " times at " << tally_.places << " of " << tally_.of
            << " places: lost " << tally_.lost << ", doubled " << tally_.doubled << ", wrong "
            << tally_.wrong << '\n';
  EXPECT_GE(tally_.struck, tally_.places);
  EXPECT_EQ(tally_.lost + tally_.doubled + tally_.wrong, 0u);
}

}  // namespace homeroom::flows
