// The verb link: records of plain files linked, without a store.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "homeroom/error.hpp"
#include "hub/cli/pair_text.hpp"
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
  std::string model;
  std::string model_out;
  std::string decisions;
  std::string review;
  std::string explained;
  bool has_details = false;
};

std::string share(double number) {
  char text[32];
  std::snprintf(text, sizeof text, number < 0.001 ? "%.2g" : "%.4f", number);
  return text;
}

/// How often each level is seen between records of one person, of strangers, of one home.
std::string model_table(const resolve::Model& model) {
  Table table({"compared", "agreement", "one person", "strangers", "one home", "weight"});
  for (const auto& field : model.fields)
    for (std::size_t level = 1; level < field.same.size(); ++level)
      table.add({level == 1 ? field.name : "", std::string(resolve::level_names(field.what)[level]),
                 share(field.same[level]), share(field.stranger[level]), share(field.home[level]),
                 with_sign(std::log2(field.same[level] / field.stranger[level]))});
  return table.text(2);
}

json as_json(const resolve::Model& model) {
  json fields = json::array();
  for (const auto& field : model.fields) {
    json levels = json::array();
    for (std::size_t level = 1; level < field.same.size(); ++level)
      levels.push_back({{"agreement", resolve::level_names(field.what)[level]},
                        {"one_person", field.same[level]},
                        {"strangers", field.stranger[level]},
                        {"one_home", field.home[level]}});
    fields.push_back({{"compared", field.name}, {"levels", levels}});
  }
  return {
      {"match", model.match}, {"home", model.home}, {"rounds", model.rounds}, {"compared", fields}};
}

json as_json(const flow::FileLinks& made) {
  json out = {{"records", made.records},
              {"left_out", made.left_out},
              {"pairs_scored", made.report.pairs},
              {"clusters", made.clusters},
              {"review", made.open_pairs},
              {"bands",
               {{"link", made.report.linked},
                {"review", made.report.review},
                {"apart", made.report.pairs - made.report.linked - made.report.review}}},
              {"links_refused", made.refused},
              {"model", as_json(made.model)},
              {"weights", json::array()},
              {"keys", json::array()},
              {"sources", json::array()},
              {"groups", json::array()},
              {"remarks", made.remarks}};
  if (made.report.blocking_recall) out["blocking_recall_estimate"] = *made.report.blocking_recall;
  for (const auto& [weight, count] : made.report.weights)
    out["weights"].push_back({{"from", weight}, {"pairs", count}});
  for (const auto& key : made.keys)
    out["keys"].push_back({{"key", key.name}, {"records", key.records}, {"blocks", key.blocks}});
  for (const auto& share : made.sources)
    out["sources"].push_back(
        {{"source", share.source}, {"records", share.records}, {"linked", share.linked}});
  for (const auto& share : made.groups)
    out["groups"].push_back({{"group", share.group},
                             {"value", share.value},
                             {"values", share.values},
                             {"records", share.records},
                             {"linked", share.linked}});
  if (made.explained) out["explained"] = weights_as_json(*made.explained);
  return out;
}

std::string percent(double part, double whole) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %%", whole > 0 ? 100 * part / whole : 0);
  return text;
}

/// What a person wants to know of the run beyond its counts.
void print_details(const flow::FileLinks& made) {
  std::printf("\n%s\n", model_table(made.model).c_str());
  Table weights({"weight from", "pairs"});
  for (const auto& [weight, count] : made.report.weights)
    weights.add({with_sign(weight), with_commas(count)});
  std::printf("%s\n", weights.text(0).c_str());
  Table keys({"blocking key", "records", "blocks"});
  for (const auto& key : made.keys)
    keys.add({key.name, with_commas(key.records), with_commas(key.blocks)});
  std::printf("%s\n", keys.text(1).c_str());
  if (made.groups.empty()) return;
  Table groups({"group", "value", "records", "linked"});
  for (const auto& share : made.groups)
    groups.add({share.group,
                share.value.empty() ? std::to_string(share.values) + " small ones" : share.value,
                with_commas(share.records),
                percent(static_cast<double>(share.linked), static_cast<double>(share.records))});
  std::printf("%s\n", groups.text(2).c_str());
}

void print(const flow::FileLinks& made, const LinkFlags& flags, double seconds) {
  std::printf("%s record%s %s person%s: %s pair%s compared, %s linked, %s for review; %.1f s\n",
              with_commas(made.records).c_str(), made.records == 1 ? " is" : "s are",
              with_commas(made.clusters).c_str(), made.clusters == 1 ? "" : "s",
              with_commas(made.report.pairs).c_str(), made.report.pairs == 1 ? "" : "s",
              with_commas(made.report.linked).c_str(), with_commas(made.open_pairs).c_str(),
              seconds);
  if (made.report.blocking_recall)
    std::printf("about %s of the pairs that would be linked met in a block\n",
                percent(*made.report.blocking_recall, 1).c_str());
  for (const auto& share : made.sources)
    std::printf(
        "%s: %s of %s records are linked with another\n", share.source.c_str(),
        percent(static_cast<double>(share.linked), static_cast<double>(share.records)).c_str(),
        with_commas(share.records).c_str());
  for (const auto& remark : made.remarks) std::printf("note: %s\n", remark.c_str());
  if (made.explained)
    std::printf("\n%s%s\n", weight_table(*made.explained).c_str(),
                sentence(*made.explained).c_str());
  if (flags.has_details) print_details(made);
}

void link(Context& context, const LinkFlags& flags) {
  if (flags.identity.empty() || flags.inputs.empty() || flags.out.empty())
    throw Error(Next::fix_settings,
                "link needs --identity FILE, --input FILE and --out FILE; models of a workspace: "
                "homeroom link train");
  auto begun = world::steady_seconds();
  flow::FilesToLink files;
  files.identity = flags.identity;
  files.inputs.assign(flags.inputs.begin(), flags.inputs.end());
  files.model = flags.model;
  files.model_out = flags.model_out;
  files.decisions = flags.decisions;
  files.review = flags.review;
  files.explained = flags.explained;
  auto made = flow::link_files(files, flags.out, world::cores());
  auto seconds = world::steady_seconds() - begun;
  constexpr int partial = 3;
  if (made.left_out) context.exit_code = partial;
  if (!context.is_json()) return print(made, flags, seconds);
  auto out = as_json(made);
  out["seconds"] = seconds;
  out["cpu_seconds"] = world::usage().cpu_seconds;
  out["peak_rss_bytes"] = world::usage().peak_rss_bytes;
  std::printf("%s\n", out.dump().c_str());
}

}  // namespace

void add_link(const Command& top, Context& context) {
  auto flags = std::make_shared<LinkFlags>();
  auto verb = top.add("link", "Finds the records of one person in CSV files");
  verb.takes("--identity", flags->identity, "The identity file (needed)")
      .takes_each("--input", flags->inputs,
                  "A CSV file (needed); several are linked with each other")
      .takes("--out", flags->out, "File for record_id,cluster_id (needed)")
      .takes("--model", flags->model,
             "A model learned before; else it is learned from these records")
      .takes("--save-model", flags->model_out, "File for the learned model")
      .takes("--decisions", flags->decisions,
             "CSV of record_id,other_record_id,decision (same or different)")
      .takes("--review-out", flags->review,
             "File for the open pairs, to be decided and given back as --decisions")
      .flag("--details", flags->has_details,
            "Print the learned model, the weights and the blocking keys too")
      .takes("--explain", flags->explained,
             "A,B: two record ids; the weight of each thing compared")
      .does([flags, &context] { link(context, *flags); });
  add_link_train(verb, context);
}

}  // namespace homeroom::cli
