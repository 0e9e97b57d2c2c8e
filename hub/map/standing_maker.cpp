#include "hub/map/standing_maker.hpp"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>

namespace homeroom::map {

namespace {

/// One table, or one stream or table with its indexes, to be made once all it needs is there.
struct Task {
  Origin of;
  bool is_lookup = false;
  std::vector<std::size_t> needs;  ///< tasks that stand before it
  enum class State : uint8_t { waits, begun, done } state = State::waits;
  std::exception_ptr wrong;
  Output told;  ///< findings, refusals and uses
};

/// The tasks of a plan, each behind all it needs. Tables come first: they take longest.
class Tasks {
 public:
  Tasks(const Plan& plan, const SlicePlan& slices, Lookups& lookups)
      : plan_(plan), lookups_(lookups), made_(plan.tables.size(), unmade) {
    auto streams = plan.reads.size();
    for (std::size_t e = 0; e < plan.entities.size(); ++e) {
      auto table = plan.entities[e].table;
      if (slices.driver[e] >= streams)
        make(table);
      else
        look_up(table);
    }
    std::ranges::move(lookup_tasks_, std::back_inserter(tasks_));
  }

  std::vector<Task> take() { return std::move(tasks_); }

 private:
  static constexpr std::size_t unmade = SIZE_MAX;

  std::size_t make(uint32_t table) {
    if (made_[table] != unmade) return made_[table];
    const auto& of = plan_.tables[table];
    Task task{{true, table}};
    auto need = [&](const Origin& other) {
      if (other.is_table) task.needs.push_back(make(other.index));
    };
    need(of.from);
    for (const auto& step : of.steps) {
      if (step.kind == Step::Kind::join) need(step.join.target);
      if (step.kind == Step::Kind::union_with) need({true, step.other});
    }
    tasks_.push_back(std::move(task));
    return made_[table] = tasks_.size() - 1;
  }

  /// What slices of a table look up.
  void look_up(uint32_t table) {
    const auto& of = plan_.tables[table];
    for (const auto& step : of.steps) {
      if (step.kind != Step::Kind::join) continue;
      const auto& target = step.join.target;
      lookups_.expect(step.join);
      if (std::ranges::any_of(lookup_tasks_, [&](const Task& task) {
            return task.of.is_table == target.is_table && task.of.index == target.index;
          }))
        continue;
      Task task{target, true};
      if (target.is_table) task.needs.push_back(make(target.index));
      lookup_tasks_.push_back(std::move(task));
    }
    if (of.from.is_table) look_up(of.from.index);
  }

  const Plan& plan_;
  Lookups& lookups_;
  std::vector<std::size_t> made_;  ///< task of each table
  std::vector<Task> tasks_, lookup_tasks_;
};

/// What one thread has of its own.
struct Hand {
  Hand(Standing& standing, const StandingMaker& maker, record::Arena& arena)
      : state{*maker.plan, standing.block, arena, output, {}, {}}, steps(state, *maker.indexes) {
    for (const auto& stream : standing.block.streams)
      output.fates.emplace_back(stream.rows, Fate::filtered);
    output.step_rows.assign(maker.plan->steps.size(), 0);
    state.tables.resize(maker.plan->tables.size());
    state.is_made.assign(maker.plan->tables.size(), 0);
  }

  Output output;
  BlockState state;
  StepRunner steps;
};

class Crew {
 public:
  Crew(Standing& standing, std::vector<Task> tasks, const std::vector<StandingMaker>& makers)
      : standing_(standing), tasks_(std::move(tasks)) {
    for (const auto& maker : makers)
      hands_.emplace_back(standing, maker,
                          hands_.empty() ? standing.arena : standing.one_more_arena());
  }

  void run() {
    std::vector<std::thread> others;
    for (std::size_t i = 1; i < hands_.size(); ++i)
      others.emplace_back([this, i] { work(hands_[i]); });
    work(hands_[0]);
    for (auto& other : others) other.join();
    for (const auto& task : tasks_)
      if (task.wrong) std::rethrow_exception(task.wrong);
    tell();
  }

 private:
  void work(Hand& hand) {
    std::unique_lock lock(mutex_);
    while (!is_over_) {
      auto* task = next();
      if (!task) {
        changed_.wait(lock);
        continue;
      }
      task->state = Task::State::begun;
      lock.unlock();
      try {
        make(*task, hand);
      } catch (...) {
        task->wrong = std::current_exception();
      }
      lock.lock();
      task->state = Task::State::done;
      is_over_ = is_over_ || task->wrong || std::ranges::all_of(tasks_, is_done);
      changed_.notify_all();
    }
  }

  static bool is_done(const Task& task) { return task.state == Task::State::done; }

  Task* next() {
    auto is_ready = [&](const Task& task) {
      return task.state == Task::State::waits &&
             std::ranges::all_of(task.needs, [&](auto need) { return is_done(tasks_[need]); });
    };
    auto found = std::ranges::find_if(tasks_, is_ready);
    return found == tasks_.end() ? nullptr : &*found;
  }

  void make(Task& task, Hand& hand) {
    auto index = task.of.index;
    for (auto need : task.needs) {
      auto table = tasks_[need].of.index;
      hand.state.tables[table] = standing_.state.tables[table];
      hand.state.is_made[table] = 1;
    }
    if (task.is_lookup) {
      standing_.lookups.make(task.of, hand.steps.all_of(task.of));
      return;
    }
    standing_.state.tables[index] = hand.steps.table(index);
    standing_.state.is_made[index] = 1;
    task.told.findings = std::exchange(hand.output.findings, {});
    task.told.refusals = std::exchange(hand.output.refusals, {});
    task.told.uses = std::exchange(hand.output.uses, {});
  }

  /// In the order of the tasks, whoever did them.
  void tell() {
    auto& output = standing_.output;
    auto append = [](auto& all, auto& more) { std::ranges::move(more, std::back_inserter(all)); };
    for (auto& task : tasks_) {
      append(output.findings, task.told.findings);
      append(output.refusals, task.told.refusals);
      append(output.uses, task.told.uses);
    }
    for (const auto& hand : hands_) {
      for (std::size_t i = 0; i < output.step_rows.size(); ++i)
        output.step_rows[i] += hand.output.step_rows[i];
      for (std::size_t s = 0; s < output.fates.size(); ++s)
        raise_all(output.fates[s], hand.output.fates[s]);
    }
  }

  Standing& standing_;
  std::vector<Task> tasks_;
  std::deque<Hand> hands_;
  std::mutex mutex_;  ///< guards the states of tasks and what is below
  std::condition_variable changed_;
  bool is_over_ = false;
};

}  // namespace

void make_standing(Standing& standing, const SlicePlan& slices,
                   const std::vector<StandingMaker>& makers) {
  auto tasks = Tasks(*makers[0].plan, slices, standing.lookups).take();
  if (!tasks.empty()) Crew(standing, std::move(tasks), makers).run();
}

void raise_all(std::vector<Fate>& fates, const std::vector<Fate>& others) {
  for (std::size_t row = 0; row < others.size(); ++row)
    fates[row] = std::max(fates[row], others[row]);
}

}  // namespace homeroom::map
