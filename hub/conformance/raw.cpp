#include "hub/conformance/raw.hpp"

#include <algorithm>

#include <sys/mman.h>
#include <unistd.h>

#include "hub/plugin/edge.hpp"
#include "hub/plugin/import.hpp"
#include "hub/plugin/library.hpp"

namespace homeroom::conformance {

using plugin::copy_of;
using plugin::throw_if;
using plugin::to_c;

Fenced::Fenced(size_t bytes) {
  auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  size_t inside = (bytes + page - 1) / page * page;
  mapped_ = inside + page;
  void* got = mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (got == MAP_FAILED) throw Error(Next::retry, "the system gives no memory");
  pages_ = static_cast<char*>(got);
  mprotect(pages_ + inside, page, PROT_NONE);
  at_ = pages_ + inside - bytes;
}

Fenced::~Fenced() {
  munmap(pages_, mapped_);
}

std::vector<std::pair<std::string, std::string>> plain(const plugin::CheckedSettings& settings) {
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& setting : settings)
    if (!plugin::is_of_network(setting.key))
      all.emplace_back(setting.key, std::string(setting.handed()));
  return all;
}

namespace {

// In a runner the host is always the runner's own: the same code as inside.
const plugin::Found& found_inside(const Bench& bench) {
  if (bench.carrier() == Carrier::runner)
    throw Skipped{"it needs a host made by hand, which a runner has no room for; tried inside"};
  return bench.subject().found;
}

}  // namespace

RawInstance::RawInstance(const Bench& bench, const HostStyle& style,
                         const std::vector<std::pair<std::string, std::string>>& settings)
    : style_(style),
      table_(plugin::load(found_inside(bench))),
      http_(bench.manifest(), bench.settings(), {clock_, log_, cancel_, {}, {}}),
      host_(style.more) {
  fill_host();
  open(settings);
}

RawInstance::RawInstance(const Bench& bench, const HostStyle& style)
    : RawInstance(bench, style, plain(bench.settings())) {}

RawInstance::~RawInstance() {
  if (self_) table_.close(self_);
}

void RawInstance::fill_host() {
  host_->abi = style_.abi;
  host_->ctx = this;
  host_->log = [](void*, int32_t, hr_text) noexcept {};
  host_->stopping = [](void* ctx) noexcept -> int32_t {
    auto& self = *static_cast<RawInstance*>(ctx);
    return self.asked_++ >= self.style_.stop_after;
  };
  host_->now_ms = [](void*) noexcept { return world::SystemClock().now_ms(); };
  host_->set_aside = [](void*, const hr_aside*) noexcept {};
  host_->progress = [](void*, uint64_t, uint64_t) noexcept {};
  host_->service = [](void* ctx, const char* id) noexcept -> const void* {
    bool is_http = id && std::string_view(id) == HR_HTTP;
    return is_http ? static_cast<RawInstance*>(ctx)->http_.table() : nullptr;
  };
}

void RawInstance::open(const std::vector<std::pair<std::string, std::string>>& settings) {
  std::vector<hr_setting> flat;
  for (const auto& [key, value] : settings) flat.push_back({to_c(key), to_c(value)});
  hr_error error{};
  int32_t code = table_.open(host_.get(), flat.data(), flat.size(), &self_, &error);
  if (code != HR_OK) self_ = nullptr;
  throw_if(code, error);
}

Taken RawInstance::read(const plugin::ReadRequest& what) {
  std::vector<hr_text> columns;
  for (const auto& name : what.columns) columns.push_back(to_c(name));
  Grown<hr_read> read(style_.more);
  read->stream = to_c(what.stream);
  read->since = to_c(what.since);
  read->mode = static_cast<int32_t>(what.mode);
  read->columns = columns.data();
  read->n_columns = columns.size();
  read->max_rows = what.max_rows;
  read->max_bytes = what.max_bytes;
  Grown<hr_reader> reader(style_.more);
  hr_error error{};
  throw_if(contract<hr_source>(HR_SOURCE).read(self_, read.get(), reader.get(), &error), error);
  std::unique_ptr<hr_reader, void (*)(hr_reader*)> release(
      reader.get(), [](hr_reader* open) { open->release(open->self); });
  Taken taken;
  for (;;) {
    Grown<hr_batch> batch(style_.more);
    Grown<hr_end> end(style_.more);
    throw_if(reader->next(reader->self, batch.get(), end.get(), &error), error);
    if (!batch->rows.release) {
      taken.end = {end->complete == 1, static_cast<plugin::Proof>(end->proof), end->records,
                   end->set_aside, copy_of(end->cursor)};
      return taken;
    }
    record::Arena arena;
    add_batch(plugin::import_batch(*batch.get(), what.columns, arena), copy_of(batch->place),
              taken);
    batch->rows.release(&batch->rows);
    if (batch->schema.release) batch->schema.release(&batch->schema);
  }
}

int32_t RawInstance::takes() const {
  return contract<hr_sink>(HR_SINK).takes(self_);
}

std::vector<int32_t> RawInstance::write(const std::vector<plugin::Share>& shares, int32_t mode) {
  struct Verdicts {
    const std::vector<plugin::Share>& shares;
    std::vector<int32_t> all;
  } verdicts{shares, std::vector<int32_t>(shares.size(), -1)};
  Grown<hr_delivery> delivery(style_.more);
  delivery->destination = to_c("kit");
  delivery->mode = mode;
  delivery->number = 1;
  delivery->shares = shares.size();
  delivery->ctx = &verdicts;
  delivery->answer = [](void* ctx, hr_text key, int32_t verdict, hr_text) noexcept {
    auto& told = *static_cast<Verdicts*>(ctx);
    auto found = std::ranges::find(told.shares, plugin::view_of(key), &plugin::Share::key);
    if (found != told.shares.end())
      told.all[static_cast<size_t>(found - told.shares.begin())] = verdict;
  };
  Grown<hr_writer> writer(style_.more);
  hr_error error{};
  throw_if(contract<hr_sink>(HR_SINK).begin(self_, delivery.get(), writer.get(), &error), error);
  std::unique_ptr<hr_writer, void (*)(hr_writer*)> release(
      writer.get(), [](hr_writer* open) { open->release(open->self); });
  Grown<hr_share> flat(style_.more, shares.size());
  for (size_t i = 0; i < shares.size(); ++i) {
    flat.at(i).key = to_c(shares[i].key);
    flat.at(i).id = to_c(shares[i].id);
    flat.at(i).sequence = shares[i].sequence;
    flat.at(i).operation = static_cast<int32_t>(shares[i].operation);
    flat.at(i).digest = to_c(shares[i].digest);
    flat.at(i).body = to_c(shares[i].body);
    flat.at(i).replaced_by = to_c(shares[i].replaced_by);
  }
  throw_if(writer->put(writer->self, flat.get(), shares.size(), &error), error);
  throw_if(writer->finish(writer->self, &error), error);
  return verdicts.all;
}

}  // namespace homeroom::conformance
