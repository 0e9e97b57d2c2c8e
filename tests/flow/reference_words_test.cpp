// What is kept of reference rows comes back as it was, and checks as the rows themselves would.
#include "hub/flow/reference_words.hpp"

#include <gmock/gmock.h>

#include "hub/map/map.hpp"
#include "hub/validate/text_set.hpp"
#include "hub/validate/validate.hpp"

namespace homeroom::flow {
namespace {

record::Model model() {
  record::Model made;
  made.entities.resize(2);
  made.entities[0].name = "section";
  made.entities[1].name = "sectionEnrollment";
  auto& names = made.entities[1].fields.emplace_back();
  names.path = "section";
  names.refers_to = "section";
  return made;
}

std::size_t findings(const validate::Validator& validator, const char* section) {
  auto text = record::text(section);
  map::EntityRows rows;
  rows.entity = 1;
  rows.rows = 1;
  auto key = record::text("E1");
  rows.key.values = &key;
  rows.fields.resize(1);
  rows.fields[0].values = &text;
  return validator.check(rows).size();
}

TEST(ReferenceWords, KeysComeBackAsTheyWere) {
  NameableKeys keys{{3, {1, 5, UINT64_MAX}}, {7, {}}, {200, {42}}};
  EXPECT_EQ(unpack_keys(pack_keys(keys)), keys);
  EXPECT_TRUE(unpack_keys("").empty());
}

TEST(ReferenceWords, HashesOfKeysSayWhatTheKeysDo) {
  auto of = model();
  validate::Validator whole(of, 20'000), standing(of, 20'000), none(of, 20'000);
  for (const char* section : {"C1", "a class with a key that is long"}) whole.know(0, section);
  whole.each_known([&](record::EntityId entity, std::vector<uint64_t> hashes) {
    standing.know(entity, std::move(hashes));
  });
  for (const char* known : {"C1", "a class with a key that is long"}) {
    EXPECT_EQ(findings(whole, known), 0u);
    EXPECT_EQ(findings(standing, known), 0u);
  }
  EXPECT_EQ(findings(whole, "C2"), 1u);
  EXPECT_EQ(findings(standing, "C2"), 1u);
  EXPECT_EQ(findings(none, "C2"), 0u) << "where no key is known, none is asked for";
}

}  // namespace
}  // namespace homeroom::flow
