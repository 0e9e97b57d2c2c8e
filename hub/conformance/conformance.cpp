#include "hub/conformance/conformance.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <sstream>

#include "hub/conformance/check.hpp"
#include "hub/conformance/child.hpp"
#include "hub/conformance/telling.hpp"

namespace homeroom::conformance {

namespace {

/// The one check that tells whether the other side is there; see check_connects().
constexpr std::string_view unreachable_mark = "the other side is not there: ";

void check_connects(const Bench& bench) {
  auto opened = bench.open();
  auto error = error_of([&] { (*opened)->check(); });
  if (!error) return;
  if (error->next == Next::retry || error->next == Next::sign_in)
    throw Failed{std::string(unreachable_mark) + error->what()};
  throw Failed{"with the sample's settings it says " + word_of(error->next) + ": " + error->what()};
}

std::vector<Check> all_checks() {
  std::vector<Check> all = manifest_checks();
  auto add = [&](std::vector<Check> more) { all.insert(all.end(), more.begin(), more.end()); };
  add(settings_checks());
  add({{"check", "connects", "with the sample's settings the connection test is content", "", false,
        check_connects}});
  add(discover_checks());
  add(read_checks());
  add(resume_checks());
  add(damage_checks());
  add(stands_checks());
  add(write_checks());
  add(error_checks());
  add(log_checks());
  add(resource_checks());
  add(host_checks());
  return all;
}

// First letter: passed, failed or skipped; then why.
std::string answer_of(const Check& check, const Bench& bench) {
  try {
    check.run(bench);
    return "p";
  } catch (const Failed& failed) {
    return "f" + failed.why;
  } catch (const Skipped& skipped) {
    return "s" + skipped.why;
  } catch (const Error& error) {
    return "fit says " + word_of(error.next) + ": " + error.what();
  } catch (const std::exception& error) {
    return std::string("f") + error.what();
  }
}

std::string name_of(const Check& check) {
  return std::string(check.area) + "." + check.name;
}

/// The checks of the plugin's contracts.
std::vector<Check> checks_for(const plugin::Manifest& manifest) {
  auto all = all_checks();
  std::erase_if(
      all, [&](const Check& check) { return *check.contract && !manifest.offers(check.contract); });
  return all;
}

// A name of a check that does not exist would hide one that was renamed.
void expect_known(const std::vector<Check>& checks, const std::string& name,
                  const std::string& where) {
  auto is_it = [&](const Check& check) { return name_of(check) == name || check.area == name; };
  if (std::ranges::none_of(checks, is_it))
    throw Error(Next::fix_settings,
                where + " names '" + name + "', which is no check of this plugin");
}

class Trial {
 public:
  Trial(const Subject& subject, const world::Cancel& cancel, const TrialStyle& style)
      : subject_(subject), cancel_(cancel), style_(style) {}

  Report all() {
    auto checks = checks_for(subject_.found.manifest);
    for (const auto& name : style_.only) expect_known(checks, name, "--only");
    for (const auto& [name, why] : subject_.hints.skip)
      expect_known(checks, name, (subject_.folder / "conformance.yaml").string() + ": skip");
    report_.plugin = subject_.found.manifest.name;
    report_.version = subject_.found.manifest.version;
    for (auto carrier : style_.carriers) {
      if (carrier == Carrier::runner) plugin::layers_of_a_runner();  // throws where there is none
      for (const auto& check : checks)
        if (is_wanted(check)) one(check, carrier);
    }
    return std::move(report_);
  }

 private:
  bool is_wanted(const Check& check) const {
    auto names_it = [&](const std::string& name) {
      return name == name_of(check) || name == check.area;
    };
    return style_.only.empty() || std::ranges::any_of(style_.only, names_it);
  }

  void one(const Check& check, Carrier carrier) {
    auto start = std::chrono::steady_clock::now();
    Result result{check.area, check.name, check.promise, Outcome::passed, "", 0, carrier};
    auto reason = subject_.hints.skip.find(name_of(check));
    if (reason != subject_.hints.skip.end()) {
      // Whether the other side is there decides about the checks that need it.
      if (check.run == check_connects) try_it(check, result);
      skip(result, reason->second);
    } else if (check.needs_peer && !unreachable_.empty()) {
      skip(result, unreachable_);
    } else {
      try_it(check, result);
    }
    std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    result.seconds = took.count();
    report_.results.push_back(std::move(result));
  }

  static void skip(Result& result, const std::string& why) {
    result.outcome = Outcome::skipped;
    result.why = why;
  }

  void try_it(const Check& check, Result& result) {
    Bench bench(subject_, result.carrier);
    auto ended = run_in_child([&] { return answer_of(check, bench); },
                              std::chrono::seconds(style_.limit_s), cancel_);
    if (!ended.has_answered) {
      result.outcome = Outcome::failed;
      result.why = ended.answer;
      return;
    }
    result.outcome = ended.answer[0] == 'p'   ? Outcome::passed
                     : ended.answer[0] == 's' ? Outcome::skipped
                                              : Outcome::failed;
    result.why = ended.answer.substr(1);
    if (result.outcome == Outcome::failed) withhold_values(result.why);
    if (result.outcome == Outcome::failed && result.why.starts_with(unreachable_mark))
      unreachable_ = result.why;
  }

  // What a plugin says of its failure may hold a value, and reports are kept and sent around.
  void withhold_values(std::string& why) {
    if (!values_) values_ = values_of_sample();
    auto holds = [&](const std::string& value) { return why.find(value) != std::string::npos; };
    if (std::ranges::none_of(*values_, holds)) return;
    bool is_unreachable = why.starts_with(unreachable_mark);
    why = (is_unreachable ? std::string(unreachable_mark) : "") +
          "(its message holds a value of the sample)";
  }

  // Asked of the plugin in a process of its own like all else; each begins with its size.
  std::vector<std::string> values_of_sample() {
    Bench bench(subject_, Carrier::inside);
    auto ask = [&] {
      std::string all;
      try {
        for (const auto& value : all_telling_values(bench))
          all += std::to_string(value.size()) + ' ' + value;
      } catch (...) {
        // It fails in its checks too; what it gave until then is known.
      }
      return all;
    };
    auto ended = run_in_child(ask, std::chrono::seconds(style_.limit_s), cancel_);
    std::vector<std::string> values;
    if (!ended.has_answered) return values;
    std::istringstream in(ended.answer);
    for (size_t size; in >> size && in.get() == ' ';) {
      std::string value(size, ' ');
      in.read(value.data(), static_cast<std::streamsize>(size));
      values.push_back(std::move(value));
    }
    return values;
  }

  const Subject& subject_;
  const world::Cancel& cancel_;
  const TrialStyle& style_;
  std::string unreachable_;
  std::optional<std::vector<std::string>> values_;  ///< of the sample, once one was looked for
  Report report_;
};

}  // namespace

Report try_plugin(const Subject& subject, const world::Cancel& cancel, const TrialStyle& style) {
  return Trial(subject, cancel, style).all();
}

}  // namespace homeroom::conformance
