// Remote: an instance in a runner. A runner that ends takes its open readers and writers along; the
// next question starts another, a few times.
#include <algorithm>
#include <exception>
#include <type_traits>
#include <utility>

#include <fcntl.h>

#include "hub/plugin/library.hpp"
#include "hub/plugin/messages.hpp"
#include "hub/plugin/open.hpp"
#include "hub/plugin/openings.hpp"
#include "hub/plugin/rows_frame.hpp"
#include "hub/plugin/runner.hpp"
#include "hub/plugin/waiting_keys.hpp"

namespace homeroom::plugin {
namespace {

using std::chrono::steady_clock;

// What a plugin may set aside before somebody takes it.
constexpr std::size_t most_asides = 1'000'000;
constexpr std::size_t most_aside_bytes = std::size_t{256} << 20;

/// Who asks: for messages, and for verdicts on shares.
struct Asking {
  std::string stream;  ///< empty: no stream
  Runner::Told verdict = {};
};

class Remote : public Instance {
 public:
  Remote(const Found& plugin, const CheckedSettings& settings, const Surroundings& around,
         const RunnerStyle& style, world::File library)
      : found_(plugin),
        library_(std::move(library)),
        scratch_(std::filesystem::temp_directory_path()),
        around_(around),
        style_(style),
        openings_(openings_of(plugin.manifest, settings)),
        opening_(opening(settings)) {
    restart();
  }

  ~Remote() override {
    if (!runner_ || runner_->bytes_written_out() == 0) return;
    around_.log.warn("the plugin wrote " + std::to_string(runner_->bytes_written_out()) +
                         " bytes to standard output or error, which nobody reads; what it has to "
                         "say goes to the host's log",
                     {{"plugin", found_.manifest.name}});
  }

  bool offers(std::string_view contract) const override {
    Pack question;
    question.text(contract);
    return const_cast<Remote*>(this)->ask(  // to ask is to talk, though nothing is changed by it
        Kind::offers, question, {}, [](Unpack& answer) { return answer.flag(); });
  }

  std::vector<StreamInfo> discover() override {
    return ask(Kind::discover, {}, {}, unpack_streams);
  }
  void check() override {
    ask(Kind::check, {}, {}, [](Unpack&) { return true; });
  }
  Delivers takes() override {
    return ask(Kind::takes, {}, {},
               [](Unpack& answer) { return answer.flag() ? Delivers::delta : Delivers::snapshot; });
  }
  std::unique_ptr<BatchReader> read(const ReadRequest& what) override;
  std::unique_ptr<Writer> begin(const Delivery& what, Answer answer) override;

  /// Asks, and hands what was answered to `take`, which must leave nothing of it unread.
  template <class Take>
  std::invoke_result_t<Take, Unpack&> ask(Kind kind, const Pack& question, const Asking& asking,
                                          Take take) {
    auto head = call(kind, question, most_frame_bytes, asking);
    return taken(asking, [&] {
      Unpack answer({runner_->bytes(), head.size});
      auto made = take(answer);
      answer.finish();
      return made;
    });
  }
  /// The answer as it stands; throws what the plugin answered, and Broken.
  FrameHead call(Kind kind, const Pack& question, uint32_t most, const Asking& asking);
  /// Takes the answer's memory and gives other memory for the next one.
  void swap_frame(FrameBytes& other) { runner_->swap_bytes(other); }
  /// What a frame is turned into; a frame that cannot be ends the runner.
  template <class Work>
  std::invoke_result_t<Work> taken(const Asking& asking, Work work) {
    try {
      return work();
    } catch (const Error& lie) {
      end();
      broken(asking, std::string("its process sent what makes no sense (") + lie.what() +
                         ") and was ended");
    }
  }
  [[noreturn]] void broken(const Asking& asking, const std::string& why) const {
    std::string stream = asking.stream.empty() ? "" : ", stream " + asking.stream;
    throw Broken(Next::fail, "plugin " + found_.manifest.name + stream + ": " + why);
  }
  void end() {
    if (runner_) runner_->end();
  }
  /// Counts the processes: a reader or writer belongs to one.
  uint32_t life() const { return starts_; }
  bool is_running() const { return runner_ && runner_->is_running(); }
  const RunnerStyle& style() const { return style_; }

  std::vector<Aside> take_asides() {
    aside_bytes_ = 0;
    return std::exchange(asides_, {});
  }

 private:
  std::string opening(const CheckedSettings& settings) const {
    OpenRequest request;
    request.found = found_;
    for (const auto& setting : settings)
      request.settings.push_back({setting.key, world::Secret(std::string(setting.value.reveal()))});
    Pack question;
    pack(question, request);
    return question.bytes();
  }

  void confine_runner() {
    Pack question;
    pack(question,
         Confinement{style_, scratch_.path().string(),
                     std::filesystem::absolute(found_.library).parent_path().string(), openings_});
    auto head = ask_runner(Kind::confine, question.bytes(), most_frame_bytes, {});
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
  void restart() {
    if (is_running()) return;
    if (starts_ >= style_.starts)
      broken({}, "its process has ended " + std::to_string(starts_) +
                     " times; it stays off for the rest of this run");
    ++starts_;
    runner_ = std::make_unique<Runner>(style_, library_, around_.cancel);
    try {
      confine_runner();
      Pack now;
      now.number(around_.clock.now_ms());
      ask_runner(Kind::open, now.bytes() + opening_, most_frame_bytes, {});
    } catch (...) {
      end();
      throw;
    }
  }

  FrameHead ask_runner(Kind kind, std::string_view question, uint32_t most, const Asking& asking);
  void hear(Kind kind, std::string_view frame, const Asking& asking);
  void keep(Aside aside);

  Found found_;
  world::File library_;
  world::ScratchFolder scratch_;
  Surroundings around_;
  RunnerStyle style_;
  std::vector<Opening> openings_;
  std::string opening_;
  std::unique_ptr<Runner> runner_;
  uint32_t starts_ = 0;
  std::vector<Aside> asides_;
  std::size_t aside_bytes_ = 0;
};

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

FrameHead Remote::ask_runner(Kind kind, std::string_view question, uint32_t most,
                             const Asking& asking) {
  FrameHead head;
  try {
    head = runner_->call(kind, question, most, [&](Kind told, std::string_view frame) {
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
  Pack all;
  all.number(around_.clock.now_ms());
  return ask_runner(kind, all.bytes() + question.bytes(), most, asking);
}

class RemoteReader : public BatchReader {
 public:
  RemoteReader(Remote& remote, const ReadRequest& what)
      : remote_(remote), what_(what), asking_{what.stream}, begun_(steady_clock::now()) {
    Pack question;
    pack(question, what);
    number_ = remote.ask(Kind::read, question, asking_,
                         [](Unpack& answer) { return answer.number<uint32_t>(); });
    life_ = remote.life();
  }

  ~RemoteReader() override {
    if (!is_alive()) return;
    try {
      remote_.call(Kind::end_read, handle(), most_frame_bytes, asking_);
    } catch (const std::exception&) {
      // Nobody waits for it any more; the next question says that the process has ended.
    }
  }

  std::optional<Arrival> next() override {
    if (at_end_) return std::nullopt;
    if (!is_alive()) remote_.broken(asking_, "its process has ended");
    if (steady_clock::now() - begun_ > remote_.style().read) {
      remote_.end();
      remote_.broken(asking_,
                     "it did not come to an end within the time of a read and its process "
                     "was ended");
    }
    auto head = remote_.call(Kind::next, handle(), most_rows_frame(what_), asking_);
    remote_.swap_frame(frame_);  // the rows stay until the next call of this reader
    gather();
    return remote_.taken(asking_, [&]() -> std::optional<Arrival> {
      if (head.kind == Kind::rows) return unpack_rows(frame_.data(), head.size, what_);
      Unpack answer({frame_.data(), head.size});
      take_end(answer);
      return std::nullopt;
    });
  }

  const End& end() const override { return end_; }

  std::vector<Aside> take_asides() override {
    gather();
    return std::exchange(asides_, {});
  }

 private:
  bool is_alive() const { return remote_.is_running() && remote_.life() == life_; }
  Pack handle() const {
    Pack question;
    question.number(number_);
    return question;
  }
  void gather() { std::ranges::move(remote_.take_asides(), std::back_inserter(asides_)); }

  void take_end(Unpack& answer) {
    end_ = unpack_end(answer);
    answer.finish();
    at_end_ = true;
  }

  Remote& remote_;
  ReadRequest what_;
  Asking asking_;
  steady_clock::time_point begun_;
  uint32_t number_ = 0;
  uint32_t life_ = 0;
  FrameBytes frame_;
  std::vector<Aside> asides_;
  bool at_end_ = false;
  End end_;
};

class RemoteWriter : public Writer {
 public:
  RemoteWriter(Remote& remote, const Delivery& what, Answer answer)
      : remote_(remote), answer_(std::move(answer)) {
    asking_.verdict = [this](Kind, std::string_view frame) { take(frame); };
    Pack question;
    pack(question, what);
    number_ = remote.ask(Kind::begin, question, asking_,
                         [](Unpack& told) { return told.number<uint32_t>(); });
    life_ = remote.life();
  }

  ~RemoteWriter() override {
    if (!is_alive()) return;
    try {
      remote_.call(Kind::end_write, handle(), most_frame_bytes, asking_);
    } catch (const std::exception&) {
      // What became of the shares was told by put() and finish().
    }
  }

  void put(std::span<const Share> shares) override {
    for (const auto& share : shares) keys_.add(share.key);
    Pack question = handle();
    pack(question, shares);
    ask(Kind::put, question);
    rethrow();
  }

  void finish() override {
    std::exception_ptr ended;
    try {
      ask(Kind::finish, handle());
    } catch (...) {
      ended = std::current_exception();
    }
    keys_.each_waiting([this](std::string_view key) { answer_(key, Verdict::not_now, ""); });
    rethrow();
    if (ended) std::rethrow_exception(ended);
  }

 private:
  bool is_alive() const { return remote_.is_running() && remote_.life() == life_; }
  Pack handle() const {
    Pack question;
    question.number(number_);
    return question;
  }
  void ask(Kind kind, const Pack& question) {
    if (!is_alive()) remote_.broken(asking_, "its process has ended");
    remote_.call(kind, question, most_frame_bytes, asking_);
  }

  // An answer for a share that does not wait for one is a lie; what the hub throws over an answer
  // is kept until the plugin is done.
  void take(std::string_view frame) {
    Unpack told(frame);
    auto verdict = told.number<int32_t>();
    auto key = told.text();
    auto why = told.text();
    told.finish();
    if (verdict < HR_TAKEN || verdict > HR_NOT_NOW || !keys_.take(key))
      refuse_frame("it answered for a share that does not wait for an answer");
    if (trouble_) return;
    try {
      answer_(key, static_cast<Verdict>(verdict), clean(why));
    } catch (...) {
      trouble_ = std::current_exception();
    }
  }
  void rethrow() {
    if (trouble_) std::rethrow_exception(trouble_);
  }

  Remote& remote_;
  Asking asking_;
  Answer answer_;
  WaitingKeys keys_;
  uint32_t number_ = 0;
  uint32_t life_ = 0;
  std::exception_ptr trouble_;
};

std::unique_ptr<BatchReader> Remote::read(const ReadRequest& what) {
  if (what.max_rows == 0 || what.max_rows > HR_MAX_ROWS || what.max_bytes > HR_MAX_BYTES)
    throw Error(Next::fail, "a read was asked for with bounds outside the contract");
  return std::make_unique<RemoteReader>(*this, what);
}

std::unique_ptr<Writer> Remote::begin(const Delivery& what, Answer answer) {
  return std::make_unique<RemoteWriter>(*this, what, std::move(answer));
}

}  // namespace

std::vector<Layer> layers_of_a_runner() {
  world::ScratchFolder scratch(std::filesystem::temp_directory_path());
  world::Cancel cancel;
  world::File no_library(open("/dev/null", O_RDONLY | O_CLOEXEC));
  Runner runner({}, no_library, cancel);
  Pack question;
  pack(question, Confinement{{}, scratch.path().string(), scratch.path().string(), {}});
  auto head = runner.call(Kind::confine, question.bytes(), most_frame_bytes,
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
