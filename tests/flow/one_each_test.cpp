// In a source that holds every child once, records that were linked to one student compete.
#include <gtest/gtest.h>

#include "hub/flow/candidates.hpp"

namespace homeroom::flow {
namespace {

using store::SubjectLink;

SubjectLink linked(uint32_t node, uint32_t person, float weight, uint8_t rule = 0) {
  return {node, person, static_cast<uint8_t>(resolve::Evidence::plain), rule, weight};
}

/// Which of the records stay linked, by node.
std::vector<uint32_t> kept(std::vector<SubjectLink> links) {
  keep_one_each(links);
  std::vector<uint32_t> nodes;
  for (const auto& link : links)
    if (link.is_linked()) nodes.push_back(link.node);
  return nodes;
}

TEST(OneEach, TheSurerStaysAndTheOtherWaitsBesideTheStudent) {
  std::vector<SubjectLink> links{linked(1, 7, 9), linked(2, 7, 12), linked(3, 8, 4)};
  EXPECT_EQ(kept(links), (std::vector<uint32_t>{2, 3}));
  keep_one_each(links);
  EXPECT_TRUE(links[0].is_in_review());
  EXPECT_EQ(links[0].person, 7U);
}

TEST(OneEach, OfTwoEquallySureNeitherStays) {
  EXPECT_EQ(kept({linked(1, 7, 9), linked(2, 7, 9)}), std::vector<uint32_t>{});
}

TEST(OneEach, WhatAPersonDecidedStaysWhateverItsWeight) {
  EXPECT_EQ(kept({linked(1, 7, 3, SubjectLink::decided), linked(2, 7, 30)}),
            std::vector<uint32_t>{1});
}

}  // namespace
}  // namespace homeroom::flow
