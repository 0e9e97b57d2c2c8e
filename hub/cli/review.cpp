// The verb review: records that may be a student's, what people decided about them, and its
// undoing.
#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "homeroom/error.hpp"
#include "hub/cli/print.hpp"
#include "hub/cli/unmask.hpp"
#include "hub/cli/verbs.hpp"
#include "hub/flow/flow.hpp"
#include "hub/record/record.hpp"
#include "hub/store/store.hpp"

namespace homeroom::cli {

namespace {

using nlohmann::ordered_json;

constexpr uint64_t usual_limit = 20;

struct Flags {
  uint64_t limit = usual_limit;
  bool all = false;
  bool is_decided = false;
  bool with_scores = false;
  Unmask unmask;
  std::vector<std::string> words;
  uint64_t number = 0;
  std::string why;
};

std::string day_of(int64_t ms) {
  constexpr int64_t day = 86'400'000;
  return record::iso_date(static_cast<int32_t>(ms / day));
}

/// A pair with what both sides say, as it may be seen: masked, or after a look was recorded.
struct Shown {
  flow::OpenPair pair;
  flow::SideBySide beside;
};

std::vector<Shown> shown(const flow::Hub& hub, store::Store& store,
                         std::vector<flow::OpenPair> pairs, bool is_masked) {
  std::vector<Shown> out;
  for (auto& pair : pairs) {
    auto beside = flow::side_by_side(hub, store, pair);
    if (is_masked) {
      beside.key = flow::shape_of_text(beside.key);
      for (auto& field : beside.fields) {
        field.record = flow::shape_of_json(field.record);
        field.student = flow::shape_of_json(field.student);
      }
    }
    out.push_back({std::move(pair), std::move(beside)});
  }
  return out;
}

ordered_json value_of(const std::string& json) {
  return json.empty() ? ordered_json() : ordered_json::parse(json);
}

std::string in_words(const std::string& json) {
  auto value = value_of(json);
  if (value.is_null()) return "";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

ordered_json as_json(const Shown& one, bool with_scores) {
  ordered_json out = {{"pair", one.pair.name()},
                      {"source", one.pair.source_name},
                      {"record", one.pair.source_name + ':' + one.beside.key},
                      {"student", one.pair.student},
                      {"first_of_source", one.pair.is_first},
                      {"later", one.pair.is_later}};
  if (with_scores)
    out["weight"] = one.pair.link.weight == 0 ? ordered_json() : ordered_json(one.pair.link.weight);
  out["fields"] = ordered_json::array();
  for (const auto& field : one.beside.fields)
    out["fields"].push_back({{"field", field.field},
                             {"record", value_of(field.record)},
                             {"student", value_of(field.student)},
                             {"relation", field.relation}});
  return out;
}

void print_pair(const Shown& one, bool with_scores) {
  std::printf("\nPair %s: %s:%s and student %s%s\n", one.pair.name().c_str(),
              one.pair.source_name.c_str(), one.beside.key.c_str(), one.pair.student.c_str(),
              one.pair.is_later ? ", put off" : "");
  if (with_scores)
    std::printf("  weight %s\n", one.pair.link.weight == 0
                                     ? "not known"
                                     : fmt::format("{:+.1f}", one.pair.link.weight).c_str());
  Table table({"  field", "record", "student", ""});
  for (const auto& field : one.beside.fields)
    table.add(
        {"  " + field.field, in_words(field.record), in_words(field.student), field.relation});
  std::fputs(table.text(4).c_str(), stdout);
}

std::string waiting_in_words(std::size_t pairs) {
  if (pairs == 0) return "No pair waits for a person.";
  return with_commas(pairs) + (pairs == 1 ? " pair waits" : " pairs wait") + " for a person.";
}

void list_pairs(Context& context, const Flags& flags) {
  auto hub = context.hub();
  auto reading = flow::open_for_reading(hub);
  auto pairs = flow::open_pairs(hub, *reading.store);
  auto open = pairs.size();
  if (!flags.all && open > flags.limit) pairs.resize(flags.limit);
  std::string target = "review";
  for (const auto& pair : pairs) target += ' ' + pair.student;
  flags.unmask.record(hub, target);
  bool is_masked = !flags.unmask.is_asked;
  auto all = shown(hub, *reading.store, std::move(pairs), is_masked);
  if (context.is_json()) {
    ordered_json out = {{"open", open}, {"masked", is_masked}, {"pairs", ordered_json::array()}};
    for (const auto& one : all) out["pairs"].push_back(as_json(one, flags.with_scores));
    return print(out);
  }
  std::printf("%s", waiting_in_words(open).c_str());
  if (open > all.size()) std::printf(" The first %zu:", all.size());
  std::printf("\n");
  for (const auto& one : all) print_pair(one, flags.with_scores);
  if (all.empty()) return;
  std::printf(
      "\n%s\nNext: homeroom review decide PAIR same|different|later --why TEXT\n",
      is_masked ? "Values are masked; --show asks for a reason." : "This look is recorded.");
}

std::string state_of(const store::Decision& decision) {
  if (!decision.undone_ms) return "stands";
  return "undone by " + decision.undone_by + " on " + day_of(*decision.undone_ms);
}

ordered_json as_json(const flow::ToldDecision& told, const std::string& key) {
  const auto& decision = told.decision;
  ordered_json out = {{"number", decision.number},
                      {"source", told.source},
                      {"record", told.source + ':' + key},
                      {"student", told.student},
                      {"verdict", flow::word_of(decision.verdict)},
                      {"undone", decision.undone_ms.has_value()},
                      {"by", decision.actor},
                      {"on", day_of(decision.made_ms)},
                      {"why", decision.why}};
  if (decision.undone_ms) {
    out["undone_by"] = decision.undone_by;
    out["undone_on"] = day_of(*decision.undone_ms);
  }
  return out;
}

void list_decisions(Context& context, const Flags& flags) {
  auto hub = context.hub();
  auto reading = flow::open_for_reading(hub);
  auto all = flow::told_decisions(hub, *reading.store);
  flags.unmask.record(hub, "decisions");
  auto key_of = [&](const flow::ToldDecision& told) {
    return flags.unmask.is_asked ? told.decision.key : flow::shape_of_text(told.decision.key);
  };
  if (context.is_json()) {
    ordered_json out = {{"decisions", ordered_json::array()}};
    for (const auto& told : all) out["decisions"].push_back(as_json(told, key_of(told)));
    return print(out);
  }
  if (all.empty()) {
    std::printf("Nothing is decided.\n");
    return;
  }
  Table table({"Number", "Record", "Student", "Says", "State", "By", "On", "Why"});
  for (const auto& told : all)
    table.add({std::to_string(told.decision.number), told.source + ':' + key_of(told), told.student,
               flow::word_of(told.decision.verdict), state_of(told.decision), told.decision.actor,
               day_of(told.decision.made_ms), told.decision.why});
  std::fputs(table.text(8).c_str(), stdout);
}

const char* what_follows(store::Verdict verdict) {
  switch (verdict) {
    case store::Verdict::same:
      return "are one child from the next run on";
    case store::Verdict::different:
      return "are two children from the next run on";
    case store::Verdict::later:
      return "stand at the end of the queue";
  }
  return "";
}

void decide(Context& context, const Flags& flags) {
  const auto& words = flags.words;
  if (words.size() != 2 && words.size() != 3)
    throw Error(Next::fix_settings,
                "say PAIR or RECORD STUDENT, then same, different or later: review decide "
                "clinic:KEY sis:KEY same --why TEXT");
  flow::Said said{flow::verdict_of(words.back()), flags.why, account()};
  auto hub = context.hub();
  auto first = line_or(words[0]);
  auto second = words.size() == 3 ? line_or(words[1]) : "";
  flow::NamedPair pair;
  {
    auto reading = flow::open_for_reading(hub);
    if (words.size() == 2)
      pair = flow::find_pair(hub, *reading.store, first);
    else
      pair = {flow::find_record(hub, *reading.store, first),
              flow::find_student(hub, *reading.store, second)};
  }
  auto number = flow::decide(hub, pair, said);
  if (context.is_json())
    return print({{"decision", number},
                  {"source", pair.record.source_name},
                  {"student", pair.student.person.id},
                  {"verdict", words.back()}});
  std::printf("Decision %u is recorded: the record of %s and student %s %s.\n", number,
              pair.record.source_name.c_str(), pair.student.person.id.c_str(),
              what_follows(said.verdict));
}

void undo(Context& context, const Flags& flags) {
  auto hub = context.hub();
  flow::undo_decision(hub, static_cast<uint32_t>(flags.number), account(), flags.why);
  if (context.is_json()) return print({{"undone", flags.number}});
  std::printf("Decision %lu is undone. From the next run on it is as if it had not been made.\n",
              static_cast<unsigned long>(flags.number));
}

}  // namespace

void add_review(const Command& top, Context& context) {
  auto flags = std::make_shared<Flags>();
  auto review = top.add("review", "Records that may be a student's: look, decide, undo");
  review.needs_verb();
  auto listing = review.add("list", "Pairs that wait for a person, the most useful first; masked");
  listing.takes_count("--limit", flags->limit, "How many (default 20)")
      .flag("--all", flags->all, "All of them")
      .flag("--scores", flags->with_scores, "With the weight of each match")
      .flag("--decided", flags->is_decided, "What was decided instead, also what was undone");
  flags->unmask.add_to(listing);
  listing.does([&context, flags] {
    flags->is_decided ? list_decisions(context, *flags) : list_pairs(context, *flags);
  });
  review.add("decide", "Say whether a record is a student's; the next run keeps to it")
      .takes_each("pair", flags->words,
                  "PAIR as review list calls it, or RECORD (source:key) and STUDENT; then same, "
                  "different or later",
                  Need::must)
      .takes("--why", flags->why, "How it is known; recorded", Need::must)
      .does([&context, flags] { decide(context, *flags); });
  review.add("undo", "Take a decision back")
      .takes_count("number", flags->number, "As review list --decided tells it", Need::must)
      .takes("--why", flags->why, "Why it was wrong; recorded", Need::must)
      .does([&context, flags] { undo(context, *flags); });
}

}  // namespace homeroom::cli
