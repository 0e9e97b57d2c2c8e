#include "tests/faults/calls.hpp"

#include <fstream>
#include <map>
#include <stdexcept>

#include "tests/faults/process.hpp"

namespace homeroom::flows {
namespace {

// Every way of changing a file that Linux has and a program here could use, and of telling a peer.
constexpr const char* changes =
    "write,pwrite64,writev,pwritev,pwritev2,sendfile,copy_file_range,fsync,fdatasync,"
    "sync_file_range,msync,rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,"
    "ftruncate,truncate,fallocate,mkdir,mkdirat,rmdir,open,openat,creat,chmod,fchmod,fchmodat,"
    "sendto,sendmsg";
constexpr const char* reads = ",read,pread64,readv,preadv";

// The address sanitizer looks for leaks by what strace uses itself. No --seccomp-bpf: strace 6.1
// then injects no signals.
const std::string strace = "env ASAN_OPTIONS=detect_leaks=0 strace -f -e signal=none ";

/// "123 openat(AT_FDCWD</x>, ...": the name, or nothing where the line goes on with one of before.
std::string name_in(const std::string& line) {
  auto from = line.find_first_not_of("0123456789 ");
  auto to = line.find('(');
  if (from == line.npos || to == line.npos || to <= from) return "";
  auto name = line.substr(from, to - from);
  return name.find_first_of(" <+-") == name.npos ? name : "";
}

/// A file that is named, "…", or the one behind a descriptor, 5<…>.
std::filesystem::path path_in(const std::string& line) {
  for (auto [begin, end] : {std::pair{"\"/", '"'}, std::pair{"</", '>'}}) {
    auto from = line.find(begin);
    if (from != line.npos) return line.substr(from + 1, line.find(end, from + 1) - from - 1);
  }
  return {};
}

bool is_change(const std::string& name, const std::string& line) {
  if (!name.starts_with("open")) return name.find("read") == name.npos;
  for (const char* flag : {"O_CREAT", "O_TRUNC", "O_TMPFILE"})
    if (line.find(flag) != line.npos) return true;
  return false;
}

std::string injected(const Call& call, const std::string& what, const char* later) {
  return strace + "-o /dev/null -e trace=" + call.name + " -e inject=" + call.name + ':' + what +
         ":when=" + std::to_string(call.number) + later + ' ';
}

}  // namespace

std::vector<Call> calls_of(const std::string& line, const std::filesystem::path& folder) {
  auto log = folder / "calls.txt";
  if (int code = run_line(strace + "-y -s 0 -o " + log.string() + " -e trace=" + changes + reads +
                          ' ' + line))
    throw std::runtime_error("strace and the program ended with " + std::to_string(code));
  std::vector<Call> calls;
  std::map<std::string, int> counts;
  std::ifstream in(log);
  for (std::string text; std::getline(in, text);) {
    auto name = name_in(text);
    if (name.empty()) continue;
    auto number = ++counts[name];
    bool is_told = name == "sendto" || name == "sendmsg";
    bool is_here = text.find(folder.string() + '/') != text.npos;
    if (text.find(") = -1 ") != text.npos || !(is_told || is_here)) continue;
    calls.push_back({name, number, is_told ? "" : path_in(text), is_change(name, text)});
  }
  return calls;
}

bool is_killed_at(const Call& call, const std::string& line) {
  return run_line("exec " + injected(call, "signal=KILL", "") + line) == killed;
}

std::string refused_at(const Call& call, const std::string& error, bool later_ones_too,
                       const std::string& line) {
  return injected(call, "error=" + error, later_ones_too ? "+" : "") + line;
}

}  // namespace homeroom::flows
