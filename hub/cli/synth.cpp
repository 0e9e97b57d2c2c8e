// The verb synth: a synthetic district to try things on.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "homeroom/error.hpp"
#include "hub/cli/verbs.hpp"
#include "hub/synth/synth.hpp"

namespace homeroom::cli {

namespace {

struct Flags {
  uint64_t students = 2000;
  uint64_t seed = 1;
  std::string out;
};

}  // namespace

void add_synth(CLI::App& app, Context& context) {
  auto flags = std::make_shared<Flags>();
  auto* synth = app.add_subcommand("synth", "Writes a synthetic district: two days, and what is true of them");
  synth->add_option("--students", flags->students, "How many")->required()->check(CLI::PositiveNumber);
  synth->add_option("--seed", flags->seed, "The same seed gives the same bytes");
  synth->add_option("--out", flags->out, "Folder to write into")->required();
  synth->callback([flags, &context] {
    synth::write_district(flags->out, flags->students, flags->seed);
    context.exit_code = 0;
  });
}

}  // namespace homeroom::cli
