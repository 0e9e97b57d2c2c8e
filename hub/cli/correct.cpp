// The verbs correct and corrections: values that a person sets above what all sources say.
#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "homeroom/error.hpp"
#include "hub/cli/print.hpp"
#include "hub/cli/unmask.hpp"
#include "hub/cli/verbs.hpp"
#include "hub/flow/flow.hpp"
#include "hub/record/record.hpp"

namespace homeroom::cli {

namespace {

using nlohmann::ordered_json;

struct Flags {
  std::string student, value;
  flow::Wanted wanted;
  uint64_t number = 0;
};

std::string until_in_words(const store::Correction& correction) {
  return correction.until ? "until " + record::iso_date(*correction.until) : "with no end";
}

std::string day_of(int64_t ms) {
  constexpr int64_t day = 86'400'000;
  return record::iso_date(static_cast<int32_t>(ms / day));
}

const char* state_in_words(store::CorrectionState state) {
  switch (state) {
    case store::CorrectionState::waits:
      return "waits for the next run";
    case store::CorrectionState::stands:
      return "stands";
    case store::CorrectionState::dropped:
      return "ends with the next run";
  }
  return "";
}

void correct(Context& context, Flags& flags) {
  bool has_value = !flags.value.empty();
  if (has_value == flags.wanted.is_nothing)
    throw Error(Next::fix_settings,
                "say either --value VALUE, or --nothing for a field that is to "
                "be empty");
  auto hub = context.hub();
  auto named = line_or(flags.student);
  flags.wanted.value = line_or(flags.value);
  flags.wanted.actor = account();
  flow::Student student;
  {
    auto reading = flow::open_for_reading(hub);
    student = flow::find_student(hub, *reading.store, named);
  }
  auto number = flow::correct(hub, student, flags.wanted);
  if (context.is_json()) {
    ordered_json out = {
        {"correction", number}, {"student", student.person.id}, {"field", flags.wanted.field}};
    std::printf("%s\n", out.dump().c_str());
    return;
  }
  std::printf(
      "Correction %u of %s for %s is recorded. It stands from the next run on, %s.\n", number,
      flags.wanted.field.c_str(), student.person.id.c_str(),
      flags.wanted.until.empty() ? "until it is dropped" : ("until " + flags.wanted.until).c_str());
}

ordered_json as_json(const flow::Told& told) {
  const auto& correction = told.correction;
  ordered_json out = {{"number", correction.number}, {"student", told.student},
                      {"field", correction.field},   {"state", state_in_words(correction.state)},
                      {"by", correction.actor},      {"on", day_of(correction.made_ms)},
                      {"why", correction.why}};
  if (correction.until) out["until"] = record::iso_date(*correction.until);
  return out;
}

void list(Context& context) {
  auto hub = context.hub();
  auto reading = flow::open_for_reading(hub);
  auto all = flow::corrections(*reading.store);
  if (context.is_json()) {
    ordered_json out = {{"corrections", ordered_json::array()}};
    for (const auto& told : all) out["corrections"].push_back(as_json(told));
    return print(out);
  }
  if (all.empty()) {
    std::printf("Nothing is corrected.\n");
    return;
  }
  Table table({"Number", "Student", "Field", "State", "Ends", "By", "On", "Why"});
  for (const auto& [correction, student] : all)
    table.add({std::to_string(correction.number), student, correction.field,
               state_in_words(correction.state), until_in_words(correction), correction.actor,
               day_of(correction.made_ms), correction.why});
  std::fputs(table.text(8).c_str(), stdout);
}

void drop(Context& context, const Flags& flags) {
  auto hub = context.hub();
  flow::drop_correction(hub, static_cast<uint32_t>(flags.number), account(), flags.wanted.why);
  if (context.is_json())
    std::printf("{\"dropped\":%lu}\n", static_cast<unsigned long>(flags.number));
  else
    std::printf("Correction %lu ends with the next run.\n",
                static_cast<unsigned long>(flags.number));
}

}  // namespace

void add_correct(const Command& top, Context& context) {
  auto flags = std::make_shared<Flags>();
  top.add("correct", "Set a field of one student, above what all sources say")
      .takes("student", flags->student,
             "p-id, source:key or system:identifier; - reads it from standard input", Need::must)
      .takes("field", flags->wanted.field, "birthDate, name.first", Need::must)
      .takes("--value", flags->value, "The right value; - reads it from standard input")
      .flag("--nothing", flags->wanted.is_nothing, "Nobody's value holds: the field is empty")
      .takes("--why", flags->wanted.why, "How it is known; recorded", Need::must)
      .takes("--until", flags->wanted.until, "The last day on which it stands, YYYY-MM-DD")
      .does([&context, flags] { correct(context, *flags); });

  auto all = top.add("corrections", "What people set above what sources say");
  all.needs_verb();
  all.add("list", "Each with its student, field, state and end; no values").does([&context] {
    list(context);
  });
  all.add("drop", "Let the sources speak again, from the next run on")
      .takes_count("number", flags->number, "As corrections list tells it", Need::must)
      .takes("--why", flags->wanted.why, "Why it is not needed; recorded", Need::must)
      .does([&context, flags] { drop(context, *flags); });
}

}  // namespace homeroom::cli
