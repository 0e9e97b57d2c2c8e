#include "hub/plugin/import_text.hpp"

#include <cstring>
#include <string_view>

#include "homeroom/error.hpp"
#include "homeroom/plugin.h"

namespace homeroom::plugin {
namespace {

using record::Arena;
using record::Text;

[[noreturn]] void refuse(const Slice& slice, const std::string& why) {
  throw Error(Next::fail, "column '" + slice.name + "': " + why);
}

// Arrow's utf8-view, 16 bytes.
struct View {
  int32_t size;
  char prefix[4];
  int32_t buffer;
  int32_t offset;
};
static_assert(sizeof(View) == 16);

constexpr int64_t most_data_buffers = 65536;

// Which bytes of a view of a short text are its size and letters.
struct ShortMasks {
  uint64_t words[Text::most_inline + 1][2];
  constexpr ShortMasks() : words{} {
    for (uint32_t size = 0; size <= Text::most_inline; ++size)
      for (uint32_t byte = 0; byte < sizeof(int32_t) + size; ++byte)
        words[size][byte / 8] |= uint64_t{0xff} << byte % 8 * 8;
  }
};
constexpr ShortMasks short_masks;

// Texts are compared by all 16 bytes, so what lies behind a short text must be zero.
Text short_text(const View& view) {
  const auto& mask = short_masks.words[view.size];
  uint64_t words[2];
  std::memcpy(words, &view, sizeof words);
  words[0] &= mask[0];
  words[1] &= mask[1];
  Text made;
  std::memcpy(static_cast<void*>(&made), words, sizeof made);
  return made;
}

class Views {
 public:
  Views(const Slice& slice, Arena& arena) : slice_(slice), arena_(arena) {
    int64_t buffers = slice.array.n_buffers;
    if (buffers < 3 || buffers - 3 > most_data_buffers) refuse(slice, "wrong number of buffers");
    count_ = buffers - 3;
    data_ = slice.array.buffers + 2;
    sizes_ = static_cast<const int64_t*>(slice.array.buffers[buffers - 1]);
    if (count_ && !sizes_) refuse(slice, "it has no sizes of its data buffers");
  }

  Text at(const View& view) {
    if (view.size < 0 || view.size > HR_MAX_CELL)
      refuse(slice_, "a cell has more bytes than the contract allows");
    if (view.size <= static_cast<int32_t>(Text::most_inline)) return short_text(view);
    if (view.buffer < 0 || view.buffer >= count_ || !data_[view.buffer])
      refuse(slice_, "a text points to a buffer that is not there");
    int64_t end = int64_t{view.offset} + view.size;
    int64_t size = sizes_[view.buffer];
    if (view.offset < 0 || end > size) refuse(slice_, "a text points outside its buffer");
    const char* bytes = static_cast<const char*>(data_[view.buffer]) + view.offset;
    Text text = record::text(bytes, static_cast<uint32_t>(view.size));
    bool has_room = end + static_cast<int64_t>(record::readable_behind) <= size;
    return has_room ? text : arena_.keep(text);
  }

 private:
  const Slice& slice_;
  Arena& arena_;
  int64_t count_;
  const void** data_;
  const int64_t* sizes_;
};

Imported from_views(const Slice& slice, const uint8_t* valid, Arena& arena) {
  Views views(slice, arena);
  auto* from = static_cast<const View*>(slice.array.buffers[1]);
  if (!from && slice.rows) refuse(slice, "it has no values");
  auto* to = arena.many<Text>(slice.rows);
  uint64_t bytes = 0;
  for (uint32_t row = 0; row < slice.rows; ++row) {
    if (valid && !valid[row]) {
      to[row] = {};
      continue;
    }
    to[row] = views.at(from[static_cast<size_t>(slice.first) + row]);
    bytes += to[row].size;
  }
  return {{record::Type::text, 1, to, valid, nullptr}, bytes};
}

// Offsets say nothing of the data buffer's size, so the texts near its known end are copied.
template <class Offset>
Imported from_offsets(const Slice& slice, const uint8_t* valid, Arena& arena) {
  if (slice.array.n_buffers != 3) refuse(slice, "wrong number of buffers");
  auto* offsets = static_cast<const Offset*>(slice.array.buffers[1]);
  auto* data = static_cast<const char*>(slice.array.buffers[2]);
  if (!offsets && slice.rows) refuse(slice, "it has no offsets");
  auto* to = arena.many<Text>(slice.rows);
  if (!slice.rows) return {{record::Type::text, 1, to, valid, nullptr}, 0};
  offsets += slice.first;
  const auto known_end = static_cast<int64_t>(offsets[slice.rows]);
  if (offsets[0] < 0 || known_end - static_cast<int64_t>(offsets[0]) > HR_MAX_BYTES)
    refuse(slice, "its texts have more bytes than the contract allows");
  if (!data && known_end > 0) refuse(slice, "it has no data");
  uint64_t bytes = 0;
  for (uint32_t row = 0; row < slice.rows; ++row) {
    auto begin = static_cast<int64_t>(offsets[row]);
    auto end = static_cast<int64_t>(offsets[row + 1]);
    if (begin > end || end > known_end || end - begin > HR_MAX_CELL)
      refuse(slice, "its offsets are out of order or a cell is too large");
    to[row] = {};
    if ((valid && !valid[row]) || begin == end) continue;
    Text text = record::text(data + begin, static_cast<uint32_t>(end - begin));
    bool has_room = end + static_cast<int64_t>(record::readable_behind) <= known_end;
    to[row] = has_room ? text : arena.keep(text);
    bytes += text.size;
  }
  return {{record::Type::text, 1, to, valid, nullptr}, bytes};
}

bool is_json(const char* metadata);

}  // namespace

Imported import_texts(const Slice& slice, const uint8_t* valid, Arena& arena) {
  std::string_view format = slice.schema.format;
  Imported made = format == "vu"  ? from_views(slice, valid, arena)
                  : format == "u" ? from_offsets<int32_t>(slice, valid, arena)
                                  : from_offsets<int64_t>(slice, valid, arena);
  if (is_json(slice.schema.metadata)) made.column.type = record::Type::json;
  return made;
}

namespace {

constexpr std::string_view extension_key = "ARROW:extension:name";
constexpr std::string_view json_name = "homeroom.json";
constexpr int32_t most_pairs = 16;
constexpr int32_t most_pair_bytes = 1024;

int32_t read_int(const char*& at) {
  int32_t value = 0;
  std::memcpy(&value, at, sizeof value);
  at += sizeof value;
  return value;
}

// Arrow's metadata: a count, then key and value, each with its size before it.
bool is_json(const char* metadata) {
  if (!metadata) return false;
  const char* at = metadata;
  int32_t pairs = read_int(at);
  if (pairs < 0 || pairs > most_pairs) return false;
  for (int32_t i = 0; i < pairs; ++i) {
    std::string_view part[2];
    for (auto& text : part) {
      int32_t size = read_int(at);
      if (size < 0 || size > most_pair_bytes) return false;
      text = {at, static_cast<size_t>(size)};
      at += size;
    }
    if (part[0] == extension_key) return part[1] == json_name;
  }
  return false;
}

}  // namespace
}  // namespace homeroom::plugin
