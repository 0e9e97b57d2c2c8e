// What a person at a terminal reads while a run goes on.
#include "hub/cli/progress.hpp"

#include <gmock/gmock.h>

namespace homeroom::cli {
namespace {

struct Line {
  flow::Progress progress;
  double seconds;
  const char* text;
};

class Progress : public testing::TestWithParam<Line> {};

TEST_P(Progress, SaysHowFarHowFastAndHowLong) {
  EXPECT_EQ(progress_text(GetParam().progress, GetParam().seconds, 100), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(
    Lines, Progress,
    testing::Values(
        Line{{"publishing"}, 0, "publishing              "},
        Line{{"hearing sis", 12000, 0}, 2, "hearing sis               12,000  6,000/s"},
        Line{{"hearing sis", 0, 100}, 0, "hearing sis              [........................]"},
        Line{{"hearing sis", 50, 100},
             0.1,
             "hearing sis              [############............]  50"},
        Line{{"hearing sis", 50, 100},
             10,
             "hearing sis              [############............]  50  5/s  10 s left"},
        Line{
            {"hearing sis", 1000, 121000},
            1,
            "hearing sis              [........................]  1,000  1,000/s  2 min 00 s left"},
        Line{{"hearing sis", 300, 200},
             1,
             "hearing sis              [########################]  300  300/s"}));

TEST(Progress, IsCutToTheTerminal) {
  EXPECT_EQ(progress_text({"hearing sis", 50, 100}, 10, 30), "hearing sis              [####");
}

}  // namespace
}  // namespace homeroom::cli
