#include "hub/cli/command.hpp"

#include <iostream>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace homeroom::cli {

namespace {

CLI::Option* needed(CLI::Option* option, Need need) {
  return option->required(need == Need::must);
}

}  // namespace

std::string line_or(const std::string& given) {
  if (given != "-") return given;
  std::string line;
  std::getline(std::cin, line);
  auto end = line.find_last_not_of(" \t\r\n");
  line.erase(end == std::string::npos ? 0 : end + 1);
  return line;
}

Command Command::add(const char* name, const char* help) const {
  return Command(*app_->add_subcommand(name, help));
}

const Command& Command::needs_verb() const {
  app_->require_subcommand(1);
  return *this;
}

const Command& Command::takes(const char* name, std::string& into, const char* help,
                              Need need) const {
  needed(app_->add_option(name, into, help), need);
  return *this;
}

const Command& Command::takes_each(const char* name, std::vector<std::string>& into,
                                   const char* help, Need need) const {
  // A flag takes one value each time it is said; at a bare place any number may stand.
  auto* option = needed(app_->add_option(name, into, help), need);
  if (name[0] == '-') option->allow_extra_args(false);
  return *this;
}

const Command& Command::takes_number(const char* name, uint64_t& into, const char* help,
                                     Need need) const {
  needed(app_->add_option(name, into, help), need);
  return *this;
}

const Command& Command::takes_count(const char* name, uint64_t& into, const char* help,
                                    Need need) const {
  auto is_count = [](const std::string& text) {
    bool is_number = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
    return is_number && text.find_first_not_of('0') != std::string::npos
               ? std::string()
               : "a whole number above 0 is expected, found " + text;
  };
  needed(app_->add_option(name, into, help), need)->check(is_count);
  return *this;
}

const Command& Command::takes_one_of(const char* name, std::string& into,
                                     const std::vector<std::string>& words,
                                     const char* help) const {
  app_->add_option(name, into, help)->check(CLI::IsMember(words));
  return *this;
}

const Command& Command::flag(const char* name, bool& into, const char* help) const {
  app_->add_flag(name, into, help);
  return *this;
}

void Command::does(std::function<void()> what) const {
  // A verb that may stand alone or before another one acts only when it stands alone.
  app_->callback([app = app_, what = std::move(what)] {
    if (app->get_subcommands().empty()) what();
  });
}

CommandLine::CommandLine(const char* name, const char* help, const char* version)
    : app_(std::make_unique<CLI::App>(help, name)) {
  app_->set_version_flag("--version", version);
  app_->fallthrough();
}

CommandLine::~CommandLine() = default;

Command CommandLine::top() const {
  return Command(*app_);
}

bool CommandLine::read(int argc, char** argv) {
  try {
    app_->parse(argc, argv);
    return true;
  } catch (const CLI::ParseError& wrong) {
    return app_->exit(wrong) == 0;
  }
}

}  // namespace homeroom::cli
