// Generated mappings over generated rows: what comes out of little memory is what comes out of
// enough.
#include "tests/differ/tables.hpp"
#include "tests/spill/mapped.hpp"

namespace homeroom::flow {
namespace {

using differ::Random;

std::string cell(const std::string& text) {
  std::string out = "\"";
  for (char letter : text) out += letter == '"' ? std::string("\"\"") : std::string(1, letter);
  return out + '"';
}

/// Rows with more keys than the generator's own: joins find a few rows, groups have a few, some
/// have many.
std::string rows_of(const differ::StreamSpec& stream, Random& random, uint32_t rows) {
  std::string out;
  for (const auto& column : stream.columns) out += (out.empty() ? "" : ",") + column.name;
  out += '\n';
  for (uint32_t row = 0; row < rows; ++row) {
    for (std::size_t c = 0; c < stream.columns.size(); ++c) {
      auto text = random.of(stream.columns[c].pool);
      bool is_key = stream.columns[c].name == "k" || stream.columns[c].name == "id";
      if (is_key && !text.empty() && !random.once_in(4)) text += std::to_string(random.below(40));
      out += (c ? "," : "") + cell(text);
    }
    out += '\n';
  }
  return out;
}

/// Three entities: of the last table, of the first, and of a stream as it is.
std::string mapping_of(const differ::Tables& tables) {
  std::string yaml = "mapping: 1\nreads:\n";
  for (const auto& stream : differ::streams()) {
    yaml += "  " + stream.name + ": ";
    for (const auto& column : stream.columns)
      yaml += (&column == &stream.columns[0] ? "" : ", ") + column.name;
    yaml += '\n';
  }
  yaml += "nulls: ['']\ncodes: {c: {a: one, ab: a code of many letters, '': ''}}\ntables:\n" +
          tables.yaml();
  auto entity = [&](const char* name, const char* field, const differ::MadeTable& table) {
    std::string all;
    for (const auto& column : table.columns) {
      auto text = column.type == record::Type::list   ? "join(" + column.ours + ", ';')"
                  : column.type == record::Type::text ? column.ours
                                                      : "text(" + column.ours + ")";
      all += (all.empty() ? "" : " || '|' || ") + ("coalesce(" + text + ", '~')");
    }
    yaml += std::string(name) + ":\n  from: " + table.ours + "\n  key: \"" + all +
            "\"\n  fields: {" + field + ": \"'x'\"}\n";
  };
  entity("term", "name", tables.made().back());
  entity("course", "title", tables.made().front());
  yaml += "organization:\n  from: people\n  key: id\n  fields: {name: k}\n";
  return yaml;
}

/// Writes the mapping of a seed and its rows.
std::string write_case(const MappingOverFiles& over, uint64_t seed,
                       const differ::Dialect& dialect) {
  Random random(seed + 5'000'000'011);
  differ::Tables tables(random, dialect);
  for (auto count = 1 + random.below(3); count > 0; --count) tables.add();
  auto yaml = mapping_of(tables);
  over.write("mapping.yaml", yaml);
  for (const auto& stream : differ::streams())
    over.write(stream.name + ".csv", rows_of(stream, random, 100 + random.below(300)));
  return yaml;
}

std::vector<std::string> stream_names() {
  std::vector<std::string> names;
  for (const auto& stream : differ::streams()) names.push_back(stream.name);
  return names;
}

TEST(GeneratedMappings, GiveWithMoreThreadsWhatTheyGiveWithOne) {
  MappingOverFiles over;
  differ::Dialect dialect(differ::Engine::sqlite);
  for (uint64_t seed = 1000; seed < 1060; ++seed) {
    auto yaml = write_case(over, seed, dialect);
    auto expected = over.run(stream_names(), 0, 1);
    for (uint32_t threads : {2u, 5u}) {
      expect_same(expected, over.run(stream_names(), 0, threads),
                  "seed " + std::to_string(seed) + ", threads " + std::to_string(threads));
      if (testing::Test::HasFailure()) FAIL() << yaml;
    }
  }
}

TEST(GeneratedMappings, GiveWithLittleMemoryWhatTheyGiveWithEnough) {
  constexpr uint64_t seeds = 60;
  uint64_t compared = 0, spilled = 0;
  MappingOverFiles over;
  differ::Dialect dialect(differ::Engine::sqlite);
  for (uint64_t seed = 0; seed < seeds; ++seed) {
    auto yaml = write_case(over, seed, dialect);
    auto expected = over.run(stream_names(), 0, 1);
    if (!expected.wrong.empty()) continue;  // what the generator makes and the language refuses
    for (auto [kib, threads] : {std::pair{1u, 1u}, {8u, 2u}, {64u, 1u}}) {
      auto found = over.run(stream_names(), uint64_t{kib} << 10, threads);
      ++compared;
      spilled += found.counts.spilled_bytes > 0;
      expect_same(expected, found,
                  "seed " + std::to_string(seed) + " with " + std::to_string(kib) + " KiB");
      if (testing::Test::HasFailure()) FAIL() << yaml;
    }
  }
  EXPECT_GT(compared, 2 * seeds);
  EXPECT_GT(spilled, compared / 2) << "memory was enough too often for this to say much";
}

}  // namespace
}  // namespace homeroom::flow
