#include "hub/validate/sorted.hpp"

#include <algorithm>
#include <queue>
#include <utility>

#include "hub/record/varint.hpp"

namespace homeroom::validate {

namespace {

/// Runs that are merged at once, each with a piece in memory.
constexpr std::size_t most_runs = 16;

std::string_view entry_at(const char*& at) {
  auto size = record::read_number<uint64_t>(at);
  std::string_view entry(at, size);
  at += size;
  return entry;
}

void append_entry(std::string& out, std::string_view entry) {
  record::append_number(out, entry.size());
  out += entry;
}

}  // namespace

/// Gathers entries into pieces.
class Sorted::Writer {
 public:
  Writer(record::Scratch& scratch, std::size_t piece_bytes)
      : scratch_(scratch), piece_bytes_(piece_bytes) {}

  void add(std::string_view entry) {
    append_entry(filling_, entry);
    if (filling_.size() >= piece_bytes_) put();
  }
  Run run() {
    if (!filling_.empty()) put();
    return std::move(run_);
  }

 private:
  void put() {
    run_.push_back(scratch_.put(filling_));
    filling_.clear();
  }

  record::Scratch& scratch_;
  std::size_t piece_bytes_;
  std::string filling_;
  Run run_;
};

/// Reads a run once; a piece that was read is forgotten.
class Sorted::Reader {
 public:
  Reader(record::Scratch& scratch, Run run) : scratch_(scratch), run_(std::move(run)) { next(); }

  bool next() {
    if (at_ == bytes_.data() + bytes_.size()) {
      if (piece_ == run_.size()) return false;
      scratch_.get(run_[piece_], bytes_);
      scratch_.forget(run_[piece_++]);
      at_ = bytes_.data();
    }
    entry_ = entry_at(at_);
    return true;
  }
  std::string_view entry() const { return entry_; }

 private:
  record::Scratch& scratch_;
  Run run_;
  std::size_t piece_ = 0;
  std::string bytes_;
  const char* at_ = bytes_.data();
  std::string_view entry_;
};

Sorted::Sorted(record::Scratch* scratch)
    : scratch_(scratch),
      room_(scratch ? std::max<uint64_t>(scratch->budget() / 16, 2 << 10) : UINT64_MAX),
      piece_bytes_(std::clamp<uint64_t>(room_ / most_runs, 1 << 10, 256 << 10)) {}

Sorted::~Sorted() {
  forget();
}

Sorted::Sorted(Sorted&& other) noexcept : Sorted() {
  *this = std::move(other);
}

Sorted& Sorted::operator=(Sorted&& other) noexcept {
  std::swap(scratch_, other.scratch_);
  std::swap(room_, other.room_);
  std::swap(piece_bytes_, other.piece_bytes_);
  std::swap(filling_, other.filling_);
  std::swap(starts_, other.starts_);
  std::swap(runs_, other.runs_);
  std::swap(in_memory_, other.in_memory_);
  std::swap(size_, other.size_);
  return *this;
}

void Sorted::forget() {
  for (const auto& run : runs_)
    for (auto piece : run) scratch_->forget(piece);
  runs_.clear();
}

bool Sorted::is_full() const {
  return filling_.size() + starts_.size() * sizeof(uint64_t) >= room_;
}

void Sorted::add(std::string_view entry) {
  starts_.push_back(filling_.size());
  append_entry(filling_, entry);
  ++size_;
  if (is_full()) put_aside();
}

void Sorted::order_starts() {
  auto entry = [&](uint64_t start) {
    const auto* at = filling_.data() + start;
    return entry_at(at);
  };
  std::ranges::sort(starts_, {}, entry);
}

void Sorted::put_aside() {
  order_starts();
  Writer writer(*scratch_, piece_bytes_);
  for (auto start : starts_) {
    const auto* at = filling_.data() + start;
    writer.add(entry_at(at));
  }
  runs_.push_back(writer.run());
  filling_.clear();
  starts_.clear();
}

void Sorted::sort() {
  if (runs_.empty()) {
    order_starts();
    std::string all;
    all.reserve(filling_.size());
    for (auto start : starts_) {
      const auto* at = filling_.data() + start;
      append_entry(all, entry_at(at));
    }
    in_memory_ = std::make_shared<const std::string>(std::move(all));
  } else if (!starts_.empty()) {
    put_aside();
  }
  filling_ = {};
  starts_ = {};
  while (runs_.size() > 1) {
    auto count = static_cast<std::ptrdiff_t>(std::min(most_runs, runs_.size()));
    std::vector<Run> first(std::make_move_iterator(runs_.begin()),
                           std::make_move_iterator(runs_.begin() + count));
    runs_.erase(runs_.begin(), runs_.begin() + count);
    runs_.push_back(merged(std::move(first)));
  }
}

Sorted::Run Sorted::merged(std::vector<Run> runs) {
  std::vector<Reader> readers;
  readers.reserve(runs.size());  // they point into themselves
  for (auto& run : runs) readers.emplace_back(*scratch_, std::move(run));
  auto is_later = [](const Reader* a, const Reader* b) { return a->entry() > b->entry(); };
  std::priority_queue<Reader*, std::vector<Reader*>, decltype(is_later)> first(is_later);
  for (auto& reader : readers) first.push(&reader);
  Writer writer(*scratch_, piece_bytes_);
  while (!first.empty()) {
    auto* reader = first.top();
    first.pop();
    writer.add(reader->entry());
    if (reader->next()) first.push(reader);
  }
  return writer.run();
}

Sorted::Iterator::Iterator(const Sorted& of, uint64_t number)
    : of_(&of), number_(number), piece_(of.in_memory_) {
  at_ = piece_ ? piece_->data() : nullptr;
  if (number_ < of.size_) read();
}

Sorted::Iterator& Sorted::Iterator::operator++() {
  if (++number_ < of_->size_) read();
  return *this;
}

void Sorted::Iterator::read() {
  if (!piece_ || at_ == piece_->data() + piece_->size()) {
    auto bytes = std::make_shared<std::string>();
    of_->scratch_->get(of_->runs_.front()[next_piece_++], *bytes);
    piece_ = std::move(bytes);
    at_ = piece_->data();
  }
  entry_ = entry_at(at_);
}

}  // namespace homeroom::validate
