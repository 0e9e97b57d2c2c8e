// Every counter of the run report stands in a sum: one that is off by one is told by its name.
#include "hub/record/report.hpp"

#include <functional>

#include <gmock/gmock.h>

namespace homeroom::record {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Report night() {
  StreamCounts stream{.stream = "users",
                      .read = 21,
                      .mapped = 1,
                      .unchanged = 2,
                      .filtered = 3,
                      .refused = 4,
                      .removals = 5,
                      .quarantined = 6};
  DeliveryCounts delivery{.destination = "nurses",
                          .delivered = 2,
                          .unchanged = 1,
                          .out_of_scope = 1,
                          .withheld = 1,
                          .held = 1,
                          .refused = 1,
                          .pending = 3,
                          .removed = 3,
                          .removals_pending = 2,
                          .removals_owed = 5};
  Report report;
  report.sources.push_back({.source = "sis", .streams = {stream}});
  report.persons = {
      .before = 10, .total = 10, .students = 10, .created = 4, .merged = 2, .split = 1, .ended = 3};
  report.profiles = {
      .before = 9, .total = 10, .created = 3, .changed = 2, .unchanged = 5, .removed = 2};
  report.deliveries.push_back(delivery);
  return report;
}

TEST(Sums, HoldOnANightThatCountsRight) {
  EXPECT_THAT(broken_sums(night()), IsEmpty());
}

struct Miscount {
  const char* name;
  std::function<uint64_t&(Report&)> counter;
  const char* told;
};

void PrintTo(const Miscount& miscount, std::ostream* out) {
  *out << miscount.name;
}

class Sums : public testing::TestWithParam<Miscount> {};

TEST_P(Sums, TellACounterThatIsOffByOne) {
  auto report = night();
  ++GetParam().counter(report);
  auto broken = broken_sums(report);
  ASSERT_THAT(broken, Not(IsEmpty()));
  EXPECT_THAT(testing::PrintToString(broken), HasSubstr(GetParam().told));
}

#define STREAM(field)                                                                       \
  Miscount {                                                                                \
    "stream_" #field, [](Report& r) -> uint64_t& { return r.sources[0].streams[0].field; }, \
        "sis.users read"                                                                    \
  }
#define PERSONS(field)                                                                   \
  Miscount {                                                                             \
    "persons_" #field, [](Report& r) -> uint64_t& { return r.persons.field; }, "persons" \
  }
#define PROFILES(field)                                                                     \
  Miscount {                                                                                \
    "profiles_" #field, [](Report& r) -> uint64_t& { return r.profiles.field; }, "profiles" \
  }
#define DELIVERY(field, sum)                                                          \
  Miscount {                                                                          \
    "delivery_" #field, [](Report& r) -> uint64_t& { return r.deliveries[0].field; }, \
        "nurses " sum                                                                 \
  }

INSTANTIATE_TEST_SUITE_P(
    Each, Sums,
    testing::Values(
        STREAM(read), STREAM(mapped), STREAM(unchanged), STREAM(filtered), STREAM(refused),
        STREAM(removals), STREAM(quarantined), PERSONS(before), PERSONS(total), PERSONS(created),
        PERSONS(merged), PERSONS(split), PERSONS(ended),
        Miscount{"students", [](Report& r) -> uint64_t& { return r.persons.students; }, "profiles"},
        PROFILES(before), PROFILES(total), PROFILES(created), PROFILES(changed),
        PROFILES(unchanged), PROFILES(removed), DELIVERY(delivered, "profiles"),
        DELIVERY(unchanged, "profiles"), DELIVERY(out_of_scope, "profiles"),
        DELIVERY(withheld, "profiles"), DELIVERY(held, "profiles"), DELIVERY(refused, "profiles"),
        DELIVERY(pending, "profiles"), DELIVERY(removed, "removals"),
        DELIVERY(removals_pending, "removals"), DELIVERY(removals_owed, "removals")),
    [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace homeroom::record
