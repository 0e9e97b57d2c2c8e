// The verb link train: models of a workspace learned again; what that changes is told first.
#include <cstdio>

#include "homeroom/error.hpp"
#include "hub/cli/print.hpp"
#include "hub/cli/recognition_text.hpp"
#include "hub/cli/unmask.hpp"
#include "hub/cli/verbs.hpp"
#include "hub/flow/flow.hpp"
#include "hub/record/record.hpp"

namespace homeroom::cli {

namespace {

constexpr uint64_t usual_limit = 20;

struct Flags {
  bool applies = false;
  bool all = false;
  uint64_t limit = usual_limit;
  std::string why;
};

void print_text(const record::Recognition& told, bool applies) {
  std::printf("%s\n%s\n%s\n", models_text(told).c_str(), crossings_text(told).c_str(),
              applies ? "These models are in force: the next run weighs every record by them."
                      : "Nothing is changed. Next: homeroom link train --apply --why TEXT");
}

void train(Context& context, const Flags& flags) {
  if (!flags.applies && !flags.why.empty())
    throw Error(Next::fix_settings, "--why goes with --apply: looking needs no reason");
  auto hub = context.hub();
  auto most = flags.all ? SIZE_MAX : flags.limit;
  auto told = flags.applies ? flow::train(hub, account(), flags.why, most)
                            : flow::look_at_training(hub, most);
  if (!context.is_json()) return print_text(told, flags.applies);
  std::string json;
  record::write_recognition(json, told);
  print(nlohmann::ordered_json::parse(json));
}

}  // namespace

void add_link_train(const Command& link, Context& context) {
  auto flags = std::make_shared<Flags>();
  link.add("train",
           "In a workspace: learn the models again from what is published, and tell which records "
           "would cross a threshold")
      .flag("--apply", flags->applies, "Use them from the next run on")
      .takes("--why", flags->why, "With --apply: why; recorded")
      .takes_count("--limit", flags->limit, "How many pairs to tell (default 20)")
      .flag("--all", flags->all, "All of them")
      .does([&context, flags] { train(context, *flags); });
}

}  // namespace homeroom::cli
