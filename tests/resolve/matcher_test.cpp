#include <algorithm>
#include <numeric>
#include <random>

#include <gmock/gmock.h>

#include "hub/record/date.hpp"
#include "hub/resolve/names.hpp"
#include "hub/resolve/resolve.hpp"

namespace homeroom::resolve {
namespace {

constexpr auto nobody = Link::nobody;

Features child(std::string_view first, std::string_view last, std::string_view birth = "") {
  Features made;
  made.first = normal_name(first);
  made.last = normal_name(last);
  made.birth_date = record::parse_iso_date(birth);
  return made;
}

Features number(std::string text, Features of) {
  of.district_number = std::move(text);
  return of;
}
Features state_id(std::string text, Features of) {
  of.state_id = std::move(text);
  return of;
}
Features sex(char letter, Features of) {
  of.sex = letter;
  return of;
}
Features phone(std::string_view text, Features of) {
  of.phone = normal_phone(text);
  return of;
}
Features home(std::string_view street, std::string_view postal, Features of) {
  of.street = normal_street(street);
  of.postal = normal_postal(postal);
  return of;
}

const auto maple = "1 Maple Ln";
const auto oak = "2 Oak Ave";

Link link_of(const Features& record, const std::vector<Features>& roster) {
  return deterministic(roster)->match(std::span(&record, 1), true)[0];
}

std::string pass_of(const Features& record, const std::vector<Features>& roster) {
  auto matcher = deterministic(roster);
  auto link = matcher->match(std::span(&record, 1), true)[0];
  if (link.student == nobody) return link.is_for_review ? "review" : "nobody";
  return matcher->rules()[link.rule].name;
}

/// The link of a record that people said is none of these students.
Link link_apart(const Features& record, const std::vector<Features>& roster,
                std::vector<std::pair<uint32_t, uint32_t>> apart) {
  return deterministic(roster)->match(std::span(&record, 1), true, apart)[0];
}

TEST(Matcher, TakesAStudentWhoWasSetApartForNobody) {
  auto ann = child("Ann", "Testwood", "2014-11-03");
  std::vector<Features> twins = {child("Anna", "Testwood", "2014-11-03"),
                                 child("Anne", "Testwood", "2014-11-03")};
  EXPECT_EQ(link_of(ann, twins).candidate, 0u);
  EXPECT_EQ(link_apart(ann, twins, {{0, 0}}).student, 1u);
  EXPECT_EQ(link_apart(ann, twins, {{0, 0}, {0, 1}}).student, nobody);
  EXPECT_FALSE(link_apart(ann, twins, {{0, 0}, {0, 1}}).is_for_review);
}

TEST(Matcher, SetsApartAlsoByNumber) {
  auto ann = number("9001", child("Ann", "Testwood", "2014-11-03"));
  std::vector<Features> roster = {number("9001", child("Ann", "Testwood", "2014-11-03"))};
  EXPECT_EQ(link_of(ann, roster).student, 0u);
  EXPECT_EQ(link_apart(ann, roster, {{0, 0}}).student, nobody);
}

TEST(Matcher, LinksByDistrictNumberWhateverTheSpelling) {
  auto record = number("1001", child("Anna", "Testperson"));
  auto link = link_of(record, {child("Zed", "Sample"), number("1001", child("Ana", "Testperson"))});
  EXPECT_EQ(link.student, 1u);
  EXPECT_EQ(link.evidence, Evidence::strong);
}

TEST(Matcher, LinksByStateIdentifier) {
  EXPECT_EQ(pass_of(state_id("OH7", child("Ana", "Testperson")),
                    {state_id("OH7", child("Ana", "Testperson"))}),
            "state-id");
}

TEST(Matcher, LeavesANumberToAPersonWhenNothingElseFits) {
  auto record = number("1001", child("Boris", "Sample", "2010-01-01"));
  auto link = link_of(record, {number("1001", child("Ana", "Testperson", "2014-05-06"))});
  EXPECT_EQ(link.student, nobody);
  EXPECT_TRUE(link.is_for_review);
  EXPECT_EQ(link.candidate, 0u);
}

TEST(Matcher, LeavesTheNumberOfATwinToAPerson) {
  std::vector<Features> twins = {number("1", child("Ana", "Testperson", "2014-05-06")),
                                 number("2", child("Boris", "Testperson", "2014-05-06"))};
  EXPECT_EQ(pass_of(number("1", child("Boris", "Testperson", "2014-05-06")), twins), "review");
}

TEST(Matcher, DoesNotLinkByNameAgainstAnotherNumber) {
  EXPECT_EQ(pass_of(number("7", child("Ana", "Testperson", "2014-05-06")),
                    {number("1", child("Ana", "Testperson", "2014-05-06"))}),
            "review");
}

TEST(Matcher, IsSureOfNameAndBirthDateWhenNothingSpeaksAgainst) {
  auto ana = child("Ana", "Testperson", "2014-05-06");
  EXPECT_EQ(link_of(sex('F', ana), {sex('F', ana)}).evidence, Evidence::strong);
  EXPECT_EQ(link_of(sex('M', ana), {sex('F', ana)}).evidence, Evidence::plain);
  EXPECT_EQ(link_of(home(oak, "43002", ana), {home(maple, "43001", ana)}).evidence,
            Evidence::plain);
}

TEST(Matcher, LinksNobodyWhenTwoStudentsFitEquallyWell) {
  auto ana = child("Ana", "Testperson", "2014-05-06");
  EXPECT_EQ(pass_of(ana, {ana, ana}), "review");
  EXPECT_EQ(
      pass_of(home(maple, "43001", ana), {home(oak, "43002", ana), home(maple, "43001", ana)}),
      "name-birth-home");
}

TEST(Matcher, KeepsTwinsAndSiblingsApart) {
  auto ana = home(maple, "43001", phone("614 555 0101", child("Ana", "Testperson", "2014-05-06")));
  auto boris = ana;
  boris.first = "boris";
  EXPECT_EQ(pass_of(boris, {ana}), "nobody");
  EXPECT_EQ(link_of(boris, {ana, boris}).student, 1u);
}

TEST(Matcher, DoesNotGuessBetweenTwinsWithLikeNames) {
  std::vector<Features> twins = {child("Alexander", "Testperson", "2014-05-06"),
                                 child("Alexandra", "Testperson", "2014-05-06")};
  EXPECT_EQ(pass_of(child("Alex", "Testperson", "2014-05-06"), twins), "review");
  twins[0].sex = 'M';
  twins[1].sex = 'F';
  EXPECT_EQ(pass_of(sex('X', child("Alex", "Testperson", "2014-05-06")), twins), "review");
}

TEST(Matcher, KnowsShortNames) {
  EXPECT_EQ(pass_of(child("Lupe", "Testperson", "2014-05-06"),
                    {child("Guadalupe", "Testperson", "2014-05-06")}),
            "nickname-birth");
}

TEST(Matcher, KnowsOneOfTwoFamilyNames) {
  std::vector<Features> roster = {child("Ana", "Testa-Sample", "2014-05-06")};
  EXPECT_EQ(pass_of(child("Ana", "Sample", "2014-05-06"), roster), "nickname-birth");
  EXPECT_EQ(pass_of(child("Ana", "Testa Sample", "2014-05-06"), roster), "name-birth");
  EXPECT_EQ(pass_of(child("Ana", "Testa Other", "2014-05-06"), roster), "nobody");
}

TEST(Matcher, ForgivesOneLetter) {
  EXPECT_EQ(
      pass_of(child("Ana", "Testpersno", "2014-05-06"), {child("Ana", "Testperson", "2014-05-06")}),
      "slip-birth");
  EXPECT_EQ(
      pass_of(child("Mia", "Testperson", "2014-05-06"), {child("Ana", "Testperson", "2014-05-06")}),
      "nobody");
}

TEST(Matcher, AsksForTheHomeWhenTheFamilyNameIsAnother) {
  auto roster = {phone("614 555 0101", child("Ana", "Testperson", "2014-05-06"))};
  EXPECT_EQ(pass_of(phone("614 555 0101", child("Ana", "Married", "2014-05-06")), roster),
            "first-birth-home");
  EXPECT_EQ(pass_of(child("Ana", "Married", "2014-05-06"), roster), "nobody");
}

TEST(Matcher, ForgivesASlipInTheBirthDateOfANameNobodyElseBears) {
  for (auto* near : {"2014-06-05", "2014-05-07", "2013-05-06"})
    EXPECT_EQ(pass_of(child("Ana", "Testperson", near), {child("Ana", "Testperson", "2014-05-06")}),
              "near-birth-rare-name");
  std::vector<Features> two = {child("Ana", "Testperson", "2014-05-06"),
                               child("Ana", "Testperson", "2009-01-01")};
  EXPECT_EQ(link_of(child("Ana", "Testperson", "2014-06-05"), two).student, nobody);
}

TEST(Matcher, SeesThatTheNamesChangedPlaces) {
  EXPECT_EQ(
      pass_of(child("Testperson", "Ana", "2014-05-06"), {child("Ana", "Testperson", "2014-05-06")}),
      "swapped-names-birth");
}

TEST(Matcher, TakesAPhoneThatManyShareForNoPhone) {
  auto first = phone("000 000 0000", child("Ana", "Testperson", "2014-05-06"));
  std::vector<Features> roster(500, first);
  for (int i = 1; i < 500; ++i) roster[static_cast<std::size_t>(i)].birth_date = 17000 + i;
  auto record = phone("000 000 0000", child("Ana", "Married", "2014-05-06"));
  EXPECT_EQ(pass_of(record, {first}), "first-birth-home");
  EXPECT_EQ(pass_of(record, roster), "nobody");
}

TEST(Matcher, NeedsAHomeWithoutABirthDate) {
  auto ana = phone("614 555 0101", child("Ana", "Testperson", "2014-05-06"));
  EXPECT_EQ(pass_of(phone("614 555 0101", child("Ana", "Testperson")), {ana}), "no-birth-home");
  EXPECT_EQ(pass_of(child("Ana", "Testperson"), {ana}), "review");
}

TEST(Matcher, LetsTheSurerOfTwoRecordsOfAUniqueSourceStay) {
  std::vector<Features> roster = {number("1", child("Ana", "Testperson", "2014-05-06"))};
  std::vector<Features> records = {child("Ana", "Testperson", "2014-05-06"),
                                   number("1", child("Ana", "Testperson", "2014-05-06"))};
  auto links = deterministic(roster)->match(records, true);
  EXPECT_EQ(links[0].student, nobody);
  EXPECT_TRUE(links[0].is_for_review);
  EXPECT_EQ(links[1].student, 0u);
}

TEST(Matcher, LinksNobodyWhenTwoRecordsOfAUniqueSourceAreEquallySure) {
  std::vector<Features> roster = {child("Ana", "Testperson", "2014-05-06")};
  std::vector<Features> records = {roster[0], roster[0]};
  for (const auto& link : deterministic(roster)->match(records, true))
    EXPECT_EQ(link.student, nobody);
  for (const auto& link : deterministic(roster)->match(records, false)) EXPECT_EQ(link.student, 0u);
}

TEST(Matcher, LinksNobodyWithoutARosterOrWithoutFeatures) {
  EXPECT_EQ(pass_of(child("Ana", "Testperson", "2014-05-06"), {}), "nobody");
  EXPECT_EQ(pass_of(Features{}, {Features{}}), "nobody");
}

/// A hundred families of three children with a few twins, and records with slips of all of them.
std::vector<Features> families() {
  std::vector<Features> children;
  for (int family = 0; family < 100; ++family)
    for (const auto* first : {"Ana", "Boris", "Carla"}) {
      auto made = child(first, "Testfamily", "");
      made.last += static_cast<char>('a' + family % 10);
      made.last += static_cast<char>('a' + family / 10);
      made.birth_date = 16000 + family * 37 % 400 + (first[0] == 'A' ? 0 : 800);
      made.phone = "+1614555" + std::to_string(1000 + family);
      children.push_back(made);
    }
  return children;
}

TEST(Matcher, GivesTheSameLinksInAnyOrder) {
  auto roster = families();
  auto records = families();
  for (std::size_t i = 0; i < records.size(); i += 7) records[i].last.insert(3, "x");
  for (std::size_t i = 0; i < records.size(); i += 5) records[i].birth_date.reset();
  for (std::size_t i = 0; i < records.size(); i += 3) records[i].phone.clear();
  auto expected = deterministic(roster)->match(records, true);

  std::vector<std::size_t> of_roster(roster.size()), of_records(records.size());
  std::iota(of_roster.begin(), of_roster.end(), 0u);
  std::iota(of_records.begin(), of_records.end(), 0u);
  std::mt19937 random(7);
  for (int round = 0; round < 5; ++round) {
    std::shuffle(of_roster.begin(), of_roster.end(), random);
    std::shuffle(of_records.begin(), of_records.end(), random);
    std::vector<Features> students, others;
    for (auto i : of_roster) students.push_back(roster[i]);
    for (auto i : of_records) others.push_back(records[i]);
    auto links = deterministic(students)->match(others, true);
    for (std::size_t i = 0; i < links.size(); ++i) {
      const auto& wanted = expected[of_records[i]];
      auto student = links[i].student == nobody ? nobody : of_roster[links[i].student];
      ASSERT_EQ(student, wanted.student);
      ASSERT_EQ(links[i].rule, wanted.rule);
      ASSERT_EQ(links[i].is_for_review, wanted.is_for_review);
    }
  }
}

TEST(Rules, AreNamedForEveryPassAndSayTheirEvidence) {
  auto matcher = deterministic({});
  EXPECT_EQ(matcher->rules().front().says, "by district student number");
  EXPECT_EQ(matcher->rules().size(), 15u);
  EXPECT_FALSE(matcher->digest().empty());
}

}  // namespace
}  // namespace homeroom::resolve
