#include "tests/faults/calls.hpp"

#include <fstream>
#include <map>
#include <stdexcept>

#include "tests/faults/process.hpp"

namespace homeroom::flows {
namespace {

// Every way of changing a file that Linux has and a program here could use, and of telling a peer.
constexpr const char* kinds =
    "write,pwrite64,writev,pwritev,pwritev2,sendfile,copy_file_range,fsync,fdatasync,sync_file_"
    "range,msync,"
    "rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,ftruncate,truncate,"
    "fallocate,"
    "mkdir,mkdirat,rmdir,open,openat,creat,chmod,fchmod,fchmodat,sendto,sendmsg";

// The address sanitizer looks for leaks by what strace uses itself. No --seccomp-bpf: strace 6.1
// then injects no signals.
const std::string strace = "exec env ASAN_OPTIONS=detect_leaks=0 strace -f -e signal=none ";

/// "123 openat(AT_FDCWD</x>, ...": the name, or nothing where the line goes on with one of before.
std::string name_in(const std::string& line) {
  auto from = line.find_first_not_of("0123456789 ");
  auto to = line.find('(');
  if (from == line.npos || to == line.npos || to <= from) return "";
  auto name = line.substr(from, to - from);
  return name.find_first_of(" <+-") == name.npos ? name : "";
}

bool is_change(const std::string& name, const std::string& line, const std::string& folder) {
  if (line.find(") = -1 ") != line.npos) return false;
  if (name.starts_with("send") && name != "sendfile") return true;
  if (line.find(folder) == line.npos) return false;
  if (!name.starts_with("open")) return true;
  for (const char* flag : {"O_CREAT", "O_TRUNC", "O_TMPFILE"})
    if (line.find(flag) != line.npos) return true;
  return false;
}

}  // namespace

std::vector<Call> changing_calls(const std::string& line, const std::filesystem::path& folder) {
  auto log = folder / "calls.txt";
  if (int code =
          run_line(strace + "-y -s 0 -o " + log.string() + " -e trace=" + kinds + " " + line))
    throw std::runtime_error("strace and the program ended with " + std::to_string(code));
  std::vector<Call> calls;
  std::map<std::string, int> counts;
  std::ifstream in(log);
  for (std::string text; std::getline(in, text);) {
    auto name = name_in(text);
    if (name.empty()) continue;
    auto number = ++counts[name];
    if (is_change(name, text, folder.string())) calls.push_back({name, number});
  }
  return calls;
}

bool is_killed_at(const Call& call, const std::string& line) {
  return run_line(strace + "-o /dev/null -e trace=" + call.name + " -e inject=" + call.name +
                  ":signal=KILL:when=" + std::to_string(call.number) + " " + line) == killed;
}

}  // namespace homeroom::flows
