// The review queue and what people decide, night after night.
#include <random>

#include <gmock/gmock.h>

#include "tests/flows/pretend.hpp"

namespace homeroom::flows {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

/// Twins, a referral of one of them by a short name, and another child with a referral.
class Review : public ::testing::Test {
 protected:
  void SetUp() override {
    pretend_.students({"9001,Anna,Testwood,2014-11-03", "9002,Anne,Testwood,2014-11-03",
                       "9003,Otto,Sampleton,2015-02-20"});
    pretend_.referrals({"R1,Ann,Testwood,2014-11-03", "R2,Otto,Sampleton,2015-02-20"});
    first_ = pretend_.night();
  }
  cli::Said decide(std::vector<std::string> what) const {
    what.insert(what.begin(), {"review", "decide"});
    what.insert(what.end(), {"--why", "the family was asked"});
    return pretend_.say(what);
  }
  cli::Said undo(const std::string& number) const {
    return pretend_.say({"review", "undo", number, "--why", "a slip"});
  }
  nlohmann::json open() const { return pretend_.ask({"review", "list"})["pairs"]; }
  std::vector<std::string> records_of(const std::string& number) const {
    return pretend_.records()[number];
  }
  std::string explained(const std::string& student) const {
    return pretend_.say({"explain", student, "--links"}).out;
  }

  Pretend pretend_;
  nlohmann::json first_;
};

TEST_F(Review, KeepsADoubtfulRecordInNobodysProfile) {
  EXPECT_EQ(first_["persons"]["review"], 1);
  EXPECT_EQ(first_["persons"]["forgotten"], 0);
  ASSERT_EQ(open().size(), 1u);
  EXPECT_THAT(records_of("9001"), IsEmpty());
  EXPECT_THAT(records_of("9002"), IsEmpty());
  auto second = pretend_.night();
  EXPECT_EQ(second["persons"]["review"], 1);
  EXPECT_EQ(second["deliveries"][0]["delivered"], 0);
}

TEST_F(Review, TellsAPairByItsShapes) {
  auto pair = open()[0];
  EXPECT_EQ(pair["record"], "agency:x9");
  EXPECT_EQ(pair["first_of_source"], true);
  EXPECT_THAT(pair.dump(), Not(HasSubstr("Testwood")));
  EXPECT_FALSE(pair.contains("weight"));
  auto named = [&](const std::string& field) {
    for (const auto& one : pair["fields"])
      if (one["field"] == field) return one["relation"].get<std::string>();
    return std::string();
  };
  EXPECT_EQ(named("name.last"), "the same");
  EXPECT_EQ(named("name.first"), "differs: one character");
  EXPECT_EQ(named("identifiers.district"), "only the student");
}

TEST_F(Review, DecidedTheSameIsLinkedByStrongEvidenceWithoutItsSourceBeingRead) {
  ASSERT_EQ(decide({"agency:R1", "district:9002", "same"}).exit_code, 0);
  EXPECT_THAT(open(), IsEmpty());
  EXPECT_THAT(records_of("9002"), IsEmpty());
  auto report = pretend_.night({"sis"});
  EXPECT_EQ(report["profiles"]["changed"], 1);
  EXPECT_EQ(report["persons"]["review"], 0);
  EXPECT_THAT(records_of("9002"), ElementsAre("agency:R1 strong"));
  EXPECT_THAT(explained("district:9002"), HasSubstr("decided by "));
  EXPECT_THAT(explained("district:9002"), HasSubstr("the family was asked (strong)"));
}

TEST_F(Review, DecidedDifferentMayBeTheOtherTwin) {
  ASSERT_EQ(decide({"agency:R1", "district:9001", "different"}).exit_code, 0);
  pretend_.night();
  EXPECT_THAT(records_of("9001"), IsEmpty());
  EXPECT_THAT(records_of("9002"), ElementsAre("agency:R1 plain"));
}

TEST_F(Review, DecidedByTheNameOfThePair) {
  auto pair = open()[0]["pair"].get<std::string>();
  ASSERT_EQ(decide({pair, "same"}).exit_code, 0);
  pretend_.night();
  EXPECT_THAT(records_of("9001"), ElementsAre("agency:R1 strong"));
  auto again = decide({pair, "same"});
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_THAT(again.err, HasSubstr("no open pair has this name"));
}

TEST_F(Review, PutOffStaysOpen) {
  auto pair = open()[0]["pair"].get<std::string>();
  ASSERT_EQ(decide({pair, "later"}).exit_code, 0);
  EXPECT_EQ(open()[0]["later"], true);
  EXPECT_EQ(pretend_.night()["persons"]["review"], 1);
}

TEST_F(Review, UndoneLeavesNoTrace) {
  auto before = pretend_.record();
  auto links = explained("district:9002");
  ASSERT_EQ(decide({"agency:R1", "district:9002", "same"}).exit_code, 0);
  pretend_.night();
  EXPECT_NE(pretend_.record(), before);
  ASSERT_EQ(undo("1").exit_code, 0);
  EXPECT_THAT(explained("district:9002"), HasSubstr("it ends with the next run"));
  auto report = pretend_.night({"sis"});
  EXPECT_EQ(report["persons"]["review"], 1);
  EXPECT_EQ(pretend_.record(), before);
  // The run that changed the profile last is another one; why these are one child is as before.
  EXPECT_EQ(explained("district:9002").substr(links.find("\n")), links.substr(links.find("\n")));
  EXPECT_EQ(pretend_.ask({"review", "list", "--decided"})["decisions"][0]["undone"], true);
}

TEST_F(Review, TakesALinkedRecordOutAndGivesItBackWithoutReadingItsSource) {
  auto before = pretend_.record();
  EXPECT_THAT(records_of("9003"), ElementsAre("agency:R2 strong"));
  ASSERT_EQ(decide({"agency:R2", "district:9003", "different"}).exit_code, 0);
  auto report = pretend_.night({"sis"});
  EXPECT_THAT(records_of("9003"), IsEmpty());
  EXPECT_EQ(report["deliveries"][0]["delivered"], 1);
  EXPECT_EQ(report["persons"]["forgotten"], 0);
  pretend_.night();  // the source is read, and has not changed
  EXPECT_THAT(records_of("9003"), IsEmpty());
  ASSERT_EQ(undo("1").exit_code, 0);
  pretend_.night({"sis"});
  EXPECT_EQ(pretend_.record(), before);
}

TEST_F(Review, IsForgottenWithItsRowsWhenNobodyIsNearAnyMore) {
  pretend_.students({"9003,Otto,Sampleton,2015-02-20"});
  auto report = pretend_.ask({"run", "nightly", "--approve", "students_gone", "--why", "moved",
                              "--approve", "one_school_gone", "--source", "sis"});
  EXPECT_EQ(report["persons"]["review"], 0);
  EXPECT_EQ(report["persons"]["forgotten"], 1);
  auto gone = decide({"agency:R1", "district:9003", "same"});
  EXPECT_EQ(gone.exit_code, 2);
  EXPECT_THAT(gone.err, HasSubstr("records near no student are forgotten"));
  // And is met again as new once a student is near.
  pretend_.students({"9001,Anna,Testwood,2014-11-03", "9002,Anne,Testwood,2014-11-03",
                     "9003,Otto,Sampleton,2015-02-20"});
  EXPECT_EQ(pretend_.night()["persons"]["review"], 1);
}

TEST_F(Review, ADecisionOutlivesTheRecordsAbsence) {
  ASSERT_EQ(decide({"agency:R1", "district:9002", "same"}).exit_code, 0);
  pretend_.referrals({"R2,Otto,Sampleton,2015-02-20"});
  pretend_.night();
  EXPECT_THAT(records_of("9002"), IsEmpty());
  pretend_.referrals({"R1,Ann,Testwood,2014-11-03", "R2,Otto,Sampleton,2015-02-20"});
  pretend_.night();
  EXPECT_THAT(records_of("9002"), ElementsAre("agency:R1 strong"));
}

TEST_F(Review, ADecisionOutlivesTheStudentsAbsence) {
  ASSERT_EQ(decide({"agency:R1", "district:9002", "same"}).exit_code, 0);
  pretend_.students({"9001,Anna,Testwood,2014-11-03", "9003,Otto,Sampleton,2015-02-20"});
  pretend_.night();
  EXPECT_THAT(records_of("9001"), IsEmpty());  // never somebody else's
  pretend_.students({"9001,Anna,Testwood,2014-11-03", "9002,Anne,Testwood,2014-11-03",
                     "9003,Otto,Sampleton,2015-02-20"});
  pretend_.night({"sis"});
  EXPECT_THAT(records_of("9002"), ElementsAre("agency:R1 strong"));
}

/// Two records of the roster that are one child.
class Joining : public Review {
 protected:
  void SetUp() override {
    Review::SetUp();
    id_of_anna_ = id_of("9001");
    id_of_anne_ = id_of("9002");
    // The older stays, then the smaller; both appeared in one night.
    bool is_anna = id_of_anna_ < id_of_anne_;
    stays_ = is_anna ? "9001" : "9002";
    goes_ = is_anna ? "9002" : "9001";
  }
  std::string id_of(const std::string& number) const {
    return pretend_.ask({"profile", "sis:" + number})["id"];
  }
  nlohmann::json joined() const {
    EXPECT_EQ(decide({"sis:9001", "sis:9002", "same"}).exit_code, 0);
    return pretend_.night();
  }
  std::string id_of_anna_, id_of_anne_, stays_, goes_;
};

TEST_F(Joining, CountsTheSurvivorAsChangedAndTheOtherAsRemoved) {
  auto report = joined();
  EXPECT_EQ(report["persons"]["merged"], 1);
  EXPECT_EQ(report["persons"]["ended"], 0);
  EXPECT_EQ(report["persons"]["students"], 2);
  EXPECT_EQ(report["profiles"]["changed"], 1);
  EXPECT_EQ(report["profiles"]["removed"], 1);
  EXPECT_EQ(report["deliveries"][0]["removed"], 1);
  auto quiet = pretend_.night();
  EXPECT_EQ(quiet["persons"]["merged"], 0);
  EXPECT_EQ(quiet["profiles"]["unchanged"], 2);
}

TEST_F(Joining, LeadsFromTheFormerIdToTheOneThatStays) {
  joined();
  auto stays = std::min(id_of_anna_, id_of_anne_), goes = std::max(id_of_anna_, id_of_anne_);
  EXPECT_EQ(pretend_.ask({"profile", goes})["id"], stays);
  EXPECT_EQ(id_of("9001"), stays);
  EXPECT_EQ(id_of("9002"), stays);
  EXPECT_THAT(explained(stays), HasSubstr("decided by "));
  auto again = decide({"sis:9001", "sis:9002", "same"});
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_THAT(again.err, HasSubstr("one student already"));
}

TEST_F(Joining, LinksWhatWasInDoubtBetweenTheTwo) {
  EXPECT_EQ(joined()["persons"]["review"], 0);
  // The profile of both bears either number.
  auto records = records_of("9001");
  for (const auto& one : records_of("9002")) records.push_back(one);
  EXPECT_THAT(records, ElementsAre(StartsWith("agency:R1 ")));
}

TEST_F(Joining, UndoneGivesBothBackAsTheyWere) {
  auto before = pretend_.record();
  joined();
  EXPECT_NE(pretend_.record(), before);
  ASSERT_EQ(undo("1").exit_code, 0);
  auto report = pretend_.night();
  EXPECT_EQ(report["persons"]["split"], 1);
  EXPECT_EQ(report["persons"]["new"], 0);
  EXPECT_EQ(report["persons"]["review"], 1);
  EXPECT_EQ(pretend_.record(), before);
  EXPECT_EQ(id_of("9001"), id_of_anna_);
  EXPECT_EQ(id_of("9002"), id_of_anne_);
}

TEST_F(Joining, StaysWhenTheRosterDropsEitherRecord) {
  joined();
  auto stays = std::min(id_of_anna_, id_of_anne_);
  for (const auto& number : {goes_, stays_}) {
    bool is_anna = number == "9001";
    pretend_.students({is_anna ? "9001,Anna,Testwood,2014-11-03" : "9002,Anne,Testwood,2014-11-03",
                       "9003,Otto,Sampleton,2015-02-20"});
    auto report = pretend_.night();
    EXPECT_EQ(report["persons"]["ended"], 0);
    EXPECT_EQ(report["persons"]["new"], 0);
    EXPECT_EQ(id_of(number), stays);
  }
}

TEST_F(Joining, IsRefusedWhereARecordIsDecidedToBeOnlyOneOfTheTwo) {
  ASSERT_EQ(decide({"agency:R1", "district:9001", "same"}).exit_code, 0);
  ASSERT_EQ(decide({"agency:R1", "district:9002", "different"}).exit_code, 0);
  auto said = decide({"sis:9001", "sis:9002", "same"});
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err, HasSubstr("undo it first: homeroom review undo 2"));
  auto different = decide({"sis:9001", "sis:9002", "different"});
  EXPECT_EQ(different.exit_code, 2);
  EXPECT_THAT(different.err, HasSubstr("two students stay two"));
}

struct Contradiction {
  const char* name;
  std::vector<std::string> first, then;
  const char* says;
};

class Contradicting : public Review, public ::testing::WithParamInterface<Contradiction> {};

TEST_P(Contradicting, IsRefusedWithWhatToDo) {
  ASSERT_EQ(decide(GetParam().first).exit_code, 0);
  auto said = decide(GetParam().then);
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_THAT(said.err, HasSubstr(GetParam().says));
  EXPECT_THAT(said.err, Not(HasSubstr("R1")));
  EXPECT_EQ(pretend_.ask({"review", "list", "--decided"})["decisions"].size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(
    Each, Contradicting,
    ::testing::Values(Contradiction{"two_students",
                                    {"agency:R1", "district:9001", "same"},
                                    {"agency:R1", "district:9002", "same"},
                                    "homeroom review undo 1 --why TEXT"},
                      Contradiction{"same_then_different",
                                    {"agency:R1", "district:9001", "same"},
                                    {"agency:R1", "district:9001", "different"},
                                    "decision 1 says same of this pair; undo it first"},
                      Contradiction{"different_then_later",
                                    {"agency:R1", "district:9001", "different"},
                                    {"agency:R1", "district:9001", "later"},
                                    "decision 1 says different of this pair"},
                      Contradiction{"twice",
                                    {"agency:R1", "district:9001", "different"},
                                    {"agency:R1", "district:9001", "different"},
                                    "says so already"}),
    [](const auto& each) { return std::string(each.param.name); });

/// Families with doubles and near doubles; whatever is decided and undone, it is kept, and when all
/// is undone nothing is left of it.
class Deciding : public ::testing::TestWithParam<uint64_t> {};

TEST_P(Deciding, IsAlwaysKeptAndUndoneWithoutATrace) {
  Pretend pretend;
  const std::vector<std::string> numbers = {"9001", "9002", "9003", "9004"};
  const std::vector<std::string> keys = {"R1", "R2", "R3", "R4"};
  pretend.students({"9001,Anna,Testwood,2014-11-03", "9002,Anne,Testwood,2014-11-03",
                    "9003,Otto,Sampleton,2015-02-20", "9004,Ottilie,Sampleton,2015-02-20"});
  std::vector<std::string> referrals{"R1,Ann,Testwood,2014-11-03", "R2,Otto,Sampleton,2015-02-20",
                                     "R3,Anna,Testwood,2014-11-03", "R4,Ott,Sampleton,2015-02-20"};
  pretend.referrals(referrals);
  pretend.night();
  auto before = pretend.record();
  std::mt19937_64 random(GetParam());
  struct Standing {
    std::string key, number, verdict;
  };
  std::map<std::string, Standing> standing;  // by number of the decision
  auto pick = [&](const auto& of) { return of[random() % of.size()]; };
  for (int night = 0; night < 6; ++night) {
    SCOPED_TRACE("seed " + std::to_string(GetParam()) + ", night " + std::to_string(night));
    if (!standing.empty() && random() % 3 == 0) {
      auto one =
          std::next(standing.begin(), static_cast<std::ptrdiff_t>(random() % standing.size()));
      ASSERT_EQ(pretend.say({"review", "undo", one->first, "--why", "a slip"}).exit_code, 0);
      standing.erase(one);
    }
    Standing wanted{pick(keys), pick(numbers), random() % 2 ? "same" : "different"};
    auto said = pretend.say({"--output", "json", "review", "decide", "agency:" + wanted.key,
                             "district:" + wanted.number, wanted.verdict, "--why", "asked"});
    if (said.exit_code == 0) standing[std::to_string(said.json()["decision"].get<int>())] = wanted;
    if (random() % 2) std::ranges::shuffle(referrals, random);
    pretend.referrals(referrals);
    pretend.night(random() % 2 ? std::vector<std::string>{"sis"} : std::vector<std::string>{});
    auto records = pretend.records();
    for (const auto& [number, one] : standing) {
      auto strong = "agency:" + one.key + " strong", plain = "agency:" + one.key + " plain";
      bool is_his = std::ranges::count(records[one.number], strong) == 1;
      if (one.verdict == "same") {
        EXPECT_TRUE(is_his) << one.key << ' ' << one.number;
      } else {
        EXPECT_THAT(records[one.number], Not(testing::Contains(strong)));
        EXPECT_THAT(records[one.number], Not(testing::Contains(plain)));
      }
    }
  }
  for (const auto& [number, one] : standing)
    ASSERT_EQ(pretend.say({"review", "undo", number, "--why", "a slip"}).exit_code, 0);
  pretend.night();
  EXPECT_EQ(pretend.record(), before);
}

/// Students joined and parted among all that, also two who were joined with a third.
TEST_P(Deciding, JoinsAndPartsStudentsWithoutATrace) {
  Pretend pretend;
  const std::vector<std::string> numbers = {"9001", "9002", "9003", "9004"};
  pretend.students({"9001,Anna,Testwood,2014-11-03", "9002,Anne,Testwood,2014-11-03",
                    "9003,Otto,Sampleton,2015-02-20", "9004,Ottilie,Sampleton,2015-02-20"});
  pretend.referrals({"R1,Ann,Testwood,2014-11-03", "R2,Otto,Sampleton,2015-02-20"});
  pretend.night();
  auto before = pretend.record();
  std::mt19937_64 random(GetParam());
  auto pick = [&](const std::vector<std::string>& of) { return of[random() % of.size()]; };
  std::vector<std::string> standing;
  for (int night = 0; night < 5; ++night) {
    SCOPED_TRACE("seed " + std::to_string(GetParam()) + ", night " + std::to_string(night));
    if (!standing.empty() && random() % 3 == 0) {
      std::swap(standing[random() % standing.size()], standing.back());
      ASSERT_EQ(pretend.say({"review", "undo", standing.back(), "--why", "a slip"}).exit_code, 0);
      standing.pop_back();
    }
    for (auto record : {"sis:" + pick(numbers), "agency:" + pick({"R1", "R2"})}) {
      auto said = pretend.say({"--output", "json", "review", "decide", record,
                               "sis:" + pick(numbers), "same", "--why", "asked"});
      if (said.exit_code == 0)
        standing.push_back(std::to_string(said.json()["decision"].get<int>()));
    }
    auto report = pretend.night(random() % 2 ? std::vector<std::string>{"agency"}
                                             : std::vector<std::string>{});
    EXPECT_EQ(report["profiles"]["total"], report["persons"]["students"]);
  }
  for (const auto& number : standing)
    ASSERT_EQ(pretend.say({"review", "undo", number, "--why", "a slip"}).exit_code, 0);
  pretend.night();
  EXPECT_EQ(pretend.record(), before);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Deciding, ::testing::Range<uint64_t>(1, 6));

}  // namespace
}  // namespace homeroom::flows
