#include "hub/plugin/in_process.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "homeroom/stands.h"
#include "hub/plugin/edge.hpp"

namespace homeroom::plugin {
namespace {

constexpr size_t most_streams = 10'000;
constexpr size_t most_columns = 4096;

std::vector<std::string> split_key(std::string_view key) {
  std::vector<std::string> parts;
  while (!key.empty()) {
    size_t comma = std::min(key.find(','), key.size());
    parts.emplace_back(key.substr(0, comma));
    key.remove_prefix(std::min(comma + 1, key.size()));
  }
  return parts;
}

StreamInfo stream_info(const hr_stream& stream) {
  if (stream.size < sizeof(hr_stream) || stream.n_columns > most_columns ||
      (stream.n_columns && !stream.columns))
    throw Error(Next::fail, "the plugin told a stream that makes no sense");
  StreamInfo info;
  info.name = copy_of(stream.name);
  for (size_t i = 0; i < stream.n_columns; ++i)
    info.columns.push_back({copy_of(stream.columns[i].name), copy_of(stream.columns[i].format)});
  info.key = split_key(view_of(stream.key));
  info.subject = copy_of(stream.subject);
  info.space = copy_of(stream.space);
  info.role = stream.role == HR_ROLE_REFERENCE ? Role::reference : Role::subject;
  if (stream.gone < HR_GONE_NEVER || stream.gone > HR_GONE_MARKED || stream.mode < -1 ||
      stream.mode > HR_CHANGES)
    throw Error(Next::fail, "the plugin told a stream that makes no sense");
  info.gone = static_cast<Gone>(stream.gone);
  if (stream.mode >= 0) info.mode = static_cast<Mode>(stream.mode);
  info.as_of_ms = stream.as_of_ms;
  return info;
}

// Exceptions must not pass through the plugin's frames: kept here, thrown when it has returned.
struct Told {
  std::vector<StreamInfo> streams;
  std::exception_ptr trouble;
};

void tell(void* ctx, const hr_stream* stream) noexcept {
  auto& told = *static_cast<Told*>(ctx);
  if (told.trouble || told.streams.size() >= most_streams || !stream) return;
  try {
    told.streams.push_back(stream_info(*stream));
  } catch (...) {
    told.trouble = std::current_exception();
  }
}

}  // namespace

InProcess::InProcess(const hr_plugin& table, const CheckedSettings& settings, Lent lent)
    : table_(table), name_(table.name), lent_(std::move(lent)), host_(host_of()) {
  std::vector<hr_setting> flat;
  for (const auto& setting : settings)
    if (!is_of_network(setting.key)) flat.push_back({to_c(setting.key), to_c(setting.handed())});
  hr_error error{};
  throw_if(table_.open(&host_, flat.data(), flat.size(), &self_, &error), error);
}

InProcess::~InProcess() {
  table_.close(self_);
}

hr_host InProcess::host_of() {
  hr_host host{};
  host.size = sizeof host;
  host.abi = HR_ABI;
  host.ctx = this;
  host.log = [](void* ctx, int32_t level, hr_text line) noexcept {
    auto& self = *static_cast<InProcess*>(ctx);
    auto known = level < 0 || level > 3 ? world::Level::info : static_cast<world::Level>(level);
    self.lent_.log(known, view_of(line));
  };
  host.stopping = [](void* ctx) noexcept -> int32_t {
    return static_cast<InProcess*>(ctx)->lent_.cancel.cancelled();
  };
  host.now_ms = [](void* ctx) noexcept {
    return static_cast<InProcess*>(ctx)->lent_.clock.now_ms();
  };
  host.set_aside = [](void* ctx, const hr_aside* what) noexcept {
    if (what && what->size >= sizeof(hr_aside)) static_cast<InProcess*>(ctx)->keep(*what);
  };
  host.progress = [](void* ctx, uint64_t done, uint64_t total) noexcept {
    auto& self = *static_cast<InProcess*>(ctx);
    if (self.lent_.progress) self.lent_.progress(done, total);
  };
  host.service = [](void* ctx, const char* id) noexcept -> const void* {
    auto& self = *static_cast<InProcess*>(ctx);
    return id && self.lent_.service ? self.lent_.service(id) : nullptr;
  };
  return host;
}

void InProcess::keep(const hr_aside& what) {
  Aside aside{what.record,         what.line,         what.offset,         copy_of(what.place),
              copy_of(what.field), copy_of(what.why), copy_of(what.bytes), copy_of(what.key)};
  std::lock_guard guard(mutex_);
  asides_.push_back(std::move(aside));
}

std::vector<Aside> InProcess::take_asides() {
  std::lock_guard guard(mutex_);
  return std::exchange(asides_, {});
}

const void* InProcess::contract(const char* id) const {
  const void* found = table_.contract(id);
  if (!found) throw Error(Next::hide, "plugin " + name_ + " does not offer " + std::string(id));
  return found;
}

bool InProcess::offers(std::string_view contract) const {
  return table_.contract(std::string(contract).c_str()) != nullptr;
}

std::vector<StreamInfo> InProcess::discover() {
  auto& discover = *static_cast<const hr_discover*>(contract(HR_DISCOVER));
  Told told;
  hr_error error{};
  int32_t code = discover.streams(self_, &told, tell, &error);
  throw_if(code, error);
  if (told.trouble) std::rethrow_exception(told.trouble);
  return std::move(told.streams);
}

std::unique_ptr<BatchReader> InProcess::read(const ReadRequest& what) {
  return start_reading(*this, *static_cast<const hr_source*>(contract(HR_SOURCE)), self_, what);
}

std::string InProcess::version(const std::string& stream) {
  auto* table = static_cast<const hr_stands*>(table_.contract(HR_STANDS));
  if (!table) return {};
  std::string version;
  auto tell = [](void* ctx, hr_text told) noexcept {
    if (told.size <= HR_MAX_VERSION) *static_cast<std::string*>(ctx) = view_of(told);
  };
  hr_error error{};
  throw_if(table->version(self_, to_c(stream), &version, tell, &error), error);
  return version;
}

bool InProcess::stands(const std::string& stream, const std::string& version) {
  auto* table = static_cast<const hr_stands*>(table_.contract(HR_STANDS));
  if (!table) return false;
  int32_t yes = 0;
  hr_error error{};
  throw_if(table->stands(self_, to_c(stream), to_c(version), &yes, &error), error);
  return yes == 1;
}

Delivers InProcess::takes() {
  auto& sink = *static_cast<const hr_sink*>(contract(HR_SINK));
  return sink.takes(self_) == HR_SNAPSHOT ? Delivers::snapshot : Delivers::delta;
}

std::unique_ptr<Writer> InProcess::begin(const Delivery& what, Answer answer) {
  return start_writing(*this, *static_cast<const hr_sink*>(contract(HR_SINK)), self_, what,
                       std::move(answer));
}

void InProcess::check() {
  auto* check = static_cast<const hr_check*>(table_.contract(HR_CHECK));
  if (!check) return;
  hr_error error{};
  throw_if(check->check(self_, &error), error);
}

}  // namespace homeroom::plugin
