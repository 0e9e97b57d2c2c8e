// The tables of homeroom.discover/1 and homeroom.source/1 over the C++ classes.
#include <algorithm>
#include <cstddef>

#include "homeroom/edge.hpp"
#include "homeroom/error.hpp"
#include "homeroom/stands.h"
#include "homeroom/text.hpp"

namespace homeroom {

void Source::check() {
  bool found = false;
  discover([&](const Stream&) { found = true; });
  if (!found) throw Error(Next::fix_settings, "nothing to read is there");
}

bool Source::stands(std::string_view, std::string_view) {
  return false;
}

namespace edge {

const void* check_contract(const char* id);

namespace {

using Tell = void (*)(void* ctx, const hr_stream* stream);

void tell_one(const Stream& stream, void* ctx, Tell tell) {
  std::vector<hr_column> columns;
  for (auto& column : stream.columns) columns.push_back({text(column.name), text(column.format)});
  hr_stream out{sizeof(hr_stream),
                text(stream.name),
                columns.data(),
                columns.size(),
                text(stream.key),
                text(stream.subject),
                text(stream.space),
                static_cast<int32_t>(stream.role),
                static_cast<int32_t>(stream.gone),
                static_cast<int32_t>(stream.mode),
                stream.as_of_ms};
  tell(ctx, &out);
}

int32_t streams(void* self, void* ctx, Tell tell, hr_error* err) {
  return guarded(err, [&] {
    static_cast<Instance*>(self)->source->discover(
        [&](const Stream& stream) { tell_one(stream, ctx, tell); });
  });
}

// One reader with the batch it fills again and again, and the text its end points to.
struct ReaderBox {
  Instance& instance;
  std::string stream;
  bool is_full = false;
  std::unique_ptr<Reader> reader;
  Batch batch;
  End end;
};

// What can be told of the read that ended, as long as the instance lives.
void note_version(ReaderBox& box) {
  if (!box.is_full) return;
  auto& versions = box.instance.versions;
  versions.erase(box.stream);
  if (!box.end.complete) return;
  if (auto version = box.reader->version(); !version.empty())
    versions.emplace(box.stream, std::move(version));
}

// The first fields of the contract's structs are as old as the contract; later ones are written
// only where the hub's struct reaches.
void fill_end(const End& from, hr_end& to) {
  uint32_t size = to.size;
  auto has = [size](size_t offset, size_t bytes) { return size >= offset + bytes; };
  to.complete = from.complete;
  to.proof = static_cast<int32_t>(from.proof);
  to.records = from.records;
  if (has(offsetof(hr_end, set_aside), sizeof to.set_aside)) to.set_aside = from.set_aside;
  if (has(offsetof(hr_end, cursor), sizeof to.cursor)) to.cursor = text(from.cursor);
}

int32_t next(void* self, hr_batch* batch, hr_end* end, hr_error* err) {
  return guarded(err, [&] {
    auto& box = *static_cast<ReaderBox*>(self);
    if (batch->size < sizeof(hr_batch))
      throw Error(Next::fail, "the hub's batch is smaller than contract 1.0");
    batch->rows.release = nullptr;
    batch->schema.release = nullptr;
    box.batch.clear();
    box.reader->next(box.batch);
    if (box.batch.rows() > 0) return box.batch.lend(*batch);
    box.end = box.reader->end();
    note_version(box);
    fill_end(box.end, *end);
  });
}

void release(void* self) {
  delete static_cast<ReaderBox*>(self);
}

Read copy_of(const hr_read& what) {
  Read read;
  read.stream = view(what.stream);
  read.since = view(what.since);
  read.mode = static_cast<Mode>(what.mode);
  for (size_t i = 0; i < what.n_columns; ++i) read.columns.emplace_back(view(what.columns[i]));
  auto within = [](uint32_t asked, uint32_t most) { return asked ? std::min(asked, most) : most; };
  read.max_rows = within(what.max_rows, HR_MAX_ROWS);
  read.max_bytes = within(what.max_bytes, HR_MAX_BYTES);
  return read;
}

int32_t read(void* self, const hr_read* what, hr_reader* out, hr_error* err) {
  return guarded(err, [&] {
    auto& instance = *static_cast<Instance*>(self);
    auto asked = copy_of(*what);
    auto box = std::make_unique<ReaderBox>(instance, asked.stream, asked.mode == Mode::full);
    box->reader = instance.source->read(asked);
    out->self = box.release();
    out->next = next;
    out->release = release;
  });
}

int32_t version(void* self, hr_text stream, void* ctx, void (*tell)(void* ctx, hr_text version),
                hr_error* err) {
  return guarded(err, [&] {
    const auto& versions = static_cast<Instance*>(self)->versions;
    auto found = versions.find(view(stream));
    if (found != versions.end()) tell(ctx, text(found->second));
  });
}

int32_t stands(void* self, hr_text stream, hr_text version, int32_t* yes, hr_error* err) {
  return guarded(err, [&] {
    *yes = static_cast<Instance*>(self)->source->stands(view(stream), view(version));
  });
}

constexpr hr_discover discover_table{sizeof(hr_discover), streams};
constexpr hr_source source_table{sizeof(hr_source), read};
constexpr hr_stands stands_table{sizeof(hr_stands), version, stands};

}  // namespace

const void* source_contract(const char* id) {
  std::string_view asked = id;
  if (asked == HR_DISCOVER) return &discover_table;
  if (asked == HR_SOURCE) return &source_table;
  if (asked == HR_STANDS) return &stands_table;
  return check_contract(id);
}

}  // namespace edge
}  // namespace homeroom
