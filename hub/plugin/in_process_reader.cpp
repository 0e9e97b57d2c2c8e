#include <algorithm>

#include "hub/plugin/edge.hpp"
#include "hub/plugin/import.hpp"
#include "hub/plugin/in_process.hpp"
#include "hub/record/arena.hpp"

namespace homeroom::plugin {
namespace {

void append(std::vector<Aside>& all, std::vector<Aside> more) {
  std::ranges::move(more, std::back_inserter(all));
}

class InProcessReader : public BatchReader {
 public:
  InProcessReader(InProcess& instance, const hr_source& source, void* self, const ReadRequest& what)
      : instance_(instance), asked_(what.columns), most_rows_(what.max_rows) {
    std::vector<hr_text> columns;
    for (const auto& name : asked_) columns.push_back(to_c(name));
    hr_read read{};
    read.size = sizeof read;
    read.stream = to_c(what.stream);
    read.since = to_c(what.since);
    read.mode = static_cast<int32_t>(what.mode);
    read.columns = columns.data();
    read.n_columns = columns.size();
    read.max_rows = what.max_rows;
    read.max_bytes = what.max_bytes;
    reader_.size = sizeof reader_;
    hr_error error{};
    throw_if(source.read(self, &read, &reader_, &error), error);
    if (!reader_.next || !reader_.release)
      throw Error(Next::fail, "the plugin opened a reader that cannot read");
  }

  ~InProcessReader() override {
    give_back();
    if (reader_.release) reader_.release(reader_.self);
  }

  std::optional<Arrival> next() override {
    give_back();
    arena_.reset();
    if (at_end_) return std::nullopt;
    instance_.look();
    hr_end end{};
    end.size = sizeof end;
    hr_error error{};
    batch_.size = sizeof batch_;
    int32_t code = reader_.next(reader_.self, &batch_, &end, &error);
    append(asides_, instance_.take_asides());
    throw_if(code, error);
    if (!batch_.rows.release) {
      take_end(end);
      return std::nullopt;
    }
    return arrival();
  }

  const End& end() const override { return end_; }

  std::vector<Aside> take_asides() override {
    append(asides_, instance_.take_asides());
    return std::exchange(asides_, {});
  }

 private:
  void give_back() {
    if (batch_.rows.release) batch_.rows.release(&batch_.rows);
    if (batch_.schema.release) batch_.schema.release(&batch_.schema);
    batch_ = {};
  }

  Arrival arrival() {
    Arrival made;
    made.place = copy_of(batch_.place);
    made.cursor = copy_of(batch_.cursor);
    made.rows = import_batch(batch_, asked_, arena_);
    if (made.rows.rows > most_rows_)
      throw Error(Next::fail, "the plugin gave more rows in a batch than it was asked for");
    return made;
  }

  void take_end(const hr_end& end) {
    if (end.proof < HR_PROOF_NONE || end.proof > HR_PROOF_COUNT || end.set_aside > end.records)
      throw Error(Next::fail, "the plugin ended its read with figures that make no sense");
    at_end_ = true;
    end_ = {end.complete == 1, static_cast<Proof>(end.proof), end.records, end.set_aside,
            copy_of(end.cursor)};
  }

  InProcess& instance_;
  std::vector<std::string> asked_;
  uint32_t most_rows_;
  hr_reader reader_{};
  hr_batch batch_{};
  record::Arena arena_;
  std::vector<Aside> asides_;
  bool at_end_ = false;
  End end_;
};

}  // namespace

std::unique_ptr<BatchReader> start_reading(InProcess& instance, const hr_source& source, void* self,
                                           const ReadRequest& what) {
  if (what.max_rows == 0 || what.max_rows > HR_MAX_ROWS || what.max_bytes > HR_MAX_BYTES)
    throw Error(Next::fail, "a read was asked for with bounds outside the contract");
  return std::make_unique<InProcessReader>(instance, source, self, what);
}

}  // namespace homeroom::plugin
