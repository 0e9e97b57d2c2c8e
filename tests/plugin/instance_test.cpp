#include "hub/plugin/instance.hpp"

#include <thread>

#include <gmock/gmock.h>

#include "tests/plugin/bench.hpp"

namespace homeroom::plugin {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

class InCarrier : public testing::TestWithParam<Carrier> {};
INSTANTIATE_TEST_SUITE_P(Instance, InCarrier, testing::Values(Carrier::process, Carrier::runner),
                         [](const auto& carrier) {
                           return carrier.param == Carrier::process ? "process" : "runner";
                         });

TEST_P(InCarrier, TellsItsStreams) {
  Parrot parrot(GetParam());
  auto streams = parrot->discover();
  ASSERT_EQ(streams.size(), 1u);
  EXPECT_EQ(streams[0].name, "words");
  EXPECT_THAT(streams[0].key, ElementsAre("id", "count"));
  EXPECT_EQ(streams[0].gone, Gone::absent);
  EXPECT_EQ(streams[0].mode, std::nullopt);
  EXPECT_EQ(streams[0].columns[1].format, "l");
}

TEST_P(InCarrier, AnErrorSaysWhatTheHubDoesNext) {
  Parrot parrot(GetParam(), "is busy");
  Error error = error_of([&] { parrot->discover(); });
  EXPECT_EQ(error.next, Next::retry);
  EXPECT_EQ(error.retry_after_s, 90u);
  EXPECT_STREQ(error.what(), "the cage is covered");
}

TEST_P(InCarrier, APluginMayRefuseItsSettings) {
  EXPECT_EQ(error_of([&] { Parrot parrot(GetParam(), "will not open"); }).next, Next::fix_settings);
}

TEST_P(InCarrier, RowsArriveAsColumnsAndTheEndWithItsProof) {
  Parrot parrot(GetParam());
  auto reader = parrot.read_words();
  auto arrival = reader->next();
  ASSERT_TRUE(arrival);
  EXPECT_EQ(arrival->rows.rows, 3u);
  EXPECT_EQ(arrival->rows.find("id")->text_at(0).view(), "short");
  EXPECT_EQ(arrival->rows.find("id")->text_at(1).view(), "a word of more than twelve");
  EXPECT_EQ(arrival->rows.find("count")->at<int64_t>(2), 3);
  EXPECT_EQ(arrival->place, "words.txt");
  EXPECT_EQ(arrival->cursor, "3");
  EXPECT_FALSE(reader->next());
  EXPECT_TRUE(reader->end().complete);
  EXPECT_EQ(reader->end().proof, Proof::settled);
  EXPECT_EQ(reader->end().records, 4u);
}

TEST_P(InCarrier, ARecordSetAsideIsHandedOnAndALineLogged) {
  Parrot parrot(GetParam());
  auto reader = parrot.read_words();
  reader->next();
  auto asides = reader->take_asides();
  ASSERT_EQ(asides.size(), 1u);
  EXPECT_EQ(asides[0].line, 4u);
  EXPECT_EQ(asides[0].why, "3 cells, the header has 2");
  EXPECT_TRUE(reader->take_asides().empty());
  EXPECT_THAT(parrot.said(), HasSubstr("the parrot reads plugin=parrot"));
}

TEST_P(InCarrier, WhatLiesBehindAShortTextDoesNotMatter) {
  Parrot clean(GetParam());
  Parrot dirty(GetParam(), "leaves dirt");
  auto one = clean.read_words();
  auto other = dirty.read_words();
  auto first = one->next();
  auto second = other->next();
  EXPECT_TRUE(first->rows.find("id")->text_at(0) == second->rows.find("id")->text_at(0));
}

TEST_P(InCarrier, ABatchThatLiesFailsTheReadAndNotTheHub) {
  for (auto habit :
       {"points outside", "points before", "points elsewhere", "negative size", "strange type",
        "same name twice", "too few buffers", "short column", "counts nulls without bits",
        "too many rows", "column too few", "unknown code"}) {
    Parrot parrot(GetParam(), habit);
    auto reader = parrot.read_words();
    EXPECT_EQ(error_of([&] { reader->next(); }).next, Next::fail) << habit;
  }
}

TEST_P(InCarrier, AnEndOrAStreamThatMakesNoSenseIsTheirBug) {
  Parrot parrot(GetParam(), "proves too much");
  auto reader = parrot.read_words();
  reader->next();
  EXPECT_EQ(error_of([&] { reader->next(); }).next, Next::fail);
  Parrot other(GetParam(), "tells a short stream");
  EXPECT_EQ(error_of([&] { other->discover(); }).next, Next::fail);
}

TEST_P(InCarrier, AColumnNobodyHasIsAnErrorUnlessItMayBeMissing) {
  Parrot parrot(GetParam());
  auto optional = parrot->read({"words", "", Mode::full, {"id", "colour?"}, 100, 1 << 20});
  EXPECT_EQ(optional->next()->rows.find("colour"), nullptr);
  auto needed = parrot->read({"words", "", Mode::full, {"colour"}, 100, 1 << 20});
  EXPECT_THAT(error_of([&] { needed->next(); }).what(), HasSubstr("'colour'"));
}

TEST_P(InCarrier, AReadEndsSoonWhenTheRunIsAskedToStop) {
  Parrot parrot(GetParam(), "stops when asked");
  auto reader = parrot.read_words();
  EXPECT_TRUE(reader->next());
  parrot.ask_to_stop();
  EXPECT_EQ(error_of([&] { reader->next(); }).next, Next::stop);
}

TEST_P(InCarrier, AWaitEndsWhenTheRunIsAskedToStop) {
  Parrot parrot(GetParam(), "waits");
  auto reader = parrot.read_words();
  EXPECT_TRUE(reader->next());  // after a millisecond
  std::jthread asks([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    parrot.ask_to_stop();
  });
  EXPECT_STREQ(error_of([&] { reader->next(); }).what(), "stopped while waiting");  // not an hour
}

TEST_P(InCarrier, ScratchFilesGoWithTheirInstance) {
  Parrot parrot(GetParam(), "leaves scratch");
  parrot.read_words()->next();
  auto said = parrot.said();
  auto from = said.find("left in ") + 8;
  std::filesystem::path folder(said.substr(from, said.find(' ', from) - from));
  EXPECT_EQ(std::filesystem::file_size(folder / "feathers"), 10u);
  parrot.close();
  EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST_P(InCarrier, WhoKeepsMoreScratchFilesThanAllowedIsStopped) {
  Parrot parrot(GetParam(), "leaves much scratch");
  auto reader = parrot.read_words();
  auto error = error_of([&] {
    for (int call = 0; call < 10; ++call) reader->next();
  });
  EXPECT_EQ(error.next, Next::fail);
  EXPECT_THAT(error.what(),
              HasSubstr("it keeps more than 1024 MiB or 10000 entries of scratch files"));
}

TEST_P(InCarrier, ASecretOfTheHubsSigningInIsHandedOverAsItsName) {
  world::ScratchFolder folder(std::filesystem::temp_directory_path());
  world::write_atomically(folder.path() / "parrot", "hunter2\n");
  Parrot parrot(GetParam(), "says what it signs in with", {}, {{"sign_in.secret", "parrot"}},
                folder.path());
  parrot.read_words()->next();
  EXPECT_THAT(parrot.said(), HasSubstr("signs in with sign_in"));
  EXPECT_THAT(parrot.said(), Not(HasSubstr("hunter2")));
}

TEST_P(InCarrier, CheckSaysWhetherSigningInWorks) {
  Parrot good(GetParam());
  EXPECT_NO_THROW(good->check());
  Parrot stranger(GetParam(), "cannot sign in");
  EXPECT_EQ(error_of([&] { stranger->check(); }).next, Next::sign_in);
}

struct Answers {
  std::vector<std::pair<std::string, Verdict>> all;
  Answer take() {
    return [this](std::string_view key, Verdict verdict, std::string_view) {
      all.emplace_back(key, verdict);
    };
  }
};

const std::vector<Share> two_shares = {
    {"t/d/p1/1", "p1", 1, Operation::upsert, "", "{}", "", false},
    {"t/d/p2/2", "p2", 2, Operation::remove, "", "", "", false},
};

TEST_P(InCarrier, EachShareGetsItsAnswer) {
  Parrot parrot(GetParam());
  Answers answers;
  EXPECT_EQ(parrot->takes(), Delivers::delta);
  auto writer = parrot->begin({"d", Delivers::delta, 1, 2}, answers.take());
  writer->put(two_shares);
  writer->finish();
  EXPECT_THAT(answers.all,
              ElementsAre(Pair("t/d/p1/1", Verdict::taken), Pair("t/d/p2/2", Verdict::refused)));
}

// Shares take the way of small frames, lie in memory both sides see, or are too many for it.
TEST_P(InCarrier, SharesOfAnySizeComeAsTheyAre) {
  Parrot parrot(GetParam(), "says what came");
  Answers answers;
  auto writer = parrot->begin({"d", Delivers::delta, 1, 4}, answers.take());
  auto what_came = [](const std::string& body) {
    uint32_t sum = 2166136261u;
    for (unsigned char byte : body) sum = (sum ^ byte) * 16777619u;
    return "body of " + std::to_string(body.size()) + " bytes, " + std::to_string(sum);
  };
  std::vector<std::string> bodies;
  for (std::size_t size : {2, 40 << 10, (4 << 20) - 64, 5 << 20})
    for (int kind = 0; kind < 2; ++kind) {
      auto& body = bodies.emplace_back(size, ' ');
      for (std::size_t i = 0; i < size; ++i)
        body[i] = static_cast<char>('a' + (i * 7 + i / 1000 + static_cast<std::size_t>(kind)) % 26);
    }
  for (const auto& body : bodies)
    writer->put(std::vector<Share>{{"t/d/p/1", "p", 1, Operation::upsert, "", body, "", false}});
  writer->finish();
  writer.reset();
  parrot.close();
  for (const auto& body : bodies) EXPECT_THAT(parrot.said(), HasSubstr(what_came(body)));
  EXPECT_EQ(answers.all.size(), bodies.size());
}

TEST_P(InCarrier, AShareWithoutAnAnswerIsSentAgainLater) {
  Parrot parrot(GetParam(), "answers nothing");
  Answers answers;
  auto writer = parrot->begin({"d", Delivers::delta, 1, 2}, answers.take());
  writer->put(two_shares);
  writer->finish();
  EXPECT_THAT(answers.all, testing::UnorderedElementsAre(Pair("t/d/p1/1", Verdict::not_now),
                                                         Pair("t/d/p2/2", Verdict::not_now)));
}

TEST_P(InCarrier, ASecondAnswerForAShareIsThePluginsBug) {
  Parrot parrot(GetParam(), "answers twice");
  Answers answers;
  auto writer = parrot->begin({"d", Delivers::delta, 1, 2}, answers.take());
  EXPECT_EQ(error_of([&] { writer->put(two_shares); }).next, Next::fail);
}

TEST_P(InCarrier, ADestinationMayAskForPatience) {
  Parrot parrot(GetParam(), "asks for patience");
  Answers answers;
  auto writer = parrot->begin({"d", Delivers::delta, 1, 2}, answers.take());
  writer->put(two_shares);
  Error error = error_of([&] { writer->finish(); });
  EXPECT_EQ(error.next, Next::retry);
  EXPECT_EQ(error.retry_after_s, 7u);
}

TEST_P(InCarrier, AnExceptionOfTheCallerDoesNotPassThroughThePlugin) {
  Parrot parrot(GetParam());
  auto writer =
      parrot->begin({"d", Delivers::delta, 1, 2}, [](std::string_view, Verdict, std::string_view) {
        throw Error(Next::retry, "the store is busy");
      });
  EXPECT_EQ(error_of([&] { writer->put(two_shares); }).next, Next::retry);
}

}  // namespace
}  // namespace homeroom::plugin
