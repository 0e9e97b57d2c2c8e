// The verb map new: a first mapping, proposed from what a source shows.
#include <algorithm>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "homeroom/error.hpp"
#include "hub/cli/map_files.hpp"
#include "hub/extract/extract.hpp"
#include "hub/flow/flow.hpp"
#include "hub/map/map.hpp"
#include "hub/world/world.hpp"

namespace homeroom::cli {

namespace {

struct NewFlags {
  std::string source, stream, out;
  std::vector<std::string> to;
  uint64_t rows = 100'000;
};

/// One of the names, or a refusal with the nearest.
std::size_t one_of(const std::string& word, const std::vector<std::string>& names,
                   const std::string& what) {
  auto found = std::ranges::find(names, word);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  auto near = settings::did_you_mean(word, names);
  std::string all;
  for (const auto& name : names) all += (all.empty() ? "" : ", ") + name;
  throw Error(
      Next::fix_settings,
      "no " + what + " " + word + (near ? ", did you mean " + *near + "?" : "; there are: " + all));
}

/// A mapping names columns between commas, and `?` marks one that may be missing.
bool can_be_read(const std::string& column) {
  return !column.empty() && column.find_first_of(",\n") == std::string::npos &&
         !column.ends_with('?') && column.front() != ' ' && column.back() != ' ';
}

/// The looks of a stream's columns, from its first rows.
map::SeenStream look_at(const extract::Offer& offer, const map::StreamShape& shape, uint64_t most,
                        const world::Cancel& cancel) {
  map::SeenStream seen{shape, {}, 0, true};
  plugin::ReadRequest request;
  request.stream = offer.info.name;
  request.mode = offer.info.mode.value_or(plugin::Mode::full);
  for (const auto& column : offer.info.columns)
    if (can_be_read(column.name)) {
      seen.columns.emplace_back(column.name);
      request.columns.push_back(column.name);
    }
  if (seen.columns.empty())
    throw Error(
        Next::fix_settings,
        offer.info.name + " tells its columns only while it is read; a mapping has to name them");
  auto reader = offer.instance->read(request);
  while (auto arrival = reader->next()) {
    if (cancel.cancelled()) throw Error(Next::stop, "stopped");
    for (auto& look : seen.columns) {
      const auto* column = arrival->rows.find(look.name());
      auto rows = std::min<uint64_t>(arrival->rows.rows, most - seen.rows);
      for (uint32_t row = 0; row < rows; ++row) {
        bool is_there = column && column->values && column->is_valid(row);
        look.take(is_there ? std::optional(column->text_at(row).view()) : std::nullopt);
      }
    }
    seen.rows += arrival->rows.rows;
    if (seen.rows < most) continue;
    seen.is_whole = seen.rows == most && !reader->next();
    seen.rows = most;
    break;
  }
  return seen;
}

/// Written only where nothing stands: a mapping is somebody's work.
void write_new(const std::string& path, const std::string& text) {
  world::make_folder(std::filesystem::path(path).parent_path());
  auto* file = std::fopen(path.c_str(), "wx");
  if (!file)
    throw Error(Next::fix_settings,
                path + (std::filesystem::exists(path) ? ": is there already; name another file"
                                                      : ": cannot be written"));
  bool is_written = std::fputs(text.c_str(), file) >= 0;
  is_written &= std::fclose(file) == 0;
  if (!is_written) throw Error(Next::fail, path + ": cannot be written");
}

void propose(Context& context, const NewFlags& flags) {
  auto hub = context.hub();
  auto feeds = hub.open_feeds(hub.source(flags.source));
  auto offers = extract::discover(feeds);
  auto shapes = flow::shapes_of(offers);
  std::vector<std::string> offered, entities;
  for (const auto& offer : offers) offered.push_back(offer.info.name);
  for (const auto& entity : hub.model().entities) entities.push_back(entity.name);

  std::vector<map::SeenStream> streams;
  std::vector<map::Wish> wishes;
  std::vector<std::size_t> looked_at;
  for (const auto& to : flags.to) {
    auto sign = to.find('=');
    auto at =
        one_of(sign == std::string::npos ? flags.stream : to.substr(sign + 1), offered, "stream");
    map::Wish wish;
    wish.entity = static_cast<record::EntityId>(one_of(to.substr(0, sign), entities, "entity"));
    auto found = std::ranges::find(looked_at, at);
    wish.stream = static_cast<uint32_t>(found - looked_at.begin());
    if (found == looked_at.end()) {
      looked_at.push_back(at);
      streams.push_back(look_at(offers[at], shapes[at], flags.rows, context.cancel));
    }
    wishes.push_back(wish);
  }
  std::vector<map::SeenStream> others;  // whose keys a column may hold
  for (std::size_t i = 0; i < offers.size(); ++i) {
    auto names_it = [&](const map::ColumnLook& look) {
      return map::may_be_key_of(look.name(), shapes[i]);
    };
    auto holds_keys = [&](const map::SeenStream& stream) {
      return stream.shape.stream != shapes[i].stream &&
             std::ranges::any_of(stream.columns, names_it);
    };
    if (std::ranges::any_of(streams, holds_keys))
      others.push_back(look_at(offers[i], shapes[i], flags.rows, context.cancel));
  }
  auto words = map::load_words(context.configs() / "words.yaml", hub.model());
  auto text = map::propose(flags.source, streams, wishes, hub.model(), words, others);
  if (!flags.out.empty()) write_new(flags.out, text);
  if (context.is_json()) {
    nlohmann::json out = {{"source", flags.source}, {"mapping", text}, {"file", flags.out}};
    std::printf("%s\n", out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
  } else if (flags.out.empty()) {
    std::fputs(text.c_str(), stdout);
  } else {
    std::printf("%s written; read it, then: homeroom map test %s\n", flags.out.c_str(),
                flags.out.c_str());
  }
}

}  // namespace

void add_map_new(const Command& map, Context& context) {
  auto flags = std::make_shared<NewFlags>();
  map.add("new", "Proposes a mapping from the columns a source shows")
      .takes("source", flags->source, "A source of homeroom.yaml", Need::must)
      .takes("stream", flags->stream, "One of its streams", Need::must)
      .takes_each("--to", flags->to, "ENTITY to make of it, or ENTITY=STREAM; several may be said",
                  Need::must)
      .takes("--out", flags->out,
             "File to write; one that is there is left alone (default: standard output)")
      .takes_count("--rows", flags->rows, "Rows to look at (default 100,000)")
      .does([flags, &context] { propose(context, *flags); });
}

}  // namespace homeroom::cli
