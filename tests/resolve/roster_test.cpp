#include "hub/resolve/roster.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <numeric>
#include <random>

#include <gmock/gmock.h>

#include "hub/record/json.hpp"
#include "hub/record/row.hpp"
#include "hub/settings/model.hpp"

namespace homeroom::resolve {
namespace {

constexpr auto nobody = Link::nobody;

const std::string configs = std::string(HOMEROOM_SOURCE_DIR) + "/configs/";

const record::Model& model() {
  static const auto made = settings::load_model(configs + "model.yaml", {});
  return made;
}

const Identity& default_file() {
  static const auto made = load_identity(configs + "identity/default.yaml");
  return made;
}

/// What a source says of a child, by the path of the field.
using Child = std::map<std::string, std::string>;

Child child(const std::string& first, const std::string& last, const std::string& birth = "") {
  return {{"name.first", first}, {"name.last", last}, {"birthDate", birth}};
}
Child with(const std::string& path, const std::string& text, Child of) {
  of[path] = text;
  return of;
}
Child number(const std::string& text, Child of) {
  return with("identifiers.district", text, std::move(of));
}
Child phone(const std::string& text, Child of) {
  return with("phones.home", text, std::move(of));
}
Child home(const std::string& line, const std::string& postal, Child of) {
  return with("addresses.home.line", line, with("addresses.home.postal", postal, std::move(of)));
}

std::string row_of(const Child& child) {
  auto entity = *model().find(record::student_entity);
  std::map<record::FieldId, std::string> fields;
  for (const auto& [path, text] : child)
    if (!text.empty())
      record::append_json_string(fields[*model().entities[entity].find(path)], text);
  std::string bytes;
  record::RowWriter writer(bytes);
  writer.begin(entity, "K");
  for (const auto& [field, json] : fields) writer.field(field, json);
  writer.end();
  return bytes;
}

/// A hundred families of three children, and records with slips of all of them.
std::vector<Child> families() {
  std::vector<Child> children;
  for (int family = 0; family < 100; ++family)
    for (int which = 0; which < 3; ++which) {
      auto last = std::string("Testfamily") + char('a' + family % 10) + char('a' + family / 10);
      auto day = std::to_string(10 + family % 18);
      auto birth = std::to_string(2010 + which) + "-0" + std::to_string(1 + family % 9) + "-" + day;
      children.push_back(phone("614555" + std::to_string(1000 + family),
                               child(std::vector{"Ana", "Boris", "Carla"}[which], last, birth)));
    }
  return children;
}

/// A roster of these students, with records of a source behind it.
class Meeting {
 public:
  explicit Meeting(const std::vector<Child>& students, const Identity& identity = default_file())
      : roster_(identity, model()) {
    add(students);
    roster_.index({});
  }

  std::vector<Link> links(const std::vector<Child>& records, Apart apart = {}) {
    add(records);
    roster_.settle();
    auto found = roster_.match(roster_.learn(), apart);
    roster_.clear();
    return found;
  }

 private:
  void add(const std::vector<Child>& children) {
    for (const auto& one : children) roster_.add(record::RowView(rows_.emplace_back(row_of(one))));
  }

  std::deque<std::string> rows_;
  Roster roster_;
};

std::string fate(const Link& link) {
  if (link.student == nobody) return link.is_for_review ? "review" : "nobody";
  return link.evidence == Evidence::strong ? "strong" : "plain";
}

/// Among three hundred others, so that it is known how rare things are.
std::vector<Child> among_others(std::vector<Child> students) {
  auto others = families();
  for (std::size_t i = 0; i < others.size(); ++i)
    others[i]["identifiers.district"] = std::to_string(800'000 + i);
  students.insert(students.end(), others.begin(), others.end());
  return students;
}

const auto ana = child("Ana", "Testperson", "2014-05-06");
const auto maple = "1 Maple Ln";
const auto oak = "2 Oak Ave";

struct Case {
  const char* says;
  Child record;
  std::vector<Child> students;
  const char* fate;
};

class ARecord : public testing::TestWithParam<Case> {};

TEST_P(ARecord, MeetsARoster) {
  const auto& one = GetParam();
  auto link = Meeting(among_others(one.students)).links({one.record})[0];
  EXPECT_EQ(fate(link), one.fate) << one.says << ", weight " << link.weight;
}

const Case cases[] = {
    {"a number, whatever the spelling",
     number("1001", child("Anna", "Testperson", "2014-05-06")),
     {child("Zed", "Sample", "2011-01-02"), number("1001", ana)},
     "strong"},
    {"name and birth date with nothing against them", ana, {ana}, "strong"},
    {"a short name",
     child("Lupe", "Testperson", "2014-05-06"),
     {child("Guadalupe", "Testperson", "2014-05-06")},
     "plain"},
    {"one of two family names",
     child("Ana", "Sample", "2014-05-06"),
     {child("Ana", "Testa-Sample", "2014-05-06")},
     "strong"},
    {"the names in each other's place", child("Testperson", "Ana", "2014-05-06"), {ana}, "plain"},
    {"another name and another day", child("Boris", "Sample", "2010-01-01"), {ana}, "nobody"},
    {"two students who fit equally well", ana, {ana, ana}, "review"},
    {"a home tells two of one name apart",
     home(maple, "43001", ana),
     {home(oak, "43002", ana), home(maple, "43001", ana)},
     "strong"},
    {"a state's number",
     with("identifiers.state", "OH7000001", ana),
     {with("identifiers.state", "OH7000001", ana)},
     "strong"},
    {"a number, and everything else is another child's",
     number("100123", child("Boris", "Sample", "2010-01-01")),
     {number("100123", ana)},
     "review"},
    {"the same child by name, another by number",
     number("204567", ana),
     {number("100123", ana)},
     "review"},
    {"another sex", with("sex", "M", ana), {with("sex", "F", ana)}, "plain"},
    {"another home", home(oak, "43002", ana), {home(maple, "43001", ana)}, "strong"},
    {"one of two family names, the other is another's",
     child("Ana", "Testa Other", "2014-05-06"),
     {child("Ana", "Testa-Sample", "2014-05-06")},
     "review"},
    {"a slip in the family name", child("Ana", "Testpersno", "2014-05-06"), {ana}, "plain"},
    {"another given name without a home",
     child("Mia", "Testperson", "2014-05-06"),
     {ana},
     "review"},
    {"another family name at the same phone",
     phone("614 555 0101", child("Ana", "Married", "2014-05-06")),
     {phone("614 555 0101", ana)},
     "plain"},
    {"another family name and no home", child("Ana", "Married", "2014-05-06"), {ana}, "plain"},
    {"day and month swapped", child("Ana", "Testperson", "2014-06-05"), {ana}, "plain"},
    {"the next day", child("Ana", "Testperson", "2014-05-07"), {ana}, "plain"},
    {"no birth date, the same phone",
     phone("614 555 0101", child("Ana", "Testperson")),
     {phone("614 555 0101", ana)},
     "plain"},
    {"a full name and nothing else", child("Ana", "Testperson"), {ana}, "plain"},
    {"nothing known", Child{}, {ana}, "nobody"},
    {"nobody in the roster", ana, {}, "nobody"},
    {"a twin's number",
     number("100123", child("Boris", "Testperson", "2014-05-06")),
     {number("100123", ana), number("204567", child("Boris", "Testperson", "2014-05-06"))},
     "review"},
};

INSTANTIATE_TEST_SUITE_P(Cases, ARecord, testing::ValuesIn(cases));

TEST(Roster, FindsAChildByThePreferredOrTheFormerName) {
  auto by_first_only = default_file();
  for (auto& feature : by_first_only.features) {
    if (feature.role == Role::given_name) feature.from.text = "name.first";
    if (feature.role == Role::family_name) feature.from.text = "name.last";
  }
  auto both =
      with("name.preferredFirst", "Kestrel",
           with("name.preferredLast", "Married", child("Wilhelmina", "Testperson", "2014-05-06")));
  auto by_both = child("Kestrel", "Married", "2014-05-06");
  for (const auto& record : {child("Kestrel", "Testperson", "2014-05-06"),
                             child("Wilhelmina", "Married", "2014-05-06"), by_both})
    EXPECT_EQ(fate(Meeting(among_others({both})).links({record})[0]), "plain");
  EXPECT_NE(fate(Meeting(among_others({both}), by_first_only).links({by_both})[0]), "plain");
}

TEST(Roster, KeepsTwinsAndSiblingsApart) {
  auto ana_at_home = home(maple, "43001", phone("614 555 0101", ana));
  auto boris = with("name.first", "Boris", ana_at_home);
  EXPECT_NE(Meeting(among_others({ana_at_home})).links({boris})[0].student, 0u);
  EXPECT_EQ(Meeting({ana_at_home, boris}).links({boris})[0].student, 1u);
}

TEST(Roster, DoesNotGuessBetweenTwinsWithLikeNames) {
  std::vector<Child> twins = {child("Alexander", "Testperson", "2014-05-06"),
                              child("Alexandra", "Testperson", "2014-05-06")};
  auto alex = child("Alex", "Testperson", "2014-05-06");
  EXPECT_EQ(fate(Meeting(among_others(twins)).links({alex})[0]), "review");
}

TEST(Roster, LeavesOutWhomAPersonCalledAnother) {
  auto same_name = with("birthDate", "2014-05-07", ana);
  Meeting meeting({ana, same_name});
  EXPECT_EQ(meeting.links({ana})[0].student, 0u);
  const std::pair<uint32_t, uint32_t> apart[] = {{0, 0}};
  EXPECT_NE(meeting.links({ana}, apart)[0].student, 0u);
}

TEST(Roster, TakesAPhoneThatManyShareForNoBlockingKey) {
  std::vector<Child> students;
  for (int i = 0; i < 300; ++i)
    students.push_back(phone("614 555 0199", child("Name" + std::string(1, char('a' + i % 26)),
                                                   "Family" + std::to_string(i), "2014-05-06")));
  Identity identity = default_file();
  identity.split.clear();
  for (const auto& one : students) (void)one;
  Roster roster(identity, model());
  std::deque<std::string> rows;
  for (const auto& one : students) roster.add(record::RowView(rows.emplace_back(row_of(one))));
  roster.index({});
  std::vector<std::string> crowded;
  for (const auto& key : roster.crowded()) crowded.push_back(key.key);
  EXPECT_THAT(crowded, testing::Contains("phone"));
}

TEST(Roster, GivesTheSameLinksInAnyOrderAndFromKeptFeatures) {
  auto students = families();
  auto records = families();
  for (std::size_t i = 0; i < records.size(); i += 7) records[i]["name.last"].insert(3, "x");
  for (std::size_t i = 0; i < records.size(); i += 5) records[i]["birthDate"].clear();
  for (std::size_t i = 0; i < records.size(); i += 3) records[i]["phones.home"].clear();
  auto expected = Meeting(students).links(records);
  EXPECT_GT(std::ranges::count_if(expected, [](auto& link) { return link.student != nobody; }),
            200);
  std::vector<std::size_t> of_students(students.size()), of_records(records.size());
  std::iota(of_students.begin(), of_students.end(), 0U);
  std::iota(of_records.begin(), of_records.end(), 0U);
  std::mt19937 random(7);
  for (int round = 0; round < 5; ++round) {
    std::shuffle(of_students.begin(), of_students.end(), random);
    std::shuffle(of_records.begin(), of_records.end(), random);
    std::vector<Child> others, asked;
    for (auto i : of_students) others.push_back(students[i]);
    for (auto i : of_records) asked.push_back(records[i]);
    auto links = Meeting(others).links(asked);
    for (std::size_t i = 0; i < links.size(); ++i) {
      const auto& wanted = expected[of_records[i]];
      auto student = links[i].student == nobody ? nobody : of_students[links[i].student];
      ASSERT_EQ(student, wanted.student);
      ASSERT_EQ(fate(links[i]), fate(wanted));
    }
  }
}

TEST(Roster, KnowsAChildAgainFromWhatWasKeptOfIt) {
  std::deque<std::string> rows;
  Roster first(default_file(), model());
  for (const auto& one : families()) first.add(record::RowView(rows.emplace_back(row_of(one))));
  first.index({});
  Roster later(default_file(), model());
  for (uint32_t student = 0; student < first.students(); ++student)
    later.add(first.features(student));
  later.index(first.frequencies());
  for (uint32_t student = 0; student < first.students(); ++student)
    ASSERT_EQ(later.features(student), first.features(student));
  std::vector<std::vector<Link>> found;
  Model learned;
  for (auto* roster : {&first, &later}) {
    auto records = families();
    for (auto& record : records) {
      record["name.first"] += "h";
      roster->add(record::RowView(rows.emplace_back(row_of(record))));
    }
    roster->settle();
    if (found.empty()) learned = roster->learn();
    found.push_back(roster->match(learned));
  }
  for (std::size_t i = 0; i < found[0].size(); ++i) {
    ASSERT_EQ(found[0][i].student, found[1][i].student);
    ASSERT_EQ(found[0][i].weight, found[1][i].weight);
  }
}

}  // namespace
}  // namespace homeroom::resolve
