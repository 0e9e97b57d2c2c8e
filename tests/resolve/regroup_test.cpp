// Students come, go and change: postings that follow must be those of students indexed anew,
// students who lie in a store must be found as those in memory are, and a record that asked for no
// touched token must keep its answer. Blocks are small, so that they are parted and parts of them
// too.
#include "hub/resolve/regroup.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "hub/record/json.hpp"
#include "hub/resolve/resolve.hpp"
#include "hub/settings/model.hpp"

namespace homeroom::resolve {
namespace {

const std::string configs = std::string(HOMEROOM_SOURCE_DIR) + "/configs/";

const record::Model& model() {
  static const auto made = settings::load_model(configs + "model.yaml", {});
  return made;
}

const Identity& identity() {
  static const auto made = [] {
    auto file = load_identity(configs + "identity/default.yaml");
    file.most_in_block = 4;
    return file;
  }();
  return made;
}

uint64_t keyed(uint64_t hash) {
  return mixed(hash, 77);
}

/// A store of students as maps.
class Shelves : public StoredStudents {
 public:
  std::span<const uint32_t> students(uint64_t token) override {
    asked.push_back(token);
    auto found = by_token.find(token);
    found_.clear();
    if (found != by_token.end()) found_.assign(found->second.begin(), found->second.end());
    return found_;
  }
  std::string_view features(uint32_t student) override { return by_number.at(student); }

  std::map<uint64_t, std::set<uint32_t>> by_token;
  std::map<uint32_t, std::string> by_number;
  std::vector<uint64_t> asked;

 private:
  std::vector<uint32_t> found_;
};

class Children {
 public:
  explicit Children(uint64_t seed) : random_(seed) {}
  uint64_t below(uint64_t end) { return random_() % end; }
  std::string row() {
    static const std::vector<std::string> firsts = {"Anna", "Anne", "Boris", "Lupe", "Guadalupe"};
    static const std::vector<std::string> lasts = {"Testwood", "Sampleton", "Testa-Sample"};
    auto born = "201" + std::to_string(below(2)) + "-0" + std::to_string(1 + below(2)) + "-1" +
                std::to_string(below(3));
    std::map<record::FieldId, std::string> fields;
    auto entity = *model().find(record::student_entity);
    auto put = [&](const char* path, const std::string& text) {
      record::append_json_string(fields[*model().entities[entity].find(path)], text);
    };
    put("name.first", firsts[below(firsts.size())]);
    put("name.last", lasts[below(lasts.size())]);
    if (below(8)) put("birthDate", born);
    if (below(2)) put("phones.home", "614 555 01" + std::to_string(10 + below(5)));
    if (below(3) == 0) put("identifiers.district", std::to_string(100'000 + below(400)));
    std::string bytes;
    record::RowWriter writer(bytes);
    writer.begin(entity, "K");
    for (const auto& [field, json] : fields) writer.field(field, json);
    writer.end();
    return bytes;
  }
  std::string features() {
    Roster roster(identity(), model());
    auto bytes = row();
    roster.add(record::RowView(bytes));
    roster.index({});
    return roster.features(0);
  }

 private:
  std::mt19937_64 random_;
};

TEST(AskedAhead, AsksInOrderAndForEachOnce) {
  Shelves shelves;
  shelves.by_token = {{2, {5, 8}}, {4, {1, 5, 9}}};
  AskedAhead ahead(shelves);
  ahead.ask({4, 7, 2, 4});
  ahead.ask({2, 3});
  EXPECT_EQ(shelves.asked, (std::vector<uint64_t>{2, 4, 7, 3}));
  auto found = ahead.students(4);
  EXPECT_EQ(std::vector(found.begin(), found.end()), (std::vector<uint32_t>{1, 5, 9}));
  EXPECT_TRUE(ahead.students(7).empty());
  EXPECT_EQ(ahead.in_blocks_up_to(2), (std::vector<uint32_t>{5, 8}));
  EXPECT_EQ(ahead.in_blocks_up_to(3), (std::vector<uint32_t>{1, 5, 8, 9}));
}

std::vector<uint32_t> numbers_of(const std::map<uint32_t, std::string>& students) {
  std::vector<uint32_t> numbers;
  for (const auto& [number, features] : students) numbers.push_back(number);
  return numbers;
}

std::map<uint64_t, std::set<uint32_t>> indexed(Roster& roster,
                                               const std::vector<uint32_t>& numbers) {
  std::map<uint64_t, std::set<uint32_t>> made;
  const auto& table = roster.postings();
  for (std::size_t at = 0; at < table.size(); ++at)
    made[table.token(at)].insert(numbers[table.student(at)]);
  return made;
}

bool are_same(const Link& a, const Link& b) {
  return a.student == b.student && a.evidence == b.evidence && a.weight == b.weight &&
         a.is_for_review == b.is_for_review && a.candidate == b.candidate;
}

class Regroup : public testing::TestWithParam<uint64_t> {};

TEST_P(Regroup, FollowsWhatIndexingAnewWouldGive) {
  Children children(GetParam());
  Shelves shelves;
  std::vector<std::string> records;
  for (int i = 0; i < 60; ++i) records.push_back(children.features());
  std::string frequencies;
  std::optional<Model> learned;
  std::optional<Answers> before;
  for (int night = 0; night < 12; ++night) {
    SCOPED_TRACE("night " + std::to_string(night));
    std::map<uint32_t, ChangedStudent> changed;
    for (auto i = night == 0 ? 120 : children.below(9); i > 0; --i) {
      auto number = static_cast<uint32_t>(children.below(160));
      auto known = shelves.by_number.find(number);
      auto was = known == shelves.by_number.end() ? "" : known->second;
      changed[number] = {number, was, night > 0 && children.below(2) ? "" : children.features()};
    }
    std::vector<ChangedStudent> list;
    for (const auto& [number, one] : changed) list.push_back(one);
    auto made = regroup(identity(), model(), keyed, list, shelves);
    for (const auto& [token, student, is_gone] : made.postings)
      if (is_gone)
        ASSERT_EQ(shelves.by_token[token].erase(student), 1u);
      else
        ASSERT_TRUE(shelves.by_token[token].insert(student).second);
    std::erase_if(shelves.by_token, [](const auto& one) { return one.second.empty(); });
    for (const auto& one : list)
      if (one.is.empty())
        shelves.by_number.erase(one.student);
      else
        shelves.by_number[one.student] = one.is;

    Roster whole(identity(), model(), keyed);
    for (const auto& [number, features] : shelves.by_number) whole.add(features);
    auto numbers = numbers_of(shelves.by_number);
    whole.index(frequencies, numbers);
    if (frequencies.empty()) frequencies = whole.frequencies();
    ASSERT_EQ(shelves.by_token, indexed(whole, numbers));

    Roster stored(identity(), model(), keyed);
    stored.open(shelves, frequencies);
    for (auto* roster : {&whole, &stored}) {
      for (const auto& record : records) roster->add(record);
      roster->settle();
    }
    if (!learned) learned = whole.learn();
    auto now = whole.answers(*learned);
    auto same = stored.answers(*learned);
    ASSERT_EQ(now.tokens, same.tokens);
    for (std::size_t i = 0; i < records.size(); ++i) {
      ASSERT_TRUE(are_same(now.links[i], same.links[i])) << "record " << i;
      if (!before) continue;
      bool is_touched = std::ranges::any_of(before->tokens_of(i), [&](uint64_t token) {
        return std::ranges::binary_search(made.touched, token);
      });
      if (is_touched) continue;
      ASSERT_TRUE(are_same(now.links[i], before->links[i])) << "record " << i;
      ASSERT_TRUE(std::ranges::equal(now.tokens_of(i), before->tokens_of(i))) << "record " << i;
    }
    before = std::move(now);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Regroup, testing::Range<uint64_t>(1, 9));

}  // namespace
}  // namespace homeroom::resolve
