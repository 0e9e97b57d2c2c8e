// Command: the command line as a tree of verbs, each with its values and what it does. The only
// door to CLI11, whose headers take longer to compile than the verbs do.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace homeroom::cli {

enum class Need { may, must };

/// What was said, or for `-` the next line of standard input without white space at its end: so a
/// student's number or value stays out of the shell's history.
std::string line_or(const std::string& given);

/// One verb, or the program itself. What values are read into must outlive the reading.
class Command {
 public:
  /// A verb below this one.
  Command add(const char* name, const char* help) const;
  /// This word means nothing without a verb below it.
  const Command& needs_verb() const;

  /// A value: `--name` takes one, a bare name stands at its place on the line.
  const Command& takes(const char* name, std::string& into, const char* help,
                       Need need = Need::may) const;
  /// One value each time the name is said; of a bare name, all that stand at its place.
  const Command& takes_each(const char* name, std::vector<std::string>& into, const char* help,
                            Need need = Need::may) const;
  const Command& takes_number(const char* name, uint64_t& into, const char* help,
                              Need need = Need::may) const;
  /// A number from 1 on.
  const Command& takes_count(const char* name, uint64_t& into, const char* help,
                             Need need = Need::may) const;
  const Command& takes_one_of(const char* name, std::string& into,
                              const std::vector<std::string>& words, const char* help) const;
  const Command& flag(const char* name, bool& into, const char* help) const;

  /// What the verb does when it is the last one said.
  void does(std::function<void()> what) const;

 private:
  friend class CommandLine;
  explicit Command(CLI::App& app) : app_(&app) {}

  CLI::App* app_;
};

/// The program's whole command line.
class CommandLine {
 public:
  CommandLine(const char* name, const char* help, const char* version);
  ~CommandLine();
  Command top() const;
  /// Reads the words and does what the verb does. False when the words are not of this tree, true
  /// for
  /// --help and --version too; what there is to say to the person is printed.
  bool read(int argc, char** argv);

 private:
  std::unique_ptr<CLI::App> app_;
};

}  // namespace homeroom::cli
