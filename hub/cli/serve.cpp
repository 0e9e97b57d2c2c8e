// The verb serve: the daemon that runs jobs by their schedules, and answers who watches it.
#include <filesystem>
#include <optional>

#include <unistd.h>

#include "hub/cli/verbs.hpp"
#include "hub/flow/flow.hpp"
#include "hub/server/server.hpp"
#include "hub/store/store.hpp"

namespace homeroom::cli {

namespace {

/// The words before the verb, for the runs the daemon starts.
std::vector<std::string> front_of(const Context& context) {
  std::vector<std::string> words{"--workspace", context.workspace};
  for (const auto& pair : context.set) words.insert(words.end(), {"--set", pair});
  return words;
}

void serve(Context& context, const std::string& listen) {
  world::Log log({world::Level::info, true, context.is_quiet});
  auto hub = context.hub();
  const auto& workspace = hub.workspace();
  const auto& store = hub.parameter("store");
  jobs::Timetable timetable(workspace);
  auto book = jobs::open_book(store, hub.tenant());
  auto lock_file = jobs::lock_file(store);
  std::optional<world::Lock> lock;
  if (lock_file) lock.emplace(*lock_file, "serve", context.clock);
  jobs::Queue queue(*book, jobs::moments(context.clock, *book), jobs::random_shares());
  jobs::Scheduler scheduler(timetable, *book, queue, workspace.alerts);
  jobs::RunProgram program(std::filesystem::read_symlink("/proc/self/exe"), front_of(context), log);
  jobs::AlertSender sender(workspace, timetable.zone());
  server::Metrics metrics(*book, queue, hub.lock_file(),
                          [&] { return store::Store::watch(store); });
  std::atomic<bool> is_ready = false;
  jobs::Daemon daemon(
      {timetable, *book, queue, scheduler, log, context.cancel,
       "serve " + std::to_string(getpid()) + ' ' + std::to_string(world::since_boot_ms()),
       lock.has_value(),
       [&](const auto& item, const auto& must_stop) { return program.run(item, must_stop); },
       [&](const auto& alert) { sender.send(alert); },
       [&](const auto& run, const auto& end) { metrics.count(run, end); }});
  server::Monitor monitor(
      listen, {[&] { return daemon.is_alive(); },
               [&] { return is_ready && daemon.is_able() && !context.cancel.cancelled(); },
               [&] { return metrics.text(); }});
  log.info("homeroom serves", {{"event", "listening"},
                               {"port", std::to_string(monitor.port())},
                               {"schedules", std::to_string(timetable.entries().size())}});
  is_ready = true;
  daemon.work();
  log.info("homeroom has stopped", {{"event", "stopped"}});
}

}  // namespace

void add_serve(const Command& top, Context& context) {
  auto listen = std::make_shared<std::string>("127.0.0.1:9464");
  top.add("serve", "Runs jobs by their schedules until it is stopped")
      .takes("--listen", *listen,
             "ADDRESS:PORT of /livez, /readyz and /metrics (default: 127.0.0.1:9464)")
      .does([&context, listen] { serve(context, *listen); });
}

}  // namespace homeroom::cli
