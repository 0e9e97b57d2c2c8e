#include "hub/world/cancel.hpp"

#include <csignal>

namespace homeroom::world {
namespace {

// A signal handler has no argument to reach its object through.
std::atomic<Cancel*> listening{nullptr};

void on_signal(int) {
  if (Cancel* cancel = listening.load()) cancel->ask();
}

void handle(int signal, void (*with)(int)) {
  struct sigaction action {};
  action.sa_handler = with;
  action.sa_flags = with == SIG_DFL ? 0 : static_cast<int>(SA_RESETHAND | SA_RESTART);
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, nullptr);
}

}  // namespace

StopSignals::StopSignals(Cancel& cancel) {
  listening = &cancel;
  handle(SIGINT, on_signal);
  handle(SIGTERM, on_signal);
}

StopSignals::~StopSignals() {
  handle(SIGINT, SIG_DFL);
  handle(SIGTERM, SIG_DFL);
  listening = nullptr;
}

}  // namespace homeroom::world
