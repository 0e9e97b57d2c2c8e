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
  Report report;
  auto& stream = report.sources.emplace_back(SourceCounts{"sis"}).streams.emplace_back();
  stream.stream = "users";
  stream.read = 21;
  stream.mapped = 1;
  stream.unchanged = 2;
  stream.filtered = 3;
  stream.refused = 4;
  stream.removals = 5;
  stream.quarantined = 6;
  auto& persons = report.persons;
  persons.before = 10;
  persons.created = 4;
  persons.split = 1;
  persons.merged = 2;
  persons.ended = 3;
  persons.total = 10;
  persons.students = 10;
  auto& profiles = report.profiles;
  profiles.before = 9;
  profiles.created = 3;
  profiles.changed = 2;
  profiles.unchanged = 5;
  profiles.removed = 2;
  profiles.total = 10;
  auto& delivery = report.deliveries.emplace_back();
  delivery.destination = "nurses";
  delivery.delivered = 2;
  delivery.unchanged = 1;
  delivery.out_of_scope = 1;
  delivery.withheld = 1;
  delivery.held = 1;
  delivery.refused = 1;
  delivery.pending = 3;
  delivery.removals_owed = 5;
  delivery.removed = 3;
  delivery.removals_pending = 2;
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
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace homeroom::record
