#include "hub/plugin/messages.hpp"

#include <utf8proc.h>

#include "hub/plugin/edge.hpp"

namespace homeroom::plugin {
namespace {

constexpr std::size_t most_name = 1024;
constexpr std::size_t most_streams_bytes = 16 << 20;  // ten times as much in the hub's types
constexpr std::size_t text_head = sizeof(uint32_t);

std::string short_text(Unpack& from) {
  auto text = from.text();
  if (text.size() > most_name) refuse_frame("a name is longer than allowed");
  return std::string(text);
}

void pack_texts(Pack& to, const std::vector<std::string>& texts) {
  to.number(static_cast<uint32_t>(texts.size()));
  for (const auto& text : texts) to.text(text);
}

std::vector<std::string> unpack_texts(Unpack& from) {
  std::vector<std::string> texts(from.count(text_head));
  for (auto& text : texts) text = from.text();
  return texts;
}

template <class Enum>
Enum choice(Unpack& from, Enum least, Enum most) {
  auto value = from.number<int32_t>();
  if (value < static_cast<int32_t>(least) || value > static_cast<int32_t>(most))
    refuse_frame("a choice that does not exist");
  return static_cast<Enum>(value);
}

template <class Enum>
void pack_choice(Pack& to, Enum value) {
  to.number(static_cast<int32_t>(value));
}

void pack(Pack& to, const RunnerStyle& style) {
  to.number(style.memory_bytes).number(style.cpu_s).number(style.files).number(style.processes);
  to.number(style.scratch_bytes);
}

RunnerStyle unpack_style(Unpack& from) {
  RunnerStyle style;
  style.memory_bytes = from.number<uint64_t>();
  style.cpu_s = from.number<uint64_t>();
  style.files = from.number<uint64_t>();
  style.processes = from.number<uint64_t>();
  style.scratch_bytes = from.number<uint64_t>();
  return style;
}

}  // namespace

void pack(Pack& to, const Confinement& what) {
  to.number(frame_version);
  pack(to, what.style);
  to.text(what.scratch).text(what.own);
  to.number(static_cast<uint32_t>(what.openings.size()));
  for (const auto& opening : what.openings)
    to.text(opening.path).number<uint8_t>(opening.is_writable);
}

Confinement unpack_confinement(Unpack& from) {
  if (from.number<uint32_t>() != frame_version)
    refuse_frame("homeroom-plugin-host belongs to another version of Homeroom; install both again");
  Confinement what;
  what.style = unpack_style(from);
  what.scratch = from.text();
  what.own = from.text();
  what.openings.resize(from.count(text_head + 1));
  for (auto& opening : what.openings) {
    opening.path = from.text();
    opening.is_writable = from.flag();
  }
  return what;
}

void pack(Pack& to, const std::vector<Layer>& layers) {
  to.number(static_cast<uint32_t>(layers.size()));
  for (const auto& layer : layers) to.text(layer.name).number<uint8_t>(layer.is_on).text(layer.why);
}

std::vector<Layer> unpack_layers(Unpack& from) {
  std::vector<Layer> layers(from.count(2 * text_head + 1));
  for (auto& layer : layers) {
    layer.name = clean(from.text());
    layer.is_on = from.flag();
    layer.why = clean(from.text());
  }
  return layers;
}

void pack(Pack& to, const OpenRequest& what) {
  to.text(what.found.manifest.name).text(what.found.manifest.version);
  to.text(what.found.library.string());
  to.number(static_cast<uint32_t>(what.settings.size()));
  for (const auto& setting : what.settings) to.text(setting.key).text(setting.value.reveal());
}

OpenRequest unpack_open(Unpack& from) {
  OpenRequest what;
  what.found.manifest.name = from.text();
  what.found.manifest.version = from.text();
  what.found.library = from.text();
  for (auto left = from.count(2 * text_head); left > 0; --left) {
    auto key = std::string(from.text());
    what.settings.push_back({key, world::Secret(std::string(from.text()))});
  }
  return what;
}

void pack(Pack& to, const std::vector<StreamInfo>& streams) {
  to.number(static_cast<uint32_t>(streams.size()));
  for (const auto& stream : streams) {
    to.text(stream.name).text(stream.subject).text(stream.space);
    pack_texts(to, stream.key);
    to.number(static_cast<uint32_t>(stream.columns.size()));
    for (const auto& column : stream.columns) to.text(column.name).text(column.format);
    pack_choice(to, stream.role);
    pack_choice(to, stream.gone);
    to.number(stream.mode ? static_cast<int32_t>(*stream.mode) : int32_t{-1});
    to.number(stream.as_of_ms);
  }
}

std::vector<StreamInfo> unpack_streams(Unpack& from) {
  if (from.rest().size() > most_streams_bytes) refuse_frame("it tells of too many streams");
  std::vector<StreamInfo> streams(from.count(5 * text_head));
  for (auto& stream : streams) {
    stream.name = short_text(from);
    stream.subject = short_text(from);
    stream.space = short_text(from);
    stream.key = unpack_texts(from);
    stream.columns.resize(from.count(2 * text_head));
    for (auto& column : stream.columns) column = {short_text(from), short_text(from)};
    stream.role = choice(from, Role::subject, Role::reference);
    stream.gone = choice(from, Gone::never, Gone::marked);
    auto mode = from.number<int32_t>();
    if (mode < -1 || mode > HR_CHANGES) refuse_frame("a choice that does not exist");
    if (mode >= 0) stream.mode = static_cast<Mode>(mode);
    stream.as_of_ms = from.number<int64_t>();
  }
  return streams;
}

void pack(Pack& to, const ReadRequest& what) {
  to.text(what.stream).text(what.since);
  pack_choice(to, what.mode);
  pack_texts(to, what.columns);
  to.number(what.max_rows).number(what.max_bytes);
}

ReadRequest unpack_read(Unpack& from) {
  ReadRequest what;
  what.stream = from.text();
  what.since = from.text();
  what.mode = choice(from, Mode::full, Mode::keys);
  what.columns = unpack_texts(from);
  what.max_rows = from.number<uint32_t>();
  what.max_bytes = from.number<uint32_t>();
  return what;
}

void pack(Pack& to, const End& end) {
  to.number<uint8_t>(end.complete);
  pack_choice(to, end.proof);
  to.number(end.records).number(end.set_aside).text(end.cursor);
}

End unpack_end(Unpack& from) {
  End end;
  end.complete = from.flag();
  end.proof = choice(from, Proof::none, Proof::count);
  end.records = from.number<uint64_t>();
  end.set_aside = from.number<uint64_t>();
  end.cursor = from.text();
  if (end.set_aside > end.records) refuse_frame("it set aside more records than there were");
  return end;
}

void pack(Pack& to, const Aside& aside) {
  to.number(aside.record).number(aside.line).number(aside.offset);
  to.text(aside.place).text(aside.field).text(aside.why).text(aside.bytes).text(aside.key);
}

Aside unpack_aside(Unpack& from) {
  Aside aside;
  aside.record = from.number<uint64_t>();
  aside.line = from.number<uint64_t>();
  aside.offset = from.number<uint64_t>();
  aside.place = clean(from.text());
  aside.field = clean(from.text());
  aside.why = clean(from.text());
  aside.bytes = from.text();
  aside.key = from.text();
  return aside;
}

void pack(Pack& to, const Delivery& what) {
  to.text(what.destination);
  pack_choice(to, what.mode);
  to.number(what.number).number(what.shares);
}

Delivery unpack_delivery(Unpack& from) {
  Delivery what;
  what.destination = from.text();
  what.mode = choice(from, Delivers::snapshot, Delivers::delta);
  what.number = from.number<uint64_t>();
  what.shares = from.number<uint64_t>();
  return what;
}

void pack(Pack& to, std::span<const Share> shares) {
  to.number(static_cast<uint32_t>(shares.size()));
  for (const auto& share : shares) {
    to.text(share.key).text(share.id).number(share.sequence);
    pack_choice(to, share.operation);
    to.text(share.digest).text(share.body).text(share.replaced_by);
    to.number<uint8_t>(share.unchanged);
  }
}

std::vector<Share> unpack_shares(Unpack& from) {
  std::vector<Share> shares(from.count(6 * text_head));
  for (auto& share : shares) {
    share.key = from.text();
    share.id = from.text();
    share.sequence = from.number<uint64_t>();
    share.operation = choice(from, Operation::upsert, Operation::remove);
    share.digest = from.text();
    share.body = from.text();
    share.replaced_by = from.text();
    share.unchanged = from.flag();
  }
  return shares;
}

void pack(Pack& to, const Error& error) {
  pack_choice(to, error.next);
  to.number(error.retry_after_s).text(error.what());
}

Error unpack_error(Unpack& from) {
  auto next = choice(from, Next::retry, Next::fail);
  auto retry_after = from.number<uint32_t>();
  return Error(next, clean(from.text()), next == Next::retry ? retry_after : 0);
}

std::string clean(std::string_view text, std::size_t most) {
  std::string kept;
  text = text.substr(0, most);
  while (!text.empty()) {
    utf8proc_int32_t letter = 0;
    auto size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                 static_cast<utf8proc_ssize_t>(text.size()), &letter);
    if (size <= 0) {
      kept += '?';
      size = 1;
    } else if (letter < 0x20 || (letter >= 0x7f && letter < 0xa0)) {
      kept += ' ';
    } else {
      kept.append(text, 0, static_cast<std::size_t>(size));
    }
    text.remove_prefix(static_cast<std::size_t>(size));
  }
  return kept;
}

}  // namespace homeroom::plugin
