#include "plugins/oneroster_csv/streams.hpp"

#include <algorithm>
#include <array>

namespace homeroom::oneroster_csv {

std::span<const Shape> streams() {
  static const std::array<Shape, 21> all{{
      {"academicSessions", "", Version::v1_1},
      {"orgs", "", Version::v1_1},
      {"courses", "", Version::v1_1},
      {"classes", "", Version::v1_1},
      {"users", "sourcedId", Version::v1_1},
      {"roles", "userSourcedId", Version::v1_2},
      {"enrollments", "userSourcedId", Version::v1_1},
      {"demographics", "sourcedId", Version::v1_1},
      {"userProfiles", "userSourcedId", Version::v1_2},
      {"resources", "", Version::v1_1},
      {"classResources", "", Version::v1_1},
      {"courseResources", "", Version::v1_1},
      {"userResources", "userSourcedId", Version::v1_2},
      {"categories", "", Version::v1_1},
      {"lineItems", "", Version::v1_1},
      {"results", "studentSourcedId", Version::v1_1},
      {"scoreScales", "", Version::v1_2},
      {"lineItemLearningObjectiveIds", "", Version::v1_2},
      {"lineItemScoreScales", "", Version::v1_2},
      {"resultLearningObjectiveIds", "", Version::v1_2},
      {"resultScoreScales", "", Version::v1_2},
  }};
  return all;
}

const Shape* find_stream(std::string_view name) {
  auto found = std::ranges::find(streams(), name, &Shape::name);
  return found == streams().end() ? nullptr : &*found;
}

}  // namespace homeroom::oneroster_csv
