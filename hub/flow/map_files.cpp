#include "hub/flow/map_files.hpp"

#include <algorithm>
#include <deque>

#include "homeroom/error.hpp"
#include "hub/flow/entity_files.hpp"
#include "hub/flow/held_stream.hpp"
#include "hub/settings/node.hpp"

namespace homeroom::flow {

namespace {

std::unique_ptr<map::Mapping> compiled(const FilesToMap& files) {
  std::vector<map::Remark> remarks;
  auto mapping = map::Mapping::compile(files.mapping, files.model, {}, files.parameters, remarks,
                                       map::fixed_hasher(), files.shelf);
  for (const auto& remark : remarks)
    if (remark.is_error)
      throw Error(Next::fix_settings, remark.place.file + ":" + std::to_string(remark.place.line) +
                                          ":" + std::to_string(remark.place.column) + ": " +
                                          remark.says);
  return mapping;
}

uint32_t index_of(const map::Mapping& mapping, const std::string& stream) {
  std::vector<std::string> names;
  for (const auto& reads : mapping.reads()) {
    if (reads.stream == stream) return static_cast<uint32_t>(names.size());
    names.push_back(reads.stream);
  }
  auto near = settings::did_you_mean(stream, names);
  throw Error(Next::fix_settings, "the mapping reads no stream " + stream +
                                      (near ? ", did you mean " + *near + "?" : ""));
}

void check_inputs(const map::Mapping& mapping,
                  const std::multimap<std::string, std::filesystem::path>& inputs) {
  // A misspelt name is said as such, not as the stream that is then missing.
  for (const auto& input : inputs) index_of(mapping, input.first);
  for (const auto& reads : mapping.reads())
    if (!reads.is_optional && !inputs.contains(reads.stream))
      throw Error(Next::fix_settings, "the mapping needs the stream " + reads.stream +
                                          ": --input " + reads.stream + "=FILE");
}

std::vector<record::EntityId> made_by(const map::Mapping& mapping, const record::Model& model) {
  std::vector<record::EntityId> made;
  for (record::EntityId entity = 0; entity < model.entities.size(); ++entity)
    for (record::FieldId field = 0; field < model.entities[entity].fields.size(); ++field)
      if (mapping.source_of(entity, field)) {
        made.push_back(entity);
        break;
      }
  return made;
}

/// What a run over the files is made of; `first` outlives it.
MappedSources sources_of(const FilesToMap& files, const map::Mapping& first) {
  MappedSources sources;
  sources.mapping = [&files] { return compiled(files); };
  sources.readers.resize(first.reads().size());
  for (const auto& [stream, path] : files.inputs) {
    auto index = index_of(first, stream);
    sources.readers[index].push_back(
        [&first, index, path = path] { return file_rows(path, first.reads()[index]); });
  }
  return sources;
}

/// Hands the rows of each slice on as they are made, by one thread.
class HandedOn : public MappedRows {
 public:
  using Use = std::function<void(const map::Output&, const Places&)>;
  explicit HandedOn(Use use) : use_(std::move(use)) {}
  std::unique_ptr<Part> new_part() const override { return std::make_unique<Part>(); }
  void fill(Part&, const map::Output& output, const Places& places) const override {
    use_(output, places);
  }
  void take(Part&) override {}

 private:
  Use use_;
};

}  // namespace

FilesMapped map_files(const FilesToMap& files, const std::filesystem::path& out, uint32_t threads) {
  auto first = compiled(files);
  check_inputs(*first, files.inputs);
  auto sources = sources_of(files, *first);
  EntityFiles entities(files.model, out, made_by(*first, files.model));
  FilesMapped counts{run_mapped(sources, threads, entities, {files.memory_bytes, out}), {}};
  entities.finish();
  counts.has_hashes = first->has_hashes();
  for (auto [stream, file] : counts.without_rows)
    counts.empty_files.push_back(
        std::next(files.inputs.lower_bound(first->reads()[stream].stream), file)->second);
  return counts;
}

std::pair<std::filesystem::path, uint32_t> MappedSlice::place(uint32_t stream, uint32_t row) const {
  auto [file, line] = places.at(stream, row);
  return {files[stream].at(file), line};
}

std::unique_ptr<map::Mapping> map_in_slices(const FilesToMap& files,
                                            const std::filesystem::path& scratch,
                                            const std::function<void(const MappedSlice&)>& use) {
  auto first = compiled(files);
  check_inputs(*first, files.inputs);
  std::vector<std::vector<std::filesystem::path>> paths(first->reads().size());
  for (const auto& [stream, path] : files.inputs) paths[index_of(*first, stream)].push_back(path);
  HandedOn rows([&](const map::Output& output, const Places& places) {
    use({*first, output, places, paths});
  });
  run_mapped(sources_of(files, *first), 1, rows, {files.memory_bytes, scratch});
  return first;
}

std::pair<std::filesystem::path, uint32_t> MappedFiles::place(uint32_t stream, uint32_t row) const {
  const auto& starts = files[stream];
  auto after =
      std::ranges::upper_bound(starts, row, {}, [](const auto& start) { return start.first; });
  if (after == starts.begin()) return {};
  return {std::prev(after)->second, block.streams[stream].lines[row]};
}

void with_mapped_files(const FilesToMap& given,
                       const std::function<void(const MappedFiles&)>& use) {
  auto first = compiled(given);
  check_inputs(*first, given.inputs);
  auto refuse = [&] {
    throw Error(Next::fix_settings,
                "all rows must be in memory to tell of one of them; they need more than the budget "
                "of " +
                    std::to_string(given.memory_bytes >> 20) +
                    " MiB: give more with --memory, or fewer rows");
  };
  std::size_t bytes = 0;
  map::Block block;
  std::deque<HeldStream> held;
  std::vector<std::vector<std::pair<uint32_t, std::filesystem::path>>> files(first->reads().size());
  for (uint32_t stream = 0; stream < first->reads().size(); ++stream) {
    const auto& reads = first->reads()[stream];
    auto& all = held.emplace_back(reads.columns.size());
    for (auto [file, end] = given.inputs.equal_range(reads.stream); file != end; ++file) {
      files[stream].emplace_back(all.count(), file->second);
      auto reader = file_rows(file->second, reads);
      for (map::StreamRows rows; reader->next(rows);) {
        all.add(rows);
        if (given.memory_bytes > 0 && bytes + all.bytes() > given.memory_bytes) refuse();
      }
    }
    bytes += all.bytes();
    block.streams.push_back(all.rows());
  }
  record::Arena arena(256 << 10,
                      record::allowance(given.memory_bytes > 0 ? given.memory_bytes - bytes : 0));
  try {
    for (uint32_t stream = 0; stream < block.streams.size(); ++stream)
      first->apply_nulls(stream, block.streams[stream].columns, block.streams[stream].rows, arena);
    auto output = first->run(block, arena);
    use({*first, block, output, files});
  } catch (const record::ArenaIsFull&) {
    refuse();
  }
}

}  // namespace homeroom::flow
