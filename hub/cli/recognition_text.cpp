#include "hub/cli/recognition_text.hpp"

#include <fmt/format.h>

#include "hub/cli/context.hpp"

namespace homeroom::cli {

namespace {

using record::Recognition;

std::string drift_in_words(double drift) {
  return fmt::format("{:.1f} %", drift * 100);
}

std::string target(const std::string& to, bool is_to_another) {
  return to + (is_to_another ? ", another student" : "");
}

}  // namespace

std::string models_text(const Recognition& recognition) {
  if (recognition.models.empty()) return "";
  Table table({"Source", "model", "learned on", "records", "drift"});
  for (const auto& model : recognition.models)
    table.add({model.source, std::to_string(model.version), model.learned_on,
               with_commas(model.records), drift_in_words(model.drift)});
  return table.text(1);
}

std::string crossings_text(const Recognition& recognition) {
  std::string out =
      fmt::format("Crossing a threshold: {} of {} records\n", with_commas(recognition.crossing),
                  with_commas(recognition.weighed));
  if (recognition.crossing == 0) return out;
  Table moves({"  source", "from", "to", "records"});
  for (const auto& move : recognition.moves)
    moves.add({"  " + move.source, move.from, target(move.to, move.is_to_another),
               with_commas(move.pairs)});
  Table pairs({"  pair", "record", "student", "from", "to"});
  for (const auto& pair : recognition.pairs)
    pairs.add({"  " + pair.name, pair.record, pair.student, pair.from,
               pair.other.empty() ? pair.to : pair.to + ", of " + pair.other});
  out += moves.text(3) + '\n' + pairs.text(5);
  if (recognition.pairs.size() < recognition.crossing)
    out += fmt::format("  and {} more\n",
                       with_commas(recognition.crossing - recognition.pairs.size()));
  return out;
}

std::string training_text(const Recognition& recognition) {
  using Training = Recognition::Training;
  auto much =
      fmt::format("{} of what models were learned from changed", drift_in_words(recognition.drift));
  switch (recognition.training) {
    case Training::applied:
      return "\nModels were learned again: more than " + drift_in_words(recognition.limit) +
             " of what they were learned from had changed.\n" + crossings_text(recognition);
    case Training::waiting:
      return "\nModels stay as they were, though " + much +
             ": learning again is for a person to look at.\n" + crossings_text(recognition) +
             "Next: homeroom link train, then --apply --why TEXT\n";
    case Training::due:
      return "\nModels are due to be learned again (" + much +
             "): homeroom link train, then --apply --why TEXT\n";
    case Training::none:
    case Training::looked:
      break;
  }
  return "";
}

}  // namespace homeroom::cli
