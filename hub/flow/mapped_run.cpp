#include "hub/flow/mapped_run.hpp"

#include <algorithm>
#include <atomic>

#include "hub/flow/held_stream.hpp"
#include "hub/flow/scratch_file.hpp"

namespace homeroom::flow {

void MappedCounts::add(const std::vector<map::Fate>& fates) {
  rows_in += fates.size();
  for (auto fate : fates) {
    mapped += fate == map::Fate::used;
    rejected += fate == map::Fate::set_aside;
    filtered += fate == map::Fate::filtered || fate == map::Fate::refused;
  }
}

void MappedCounts::add(const MappedCounts& others) {
  rows_in += others.rows_in;
  mapped += others.mapped;
  filtered += others.filtered;
  rejected += others.rejected;
  rows_out += others.rows_out;
  spilled_bytes += others.spilled_bytes;
}

namespace {

/// What one thread runs slices with.
struct Hand {
  std::unique_ptr<map::Mapping> mapping;
  map::Output output;
  record::Arena arena;
};

class Run {
 public:
  Run(const MappedSources& sources, uint32_t threads, MappedRows& rows, const MemoryBound& bound)
      : sources_(sources),
        threads_(threads),
        rows_(rows),
        bound_(bound.bytes),
        scratch_(bound.scratch, bound.bytes) {
    for (uint32_t i = 0; i < threads; ++i) hands_.push_back(std::make_unique<Hand>());
    hands_[0]->mapping = sources.mapping();
  }

  MappedCounts run() {
    hold();
    if (!is_far_) stand();
    if (is_far_) stand_far();
    run_slices();
    settle();
    std::ranges::sort(without_rows_);
    counts_.without_rows = std::move(without_rows_);
    counts_.spilled_bytes = scratch_.written();
    return counts_;
  }

 private:
  map::Mapping& mapping() { return *hands_[0]->mapping; }
  const map::Slicing& slicing() { return mapping().slicing(); }

  class Piece : public OrderedWork::Piece {
   public:
    explicit Piece(Run& run) : run_(run), part_(run.rows_.new_part()) {}

    /// Rows of what stands.
    void set(uint32_t driver, uint32_t first, uint32_t rows) {
      driver_ = driver;
      first_ = first;
      count_ = rows;
      is_batch_ = is_far_ = false;
    }
    /// A batch that goes when the reader goes on; what runs at once needs no copy.
    void set(uint32_t stream, const map::StreamRows& rows, uint32_t file, bool runs_at_once) {
      driver_ = stream;
      file_ = file;
      first_ = 0;
      count_ = rows.rows;
      is_batch_ = true;
      is_far_ = false;
      arena_.reset();
      batch_ = runs_at_once ? rows : kept(rows, arena_);
    }

    /// Rows of tables that are not in memory, which it takes.
    void set(uint32_t driver, std::vector<map::FarSlice>& far) {
      set(driver, 0, 0);
      far_.swap(far);
      is_far_ = true;
    }

    void work(uint32_t thread) override {
      auto& hand = *run_.hands_[thread];
      hand.arena.reset();
      if (is_batch_) hand.mapping->apply_nulls(driver_, batch_.columns, count_, hand.arena);
      bool is_stream = driver_ < run_.held_rows_.size();
      const auto* of = is_batch_ ? &batch_ : is_stream ? &run_.held_rows_[driver_] : nullptr;
      map::Slice slice{driver_, of, first_, count_, is_far_ ? &far_ : nullptr};
      hand.mapping->run_slice(*run_.standing_, slice, hand.arena, hand.output);
      counts_ = {};
      if (is_batch_) counts_.add(hand.output.fates[driver_]);
      for (const auto& rows : hand.output.entities) counts_.rows_out += rows.rows;
      run_.rows_.fill(*part_, hand.output,
                      {run_.lines_, driver_, is_batch_ ? &batch_ : nullptr, file_});
      fates_.swap(hand.output.far_fates);
    }

    void take() override {
      if (run_.is_far_) run_.mapping().take_fates(*run_.standing_, fates_);
      run_.take(*part_, counts_);
    }

   private:
    Run& run_;
    std::unique_ptr<MappedRows::Part> part_;
    uint32_t driver_ = 0, first_ = 0, count_ = 0, file_ = 0;
    bool is_batch_ = false, is_far_ = false;
    std::vector<map::FarSlice> far_;
    std::vector<std::pair<map::SourceRow, map::Fate>> fates_;
    map::StreamRows batch_;
    record::Arena arena_;
    MappedCounts counts_;
  };

  void take(MappedRows::Part& part, const MappedCounts& counts) {
    counts_.add(counts);
    rows_.take(part);
  }

  /// Calls `take` with each batch and the number of its file.
  template <class Take>
  uint64_t read(uint32_t stream, Take take) {
    uint64_t asides = 0;
    map::StreamRows rows;
    uint32_t file = 0;
    for (const auto& open : sources_.readers[stream]) {
      auto reader = open();
      bool has_rows = false;
      while (reader->next(rows)) {
        has_rows |= rows.rows > 0;
        take(rows, file);
      }
      asides += reader->set_aside();
      if (!has_rows && reader->set_aside() == 0) {
        std::lock_guard lock(without_rows_mutex_);
        without_rows_.emplace_back(stream, file);
      }
      ++file;
    }
    return asides;
  }

  void count_asides(uint64_t asides) {
    counts_.rows_in += asides;
    counts_.rejected += asides;
  }

  /// Reads the streams that stand, each on one thread. At most half of what is allowed is for
  /// them, the rest is for the tables made of them.
  void hold() {
    for (const auto& reads : mapping().reads()) held_.emplace_back(reads.columns.size());
    lines_.resize(held_.size());
    std::vector<uint64_t> asides(held_.size());
    std::vector<std::exception_ptr> wrong(held_.size());
    std::atomic<uint32_t> next = 0;
    auto work = [&](Hand& hand) {
      for (uint32_t stream; (stream = next++) < held_.size();) {
        if (!slicing().stands[stream]) continue;
        try {
          asides[stream] = read(stream, [&](map::StreamRows& rows, uint32_t file) {
            hand.arena.reset();
            lines_[stream].add(file, rows.rows, rows.lines);
            hand.mapping->apply_nulls(stream, rows.columns, rows.rows, hand.arena);
            hold(stream, rows);
          });
        } catch (...) {
          wrong[stream] = std::current_exception();
        }
      }
    };
    std::vector<std::thread> others;
    std::vector<std::exception_ptr> no_mapping(threads_);
    for (uint32_t i = 1; i < threads_; ++i)
      others.emplace_back([&, i] {
        try {
          hands_[i]->mapping = sources_.mapping();
          work(*hands_[i]);
        } catch (...) {
          no_mapping[i] = std::current_exception();
        }
      });
    work(*hands_[0]);
    for (auto& other : others) other.join();
    wrong.insert(wrong.end(), no_mapping.begin(), no_mapping.end());
    for (const auto& what : wrong)
      if (what) std::rethrow_exception(what);
    for (auto count : asides) count_asides(count);
  }

  void hold(uint32_t stream, const map::StreamRows& rows) {
    if (is_far_) {
      put_aside_held(stream);
      mapping().put_aside(*standing_, stream, rows);
      return;
    }
    auto before = held_[stream].bytes();
    held_[stream].add(rows);
    held_bytes_ += held_[stream].bytes() - before;
    if (bound_ > 0 && held_bytes_ > bound_ / 2) go_far();
  }

  void go_far() {
    std::call_once(goes_far_, [&] {
      standing_ = mapping().stand_far(scratch_);
      is_far_ = true;
    });
  }

  void put_aside_held(uint32_t stream) {
    if (held_[stream].count() == 0) return;
    mapping().put_aside(*standing_, stream, held_[stream].rows());
    held_[stream] = HeldStream(mapping().reads()[stream].columns.size());
  }

  void stand() {
    for (const auto& held : held_) held_rows_.push_back(held.rows());
    map::Block block;
    block.streams = held_rows_;
    std::vector<map::Mapping*> helpers;
    for (uint32_t i = 1; i < threads_; ++i) helpers.push_back(hands_[i]->mapping.get());
    try {
      auto most = bound_ > 0 ? std::max<uint64_t>(bound_ - held_bytes_, 1) : 0;
      standing_ = mapping().stand(std::move(block), most, helpers);
    } catch (const record::ArenaIsFull&) {
      go_far();
    }
  }

  void stand_far() {
    for (uint32_t stream = 0; stream < held_.size(); ++stream) put_aside_held(stream);
    held_rows_.assign(held_.size(), {});
    mapping().make_far(*standing_);
  }

  void run_slices() {
    OrderedWork work(threads_, [this] { return std::make_unique<Piece>(*this); });
    auto next = [&]() -> Piece& { return static_cast<Piece&>(work.free_piece()); };
    auto in_ranges = [&](uint32_t driver, uint32_t rows) {
      for (uint32_t first = 0; first < rows; first += rows_in_batch) {
        auto& piece = next();
        piece.set(driver, first, std::min(rows_in_batch, rows - first));
        work.give(piece);
      }
    };
    auto in_far_slices = [&](uint32_t driver) {
      for (std::vector<map::FarSlice> slice;
           mapping().next_slice(*standing_, driver, rows_in_batch, slice);) {
        auto& piece = next();
        piece.set(driver, slice);
        work.give(piece);
      }
    };
    uint64_t asides = 0;
    for (uint32_t stream = 0; stream < held_.size(); ++stream) {
      if (is_far_ && !slicing().stands[stream] && !mapping().passes(*standing_, stream)) {
        asides += put_aside(stream);
        in_far_slices(stream);
      } else if (!slicing().stands[stream]) {
        asides += read(stream, [&](const map::StreamRows& rows, uint32_t file) {
          auto& piece = next();
          piece.set(stream, rows, file, threads_ == 1);
          work.give(piece);
        });
      } else if (slicing().is_sliced[stream]) {
        is_far_ ? in_far_slices(stream) : in_ranges(stream, held_rows_[stream].rows);
      }
    }
    for (auto made : mapping().made(*standing_))
      is_far_ ? in_far_slices(made.driver) : in_ranges(made.driver, made.rows);
    work.finish();
    count_asides(asides);
  }

  /// A stream that would pass, if only what it looks up were in memory.
  uint64_t put_aside(uint32_t stream) {
    record::Arena arena;
    return read(stream, [&](map::StreamRows& rows, uint32_t file) {
      arena.reset();
      lines_[stream].add(file, rows.rows, rows.lines);
      mapping().apply_nulls(stream, rows.columns, rows.rows, arena);
      mapping().put_aside(*standing_, stream, rows);
    });
  }

  void settle_far() {
    for (const auto& counts : mapping().settle_far(*standing_)) {
      auto of = [&](map::Fate fate) { return counts[static_cast<std::size_t>(fate)]; };
      MappedCounts told;
      told.mapped = of(map::Fate::used);
      told.rejected = of(map::Fate::set_aside);
      told.filtered = of(map::Fate::filtered) + of(map::Fate::refused);
      told.rows_in = told.mapped + told.rejected + told.filtered;
      counts_.add(told);
    }
  }

  void settle() {
    if (is_far_) return settle_far();
    std::vector<const map::Output*> outputs;
    for (const auto& hand : hands_) outputs.push_back(&hand->output);
    const auto& output = mapping().settle(*standing_, outputs);
    for (uint32_t stream = 0; stream < held_.size(); ++stream)
      if (slicing().stands[stream]) counts_.add(output.fates[stream]);
  }

  const MappedSources& sources_;
  uint32_t threads_;
  MappedRows& rows_;
  std::vector<std::unique_ptr<Hand>> hands_;
  std::deque<HeldStream> held_;
  std::vector<map::StreamRows> held_rows_;
  std::vector<RowLines> lines_;  ///< by stream; none of those that pass
  uint64_t bound_;
  std::atomic<uint64_t> held_bytes_ = 0;
  ScratchFile scratch_;  ///< outlives what stands in it
  std::once_flag goes_far_;
  std::atomic<bool> is_far_ = false;
  std::shared_ptr<map::Standing> standing_;
  MappedCounts counts_;
  std::mutex without_rows_mutex_;
  std::vector<std::pair<uint32_t, uint32_t>> without_rows_;  ///< stream and file
};

}  // namespace

MappedCounts run_mapped(const MappedSources& sources, uint32_t threads, MappedRows& rows,
                        const MemoryBound& bound) {
  return Run(sources, threads, rows, bound).run();
}

}  // namespace homeroom::flow
