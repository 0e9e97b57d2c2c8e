// Measures reading and mapping without a store, as flow does it: the real plugins of a workspace,
// its mappings, canonical rows that are kept in memory with their places. Prints one JSON object.
//   map_bench WORKSPACE DATA SOURCES [--threads N] [--scan] [--no-places] [--write DIR]
// SOURCES are names with commas between. --scan only reads the columns; --no-places leaves out
// where a row came from; --write gives DIR/SOURCE/ENTITY.ndjson to compare.
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>

#include "hub/extract/extract.hpp"
#include "hub/flow/entity_files.hpp"
#include "hub/flow/flow.hpp"
#include "hub/map/values.hpp"
#include "hub/plugin/plugin.hpp"
#include "hub/world/world.hpp"

namespace homeroom::flow {
namespace {

struct Flags {
  std::filesystem::path workspace, write;
  std::string data;
  std::vector<std::string> sources;
  uint32_t threads = 1;
  bool scans = false;
  bool keeps_places = true;
};

Flags flags_of(int argc, char** argv) {
  if (argc < 4) throw Error(Next::fix_settings, "usage: map_bench WORKSPACE DATA SOURCES [flags]");
  Flags flags;
  flags.workspace = argv[1];
  flags.data = argv[2];
  std::istringstream names(argv[3]);
  for (std::string name; std::getline(names, name, ',');) flags.sources.push_back(name);
  for (int i = 4; i < argc; ++i) {
    std::string flag = argv[i];
    if (flag == "--threads") flags.threads = static_cast<uint32_t>(std::stoul(argv[++i]));
    if (flag == "--write") flags.write = argv[++i];
    flags.scans |= flag == "--scan";
    flags.keeps_places &= flag != "--no-places";
  }
  return flags;
}

/// All canonical rows, copied out of the batches, with the line each came from.
class KeptRows : public MappedRows {
 public:
  explicit KeptRows(bool keeps_places) : keeps_places_(keeps_places) {}

  std::unique_ptr<Part> new_part() const override { return std::make_unique<Kept>(); }

  void fill(Part& part, const map::Output& output, const Places& places) const override {
    auto& kept = static_cast<Kept&>(part);
    kept.rows = std::make_unique<Rows>();
    for (const auto& rows : output.entities) {
      auto& made = kept.rows->entities.emplace_back();
      made.entity = rows.entity;
      made.rows = rows.rows;
      made.key = copied(rows.key, rows.rows, kept.rows->arena);
      made.student = copied(rows.student, rows.rows, kept.rows->arena);
      for (const auto& field : rows.fields)
        made.fields.push_back(copied(field, rows.rows, kept.rows->arena));
      if (!keeps_places_) continue;
      auto& lines = kept.rows->lines.emplace_back();
      lines.reserve(rows.rows);
      for (auto row : rows.from_row) lines.push_back(places.line(rows.from_stream, row));
    }
  }

  /// Bytes a row that its place takes.
  std::size_t place_bytes() const {
    std::size_t bytes = 0, count = 0;
    for (const auto& rows : rows_)
      for (std::size_t i = 0; i < rows->lines.size(); ++i) {
        bytes += rows->lines[i].capacity() * sizeof(uint32_t) + sizeof rows->lines[i];
        count += rows->entities[i].rows;
      }
    return count > 0 ? (bytes + count - 1) / count : 0;
  }

  void take(Part& part) override { rows_.push_back(std::move(static_cast<Kept&>(part).rows)); }

 private:
  struct Rows {
    /// Large blocks, because a small one costs a second thread a system call each, for which all
    /// others wait.
    record::Arena arena{std::size_t{1} << 20};
    std::vector<map::EntityRows> entities;
    std::vector<std::vector<uint32_t>> lines;
  };
  struct Kept : Part {
    std::unique_ptr<Rows> rows;
  };

  static record::Column copied(const record::Column& column, uint32_t rows, record::Arena& arena) {
    auto made = column;
    if (!column.values || column.stride == 0) return made;
    auto items = column.ends ? (rows ? column.ends[rows - 1] : 0) : rows;
    auto bytes = record::width_of(column.type) * items;
    auto* values = arena.take(bytes);
    std::memcpy(values, column.values, bytes);
    bool is_text =
        column.type == record::Type::text || column.type == record::Type::json || column.ends;
    if (is_text) {
      auto* texts = reinterpret_cast<record::Text*>(values);
      for (uint32_t i = 0; i < items; ++i)
        if (column.ends || column.is_valid(i)) texts[i] = arena.keep(texts[i]);
    }
    made.values = values;
    if (column.valid)
      made.valid =
          static_cast<uint8_t*>(std::memcpy(arena.many<uint8_t>(rows), column.valid, rows));
    if (column.ends)
      made.ends = static_cast<uint32_t*>(
          std::memcpy(arena.many<uint32_t>(rows), column.ends, rows * sizeof(uint32_t)));
    return made;
  }

  bool keeps_places_;
  std::vector<std::unique_ptr<Rows>> rows_;
};

/// A source opened as flow opens it, each stream with instances of its own: they serve one thread
/// at a time.
MappedSources open(const Hub& hub, const settings::Source& source, const map::Mapping& mapping) {
  MappedSources opened;
  opened.mapping = [&hub, &source] { return hub.compile_mapping(source, {}); };
  for (const auto& reads : mapping.reads()) {
    auto& readers = opened.readers.emplace_back();
    for (const auto& offer : extract::discover(hub.open_feeds(source)))
      if (offer.info.name == reads.stream)
        readers.push_back(
            [offer, &reads] { return plugin_rows(*offer.instance, offer.info, reads); });
  }
  return opened;
}

/// Bytes this process has read so far.
uint64_t bytes_read() {
  std::ifstream io("/proc/self/io");
  std::string word;
  uint64_t bytes = 0;
  io >> word >> bytes;  // the first line is "rchar: N"
  return bytes;
}

uint64_t scanned(const MappedSources& sources) {
  uint64_t rows = 0;
  map::StreamRows batch;
  for (const auto& stream : sources.readers)
    for (const auto& open : stream)
      for (auto reader = open(); reader->next(batch);) rows += batch.rows;
  return rows;
}

void measure(const Flags& flags) {
  world::SystemClock clock;
  world::Cancel cancel;
  world::Log log;
  auto build = std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path();
  Hub hub(settings::load_workspace(flags.workspace, {{"data", flags.data}}),
          {build / "configs", {build / "plugins"}}, clock, log, cancel);
  KeptRows kept(flags.keeps_places);
  std::vector<std::unique_ptr<map::Mapping>> mappings;
  std::vector<MappedSources> opened;
  for (const auto& name : flags.sources) {
    mappings.push_back(hub.compile_mapping(hub.source(name), {}));
    opened.push_back(open(hub, hub.source(name), *mappings.back()));
  }
  MappedCounts all;
  auto cpu = world::usage().cpu_seconds;
  auto bytes = bytes_read();
  auto begun = world::steady_seconds();
  for (std::size_t i = 0; i < opened.size(); ++i) {
    if (flags.scans) {
      all.rows_in += scanned(opened[i]);
    } else if (flags.write.empty()) {
      all.add(run_mapped(opened[i], flags.threads, kept));
    } else {
      EntityFiles files(hub.model(), flags.write / flags.sources[i]);
      all.add(run_mapped(opened[i], flags.threads, files));
      files.finish();
    }
  }
  cpu = world::usage().cpu_seconds - cpu;
  std::printf(
      "{\"cpu_seconds\":%.4f,\"seconds\":%.4f,\"peak_rss_bytes\":%lu,\"bytes\":%lu,\"place_bytes\":"
      "%zu,\"rows_in\":%lu,\"mapped\":%lu,"
      "\"filtered\":%lu,\"rejected\":%lu,\"rows_out\":%lu}\n",
      cpu, world::steady_seconds() - begun, world::usage().peak_rss_bytes, bytes_read() - bytes,
      kept.place_bytes(), all.rows_in, all.mapped, all.filtered, all.rejected, all.rows_out);
}

}  // namespace
}  // namespace homeroom::flow

int main(int argc, char** argv) try {
  homeroom::flow::measure(homeroom::flow::flags_of(argc, argv));
} catch (const std::exception& wrong) {
  std::fprintf(stderr, "map_bench: %s\n", wrong.what());
  return 1;
}
