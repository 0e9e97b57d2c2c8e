#include "hub/flow/link_files.hpp"

#include <algorithm>
#include <unordered_set>

#include "homeroom/csv.hpp"
#include "homeroom/error.hpp"
#include "hub/flow/link_pairs.hpp"
#include "hub/flow/link_remarks.hpp"
#include "hub/flow/link_shares.hpp"
#include "hub/flow/row_reader.hpp"
#include "hub/flow/workers.hpp"
#include "hub/record/counted.hpp"
#include "hub/resolve/intake.hpp"
#include "hub/resolve/model_file.hpp"
#include "hub/world/world.hpp"

namespace homeroom::flow {

namespace {

using Path = std::filesystem::path;

std::string trimmed(const std::string& text) {
  auto first = text.find_first_not_of(" \t");
  auto last = text.find_last_not_of(" \t");
  return first == std::string::npos ? std::string() : text.substr(first, last - first + 1);
}

/// The heads of a file, and as the identity file calls them.
struct Heads {
  std::vector<std::string> written;
  std::vector<std::string> names;
};

Heads heads_of(const Path& file, bool trim) {
  CsvOptions options;
  options.place = file.string();
  Heads made;
  made.written = csv_header(open_csv_file(file.string(), options.place), options);
  for (const auto& head : made.written) made.names.push_back(trim ? trimmed(head) : head);
  if (made.names.empty())
    throw Error(Next::not_readable, file.string() + ": the file has no head line");
  return made;
}

/// The columns of a file that are needed, in the order in which they are wanted.
map::Reads reads_of(const Path& file, const Heads& heads, const std::vector<std::string>& wanted) {
  map::Reads reads;
  reads.stream = file.filename().string();
  for (const auto& name : wanted) {
    auto found = std::ranges::find(heads.names, name);
    if (found == heads.names.end())
      throw Error(Next::not_readable,
                  file.string() + ": there is no column " + name + ", which the first file has");
    reads.columns.push_back({heads.written[static_cast<std::size_t>(found - heads.names.begin())]});
  }
  return reads;
}

resolve::Records read_records(const resolve::Identity& identity, const std::vector<Path>& inputs,
                              FileLinks& told) {
  auto first = heads_of(inputs[0], identity.trim);
  resolve::Intake intake(identity, first.names, inputs[0].string());
  std::vector<std::string> wanted;
  for (auto head : intake.needed()) wanted.push_back(first.names[head]);
  for (const auto& input : inputs) {
    auto reads =
        reads_of(input, input == inputs[0] ? first : heads_of(input, identity.trim), wanted);
    auto reader = file_rows(input, reads);
    bool is_name_alone = std::ranges::count(inputs, input.filename(), &Path::filename) == 1;
    intake.begin(input.string(), (is_name_alone ? input.filename() : input).string());
    for (map::StreamRows rows; reader->next(rows);) intake.add(rows.columns, rows.rows, rows.lines);
    if (auto aside = reader->set_aside()) {
      told.left_out += aside;
      told.remarks.push_back(input.string() + ": " + record::counted(aside, "record") +
                             " could not be read and " + (aside == 1 ? "was" : "were") +
                             " left out, first " + reader->first_aside());
    }
  }
  return intake.finish();
}

/// What each cluster is called, by the number of its first record: that record's id; with its
/// source where ids come twice; and where that comes twice too, the record's position in the input,
/// since two clusters of one name would be two children in one.
std::vector<std::string> cluster_names(const resolve::Records& records,
                                       const resolve::Clusters& clusters) {
  std::vector<std::string> names(records.count);
  std::unordered_set<std::string_view> seen;
  bool are_unique = true;
  for (uint32_t record = 0; record < records.count; ++record) {
    if (clusters.of[record] != record) continue;
    if (!records.are_ids_unique) names[record] = records.sources[records.source(record)] + ":";
    names[record] += records.id(record).view();
    if (!records.are_ids_unique) are_unique = seen.insert(names[record]).second && are_unique;
  }
  for (uint32_t record = 0; !are_unique && record < records.count; ++record)
    names[record] = std::to_string(records.input[record] + 1);
  return names;
}

/// record_id,cluster_id, one line for each record in the order of the input.
void write_clusters(const Path& out, const resolve::Records& records,
                    const resolve::Clusters& clusters) {
  std::vector<uint32_t> row_of(records.count);  // by position in the input
  for (uint32_t row = 0; row < records.count; ++row) row_of[records.input[row]] = row;
  auto names = cluster_names(records, clusters);
  world::AtomicFile file(out, 0644);
  std::string text = "record_id,cluster_id\n";
  constexpr std::size_t enough = 1 << 20;
  for (uint32_t at = 0; at < records.count; ++at) {
    append_cell(text, records.ids[at].view());
    text += ',';
    append_cell(text, names[clusters.of[row_of[at]]]);
    text += '\n';
    if (text.size() < enough) continue;
    file.write(text);
    text.clear();
  }
  file.write(text);
  file.commit();
}

ExplainedPair explain(const resolve::Linkage& linkage, const resolve::Records& records,
                      const resolve::Identity& identity, const resolve::Linked& linked,
                      const std::string& names) {
  auto [a, b] = two_records(names, records);
  auto made = explained(linkage.comparisons(), linkage.explain(linked.model, a, b));
  made.link_at = resolve::weight_of(identity.link_at);
  made.review_at = resolve::weight_of(identity.review_at);
  made.are_linked = linked.clusters.of[a] == linked.clusters.of[b];
  return made;
}

}  // namespace

FileLinks link_files(const FilesToLink& files, const Path& out, uint32_t threads) {
  FileLinks made;
  auto identity = resolve::load_identity(files.identity);
  auto records = read_records(identity, files.inputs, made);
  auto crew = workers(threads);
  resolve::Linkage linkage(records, identity, *crew);
  auto model = files.model.empty()
                   ? linkage.learn()
                   : resolve::read_model(settings::load(files.model), linkage.comparisons());
  auto linked = linkage.link(std::move(model), read_decisions(files.decisions, records));
  if (!files.model_out.empty())
    world::write_atomically(files.model_out, resolve::text_of(linked.model), 0644);
  write_clusters(out, records, linked.clusters);
  if (!files.review.empty()) write_review(files.review, records, linked.clusters.review);
  for (auto& remark : remarks_on(records, linkage.blocking()))
    made.remarks.push_back(std::move(remark));
  if (!files.explained.empty())
    made.explained = explain(linkage, records, identity, linked, files.explained);
  made.records = records.count;
  made.clusters = linked.clusters.count;
  made.open_pairs = linked.clusters.review.size();
  made.refused = linked.clusters.refused;
  made.sources = shares_of_sources(records, linked.clusters);
  made.groups = shares_of_groups(records, linked.clusters, made.remarks);
  for (const auto& key : linkage.blocking().keys())
    made.keys.push_back({key.name, key.known, key.blocks.size()});
  made.report = std::move(linked.report);
  made.model = std::move(linked.model);
  return made;
}

}  // namespace homeroom::flow
