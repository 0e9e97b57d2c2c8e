// validate on files that a mapping reads, in a process that may not grow.
#include <algorithm>
#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>
#include <sys/wait.h>

#include "tests/cli/program.hpp"

namespace homeroom::validate {
namespace {

constexpr const char* mapping = R"yaml(
mapping: 1
reads: {pupils: "id, first, last, born"}
nulls: [""]
student:
  from: pupils
  key: id
  fields:
    name.first: first
    name.last: last
    birthDate: date(born, 'YYYY-MM-DD') else keep
)yaml";

constexpr const char* rules = R"yaml(
rule_pack: 1
name: ours
fiscal_year: 2026
source: the district
rules:
  - {id: no-name, severity: warning, on: student, wrong: name.last is null and birthDate is not null,
     says: It has no name., remedy: Enter it., owner: Registrar}
  - {id: no-day, severity: fatal, on: student, unreadable: [birthDate],
     says: It is no day., remedy: Enter one., owner: Registrar}
  - {id: long, severity: info, on: student, wrong: name.first is not null,
     says: It is found of all., remedy: None., owner: Registrar}
)yaml";

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(ValidateWithLittleMemory, MappedFilesAndFindingsLargerThanTheProcessMayBeGoThrough) {
  cli::Folder folder;
  auto at = [&](const char* name) { return (folder.path() / name).string(); };
  std::ofstream(at("pupils.yaml")) << mapping;
  std::ofstream(at("ours.yaml")) << rules;
  std::ofstream pupils(at("pupils.csv"));
  pupils << "id,first,last,born\n";
  for (int i = 2; i <= 250'000; ++i)
    pupils << "P" << i << ",Pretend the longest of the first names " << i << ','
           << (i == 77'777 ? "" : "Testwood of whom there are many") << ','
           << (i == 99'999 ? "2014-02-30" : "2014-02-28") << '\n';
  pupils.close();
  auto run = [&](const char* memory) {
    auto line = "ulimit -d 40960; exec " HOMEROOM_BUILD_DIR
                "/bin/homeroom --quiet --set "
                "run_date=2026-01-13 validate --rules " +
                at("ours.yaml") + " --mapping " + at("pupils.yaml") +
                " --input pupils=" + at("pupils.csv") + " --out " + at("out") + " --memory '" +
                memory + "' >/dev/null 2>&1";
    return WEXITSTATUS(std::system(line.c_str()));
  };
  EXPECT_EQ(run("8 GiB"), 1) << "this limit would not have been one";
  EXPECT_EQ(run("8 MiB"), 3);
  auto findings = cli::whole(at("out") + "/findings.csv");
  EXPECT_EQ(std::ranges::count(findings, '\n'), 250'002);  // the head, all but one line, two more
  EXPECT_THAT(findings, testing::HasSubstr("pupils.csv,77777"));
  EXPECT_THAT(findings, testing::HasSubstr("pupils.csv,99999"));
}
#endif

}  // namespace
}  // namespace homeroom::validate
