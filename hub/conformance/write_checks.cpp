#include <algorithm>

#include <fmt/format.h>

#include "homeroom/plugin.h"
#include "hub/conformance/check.hpp"
#include "hub/conformance/raw.hpp"
#include "hub/conformance/shares.hpp"

namespace homeroom::conformance {

namespace {

using plugin::Delivers;
using plugin::Operation;
using plugin::Share;
using plugin::Verdict;

constexpr size_t people = 7;

/// Each share of `written` was taken, but for the person the sample's destination refuses.
void expect_taken(const Bench& bench, const std::vector<Share>& shares, const Written& written,
                  const std::string& when) {
  for (size_t i = 0; i < shares.size(); ++i) {
    if (shares[i].id == bench.subject().hints.refuses) continue;
    expect(written.verdicts[i] != Verdict::refused,
           fmt::format("{}: the share of {} is refused ({})", when, shares[i].id, written.why[i]));
    expect(written.verdicts[i] == Verdict::taken,
           fmt::format("{}: the share of {} has no receipt", when, shares[i].id));
  }
}

void check_takes(const Bench& bench) {
  RawInstance instance(bench, {});
  auto takes = instance.takes();
  expect(takes == HR_SNAPSHOT || takes == HR_DELTA,
         fmt::format("it answers {}, which is no kind of delivery", takes));
  expect(takes == instance.takes(), "asked twice it wants two kinds of delivery");
}

void check_answers(const Bench& bench) {
  Shares shares(people);
  auto opened = bench.open();
  expect_taken(bench, shares.all(), write_all(**opened, shares.all()), "written once");
}

void check_shows(const Bench& bench) {
  bench.needs_folders();
  Shares shares(people);
  auto before = bench.visible();
  auto opened = bench.open();
  write_all(**opened, shares.all());
  expect(bench.visible() != before,
         "shares are taken, and nothing has changed in the folders of the manifest");
}

void check_nothing(const Bench& bench) {
  auto opened = bench.open();
  write_all(**opened, {});
}

void check_again(const Bench& bench) {
  Shares shares(people);
  auto opened = bench.open();
  write_all(**opened, shares.all());
  auto first = bench.visible();
  auto send_again = [&](Opened& by, const std::string& when) {
    expect_taken(bench, shares.all(), write_all(*by, shares.all()), when);
    if (!bench.manifest().permissions.folders.empty())
      expect(bench.visible() == first, when + ": the same delivery shows something else");
  };
  send_again(*opened, "sent again");
  auto other = bench.open();
  send_again(*other, "sent again by another instance");
}

void check_steps(const Bench& bench) {
  Shares shares(people);
  std::map<std::string, std::string> first;
  for (size_t step : {size_t{1000}, size_t{1}, size_t{3}}) {
    Bench own(bench.subject(), bench.carrier());
    auto opened = own.open();
    expect_taken(own, shares.all(), write_all(**opened, shares.all(), step),
                 fmt::format("put {} at a time", step));
    if (bench.manifest().permissions.folders.empty()) continue;
    if (first.empty()) first = own.visible();
    expect(own.visible() == first, fmt::format("put {} at a time shows something else", step));
  }
}

void check_removal(const Bench& bench) {
  auto opened = bench.open();
  if ((*opened)->takes() == Delivers::snapshot)
    throw Skipped{"it takes snapshots, in which who is gone is not there"};
  Shares shares(3);
  write_all(**opened, shares.all(), 1000, 1);
  std::vector<Share> later = shares.all();
  for (size_t i = 0; i < 2; ++i) {
    later[i].operation = Operation::remove;
    later[i].body = {};
    later[i].sequence += people;
  }
  later[0].key = "kit/kit/removed/1";
  later[1].key = "kit/kit/removed/2";
  later[1].replaced_by = later[2].id;
  later.resize(2);
  auto before = bench.visible();
  expect_taken(bench, later, write_all(**opened, later, 1000, 2), "removed");
  if (!bench.manifest().permissions.folders.empty())
    expect(bench.visible() != before,
           "removals are taken, and nothing has changed in the folders of the manifest");
}

void check_unfinished(const Bench& bench) {
  bench.needs_folders();
  Shares shares(people);
  auto before = bench.visible();
  auto opened = bench.open();
  {
    auto writer = (*opened)->begin({"kit", (*opened)->takes(), 1, people},
                                   [](std::string_view, Verdict, std::string_view) {});
    writer->put(shares.all());
  }
  expect(bench.visible() == before, "a delivery that was not finished left something behind");
  expect_taken(bench, shares.all(), write_all(**opened, shares.all()), "sent again after that");
}

// No receipt before the stop means not now; the same delivery later is taken.
void check_stopped(const Bench& bench) {
  Shares shares(people);
  auto before = bench.visible();
  auto stopped = bench.open();
  auto error = error_of([&] {
    auto writer = (*stopped)->begin({"kit", (*stopped)->takes(), 1, people},
                                    [](std::string_view, Verdict, std::string_view) {});
    writer->put(std::span(shares.all()).first(1));
    stopped->ask_to_stop();
    writer->put(std::span(shares.all()).subspan(1));
  });
  expect(!error || error->next == Next::stop,
         "asked to stop it says " + (error ? word_of(error->next) : "") + ", expected stopped");
  if (!bench.manifest().permissions.folders.empty())
    expect(bench.visible() == before, "stopped in the middle it left something behind");
  auto opened = bench.open();
  expect_taken(bench, shares.all(), write_all(**opened, shares.all()), "sent again after a stop");
}

void check_refusal(const Bench& bench) {
  const auto& refused = bench.subject().hints.refuses;
  if (refused.empty())
    throw Skipped{"conformance.yaml names no person whose share the destination refuses (refuses)"};
  Shares shares(people);
  auto opened = bench.open();
  auto written = write_all(**opened, shares.all());
  auto found = std::ranges::find(shares.all(), refused, &Share::id);
  expect(found != shares.all().end(), "refuses names none of kit-1 to kit-7");
  auto at = static_cast<size_t>(found - shares.all().begin());
  expect(written.verdicts[at] == Verdict::refused, "the share of " + refused + " is not refused");
  expect(!written.why[at].empty(), "the share of " + refused + " is refused without a reason");
  expect_taken(bench, shares.all(), written, "beside a refused one");
}

/// Writes under settings that lead to HR_RETRY; the verdicts that were given before it.
std::vector<Verdict> write_while_busy(const Bench& bench, const ErrorCase& busy,
                                      const std::vector<Share>& shares) {
  std::vector<Verdict> given;
  auto opened = bench.open_with(bench.settings(busy.with, busy.without));
  auto error = error_of([&] {
    auto writer = (*opened)->begin(
        {"kit", (*opened)->takes(), 1, shares.size()},
        [&](std::string_view, Verdict verdict, std::string_view) { given.push_back(verdict); });
    writer->put(shares);
    writer->finish();
  });
  expect(error && error->next == Next::retry,
         "under the settings of the case it does not say retry");
  return given;
}

void check_not_now(const Bench& bench) {
  int tried = 0;
  for (const auto& one : bench.subject().hints.errors) {
    if (one.when != "write" || one.next != Next::retry) continue;
    ++tried;
    Shares shares(people);
    for (auto verdict : write_while_busy(bench, one, shares.all()))
      expect(verdict == Verdict::not_now,
             "the other side does not take anything now, and a share is taken or refused");
    auto opened = bench.open();
    expect_taken(bench, shares.all(), write_all(**opened, shares.all()), "sent again later");
  }
  if (tried == 0)
    throw Skipped{"conformance.yaml has no case (errors, when: write) that ends in retry"};
}

}  // namespace

std::vector<Check> write_checks() {
  return {
      {"write", "takes", "it wants one kind of delivery", HR_SINK, true, check_takes},
      {"write", "answers", "each share gets its receipt", HR_SINK, true, check_answers},
      {"write", "shows", "what was taken is there", HR_SINK, true, check_shows},
      {"write", "nothing", "a delivery without shares is a delivery", HR_SINK, true, check_nothing},
      {"write", "again", "the same delivery again is taken and changes nothing", HR_SINK, true,
       check_again},
      {"write", "steps", "one by one or all at once, the same arrives in the same order", HR_SINK,
       true, check_steps},
      {"write", "removal", "people are removed and joined", HR_SINK, true, check_removal},
      {"write", "unfinished", "without finish nothing becomes visible", HR_SINK, true,
       check_unfinished},
      {"write", "stopped", "stopped in the middle nothing is lost when it is sent again", HR_SINK,
       true, check_stopped},
      {"write", "not_now", "what cannot be delivered now is not refused, and taken later", HR_SINK,
       true, check_not_now},
      {"write", "refusal", "one share refused, with a reason, holds up no other", HR_SINK, true,
       check_refusal},
  };
}

}  // namespace homeroom::conformance
