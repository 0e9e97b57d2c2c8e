// Errors of each kind, by the cases of conformance.yaml: only the author knows how to come by them.
#include <fmt/format.h>

#include "hub/conformance/check.hpp"
#include "hub/conformance/rows.hpp"
#include "hub/conformance/shares.hpp"

namespace homeroom::conformance {

namespace {

void do_it(const Bench& bench, const ErrorCase& one) {
  auto opened = bench.open_with(bench.settings(one.with, one.without));
  if (one.when == "check") (*opened)->check();
  if (one.when == "discover") (*opened)->discover();
  if (one.when == "write") write_all(**opened, Shares(3).all());
  if (one.when != "read") return;
  // A source that cannot be looked at is read by the names the sample has.
  for (const auto& stream : bench.streams()) take_all(**opened, request_for(stream));
}

void check_kind(const Bench& bench, Next kind) {
  int tried = 0;
  for (const auto& one : bench.subject().hints.errors) {
    if (one.next != kind) continue;
    ++tried;
    auto error = error_of([&] { do_it(bench, one); });
    auto which = fmt::format("errors, case {} ({})", &one - bench.subject().hints.errors.data() + 1,
                             one.when);
    expect(error.has_value(), which + ": nothing is said");
    expect(error->next == kind, which + ": it says " + word_of(error->next) + " (" + error->what() +
                                    "), expected " + word_of(kind));
    expect(*error->what() != '\0', which + ": it says no word about it");
  }
  if (tried == 0)
    throw Skipped{"conformance.yaml has no case (errors) that ends in " + word_of(kind)};
}

template <Next kind>
void check_errors(const Bench& bench) {
  check_kind(bench, kind);
}

}  // namespace

std::vector<Check> error_checks() {
  return {
      {"errors", "settings", "a setting that cannot be right is called one", "", true,
       check_errors<Next::fix_settings>},
      {"errors", "data", "an input that can never be read is called one", "", true,
       check_errors<Next::not_readable>},
      {"errors", "retry", "what may be better later is called so", "", true,
       check_errors<Next::retry>},
      {"errors", "sign_in", "refused credentials are called so", "", true,
       check_errors<Next::sign_in>},
      {"errors", "unsupported", "what is not offered is called so", "", true,
       check_errors<Next::hide>},
  };
}

}  // namespace homeroom::conformance
