// Daemon: the threads of `homeroom serve`: one that looks at the clock, one that does runs, one
// that tells people. What each does is in Scheduler, RunProgram and the sender of alerts.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>

#include "hub/jobs/run_program.hpp"
#include "hub/jobs/scheduler.hpp"
#include "hub/jobs/setback.hpp"

namespace homeroom::jobs {

class Daemon {
 public:
  struct Parts {
    const Timetable& timetable;
    Memory& memory;
    Queue& queue;
    Scheduler& scheduler;
    const world::Log& log;
    const world::Cancel& stop;
    std::string owner;  ///< another one for each process
    bool is_alone;      ///< no other daemon works on this store: see work()
    std::function<RunEnd(const Item&, const std::function<bool()>& must_stop)> run;
    std::function<void(const Item&)>
        send;  ///< an alert; throws Error when it should be tried again
    std::function<void(const Item&, const RunEnd&)> ended;  ///< told of each run's end, for metrics
  };
  /// What the parts refer to must outlive it.
  explicit Daemon(Parts parts) : parts_(std::move(parts)) {}

  /// Works until `stop` is asked. Then it begins nothing more, gives a run that is under way 30
  /// seconds to end and else hands it back. Leases of other owners are taken as left behind if it
  /// is alone: the caller holds the lock that says nobody else is there.
  void work();

  /// Whether all threads have moved within the last two minutes; true before and after work().
  bool is_alive() const;
  /// Whether no thread is kept from its work, by a store that cannot be reached or written.
  bool is_able() const;

 private:
  enum Thread : uint8_t { clock, runner, teller };

  void look_at_the_clock();
  void do_runs();
  void tell_people();
  void repeat(Thread thread, const std::function<bool()>& step);
  void wait(std::chrono::milliseconds pause);
  bool do_run();
  bool is_given_up(const Item& run);
  void settle(const Item& run, const RunEnd& end);
  void log_end(const Item& run, const RunEnd& end) const;
  bool tell();
  bool must_stop(const Item& run, double& last_beat);
  int64_t patience_ms(const Item& run) const;

  Parts parts_;
  std::array<std::atomic<double>, 3> moved_{};  ///< of the steady clock; 0: not at work
  std::array<Setback, 3> setbacks_;             ///< by thread
  Setback beats_;
  std::atomic<double> stop_since_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
};

}  // namespace homeroom::jobs
