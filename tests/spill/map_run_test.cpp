// map run with less memory than rows: every step, what a limit of the process says to it, what a
// disk without room says.
#include <csignal>
#include <set>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/spill/mapped.hpp"

namespace homeroom::flow {
namespace {

using testing::HasSubstr;

constexpr const char* every_step = R"yaml(
mapping: 1
reads:
  marks:   id, student, subject, day, points
  pupils:  id, school, name
  schools: id, title
nulls: [""]
tables:
  of_subject:
    - from: marks
    - set:
        worth: integer(points) else null
        exact: decimal(points) else null
    - assert: worth < 990
      says: more points than there are
      severity: warning
    - assert: worth < 995
      says: far more points than there are
    - group: [subject]
      take:
        marks: count
        students: count distinct student
        sum: sum worth
        exact: sum exact
        least: min day
        most: max id
        first: first id by day desc, worth
        last: last id by worth
        good: any worth > 3
        all_good: all worth > 3
        days: list distinct day
        some: list id by id where worth = 4
  by_day:
    - from: marks
    - pivot: subject
      into: [art, music, sport]
      by: [student]
      take: count
    - unpivot: [art, music, sport]
      name: subject
      value: times
    - where: times > 0
  subjects:
    - from: marks
    - distinct: [subject]
  together:
    - from: of_subject
    - union: subjects
  of_pupils:
    - from: pupils
    - join: by_day
      by: by_day.student = id
      matches: many
    - refuse: school = 'S3'
      why: not of this district
    - join: schools
      by: schools.id = school
      unmatched: set_aside
term:
  from: together
  key: coalesce(subject, '-') || ' ' || coalesce(text(marks), '')
  fields:
    name: "join(list(text(students), text(sum), text(exact), least, most, first, last, text(good), text(all_good)), ' ') || join(days, ';')"
section:
  from: by_day
  key: [student, subject]
  fields:
    course: text(times)
    school: student
    title: subject
course:
  from: of_pupils
  key: [id, by_day.subject]
  fields:
    title: name
    school: schools.title
    code: text(by_day.times)
organization:
  from: pupils
  key: id
  fields:
    name: name
)yaml";

/// Five subjects, one of them in half of all rows, so that its group alone is more than fits.
void write_rows(const MappingOverFiles& over, uint32_t marks) {
  static const char* subjects[] = {"art", "music", "sport", "", "reading and writing for all",
                                   "art", "art",   "art"};
  std::string text = "id,student,subject,day,points\n";
  for (uint32_t i = 0; i < marks; ++i) {
    auto day = "2025-0" + std::to_string(1 + i % 9) + "-1" + std::to_string(i % 7);
    text += "M" + std::to_string(i * 7919 % marks) + ",P" + std::to_string(i % 500) + ',' +
            subjects[i * 31 % 8] + ',' + day + ',' +
            (i % 17 == 0    ? "none"
             : i % 997 == 1 ? "99" + std::to_string(i % 10)
                            : std::to_string(i % 6)) +
            '\n';
  }
  over.write("marks.csv", text);
  text = "id,school,name\n";
  for (uint32_t i = 0; i < 600; ++i)
    text += "P" + std::to_string(i) + ",S" + std::to_string(i % 5) + ",Testwood the " +
            std::to_string(i) + "th\n";
  over.write("pupils.csv", text);
  over.write("schools.csv", "id,title\nS0,North\nS1,South\nS2,West\nS3,East\n");
}

const std::vector<std::string> streams = {"marks", "pupils", "schools"};

TEST(MapRunWithLittleMemory, EveryStepMakesWhatItMakesInMemory) {
  MappingOverFiles over;
  over.write("mapping.yaml", every_step);
  write_rows(over, 9000);
  auto expected = over.run(streams, 0, 2);
  ASSERT_EQ(expected.wrong, "");
  EXPECT_EQ(expected.counts.spilled_bytes, 0u);
  for (const auto& [name, text] : expected.files) EXPECT_GT(text.size(), 1000u) << name;
  for (uint32_t kib : {2, 16, 64, 300, 1000})
    for (uint32_t threads : {1, 2}) {
      auto found = over.run(streams, uint64_t{kib} << 10, threads);
      expect_same(expected, found, std::to_string(kib) + " KiB");
      EXPECT_GT(found.counts.spilled_bytes, 0u) << kib;
    }
}

/// Each row that came out, with the place of the record it was made of.
std::multiset<std::string> places(const MappingOverFiles& over, uint64_t memory) {
  std::multiset<std::string> found;
  auto files = over.files(streams, memory);
  map_in_slices(files, over.path(""), [&](const MappedSlice& mapped) {
    for (const auto& rows : mapped.output.entities)
      for (uint32_t row = 0; row < rows.rows; ++row) {
        auto [file, line] = mapped.place(rows.from_stream, rows.from_row[row]);
        found.insert(usual_model().entities[rows.entity].name + ' ' +
                     std::string(rows.key.text_at(row).view()) + ' ' + file.filename().string() +
                     ':' + std::to_string(line));
      }
  });
  return found;
}

TEST(MapRunWithLittleMemory, ARowKeepsThePlaceOfItsRecord) {
  MappingOverFiles over;
  over.write("mapping.yaml", every_step);
  write_rows(over, 3000);
  auto expected = places(over, 0);
  EXPECT_TRUE(expected.contains("organization P7 pupils.csv:9"));
  for (uint64_t kib : {2, 64, 300}) EXPECT_TRUE(places(over, kib << 10) == expected) << kib;
}

TEST(MapRunWithLittleMemory, ToTellOfOneRowAllMustFitAndThatIsSaid) {
  MappingOverFiles over;
  over.write("mapping.yaml", every_step);
  write_rows(over, 9000);
  auto all = [&](uint64_t memory) {
    uint64_t rows = 0;
    with_mapped_files(over.files(streams, memory), [&](const MappedFiles& mapped) {
      for (const auto& made : mapped.output.entities) rows += made.rows;
    });
    return rows;
  };
  EXPECT_GT(all(64 << 20), 1000u);
  for (uint64_t kib : {64, 1200})  // not the rows; the rows, but not what is made of them
    try {
      all(kib << 10);
      ADD_FAILURE() << "it was taken: " << kib;
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("give more with --memory"));
    }
}

TEST(MapRunWithLittleMemory, WithEnoughNothingIsWritten) {
  MappingOverFiles over;
  over.write("mapping.yaml", every_step);
  write_rows(over, 9000);
  EXPECT_EQ(over.run(streams, 256 << 20, 2).counts.spilled_bytes, 0u);
}

TEST(MapRunWithLittleMemory, TablesThatGrowBeyondTheirStreamsSpillToo) {
  MappingOverFiles over;
  over.write("mapping.yaml", R"yaml(
mapping: 1
reads: {pupils: "id, school, name"}
tables:
  pairs:
    - from: pupils
    - join: pupils
      as: other
      by: other.school = school
      matches: many
    - distinct: [id, other.id]
course:
  from: pairs
  key: [id, other.id]
  fields: {title: other.name}
)yaml");
  write_rows(over, 1);
  auto expected = over.run({"pupils"}, 0, 1);
  EXPECT_EQ(expected.counts.rows_out, 600u * 120);
  auto found = over.run({"pupils"}, 2 << 20, 1);
  EXPECT_GT(found.counts.spilled_bytes, 1u << 20);
  expect_same(expected, found, "");
}

TEST(MapRunWithLittleMemory, AGroupThatIsTooLargeAloneIsRefusedWithItsPlace) {
  MappingOverFiles over;
  over.write("mapping.yaml", R"yaml(
mapping: 1
reads: {marks: "id, student, subject, day, points"}
tables:
  all:
    - from: marks
    - set: {one: "'x'"}
    - group: [one]
      take: {ids: list id || id || id || id || id || id || id || id}
term:
  from: all
  key: one
  fields: {name: "join(ids, ' ')"}
)yaml");
  write_rows(over, 60'000);
  auto found = over.run({"marks"}, 1 << 20, 1);
  EXPECT_THAT(found.wrong, HasSubstr("mapping.yaml:8:7: group: the values of one group need more "
                                     "memory than the budget of 1 MiB"));
  EXPECT_THAT(found.wrong, HasSubstr("--memory"));
}

/// What `run` answers in a process of its own; 100 where it cannot.
template <class Run>
int in_a_process(Run run) {
  auto child = fork();
  if (child == 0) {
    try {
      _exit(run());
    } catch (...) {
      _exit(100);
    }
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 101;
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(MapRunWithLittleMemory, AGroupedStreamLargerThanTheProcessMayBeGoesThrough) {
  MappingOverFiles over;
  over.write("mapping.yaml", R"yaml(
mapping: 1
reads: {marks: "id, student, subject, day, points"}
tables:
  days:
    - from: marks
    - group: [student, day]
      take: {marks: count, last: last id by points}
    - join: marks
      as: one
      by: one.id = last
term:
  from: days
  key: [student, day]
  fields: {name: last || one.points}
)yaml");
  write_rows(over, 400'000);
  auto run = [&](uint64_t memory) {
    return in_a_process([&] {
      rlimit limit{40 << 20, 40 << 20};  // the rows alone take 36 MB
      setrlimit(RLIMIT_DATA, &limit);
      auto made = over.run({"marks"}, memory, 1);
      return made.wrong.empty() && made.counts.rows_out > 1000 && made.counts.rows_in == 400'000
                 ? 0
                 : 1;
    });
  };
  EXPECT_EQ(run(0), 100) << "this limit would not have been one";
  EXPECT_EQ(run(4 << 20), 0);
}
#endif

TEST(MapRunWithLittleMemory, ADiskWithoutRoomIsSaidAndLeavesNothingHalf) {
  MappingOverFiles over;
  over.write("mapping.yaml", every_step);
  write_rows(over, 9000);
  auto says = over.path("says.txt");
  EXPECT_EQ(in_a_process([&] {
              signal(SIGXFSZ, SIG_IGN);
              auto errors = std::ofstream(says);
              rlimit limit{100 << 10, 100 << 10};  // as a disk that takes no more
              setrlimit(RLIMIT_FSIZE, &limit);
              errors << over.run(streams, 16 << 10, 2).wrong;
              return 0;
            }),
            0);
  std::string wrong;
  std::getline(std::ifstream(says), wrong);
  EXPECT_THAT(wrong, HasSubstr("cannot write " + over.path("out").string()));
  EXPECT_TRUE(std::filesystem::is_empty(over.path("out")));
}

TEST(MapRunWithLittleMemory, AScratchFolderThatIsNoneIsSaid) {
  ScratchFile file("/there/is/no/such/folder", 1 << 20);
  try {
    file.put("rows");
    ADD_FAILURE() << "it was taken";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("cannot make a scratch file in /there/is/no/such/folder: "
                                        "there is no such file or folder"));
  }
}

TEST(ScratchFile, HasNoNameAndShowsNothingOfWhatItHolds) {
  auto folder = scratch();
  ScratchFile file(folder.path(), 1 << 20);
  std::string secret = "Testwood the 7th of that name", back;
  auto one = file.put(secret), other = file.put("another");
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  for (const auto& open : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code none;
    auto target = std::filesystem::read_symlink(open.path(), none).string();
    if (!target.starts_with(folder.path().string())) continue;
    std::ostringstream bytes;
    bytes << std::ifstream(open.path(), std::ios::binary).rdbuf();
    EXPECT_GT(bytes.str().size(), secret.size());
    EXPECT_EQ(bytes.str().find("Testwood"), std::string::npos);
  }
  file.get(one, back);
  EXPECT_EQ(back, secret);
  file.forget(one);
  file.get(other, back);
  EXPECT_EQ(back, "another");
}

}  // namespace
}  // namespace homeroom::flow
