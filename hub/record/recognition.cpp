#include "hub/record/recognition.hpp"

#include "hub/record/json_object.hpp"

namespace homeroom::record {

namespace {

void write_model(std::string& out, const Recognition::Model& model) {
  JsonObject object(out);
  object.text("source", model.source);
  object.number("version", model.version);
  object.text("learned_on", model.learned_on);
  object.number("records", model.records);
  object.fraction("drift", model.drift);
}

void write_move(std::string& out, const Recognition::Move& move) {
  JsonObject object(out);
  object.text("source", move.source);
  object.text("from", move.from);
  object.text("to", move.to);
  object.yes("to_another_student", move.is_to_another);
  object.number("pairs", move.pairs);
}

void write_pair(std::string& out, const Recognition::Pair& pair) {
  JsonObject object(out);
  object.text("pair", pair.name);
  object.text("record", pair.record);
  object.text("student", pair.student);
  object.text("from", pair.from);
  object.text("to", pair.to);
  if (!pair.other.empty()) object.text("to_student", pair.other);
}

}  // namespace

const char* word_of(Recognition::Training training) {
  switch (training) {
    case Recognition::Training::none:
      return "none";
    case Recognition::Training::looked:
      return "looked";
    case Recognition::Training::applied:
      return "applied";
    case Recognition::Training::waiting:
      return "waiting";
    case Recognition::Training::due:
      return "due";
  }
  return "";
}

void write_recognition(std::string& out, const Recognition& recognition) {
  JsonObject object(out);
  object.list("models", recognition.models, [&](const auto& model) { write_model(out, model); });
  object.fraction("drift", recognition.drift);
  object.fraction("limit", recognition.limit);
  object.text("training", word_of(recognition.training));
  object.number("weighed", recognition.weighed);
  object.number("crossing", recognition.crossing);
  object.list("moves", recognition.moves, [&](const auto& move) { write_move(out, move); });
  object.list("pairs", recognition.pairs, [&](const auto& pair) { write_pair(out, pair); });
}

}  // namespace homeroom::record
