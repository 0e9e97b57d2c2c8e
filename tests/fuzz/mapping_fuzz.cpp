// Any bytes as a mapping file: it is refused with its place, or it maps two rows of each of its
// streams and every row has a fate.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <unistd.h>

#include "homeroom/error.hpp"
#include "hub/map/cases.hpp"
#include "hub/settings/model.hpp"
#include "tests/fuzz/more_inputs.hpp"

namespace {

using namespace homeroom;
namespace fs = std::filesystem;

const record::Model& model() {
  static const auto loaded =
      settings::load_model(fs::path(HOMEROOM_SOURCE_DIR) / "configs/model.yaml", {});
  return loaded;
}

/// A folder of its own that goes with the program.
struct Folder {
  fs::path path = fs::temp_directory_path() / ("homeroom-fuzz-" + std::to_string(::getpid()));
  Folder() { fs::create_directories(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path); }
};

void must(bool holds) {
  if (!holds) std::abort();
}

void run(map::Mapping& mapping) {
  record::Arena arena;
  map::GivenRows rows(mapping, arena);
  const std::string first[] = {"1", "a", "2014-11-03"};
  const std::string second[] = {"1", "", "a text of many letters"};
  for (uint32_t s = 0; s < mapping.reads().size(); ++s) {
    std::vector<const std::string*> values;
    for (const auto* row : {first, second}) {
      values.clear();
      for (std::size_t c = 0; c < mapping.reads()[s].columns.size(); ++c)
        values.push_back(&row[c % 3]);
      rows.take(s, values, 2);
    }
  }
  auto block = rows.block();
  for (uint32_t s = 0; s < block.streams.size(); ++s)
    for (const auto& link :
         mapping.links(s, block.streams[s].columns, block.streams[s].rows, arena))
      must(link.row < block.streams[s].rows && link.space < mapping.spaces().size());
  auto output = mapping.run(block, arena);
  must(output.fates.size() == block.streams.size());
  for (const auto& made : output.entities)
    for (uint32_t row = 0; row < made.rows; ++row) {
      must(made.from_row[row] < block.streams[made.from_stream].rows);
      auto behind = made.lineage.of(row);
      must(!behind.empty());
      for (const auto& from : behind) must(from.row < block.streams[from.stream].rows);
    }
}

}  // namespace

/// Besides the corpus: the mappings that tests have for each step.
std::vector<std::string> more_inputs() {
  std::vector<std::string> out;
  for (const auto& entry :
       fs::directory_iterator(fs::path(HOMEROOM_SOURCE_DIR) / "tests/map/steps")) {
    if (entry.path().extension() != ".yaml") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    out.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  std::sort(out.begin(), out.end());  // the same order everywhere
  return out;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  static const Folder folder;
  auto file = folder.path / "mapping.yaml";
  std::ofstream(file, std::ios::binary | std::ios::trunc)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  std::vector<map::Remark> remarks;
  try {
    auto mapping =
        map::Mapping::compile(file, model(), {}, map::parameters_on(map::day_of_cases), remarks);
    must(mapping || !remarks.empty());
    if (mapping) run(*mapping);
  } catch (const Error& refused) {
    must(std::string_view(refused.what()).size() > 0);
  }
  return 0;
}
