#include "hub/plugin/remote.hpp"

#include <array>
#include <exception>

#include <fcntl.h>

#include "hub/plugin/library.hpp"

namespace homeroom::plugin {
namespace {

using std::chrono::steady_clock;

// What a plugin may set aside before somebody takes it.
constexpr std::size_t most_asides = 1'000'000;
constexpr std::size_t most_aside_bytes = std::size_t{256} << 20;

}  // namespace

Remote::Remote(const Found& plugin, const CheckedSettings& settings, const Surroundings& around,
               const RunnerStyle& style, world::File library)
    : found_(plugin),
      library_(std::move(library)),
      scratch_(std::filesystem::temp_directory_path()),
      around_(around),
      style_(style),
      openings_(openings_of(plugin.manifest, settings)),
      http_(plugin.manifest, settings, around),
      opening_(opening(settings)) {
  restart();
}

Remote::~Remote() {
  if (!runner_ || runner_->bytes_written_out() == 0) return;
  around_.log.warn("the plugin wrote " + std::to_string(runner_->bytes_written_out()) +
                       " bytes to standard output or error, which nobody reads; what it has to "
                       "say goes to the host's log",
                   {{"plugin", found_.manifest.name}});
}

bool Remote::offers(std::string_view contract) const {
  Pack question;
  question.text(contract);
  return const_cast<Remote*>(this)->ask(  // to ask is to talk, though nothing is changed by it
      Kind::offers, question, {}, [](Unpack& answer) { return answer.flag(); });
}

std::vector<StreamInfo> Remote::discover() {
  return ask(Kind::discover, {}, {}, unpack_streams);
}

void Remote::check() {
  ask(Kind::check, {}, {}, [](Unpack&) { return true; });
}

std::string Remote::version(const std::string& stream) {
  return ask(Kind::version, Pack().text(stream), {stream, {}},
             [](Unpack& answer) { return std::string(answer.text()); });
}

bool Remote::stands(const std::string& stream, const std::string& version) {
  return ask(Kind::stands, Pack().text(stream).text(version), {stream, {}},
             [](Unpack& answer) { return answer.flag(); });
}

Delivers Remote::takes() {
  return ask(Kind::takes, {}, {},
             [](Unpack& answer) { return answer.flag() ? Delivers::delta : Delivers::snapshot; });
}

void Remote::broken(const Asking& asking, const std::string& why) const {
  std::string stream = asking.stream.empty() ? "" : ", stream " + asking.stream;
  throw Broken(Next::fail, "plugin " + found_.manifest.name + stream + ": " + why);
}

std::string Remote::opening(const CheckedSettings& settings) const {
  OpenRequest request;
  request.found = found_;
  for (const auto& setting : settings)
    if (!is_of_network(setting.key))
      request.settings.push_back({setting.key, world::Secret(std::string(setting.handed()))});
  Pack question;
  pack(question, request);
  return question.bytes();
}

void Remote::confine_runner() {
  Pack question;
  pack(question,
       Confinement{style_, scratch_.path().string(),
                   std::filesystem::absolute(found_.library).parent_path().string(), openings_});
  auto head = ask_runner(Kind::confine, {}, question.bytes(), most_frame_bytes, {});
  auto layers = taken({}, [&] {
    Unpack answer({runner_->bytes(), head.size});
    return unpack_layers(answer);
  });
  for (const auto& layer : layers)
    if (!layer.is_on && starts_ == 1)
      around_.log.warn("this system does not keep plugins to " + layer.name + ": " + layer.why,
                       {{"plugin", found_.manifest.name}});
}

// The plugin's process, started again where the last one has ended.
void Remote::restart() {
  if (is_running()) return;
  if (starts_ >= style_.starts)
    broken({}, "its process has ended " + std::to_string(starts_) +
                   " times; it stays off for the rest of this run");
  ++starts_;
  http_.forget();
  runner_ = std::make_unique<Runner>(style_, scratch_.path(), library_, around_.cancel);
  try {
    confine_runner();
    Pack now;
    now.number(around_.clock.now_ms());
    ask_runner(Kind::open, now.bytes(), opening_, most_frame_bytes, {});
  } catch (...) {
    end();
    throw;
  }
}

void Remote::keep(Aside aside) {
  aside_bytes_ += aside.bytes.size() + aside.key.size() + sizeof aside;
  if (asides_.size() >= most_asides || aside_bytes_ > most_aside_bytes)
    refuse_frame("it sets aside more records than can be kept");
  asides_.push_back(std::move(aside));
}

void Remote::hear(Kind kind, std::string_view frame, const Asking& asking) {
  Unpack told(frame);
  if (kind == Kind::log) {
    auto level = told.number<int32_t>();
    if (level < 0 || level > 3) refuse_frame("a level that does not exist");
    around_.log.say(static_cast<world::Level>(level), clean(told.text(), 4096),
                    {{"plugin", found_.manifest.name}});
  } else if (kind == Kind::progress) {
    auto done = told.number<uint64_t>();
    auto total = told.number<uint64_t>();
    if (around_.progress) around_.progress(done, total);
  } else if (kind == Kind::aside) {
    keep(unpack_aside(told));
  } else if (kind == Kind::verdict && asking.verdict) {
    return asking.verdict(kind, frame);
  } else {
    refuse_frame("a frame nobody waits for");
  }
  told.finish();
}

void Remote::lend_http(Kind kind, std::string_view frame, const Asking& asking) {
  Pack answer;
  auto began = steady_clock::now();
  auto answered = taken(asking, [&] { return http_.answer(kind, frame, answer); });
  runner_->pardon(steady_clock::now() - began);
  if (answered) runner_->tell(*answered, answer.bytes());
}

FrameHead Remote::ask_runner(Kind kind, std::string_view now, std::string_view question,
                             uint32_t most, const Asking& asking) {
  FrameHead head;
  try {
    head = runner_->call(kind, std::array{now, question}, most,
                         [&](Kind told, std::string_view frame) {
                           if (LentHttp::is_asked_by(told)) return lend_http(told, frame, asking);
                           taken(asking, [&] { hear(told, frame, asking); });
                         });
  } catch (const Runner::Ended& ended) {
    broken(asking, ended.what());
  }
  if (head.kind != Kind::failed) return head;
  auto error = taken(asking, [&] {
    Unpack answer({runner_->bytes(), head.size});
    return unpack_error(answer);
  });
  if (error.next == Next::fail) broken(asking, error.what());
  throw error;
}

FrameHead Remote::call(Kind kind, const Pack& question, uint32_t most, const Asking& asking) {
  restart();
  Pack now;
  now.number(around_.clock.now_ms());
  return ask_runner(kind, now.bytes(), question.bytes(), most, asking);
}

std::unique_ptr<BatchReader> Remote::read(const ReadRequest& what) {
  return read_there(*this, what);
}

std::unique_ptr<Writer> Remote::begin(const Delivery& what, Answer answer) {
  return write_there(*this, what, std::move(answer));
}

void HeldThere::open(Kind kind, const Pack& question) {
  number_ = remote_.ask(kind, question, asking_,
                        [](Unpack& answer) { return answer.number<uint32_t>(); });
  life_ = remote_.life();
}

void HeldThere::expect_alive() const {
  if (!is_alive()) remote_.broken(asking_, "its process has ended");
}

FrameHead HeldThere::call(Kind kind, const Pack& question, uint32_t most) {
  expect_alive();
  return remote_.call(kind, question, most, asking_);
}

void HeldThere::close(Kind kind) noexcept {
  if (!is_alive()) return;
  try {
    call(kind, handle());
  } catch (const std::exception&) {
    // The next question says that the process has ended.
  }
}

std::vector<Layer> layers_of_a_runner() {
  world::ScratchFolder scratch(std::filesystem::temp_directory_path());
  world::Cancel cancel;
  world::File no_library(open("/dev/null", O_RDONLY | O_CLOEXEC));
  Runner runner({}, scratch.path(), no_library, cancel);
  Pack question;
  pack(question, Confinement{{}, scratch.path().string(), scratch.path().string(), {}});
  auto head =
      runner.call(Kind::confine, std::array{std::string_view(question.bytes())}, most_frame_bytes,
                  [](Kind, std::string_view) { refuse_frame("a frame nobody waits for"); });
  Unpack answer({runner.bytes(), head.size});
  return unpack_layers(answer);
}

std::unique_ptr<Instance> open_in_runner(const Found& plugin, const CheckedSettings& settings,
                                         const Surroundings& around, const RunnerStyle& style) {
  return open_in_runner(plugin, settings, around, style, sealed_copy(plugin.library));
}

std::unique_ptr<Instance> open_in_runner(const Found& plugin, const CheckedSettings& settings,
                                         const Surroundings& around, const RunnerStyle& style,
                                         world::File library) {
  return std::make_unique<Remote>(plugin, settings, around, style, std::move(library));
}

}  // namespace homeroom::plugin
