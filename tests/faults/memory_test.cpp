// Hostile files under a process limit: each is far larger than what the program may hold, or would
// grow far beyond it, and is refused with its place instead of ending the process.
#include <fstream>
#include <functional>

#include <gmock/gmock.h>
#include <sched.h>
#include <sys/resource.h>

#include "tests/cli/program.hpp"

namespace homeroom::cli {
namespace {

using testing::HasSubstr;

constexpr rlim_t most_memory = 160 << 20;
constexpr std::size_t far_more = 200 << 20;

void write_many(std::ofstream& out, const std::string& text, std::size_t bytes) {
  std::string block;
  while (block.size() < (1 << 20)) block += text;
  for (std::size_t size = 0; size < bytes; size += block.size()) out << block;
}

std::string times(int count, const std::string& text) {
  std::string out;
  for (int i = 0; i < count; ++i) out += text;
  return out;
}

struct Hostile {
  std::string name;
  std::string file;  ///< "m.yaml": the mapping; else the stream people
  std::function<void(std::ofstream&)> write;
  int exit_code;
  std::string says;
};
void PrintTo(const Hostile& hostile, std::ostream* to) {
  *to << hostile.name;
}

const Hostile all[] = {
    {"HugeCell", "people.csv",
     [](auto& out) {
       out << "id,name\n1,";
       write_many(out, "x", far_more);
     },
     1, "people.csv line 2: record 1 is longer than 10 MB"},
    {"EndlessQuote", "people.csv",
     [](auto& out) {
       out << "id,name\n1,\"";
       write_many(out, "x\n", far_more);
     },
     1, "people.csv line 2: a quote opens here and never closes"},
    {"QuotesOnly", "people.csv",
     [](auto& out) {
       out << "id,name\n1,";
       write_many(out, "\"", far_more);
     },
     1, "people.csv line 2: record 1 is longer than 10 MB"},
    {"EndlessHeader", "people.csv", [](auto& out) { write_many(out, "x,", far_more); }, 1,
     "people.csv line 1: "},
    {"HugeLine", "people.ndjson",
     [](auto& out) {
       out << "{\"id\":\"1\",\"name\":\"";
       write_many(out, "x", far_more);
       out << "\"}\n";
     },
     1, "people.ndjson:1: the line is longer than 10 MB"},
    {"DeepObject", "people.ndjson",
     [](auto& out) { out << times(10'000, "{\"id\":") << '1' << times(10'000, "}") << '\n'; }, 1,
     "people.ndjson:1: "},
    {"DeepArray", "people.ndjson",
     [](auto& out) {
       out << "{\"id\":\"1\",\"name\":" << times(10'000, "[") << times(10'000, "]") << "}\n";
     },
     1, "people.ndjson:1: "},
    {"BillionLaughs", "m.yaml",
     [](auto& out) {
       out << "mapping: 1\na: &a [x, x, x, x, x, x, x, x, x, x]\n";
       for (char name = 'b'; name < 'l'; ++name)
         out << name << ": &" << name << " [" << times(9, std::string("*") + char(name - 1) + ", ")
             << '*' << char(name - 1) << "]\n";
     },
     2, "m.yaml:2:4: anchors (&) are not read"},
    {"DeepYaml", "m.yaml",
     [](auto& out) { out << "mapping: 1\nreads: " << times(10'000, "[") << times(10'000, "]"); }, 2,
     "m.yaml:2:57: nested deeper than 50 levels"},
    {"DeepBlocks", "m.yaml",
     [](auto& out) {
       out << "mapping: 1\n";
       for (int depth = 0; depth < 600; ++depth) out << std::string(depth, ' ') << "a:\n";
     },
     2, "nested deeper than 50 levels"},
    {"HugeYaml", "m.yaml",
     [](auto& out) {
       out << "mapping: 1\n";
       write_many(out, "# x\n", far_more);
     },
     2, "m.yaml: larger than 10 MB"},
    {"PiecesThatDouble", "m.yaml",
     [](auto& out) {
       out << "mapping: 1\nreads: {people: \"id, name\"}\npieces:\n  p0: {is: [{where: id = "
              "'1'}]}\n";
       for (int i = 1; i < 40; ++i)
         out << "  p" << i << ": {is: [{use: p" << i - 1 << "}, {use: p" << i - 1 << "}]}\n";
       out << "tables:\n  rows:\n    - from: people\n    - {use: p39}\n";
     },
     2, "with its pieces the mapping has more than 100,000 parts"},
    {"DeepExpression", "m.yaml",
     [](auto& out) {
       out << "mapping: 1\nreads: {people: \"id, name\"}\ntables:\n  rows:\n    - from: people\n"
              "    - where: \""
           << times(10'000, "not (") << "true" << times(10'000, ")") << "\"\n";
     },
     2, "m.yaml:6:"},
};

class UnderALimit : public testing::TestWithParam<Hostile> {};

TEST_P(UnderALimit, IsRefusedWithItsPlace) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers need more memory than the limit";
#endif
  const auto& hostile = GetParam();
  Folder folder;
  auto at = [&](const std::string& name) { return (folder.path() / name).string(); };
  std::ofstream(at("m.yaml"))
      << "mapping: 1\nreads: {people: \"id, name\"}\nservice:\n  from: people\n"
         "  key: id\n  student: id\n  fields: {name: name}\n";
  {
    std::ofstream out(at(hostile.file), std::ios::binary);
    hostile.write(out);
  }
  bool is_mapping = hostile.file == "m.yaml";
  if (is_mapping) std::ofstream(at("people.csv")) << "id,name\n1,x\n";
  auto input = at(is_mapping ? "people.csv" : hostile.file);

  auto said = homeroom(
      {"map", "run", "--mapping", at("m.yaml"), "--input", "people=" + input, "--out", at("out")},
      "", [] {
        rlimit limit{most_memory, most_memory};
        ::setrlimit(RLIMIT_DATA, &limit);
        cpu_set_t one;  // the memory goes with the cores
        CPU_ZERO(&one);
        CPU_SET(::sched_getcpu(), &one);
        ::sched_setaffinity(0, sizeof one, &one);
      });
  EXPECT_EQ(said.exit_code, hostile.exit_code) << said.err;
  EXPECT_THAT(said.err, HasSubstr(hostile.says));
  EXPECT_LT(said.err.size(), 2000u) << "a message is for people";
  EXPECT_FALSE(fs::exists(folder.path() / "out" / "service.ndjson"));
}

INSTANTIATE_TEST_SUITE_P(Input, UnderALimit, testing::ValuesIn(all),
                         [](const auto& hostile) { return hostile.param.name; });

}  // namespace
}  // namespace homeroom::cli
