// The life of a runner: one instance, one question after another, until the hub goes away.
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "homeroom/error.hpp"
#include "hub/plugin/far_http.hpp"
#include "hub/plugin/in_process.hpp"
#include "hub/plugin/library.hpp"
#include "hub/plugin/messages.hpp"
#include "hub/plugin/rows_frame.hpp"
#include "hub/plugin/sandbox.hpp"
#include "hub/plugin/services.hpp"

namespace homeroom::plugin {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int beat_ms = 1000;
constexpr auto progress_every = milliseconds(200);

/// The hub's time when it asked, and what has passed since.
class HubClock : public world::Clock {
 public:
  int64_t now_ms() const override { return at_.load() + passed() - heard_.load(); }
  void hear(int64_t now) {
    at_ = now;
    heard_ = passed();
  }

 private:
  static int64_t passed() {
    return std::chrono::duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
  }
  std::atomic<int64_t> at_{0}, heard_{0};
};

/// The hub's wish to stop. What was wished before a question is heard before it is answered.
class Wishes {
 public:
  explicit Wishes(world::Cancel& cancel) : cancel_(cancel) {}
  /// Ends the process when the hub is gone.
  void hear() {
    std::lock_guard guard(mutex_);
    char wish;
    auto got = recv(runner_control, &wish, 1, MSG_DONTWAIT);
    if (got == 0) _exit(0);
    if (got > 0) cancel_.ask();
  }
  /// Beats once a second and hears, whatever the plugin does.
  void watch() {
    for (;;) {
      pollfd waiting{runner_control, POLLIN, 0};
      if (poll(&waiting, 1, beat_ms) == 0)
        (void)!::send(runner_control, "b", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
      else
        hear();
    }
  }

 private:
  world::Cancel& cancel_;
  std::mutex mutex_;  ///< a wish is taken and passed on in one
};

class Host {
 public:
  int serve() {
    FrameHead head;
    while (auto question = line_.take_question(head, bytes_)) answer(head.kind, *question);
    readers_.clear();
    writers_.clear();
    instance_.reset();
    return 0;
  }

 private:
  void answer(Kind kind, std::string_view asked) {
    try {
      Unpack question(asked);
      if (kind != Kind::confine) {
        wishes_.hear();
        clock_.hear(question.number<int64_t>());
      }
      act(kind, question);
    } catch (const Error& error) {
      fail(error);
    } catch (const std::exception&) {
      fail(Error(Next::fail, "an exception came out of the plugin"));
    } catch (...) {
      fail(Error(Next::fail, "an exception came out of the plugin"));
    }
  }

  void fail(const Error& error) {
    Pack answer;
    pack(answer, error);
    line_.answer(Kind::failed, answer);
  }

  void act(Kind kind, Unpack& question) {
    Pack answer;
    switch (kind) {
      case Kind::confine:
        confine_self(question, answer);
        break;
      case Kind::open:
        open(question);
        break;
      case Kind::offers:
        answer.number<uint8_t>(instance_->offers(question.text()));
        break;
      case Kind::discover:
        pack(answer, instance_->discover());
        break;
      case Kind::check:
        instance_->check();
        break;
      case Kind::read:
        read(question, answer);
        break;
      case Kind::next:
        return next(readers_.at(question.number<uint32_t>()));
      case Kind::end_read:
        readers_.erase(question.number<uint32_t>());
        break;
      case Kind::version:
        answer.text(instance_->version(std::string(question.text())));
        break;
      case Kind::stands: {
        std::string stream(question.text());
        answer.number<uint8_t>(instance_->stands(stream, std::string(question.text())));
        break;
      }
      case Kind::takes:
        answer.number<uint8_t>(instance_->takes() == Delivers::delta);
        break;
      case Kind::begin:
        begin(question, answer);
        break;
      case Kind::put:
        put(question);
        break;
      case Kind::finish:
        writers_.at(question.number<uint32_t>())->finish();
        break;
      case Kind::end_write:
        writers_.erase(question.number<uint32_t>());
        break;
      default:
        refuse_frame("a question that does not exist");
    }
    line_.answer(Kind::done, answer);
  }

  // While there is one thread: what it gives up, those it starts do not have.
  void confine_self(Unpack& question, Pack& answer) {
    auto what = unpack_confinement(question);
    setenv("TMPDIR", what.scratch.c_str(), 1);
    scratch_.emplace(what.scratch, what.style.scratch_bytes);
    pack(answer, confine(what));
    std::thread([this] { wishes_.watch(); }).detach();
  }

  void open(Unpack& question) {
    auto what = unpack_open(question);
    const auto& table = load_copy(world::File(runner_library), what.found);
    Lent lent{clock_,
              cancel_,
              [this](world::Level level, std::string_view line) {
                line_.tell(Kind::log, Pack().number(static_cast<int32_t>(level)).text(line));
              },
              [this](uint64_t done, uint64_t total) { progress(done, total); },
              [this](std::string_view id) -> const void* { return service(id); },
              {}};
    instance_ = std::make_unique<InProcess>(table, what.settings, std::move(lent));
  }

  const void* service(std::string_view id) const {
    if (id == HR_HTTP) return http_.table();
    if (id == HR_WAIT) return wait_.table();
    return id == HR_SCRATCH ? scratch_->table() : nullptr;
  }

  void progress(uint64_t done, uint64_t total) {
    auto now = steady_clock::now();
    {
      std::lock_guard guard(told_mutex_);
      if (now - told_ < progress_every) return;
      told_ = now;
    }
    line_.tell(Kind::progress, Pack().number(done).number(total));
  }

  struct Reading {
    ReadRequest what;
    std::unique_ptr<BatchReader> reader;
  };

  void read(Unpack& question, Pack& answer) {
    auto what = unpack_read(question);
    auto reader = instance_->read(what);
    readers_[++last_] = {std::move(what), std::move(reader)};
    answer.number(last_);
  }

  void next(Reading& reading) {
    std::optional<Arrival> arrival;
    try {
      arrival = reading.reader->next();
    } catch (...) {
      tell_asides(*reading.reader);
      throw;
    }
    tell_asides(*reading.reader);
    if (arrival) return line_.answer_rows(packer_.pack(*arrival, reading.what.columns));
    Pack answer;
    pack(answer, reading.reader->end());
    line_.answer(Kind::done, answer);
  }

  void tell_asides(BatchReader& reader) {
    for (const auto& aside : reader.take_asides()) {
      Pack told;
      pack(told, aside);
      line_.tell(Kind::aside, told);
    }
  }

  void begin(Unpack& question, Pack& answer) {
    auto verdict = [this](std::string_view key, Verdict said, std::string_view why) {
      line_.gather(Kind::verdict, Pack().number(static_cast<int32_t>(said)).text(key).text(why));
    };
    auto what = unpack_delivery(question);
    writers_[++last_] = instance_->begin(what, verdict);
    answer.number(last_);
  }

  void put(Unpack& question) {
    auto& writer = writers_.at(question.number<uint32_t>());
    writer->put(unpack_shares(question));
  }

  HubClock clock_;
  world::Cancel cancel_;
  Wishes wishes_{cancel_};
  Line line_;
  FarHttp http_{line_};
  LentWait wait_{cancel_};
  std::optional<LentScratch> scratch_;
  FrameBytes bytes_;
  RowsPacker packer_;
  std::mutex told_mutex_;
  steady_clock::time_point told_;
  std::unique_ptr<InProcess> instance_;
  std::map<uint32_t, Reading> readers_;
  std::map<uint32_t, std::unique_ptr<Writer>> writers_;
  uint32_t last_ = 0;
};

bool was_started_by_a_hub() {
  int type = 0;
  socklen_t size = sizeof type;
  return getsockopt(runner_calls, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_STREAM &&
         fcntl(runner_library, F_GETFD) >= 0 && fcntl(runner_area, F_GETFD) >= 0;
}

}  // namespace

int serve_as_runner() {
  if (!was_started_by_a_hub()) return 2;
  signal(SIGPIPE, SIG_IGN);
  auto* host = new Host;  // its thread may outlive it
  return host->serve();
}

}  // namespace homeroom::plugin
