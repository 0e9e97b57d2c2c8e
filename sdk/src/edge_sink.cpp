// The table of homeroom.sink/1 over the C++ classes.
#include <vector>

#include "homeroom/edge.hpp"
#include "homeroom/text.hpp"

namespace homeroom::edge {

const void* check_contract(const char* id);

namespace {

struct WriterBox {
  std::unique_ptr<Writer> writer;
  std::vector<Share> shares;
};

Share seen(const hr_share& from) {
  return {view(from.key),         view(from.id),
          from.sequence,          static_cast<Operation>(from.operation),
          view(from.digest),      view(from.body),
          view(from.replaced_by), from.unchanged != 0};
}

int32_t put(void* self, const hr_share* shares, size_t count, hr_error* err) {
  return guarded(err, [&] {
    auto& box = *static_cast<WriterBox*>(self);
    box.shares.clear();
    // A newer hub's share may be longer than ours: step by its size.
    auto* at = reinterpret_cast<const char*>(shares);
    for (size_t i = 0; i < count; ++i, at += shares->size)
      box.shares.push_back(seen(*reinterpret_cast<const hr_share*>(at)));
    box.writer->put(box.shares);
  });
}

int32_t finish(void* self, hr_error* err) {
  return guarded(err, [&] { static_cast<WriterBox*>(self)->writer->finish(); });
}

void release(void* self) {
  delete static_cast<WriterBox*>(self);
}

int32_t takes(void* self) {
  int32_t answer = HR_SNAPSHOT;
  guarded(nullptr,
          [&] { answer = static_cast<int32_t>(static_cast<Instance*>(self)->sink->takes()); });
  return answer;
}

Delivery copy_of(const hr_delivery& what) {
  Delivery delivery;
  delivery.destination = view(what.destination);
  delivery.mode = static_cast<Takes>(what.mode);
  delivery.number = what.number;
  delivery.shares = what.shares;
  delivery.answer = [ctx = what.ctx, answer = what.answer](std::string_view key, Verdict verdict,
                                                           std::string_view why) {
    answer(ctx, text(key), static_cast<int32_t>(verdict), text(why));
  };
  return delivery;
}

int32_t begin(void* self, const hr_delivery* what, hr_writer* out, hr_error* err) {
  return guarded(err, [&] {
    auto box = std::make_unique<WriterBox>();
    box->writer = static_cast<Instance*>(self)->sink->begin(copy_of(*what));
    out->self = box.release();
    out->put = put;
    out->finish = finish;
    out->release = release;
  });
}

constexpr hr_sink sink_table{sizeof(hr_sink), takes, begin};

}  // namespace

const void* sink_contract(const char* id) {
  return std::string_view(id) == HR_SINK ? &sink_table : check_contract(id);
}

}  // namespace homeroom::edge
