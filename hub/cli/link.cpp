// The verb link: records of plain files linked, without a store.
#include <cstdio>

#include <nlohmann/json.hpp>

#include "homeroom/error.hpp"
#include "hub/cli/verbs.hpp"
#include "hub/flow/flow.hpp"
#include "hub/world/world.hpp"

namespace homeroom::cli {

namespace {

using nlohmann::json;

struct LinkFlags {
  std::string identity;
  std::vector<std::string> inputs;
  std::string out;
};

void link(Context& context, const LinkFlags& flags) {
  auto begun = world::steady_seconds();
  flow::FilesToLink files;
  files.identity = flags.identity;
  files.inputs.assign(flags.inputs.begin(), flags.inputs.end());
  auto made = flow::link_files(files, flags.out, world::cores());
  auto seconds = world::steady_seconds() - begun;
  if (context.is_json()) {
    json out = {{"records", made.records},
                {"pairs_scored", made.report.pairs},
                {"clusters", made.clusters},
                {"review", made.open_pairs},
                {"seconds", seconds},
                {"cpu_seconds", world::usage().cpu_seconds},
                {"peak_rss_bytes", world::usage().peak_rss_bytes}};
    std::printf("%s\n", out.dump().c_str());
    return;
  }
  for (const auto& remark : made.remarks) std::printf("%s\n", remark.c_str());
  std::printf("%s records: %s persons, %s pairs scored, %s for review; %.1f s\n", with_commas(made.records).c_str(),
              with_commas(made.clusters).c_str(), with_commas(made.report.pairs).c_str(), with_commas(made.open_pairs).c_str(), seconds);
}

}  // namespace

void add_link(const Command& top, Context& context) {
  auto flags = std::make_shared<LinkFlags>();
  auto verb = top.add("link", "Finds the records of one person in CSV files");
  verb.takes("--identity", flags->identity, "The identity file", Need::must)
      .takes_each("--input", flags->inputs, "A CSV file; several are linked with each other", Need::must)
      .takes("--out", flags->out, "File for record_id,cluster_id", Need::must)
      .does([flags, &context] { link(context, *flags); });
}

}  // namespace homeroom::cli
