// A batch of a plugin with any numbers in it: it is refused with Error(fail), or every text lies
// inside the plugin's buffers. What Arrow gives no size of (values, validity, offsets) is as large
// as the contract says it must be.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "homeroom/error.hpp"
#include "hub/plugin/import.hpp"

namespace {

using namespace homeroom;

void must(bool holds) {
  if (!holds) std::abort();
}

/// Takes numbers from the input; zeros when it is used up.
class Numbers {
 public:
  Numbers(const uint8_t* data, std::size_t size) : at_(data), end_(data + size) {}
  template <class T>
  T take() {
    T value{};
    auto size = std::min<std::size_t>(sizeof value, static_cast<std::size_t>(end_ - at_));
    if (size > 0) std::memcpy(&value, at_, size);
    at_ += size;
    return value;
  }
  void fill(std::vector<uint8_t>& bytes) {
    for (auto& byte : bytes) byte = take<uint8_t>();
  }

 private:
  const uint8_t* at_;
  const uint8_t* end_;
};

constexpr const char* formats[] = {"vu",      "u",  "U",   "l", "i",    "g",
                                   "f",       "b",  "tdD", "n", "tsu:", "tss:America/New_York",
                                   "tsx:UTC", "+s", "",    "zz"};
constexpr const char* names[] = {"id", "_op", "_line", "other", "_offset", ""};
constexpr int64_t most_rows = 20;

struct Child {
  std::vector<uint8_t> valid = std::vector<uint8_t>(8);
  std::vector<uint8_t> values;
  std::vector<uint8_t> texts;
  int64_t sizes[1];
  const void* buffers[4];
  ArrowArray array{};
  ArrowSchema schema{};

  explicit Child(Numbers& from) {
    schema.name = names[from.take<uint8_t>() % std::size(names)];
    schema.format = formats[from.take<uint8_t>() % std::size(formats)];
    array.length = from.take<int8_t>();
    array.offset = from.take<int8_t>() % 16;
    array.null_count = from.take<int8_t>();
    array.n_buffers = from.take<int8_t>() % 6;
    // Room for rows and offsets of every type, and one more for offsets of texts.
    values.resize((most_rows + 2 * 16 + 1) * 16);
    texts.resize(from.take<uint8_t>());
    auto flags = from.take<uint8_t>();
    from.fill(valid);
    from.fill(texts);
    for (std::size_t i = 0; i < values.size() / 4; ++i) {
      int32_t word = flags & 8 ? from.take<int32_t>() : from.take<int8_t>();
      std::memcpy(values.data() + i * 4, &word, 4);
    }
    bool is_view = std::strcmp(schema.format, "vu") == 0;
    if (!is_view) keep_offsets_in(texts.size());
    sizes[0] = static_cast<int64_t>(texts.size());
    buffers[0] = flags & 1 ? valid.data() : nullptr;
    buffers[1] = flags & 2 ? nullptr : values.data();
    buffers[2] = flags & 4 ? nullptr : texts.data();
    buffers[3] = sizes;
    if (is_view) array.n_buffers = 4;
    array.buffers = buffers;
  }

  // "u" and "U": the contract gives no size of the data; the last offset is believed.
  void keep_offsets_in(std::size_t size) {
    auto keep = [&](auto number) {
      for (std::size_t i = 0; i < values.size() / sizeof number; ++i) {
        std::memcpy(&number, values.data() + i * sizeof number, sizeof number);
        number =
            static_cast<decltype(number)>(std::min<int64_t>(number, static_cast<int64_t>(size)));
        std::memcpy(values.data() + i * sizeof number, &number, sizeof number);
      }
    };
    if (std::strcmp(schema.format, "u") == 0) keep(int32_t{});
    if (std::strcmp(schema.format, "U") == 0) keep(int64_t{});
  }
};

void nothing(ArrowArray*) {}
void no_schema(ArrowSchema*) {}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  Numbers from(data, size);
  std::vector<Child> children;
  auto count = from.take<uint8_t>() % 4;
  children.reserve(4);
  std::vector<ArrowArray*> arrays;
  std::vector<ArrowSchema*> schemas;
  hr_batch batch{};
  batch.size = sizeof batch;
  batch.rows.length = from.take<int8_t>() % (most_rows + 1);
  batch.rows.offset = from.take<int8_t>() % 16;
  batch.rows.null_count = from.take<int8_t>() % 2;
  for (int i = 0; i < count; ++i) {
    auto& child = children.emplace_back(from);
    arrays.push_back(&child.array);
    schemas.push_back(&child.schema);
  }
  auto odd = from.take<uint8_t>();
  batch.rows.n_children = odd == 1 ? -1 : count;
  batch.schema.n_children = odd == 2 ? count + 1 : batch.rows.n_children;
  batch.rows.children = odd == 3 ? nullptr : arrays.data();
  batch.schema.children = schemas.data();
  if (odd == 4 && count > 0) arrays[0] = nullptr;
  batch.schema.format = odd == 5 ? "l" : "+s";
  batch.rows.release = nothing;
  batch.schema.release = no_schema;
  record::Arena arena;
  try {
    auto made = plugin::import_batch(batch, {"id", "other?"}, arena);
    must(made.rows <= most_rows);
    uint64_t sum = 0;
    for (const auto& column : made.columns)
      for (uint32_t row = 0; row < made.rows; ++row)
        if (column.type == record::Type::text)
          for (char letter : column.text_at(row).view()) sum += static_cast<uint8_t>(letter);
    [[maybe_unused]] volatile uint64_t kept = sum;  // else nobody would read them
  } catch (const Error& refused) {
    must(refused.next == Next::fail);
  }
  return 0;
}
