// Mapping files without a store: streams that pass in batches, on one thread or several, give what
// one block of all rows gives, byte for byte.
#include "hub/flow/map_files.hpp"

#include <fstream>
#include <sstream>

#include <gmock/gmock.h>

#include "homeroom/error.hpp"
#include "hub/flow/entity_lines.hpp"
#include "hub/flow/held_stream.hpp"
#include "hub/settings/model.hpp"
#include "tests/world/scratch.hpp"

namespace homeroom::flow {
namespace {

using testing::HasSubstr;
using Inputs = std::multimap<std::string, std::filesystem::path>;

const std::filesystem::path root = HOMEROOM_SOURCE_DIR;
constexpr uint32_t students = 3 * rows_in_batch;  // several batches of each large stream

std::string whole(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// A district's roster with what mappings stumble over: unknown codes, double and missing partners,
/// rows that are refused or set aside, groups that nobody looks up.
class MapFilesTest : public testing::Test {
 protected:
  void SetUp() override {
    std::ofstream users(path("users.csv")), marks(path("marks.csv")), schools(path("schools.csv"));
    users << "id,role,school,name\n";
    marks << "id,student,day,points\n";
    schools << "school,title,kind\nS0,North,open\nS1,\"South, \"\"Old\"\" "
               "Hall\",open\nS2,West,closed\nS3,Twin,open\nS3,Twin,open\n";
    for (uint32_t i = 0; i < students; ++i) {
      users << 'U' << i << ',' << (i % 7 ? "student" : "teacher") << ",S" << i % 6 << ','
            << (i % 11 ? "Testwood the " + std::to_string(i) + "th of that name" : "") << '\n';
      marks << 'M' << i << ",U" << i % (students / 3 * 2) << ",2025-0" << 1 + i % 9 << "-10,"
            << (i % 13 ? std::to_string(i % 5) : "none") << '\n';
    }
    write("mapping.yaml", mapping_);
  }

  std::filesystem::path path(const std::string& name) const { return folder_.path() / name; }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name)) << text;
  }
  Inputs inputs() const {
    return {{"users", path("users.csv")},
            {"marks", path("marks.csv")},
            {"schools", path("schools.csv")}};
  }
  FilesMapped run(const std::string& out, uint32_t threads) { return run(out, threads, inputs()); }
  FilesMapped run(const std::string& out, uint32_t threads, const Inputs& files) {
    return map_files({path("mapping.yaml"), files, model_, parameters_, {}}, path(out), threads);
  }
  std::string lines(const std::string& out, const std::string& entity) const {
    return whole(path(out) / (entity + ".ndjson"));
  }

  const std::string mapping_ = R"(
mapping: 1
reads:
  users:   id, role, school, name
  marks:   id, student, day, points
  schools: school, title, kind
nulls: [""]
tables:
  points:
    - from: marks
    - set:
        worth: integer(points) else null
    - group: [student]
      take: {times: count, best: max worth}
  pupils:
    - from: users
    - where: role = 'student'
    - refuse: school = 'S5'
      why: never taken in
    - join: schools
      by: schools.school = school
    - join: points
      by: points.student = id
  places:
    - from: users
    - distinct: [school]
student:
  from: pupils
  key: id
  required: [name.last]
  fields:
    name.last: name
    birthDate: date('2015-01-01', 'YYYY-MM-DD')
enrollment:
  from: pupils
  key: id
  student: id
  fields:
    school: school
    schoolName: schools.title
    schoolYear: points.best
attendance:
  from: marks
  key: [id, student]
  student: student
  fields:
    date: date(day, 'YYYY-MM-DD') else reject
    status: case when id like '%7' then 'tardy' else 'present' end
    minutesAbsent: integer(points) else reject
organization:
  from: places
  key: school
  fields:
    name: school
)";
  world::ScratchFolder folder_ = scratch();
  record::Model model_ = settings::load_model(root / "configs/model.yaml", {});
  std::map<std::string, std::string> parameters_ = map::parameters_on("2026-01-13");
};

/// The rows of a mapping's entities from one block of all rows.
std::map<std::string, std::string> lines_of_one_block(
    const std::filesystem::path& file, const Inputs& inputs, const record::Model& model,
    const std::map<std::string, std::string>& parameters, MappedCounts& counts) {
  std::vector<map::Remark> remarks;
  auto mapping = map::Mapping::compile(file, model, {}, parameters, remarks);
  record::Arena arena;
  map::Block block;
  std::deque<HeldStream> held;
  for (uint32_t s = 0; s < mapping->reads().size(); ++s) {
    const auto& reads = mapping->reads()[s];
    auto& all = held.emplace_back(reads.columns.size());
    auto reader = file_rows(inputs.find(reads.stream)->second, reads);
    for (map::StreamRows rows; reader->next(rows);) all.add(rows);
    block.streams.push_back(all.rows());
    mapping->apply_nulls(s, block.streams[s].columns, block.streams[s].rows, arena);
  }
  auto output = mapping->run(block, arena);
  for (const auto& fates : output.fates) counts.add(fates);
  std::map<std::string, std::string> lines;
  for (const auto& rows : output.entities) {
    Lines out;
    EntityLines(model.entities[rows.entity]).append(out, rows);
    lines[model.entities[rows.entity].name] += out.view();
    counts.rows_out += rows.rows;
  }
  return lines;
}

TEST_F(MapFilesTest, StreamsThatPassGiveWhatOneBlockOfAllRowsGives) {
  MappedCounts whole_counts;
  auto expected =
      lines_of_one_block(path("mapping.yaml"), inputs(), model_, parameters_, whole_counts);
  for (uint32_t threads : {1u, 2u, 3u}) {
    auto out = "out" + std::to_string(threads);
    auto counts = run(out, threads);
    for (const auto* entity : {"student", "enrollment", "attendance", "organization"}) {
      EXPECT_FALSE(expected[entity].empty()) << entity;
      EXPECT_TRUE(lines(out, entity) == expected[entity])
          << entity << " with " << threads << " threads";
    }
    EXPECT_EQ(counts.rows_in, 2 * students + 5);
    EXPECT_EQ(counts.rows_in, counts.mapped + counts.filtered + counts.rejected);
    EXPECT_EQ(counts.mapped, whole_counts.mapped);
    EXPECT_EQ(counts.filtered, whole_counts.filtered);
    EXPECT_EQ(counts.rejected, whole_counts.rejected);
    EXPECT_EQ(counts.rows_out, whole_counts.rows_out);
  }
}

TEST_F(MapFilesTest, WritesNestedFieldsAndEscapes) {
  run("out", 1);
  auto begins = [&](const char* entity) { return lines("out", entity).substr(0, 200); };
  EXPECT_THAT(
      begins("student"),
      HasSubstr(
          R"({"key":"U1","name":{"last":"Testwood the 1th of that name"},"birthDate":"2015-01-01"})"));
  EXPECT_THAT(
      begins("enrollment"),
      HasSubstr(R"({"key":"U1","student":"U1","school":"S1","schoolName":"South, \"Old\" Hall")"));
  EXPECT_THAT(
      begins("attendance"),
      HasSubstr(
          R"({"key":"M1\u001fU1","student":"U1","date":"2025-02-10","status":"present","minutesAbsent":1})"));
}

TEST_F(MapFilesTest, NdjsonGivesWhatCsvGives) {
  run("csv", 2);
  std::ifstream csv(path("marks.csv"));
  std::ofstream ndjson(path("marks.ndjson"));
  std::string line, id, student, day, points;
  for (std::getline(csv, line); std::getline(csv, id, ',') && std::getline(csv, student, ',') &&
                                std::getline(csv, day, ',') && std::getline(csv, points);)
    ndjson << R"({"id":")" << id << R"(","more":[1],"points":)"
           << (points == "none" ? "\"none\"" : points) << R"(,"student":")" << student
           << R"(","day":")" << day << "\"}\n\n";
  ndjson.close();
  auto files = inputs();
  files.find("marks")->second = path("marks.ndjson");
  run("ndjson", 2, files);
  EXPECT_TRUE(lines("csv", "attendance") == lines("ndjson", "attendance"));
  EXPECT_TRUE(lines("csv", "enrollment") == lines("ndjson", "enrollment"));
}

TEST_F(MapFilesTest, SeveralFilesOfAStreamAreOneStream) {
  auto before = run("one", 2);
  write("more.csv",
        "student,points,id,day\nU1,4,N1,2025-03-03\n");  // its columns stand in another order
  auto files = inputs();
  files.emplace("marks", path("more.csv"));
  EXPECT_EQ(run("two", 2, files).rows_in, before.rows_in + 1);
  EXPECT_TRUE(lines("two", "attendance") ==
              lines("one", "attendance") +
                  "{\"key\":\"N1\\u001fU1\",\"student\":\"U1\",\"date\":\"2025-03-03\",\"status\":"
                  "\"present\",\"minutesAbsent\":4}\n");
}

TEST_F(MapFilesTest, ARowThatIsNoRowIsCountedAndLeftOut) {
  auto before = run("even", 1);
  std::ofstream(path("marks.csv"), std::ios::app)
      << "M,U1,2025-03-03,4,5\nM,U1\nM8,U1,2025-03-03,4\n";
  auto after = run("uneven", 1);
  EXPECT_EQ(after.rows_in, before.rows_in + 3);
  EXPECT_EQ(after.rejected, before.rejected + 2);
}

/// What is said when the stream `marks` is this text.
class BrokenMarks : public MapFilesTest,
                    public testing::WithParamInterface<std::array<const char*, 3>> {};

TEST_P(BrokenMarks, AreRefusedWithTheirPlace) {
  auto [name, text, says] = GetParam();
  write(name, text);
  auto files = inputs();
  files.find("marks")->second = path(name);
  for (uint32_t threads : {1u, 2u}) try {
      run("out", threads, files);
      ADD_FAILURE() << "was taken: " << text;
    } catch (const Error& wrong) {
      EXPECT_THAT(wrong.what(), HasSubstr(std::string(name) + says));
    }
}

const std::string too_deep = R"({"id":"M1","student":"U1","day":"2025-01-01","points":)" +
                             std::string(128, '[') + std::string(128, ']') + "}\n";

INSTANTIATE_TEST_SUITE_P(
    MapFiles, BrokenMarks,
    testing::Values(
        std::array{"a.csv", "id,student,day,point\n",
                   " line 1: column points is missing; did you mean point?"},
        std::array{"b.csv", "id,student,day,points\nM1,\"U1,2025-01-01,3\n",
                   " line 2: a quote opens here and never closes"},
        std::array{"n.ndjson", too_deep.c_str(), ":1: the object is nested deeper than 128 levels"},
        std::array{"c.csv", "", " is empty, without even a header"},
        std::array{"h.csv", "\xEF\xBB\xBF", " is empty, without even a header"},
        std::array{"i.csv", "\r\n\r\n", " is empty, without even a header"},
        std::array{"j.csv", "\nid,student,day,points\n",
                   " line 1: the first line is empty; the names of the columns belong there"},
        std::array{"d.csv", "id,student,day,points\nM1,\xff,2025-01-01,3\n", " line 2: not UTF-8"},
        std::array{"e.ndjson", "{\"id\":\"M1\"}\n\n{\"id\":\n", ":3: not a JSON object"},
        std::array{"d.ndjson", "{\"id\":\"M1\",\"i\\u0064\":\"M2\"}\n",
                   ":1: id stands twice in the object"},
        std::array{"f.jsonl", "[1]\n", ":1: not a JSON object"},
        std::array{"g.csv.gz", "id,student,day,points\n", " is no whole gzip file"}));

TEST_F(MapFilesTest, AFileThatBreaksOffLeavesWhatWasThereBefore) {
  run("out", 1);
  auto before = lines("out", "attendance");
  std::ofstream(path("marks.csv"), std::ios::app) << "x,\"never closes\n";
  EXPECT_THROW(run("out", 2), Error);
  EXPECT_EQ(lines("out", "attendance"), before);
  auto files = std::filesystem::directory_iterator(path("out"));
  for (const auto& file : files)
    EXPECT_EQ(file.path().extension(), ".ndjson") << "a half-written neighbour is left";
}

TEST_F(MapFilesTest, AnEntityWithoutRowsLeavesNoneOfAnEarlierRun) {
  run("out", 1);
  EXPECT_NE(lines("out", "attendance"), "");
  write("marks.csv", "id,student,day,points\n");
  run("out", 1);
  EXPECT_EQ(lines("out", "attendance"), "");
}

TEST_F(MapFilesTest, SaysWhichFilesHaveNoRow) {
  write("none.csv", "id,student,day,points\n");
  write("torn.csv", "id,student,day,points\nM1,U1\n");
  auto files = inputs();
  files.emplace("marks", path("none.csv"));
  files.emplace("marks", path("torn.csv"));  // a row that was set aside is a row
  for (uint32_t threads : {1u, 2u})
    EXPECT_THAT(run("out", threads, files).empty_files, testing::ElementsAre(path("none.csv")));
}

TEST_F(MapFilesTest, CodeListsThatDoNotLieBesideTheMappingAreTakenFromTheShelf) {
  std::filesystem::create_directories(path("own"));
  std::filesystem::create_directories(path("shipped/codes"));
  write(
      "own/sis.yaml",
      "mapping: 1\nreads: {schools: 'school, kind'}\ncodes: {kinds: {file: codes/kinds.csv}}\n"
      "organization:\n  from: schools\n  key: school\n  fields: {name: \"code(kind, 'kinds')\"}\n");
  write("shipped/codes/kinds.csv", "code,value\nopen,Open school\nclosed,Closed school\n");
  write("one.csv", "school,kind\nS9,open\n");
  FilesToMap files{path("own/sis.yaml"),
                   {{"schools", path("one.csv")}},
                   model_,
                   parameters_,
                   {path("own"), path("shipped")}};
  map_files(files, path("out"), 1);
  EXPECT_NE(lines("out", "organization").find("Open school"), std::string::npos)
      << lines("out", "organization");
}

TEST_F(MapFilesTest, AStreamThatIsNeededOrNotKnownIsSaid) {
  auto says = [&](const Inputs& files) -> std::string {
    try {
      run("out", 1, files);
    } catch (const Error& wrong) {
      return wrong.what();
    }
    return "";
  };
  EXPECT_EQ(says({{"users", path("users.csv")}, {"schools", path("schools.csv")}}),
            "the mapping needs the stream marks: --input marks=FILE");
  auto files = inputs();
  files.emplace("mark", path("marks.csv"));
  EXPECT_EQ(says(files), "the mapping reads no stream mark, did you mean marks?");
  files.erase("marks");
  EXPECT_EQ(says(files), "the mapping reads no stream mark, did you mean marks?")
      << "and not only what is then missing";
}

}  // namespace
}  // namespace homeroom::flow
