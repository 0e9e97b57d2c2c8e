// No message, log line or reason holds a value of a record: the kit knows the sample's values and
// lays some of its own beside them.
#include <fstream>

#include "homeroom/plugin.h"
#include "hub/conformance/check.hpp"
#include "hub/conformance/rows.hpp"
#include "hub/conformance/shares.hpp"
#include "hub/conformance/telling.hpp"

namespace homeroom::conformance {

namespace {

constexpr const char* canary = "KITCANARY7291";

/// Everything the plugin said.
class Said {
 public:
  void add(std::string_view text) { all_.append(text).append("\n"); }
  void add(const std::vector<plugin::Aside>& asides) {
    for (const auto& aside : asides) {
      add(aside.place);
      add(aside.field);
      add(aside.why);
    }
  }
  bool holds(const std::string& value) const { return all_.find(value) != std::string::npos; }

 private:
  std::string all_;
};

void listen(const Bench& bench, const plugin::StreamInfo& stream, Said& said) {
  auto opened = bench.open();
  auto error = error_of([&] {
    for (const auto& told : (*opened)->discover()) said.add(told.name);
    auto reader = (*opened)->read(request_for(stream));
    auto trouble = error_of([&] {
      while (reader->next()) {
      }
    });
    said.add(reader->take_asides());
    if (trouble) said.add(trouble->what());
  });
  if (error) said.add(error->what());
  said.add(opened->logged());
}

/// Reads the file with each of its lines turned into one that cannot be read.
void listen_to_damage(const Bench& bench, const plugin::StreamInfo& stream,
                      const std::filesystem::path& file, Said& said) {
  const auto whole = world::read_whole(file, uint64_t{1} << 30);
  auto read_with = [&](const std::string& bytes) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
    listen(bench, stream, said);
  };
  const std::string mark = canary;
  for (const auto& line : {mark, "\"" + mark, mark + ",\"" + mark + "\"" + mark, "{\"" + mark,
                           "{\"id\":" + mark + "}", mark + "\x01\xff", mark + "|" + mark}) {
    read_with(whole + line + "\n");
    read_with(whole + line);
    read_with(whole.substr(0, whole.size() / 2) + line + "\n" + whole.substr(whole.size() / 2));
  }
  read_with(whole.substr(0, whole.size() * 2 / 3));
  read_with(whole);
}

void check_values(const Bench& bench) {
  int tried = 0;
  std::string why = "the sample has no row to damage";
  for (const auto& stream : bench.streams()) {
    auto opened = bench.open();
    auto taken = take_all(**opened, request_for(stream));
    Said said;
    listen(bench, stream, said);
    try {
      if (!taken.rows.empty()) {
        listen_to_damage(bench, stream, bench.file_of(taken.files.back()), said);
        ++tried;
      }
    } catch (const Skipped& skipped) {
      why = skipped.why;  // what it says of whole rows is heard nevertheless
    }
    std::string of = "stream '" + stream.name + "': ";
    expect(!said.holds(canary), of + "a message repeats what stands in a line it cannot read");
    for (const auto& value : telling_values(bench, stream, taken))
      expect(!said.holds(value), of + "a message repeats a value of the sample");
  }
  if (tried == 0) throw Skipped{why};
}

void check_shares(const Bench& bench) {
  Shares shares(7);
  Said said;
  auto opened = bench.open();
  auto error = error_of([&] {
    for (const auto& why : write_all(**opened, shares.all()).why) said.add(why);
  });
  if (error) said.add(error->what());
  auto stopped = bench.open();
  stopped->ask_to_stop();
  error = error_of([&] { write_all(**stopped, shares.all()); });
  if (error) said.add(error->what());
  said.add(opened->logged());
  said.add(stopped->logged());
  expect(!said.holds(Shares::canary()), "a message repeats what stands in a share");
}

}  // namespace

std::vector<Check> log_checks() {
  return {
      {"log", "values", "no message holds a value of a record", HR_SOURCE, true, check_values},
      {"log", "shares", "no message holds a value of a share", HR_SINK, true, check_shares},
  };
}

}  // namespace homeroom::conformance
