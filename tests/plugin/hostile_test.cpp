// Plugins that do harm, in a runner: the hub lives, says which plugin and stream and how it ended,
// and what else it holds open goes on.
#include <ctime>

#include <gmock/gmock.h>

#include "tests/plugin/den.hpp"

namespace homeroom::plugin {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

/// A parrot in a runner of its own reads on, whatever happens beside it.
class Hostile : public testing::Test {
 protected:
  void TearDown() override {
    EXPECT_EQ(beside_->next()->rows.rows, 3u);
    EXPECT_FALSE(beside_->next());
  }
  void expect_broken(const Error& error, const std::string& how) {
    EXPECT_EQ(error.next, Next::fail);
    EXPECT_THAT(error.what(), HasSubstr("plugin villain, stream loot: "));
    EXPECT_THAT(error.what(), HasSubstr(how));
  }

  Parrot parrot_{Carrier::runner};
  std::unique_ptr<BatchReader> beside_ = parrot_.read_words();
};

class Harm : public Hostile, public testing::WithParamInterface<Deed> {};

TEST_P(Harm, EndsOneStream) {
  if (a_sanitizer_hides(GetParam().deed)) GTEST_SKIP() << "of a sanitizer";
  std::string_view how = GetParam().how;
  bool is_endless = how.starts_with("within") || how.starts_with("did not come");
  Den den(GetParam().deed, "villain", is_endless ? impatient() : patient());
  expect_broken(den.outcome(), GetParam().how);
}

constexpr Deed harms[] = {
    {"crashes", "signal 11"},
    {"writes into nothing", "signal 11"},
    {"overflows the stack", "signal 11"},
    {"aborts", "signal 6"},
    {"exits", "exit code 3"},
    {"leaves at once", "exit code 0"},
    {"stands still", "within 1 seconds"},
    {"loops", "within 1 seconds"},
    {"sleeps", "within 1 seconds"},
    {"floods the log", "within 1 seconds"},
    {"sets aside without end", "ended"},
    {"leaks", "signal 11"},
    {"never ends", "did not come to an end"},
    {"counts rows it has not", "shorter than the rows"},
    {"counts backwards", "figures that make no sense"},
    {"brings another column", "'id' was asked for and is missing"},
};

INSTANTIATE_TEST_SUITE_P(Hostile, Harm, testing::ValuesIn(harms), name_of_deed);

class Lie : public Hostile, public testing::WithParamInterface<Deed> {};

TEST_P(Lie, IsSeenInTheCopy) {
  Den den(GetParam().deed);
  expect_broken(den.outcome(), GetParam().how);
}

constexpr Deed lies[] = {
    {"lays more than there is room", "lie nowhere"},
    {"lays no rows", "lie nowhere"},
    {"lays rows nowhere", "lie nowhere"},
    {"lays rubbish", "more rows than were asked for"},
    {"sends rubbish", "larger than allowed"},
    {"claims a huge frame", "larger than allowed"},
    {"claims a huge answer", "larger than allowed"},
    {"sends an unknown kind", "nobody waits for"},
    {"answers with a question", "nobody waits for"},
    {"sends an empty frame", "beyond its frame"},
    {"cuts a frame", "beyond their frame"},
    {"adds to a frame", "more bytes than belong"},
    {"claims many rows", "more rows than were asked for"},
    {"claims too many rows", "more rows than were asked for"},
    {"claims a long place", "beyond its frame"},
    {"leaves the column out", "is missing"},
    {"invents a type", "a type that does not exist"},
    {"points texts elsewhere", "longer than its bytes"},
    {"claims negative sizes", "longer than its bytes"},
    {"claims many text bytes", "more bytes than allowed"},
    {"hides bytes", "bytes of no text"},
    {"lies about validity", "neither yes nor no"},
    {"logs at no level", "a level that does not exist"},
    {"fails with no error", "beyond its frame"},
    {"sets nothing aside", "beyond its frame"},
    {"answers for no share", "nobody waits for"},
    {"asks half a thing over HTTP", "beyond its frame"},
    {"counts headers it has not", "counts more than it holds"},
    {"reads an answer it never got", "a reply that is not there"},
};

INSTANTIATE_TEST_SUITE_P(Hostile, Lie, testing::ValuesIn(lies), name_of_deed);

TEST_F(Hostile, AnHonestFrameIsTakenAndStaysAsItWasTaken) {
  for (const auto* deed : {"sends an honest frame", "lays honest rows"}) {
    auto style = patient();
    style.call = 5s;  // it answers twice, so that the next answer does not come
    Den den(deed, "villain", style);
    auto reader = den.read();
    auto batch = reader->next();
    ASSERT_TRUE(batch);
    std::this_thread::sleep_for(400ms);  // what it laid there is others' by now
    EXPECT_EQ(batch->rows.find("id")->text_at(0).view(), "twenty letters long.");
  }
}

TEST_F(Hostile, AnExceptionThatCrossesTheBorderIsToldWithoutItsWords) {
  Den den("", "thrower");
  auto error = error_of([&] { den->discover(); });
  EXPECT_THAT(error.what(), HasSubstr("plugin thrower: an exception came out of the plugin"));
  EXPECT_THAT(error.what(), Not(HasSubstr("value")));
  EXPECT_THAT(error_of([&] { den.read(); }).what(), HasSubstr("an exception came out"));
}

TEST_F(Hostile, ItsProcessIsStartedAgainForTheNextStreamButNotForEver) {
  Den den("crashes");
  expect_broken(den.outcome(), "signal 11");
  EXPECT_EQ(den->discover().size(), 1u);
  expect_broken(den.outcome(), "signal 11");
  expect_broken(den.outcome(), "signal 11");
  EXPECT_THAT(error_of([&] { den->discover(); }).what(), HasSubstr("it stays off"));
}

TEST_F(Hostile, AReaderOfAnEndedProcessIsNotTakenForOneOfTheNext) {
  Den den("crashes");
  auto reader = den.read();
  EXPECT_THAT(error_of([&] { reader->next(); }).what(), HasSubstr("signal 11"));
  den->discover();
  EXPECT_THAT(error_of([&] { reader->next(); }).what(), HasSubstr("its process has ended"));
}

TEST_F(Hostile, ACrashWhileItOpensIsToldToo) {
  auto error = error_of([] { Den den("crashes when opened"); });
  EXPECT_THAT(error.what(), HasSubstr("plugin villain: its process ended with signal 11"));
}

TEST_F(Hostile, ACrashWhileItClosesHarmsNobody) {
  Den den("crashes when closed");
  EXPECT_EQ(den->discover().size(), 1u);
  den.close();
}

TEST_F(Hostile, WhoDoesNotStopWhenAskedIsEndedAfterTheGraceTime) {
  Den den("loops");
  den.ask_to_stop();
  auto began = std::chrono::steady_clock::now();
  auto error = den.outcome();
  EXPECT_EQ(error.next, Next::stop);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 30s);
}

TEST_F(Hostile, ABusyHubDoesNotTakeItsOwnTimeForSilence) {
  auto style = patient();
  style.silence = 2500ms;
  Den den("goes on after it was heard late", "villain", style);
  den.hear_slowly(3s);
  EXPECT_EQ(den.outcome().next, Next::stop);  // nothing was thrown
}

TEST_F(Hostile, WhoClosesItsLinesDoesNotKeepTheHubBusy) {
  auto began = std::clock();
  Den den("closes its lines and sleeps", "villain", impatient());
  expect_broken(den.outcome(), "within 1 seconds");
  EXPECT_LT(std::clock() - began, CLOCKS_PER_SEC / 2);
}

TEST_F(Hostile, WhatItSaysOnStandardOutputIsCountedAndReadByNobody) {
  Den den("speaks");
  EXPECT_EQ(den.outcome().next, Next::stop);  // nothing was thrown
  den.close();
  EXPECT_THAT(den.said(), HasSubstr("bytes to standard output"));
  EXPECT_THAT(den.said(), Not(HasSubstr("nobody may read")));
}

}  // namespace
}  // namespace homeroom::plugin
