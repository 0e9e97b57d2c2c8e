// The verb synth: a synthetic district to try things on.

#include "hub/synth/synth.hpp"

#include "homeroom/error.hpp"
#include "hub/cli/verbs.hpp"

namespace homeroom::cli {

namespace {

struct Flags {
  uint64_t students = 2000;
  uint64_t seed = 1;
  std::string out;
};

}  // namespace

void add_synth(const Command& top, Context& context) {
  auto flags = std::make_shared<Flags>();
  top.add("synth", "Writes a synthetic district: two days, and what is true of them")
      .takes_count("--students", flags->students, "How many", Need::must)
      .takes_number("--seed", flags->seed, "The same seed gives the same bytes")
      .takes("--out", flags->out, "Folder to write into", Need::must)
      .does([flags, &context] {
        synth::write_district(flags->out, flags->students, flags->seed);
        context.exit_code = 0;
      });
}

}  // namespace homeroom::cli
