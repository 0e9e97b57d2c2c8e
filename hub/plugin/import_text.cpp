#include "hub/plugin/import_text.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "homeroom/error.hpp"
#include "homeroom/plugin.h"
#include "hub/plugin/short_views.hpp"

namespace homeroom::plugin {
namespace {

using record::Arena;
using record::Text;

[[noreturn]] void refuse(const Slice& slice, const std::string& why) {
  throw Error(Next::fail, "column '" + slice.name + "': " + why);
}

constexpr int64_t most_data_buffers = 65536;
constexpr auto most_inline = static_cast<int32_t>(Text::most_inline);

// Which bytes of a view stay, by the size of its text; the last for all longer ones, whose second
// half becomes a pointer. Texts are compared by all 16 bytes, so what lies behind a short text must
// be zero, and all of a null.
struct Masks {
  uint64_t words[most_inline + 2][2];
  constexpr Masks() : words{} {
    for (size_t size = 1; size <= most_inline; ++size)
      for (size_t byte = 0; byte < sizeof(int32_t) + size; ++byte)
        words[size][byte / 8] |= uint64_t{0xff} << byte % 8 * 8;
    words[most_inline + 1][0] = ~uint64_t{0};
  }
};
constexpr Masks masks;

// What views may point into; a buffer that is not there has no room for anything.
struct Source {
  const char* bytes;
  int64_t size;
};

class Views {
 public:
  Views(const Slice& slice, Arena& arena) : slice_(slice), arena_(arena) {
    int64_t buffers = slice.array.n_buffers;
    if (buffers < 3 || buffers - 3 > most_data_buffers) refuse(slice, "wrong number of buffers");
    count_ = static_cast<uint32_t>(buffers - 3);
    auto* sizes = static_cast<const int64_t*>(slice.array.buffers[buffers - 1]);
    if (count_ && !sizes) refuse(slice, "it has no sizes of its data buffers");
    sources_ = arena.many<Source>(count_ + size_t{1});
    for (uint32_t i = 0; i < count_; ++i) {
      auto* bytes = static_cast<const char*>(slice.array.buffers[2 + i]);
      sources_[i] = {bytes, bytes ? sizes[i] : -1};
    }
    sources_[count_] = {nullptr, INT64_MAX};  // for texts inside their views
  }

  /// Fills `to` and says how many bytes of text that is.
  uint64_t take(const View* from, const uint8_t* valid, Text* to) {
    uint64_t bytes = 0;
    for (uint32_t row = 0, rows = slice_.rows; row < rows;) {
      row += take_short(from + row, valid ? valid + row : nullptr, rows - row, to + row, bytes);
      uint32_t others = std::min(rows - row, 4u);
      bytes += any(from + row, valid ? valid + row : nullptr, to + row, others);
      row += others;
    }
    return bytes;
  }

 private:
  // A row costs the same whatever its size, null or not, without a branch to guess; only what
  // careful() must look at takes another way.
  uint64_t any(const View* from, const uint8_t* valid, Text* to, uint32_t rows) {
    uint64_t bytes = 0;
    for (uint32_t row = 0; row < rows; ++row) {
      uint64_t words[2];
      std::memcpy(words, from + row, sizeof words);
      uint32_t is_there = valid ? valid[row] : 1;
      uint32_t size = static_cast<uint32_t>(words[0]) * is_there;
      bool is_far = size > Text::most_inline;
      uint32_t buffer = is_far ? static_cast<uint32_t>(words[1]) : count_;
      uint64_t offset = words[1] >> 32;
      bool is_plain =
          size <= HR_MAX_CELL && uint64_t{buffer} + is_far <= count_ &&
          static_cast<int64_t>(offset + size + record::readable_behind) <= sources_[buffer].size;
      if (!is_plain) [[unlikely]] {
        to[row] = careful(from[row]);
        bytes += to[row].size;
        continue;
      }
      const auto& mask = masks.words[is_far ? most_inline + 1 : size];
      auto pointer = reinterpret_cast<uintptr_t>(sources_[buffer].bytes) + offset;
      words[0] &= mask[0];
      words[1] = is_far ? pointer : words[1] & mask[1];
      std::memcpy(static_cast<void*>(to + row), words, sizeof words);
      bytes += size;
    }
    return bytes;
  }

  // A text outside the contract's bounds, or too near its buffer's end to be read 16 bytes at a
  // time.
  Text careful(const View& view) {
    if (view.size < 0 || view.size > HR_MAX_CELL)
      refuse(slice_, "a cell has more bytes than the contract allows");
    if (view.buffer < 0 || static_cast<uint32_t>(view.buffer) >= count_ ||
        !sources_[view.buffer].bytes)
      refuse(slice_, "a text points to a buffer that is not there");
    const Source& source = sources_[view.buffer];
    if (view.offset < 0 || int64_t{view.offset} + view.size > source.size)
      refuse(slice_, "a text points outside its buffer");
    return arena_.keep(record::text(source.bytes + view.offset, static_cast<uint32_t>(view.size)));
  }

  const Slice& slice_;
  Arena& arena_;
  uint32_t count_ = 0;
  Source* sources_ = nullptr;
};

Imported from_views(const Slice& slice, const uint8_t* valid, Arena& arena) {
  Views views(slice, arena);
  auto* from = static_cast<const View*>(slice.array.buffers[1]);
  if (!from && slice.rows) refuse(slice, "it has no values");
  auto* to = arena.many<Text>(slice.rows);
  uint64_t bytes = from ? views.take(from + slice.first, valid, to) : 0;
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
