// The verbs profile and explain: one student's picture, and where a field of it came from.
#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "homeroom/error.hpp"
#include "hub/cli/pair_text.hpp"
#include "hub/cli/unmask.hpp"
#include "hub/cli/verbs.hpp"
#include "hub/flow/flow.hpp"
#include "hub/record/record.hpp"

namespace homeroom::cli {

namespace {

using nlohmann::ordered_json;

struct Flags {
  std::string student, field, as_of;
  bool with_origin = false;
  bool with_links = false;
  Unmask unmask;
};

std::map<std::string, std::string> sources_by_path(const flow::Hub& hub,
                                                   const flow::Student& student) {
  std::map<std::string, std::string> sources;
  for (const auto& origin : flow::origins_of(hub, student)) sources[origin.path] = origin.source;
  return sources;
}

/// One line a value: path, value, source.
void flatten(const ordered_json& value, const std::string& path, const std::string& source,
             const std::map<std::string, std::string>& sources, Table& table) {
  auto known = sources.find(path);
  const auto& from = known == sources.end() ? source : known->second;
  if (value.is_object()) {
    for (const auto& [key, inner] : value.items())
      flatten(inner, path.empty() ? key : path + '.' + key, from, sources, table);
    return;
  }
  bool has_objects = value.is_array() && !value.empty() && value.front().is_object();
  if (has_objects) {
    for (std::size_t i = 0; i < value.size(); ++i)
      flatten(value[i], fmt::format("{}[{}]", path, i), from, sources, table);
    return;
  }
  table.add({"  " + path, value.is_string() ? value.get<std::string>() : value.dump(), from});
}

void print_profile(const std::string& document, const std::map<std::string, std::string>& sources,
                   bool is_shown) {
  auto profile = ordered_json::parse(document);
  std::printf(
      "Student %s.%s\n\n", profile["id"].get<std::string>().c_str(),
      is_shown ? " This look is recorded." : " Values are masked; --show asks for a reason.");
  profile.erase("id");
  Table table({"  field", "value", sources.empty() ? "" : "from"});
  flatten(profile, "", "", sources, table);
  std::fputs(table.text(3).c_str(), stdout);
}

void profile(Context& context, const Flags& flags) {
  auto hub = context.hub();
  auto named = line_or(flags.student);
  auto reading = flow::open_for_reading(hub);
  auto student = flow::find_student(hub, *reading.store, named);
  flags.unmask.record(hub, student.person.id);
  if (!flags.as_of.empty()) {
    auto day = record::parse_iso_date(flags.as_of);
    if (!day) throw Error(Next::fix_settings, "--as-of: expected a day, YYYY-MM-DD");
    student = flow::as_of(hub, std::move(student), *day);
  }
  auto document = flow::profile_json(hub, student, flags.unmask.is_asked);
  std::map<std::string, std::string> sources;
  if (flags.with_origin) sources = sources_by_path(hub, student);
  if (!context.is_json()) {
    print_profile(document, sources, flags.unmask.is_asked);
    if (!flags.as_of.empty())
      std::printf("\nRows of lists as of %s, by what is known now; all else as it is known now.\n",
                  flags.as_of.c_str());
    return;
  }
  if (flags.with_origin) {
    auto with_origin = ordered_json::parse(document);
    with_origin["origin"] = sources;
    document = with_origin.dump();
  }
  std::printf("%s\n", document.c_str());
}

ordered_json as_json(const flow::FieldStory& story) {
  ordered_json out = {{"field", story.field},
                      {"says", {{"source", story.source}, {"where", story.where}}},
                      {"through", {{"place", story.place}, {"expression", story.expression}}},
                      {"chosen", story.why},
                      {"others", ordered_json::array()},
                      {"shared_with", ordered_json::array()}};
  if (!story.corrected.empty()) out["corrected"] = story.corrected;
  if (!story.shape.empty()) out["shape"] = ordered_json::parse(story.shape);
  for (const auto& other : story.others)
    out["others"].push_back(
        {{"source", other.source}, {"relation", other.relation}, {"where", other.where}});
  for (const auto& shared : story.shared_with)
    out["shared_with"].push_back(
        {{"destination", shared.destination}, {"effect", shared.effect}, {"says", shared.says}});
  return out;
}

/// Why a record is the student's, in one sentence.
std::string says(const flow::LinkStory& link) {
  if (!link.decided.empty()) return link.decided;
  if (link.pair) return grounds(*link.pair) + ", weight " + with_sign(link.weight);
  return "the identity file was changed since; weight " + with_sign(link.weight);
}

ordered_json as_json(const flow::LinkStory& link) {
  ordered_json out = {{"source", link.source}, {"evidence", link.evidence}, {"says", says(link)}};
  if (link.decided.empty()) out["weight"] = link.weight;
  if (link.decided.empty() && link.pair) out["weighed"] = weights_as_json(*link.pair);
  return out;
}

void print_json(const flow::Student& student, const flow::Explanation& told) {
  ordered_json out = {{"student", student.person.id},
                      {"profile_changed_in_run", told.changed_in},
                      {"fields", ordered_json::array()},
                      {"same_child", ordered_json::array()}};
  for (const auto& story : told.fields) out["fields"].push_back(as_json(story));
  for (const auto& link : told.links) out["same_child"].push_back(as_json(link));
  std::printf("%s\n", out.dump(-1, ' ', false, ordered_json::error_handler_t::replace).c_str());
}

std::string shape_in_words(const std::string& shape) {
  if (shape.empty()) return "";
  auto value = ordered_json::parse(shape);
  return value.is_string() ? value.get<std::string>() : shape;
}

void print_story(const flow::FieldStory& story) {
  std::printf("\n%s   %s\n\n", story.field.c_str(), shape_in_words(story.shape).c_str());
  std::printf("  %-11s %-17s %s\n", "says", story.source.c_str(), story.where.c_str());
  bool is_correction = story.source == "correction";
  if (is_correction && story.place.empty())
    std::printf("  %-11s a person's own value\n", "through");
  else if (story.place.empty())
    std::printf("  %-11s the mapping was changed since the last run; run again to see its line\n",
                "through");
  else
    std::printf("  %-11s %s   %s\n", "through", story.place.c_str(), story.expression.c_str());
  std::printf("  %-11s %s\n", "chosen", story.why.c_str());
  if (!story.corrected.empty()) std::printf("  %-11s %s\n", "corrected", story.corrected.c_str());
  const char* head = "others";
  for (const auto& other : story.others) {
    std::printf("  %-11s %-17s %-34s %s\n", head, other.source.c_str(), other.relation.c_str(),
                other.where.c_str());
    head = "";
  }
  head = "shared with";
  for (const auto& shared : story.shared_with) {
    std::printf("  %-11s %-17s %-11s %s\n", head, shared.destination.c_str(), shared.effect.c_str(),
                shared.says.c_str());
    head = "";
  }
}

void print_links(const std::vector<flow::LinkStory>& links, bool has_tables) {
  std::printf("\n");
  const char* head = "same child";
  for (const auto& link : links) {
    std::printf("  %-11s %-17s %s (%s)\n", head, link.source.c_str(), says(link).c_str(),
                link.evidence.c_str());
    if (has_tables && link.decided.empty() && link.pair)
      std::printf("\n%s\n", weight_table(*link.pair).c_str());
    head = "";
  }
  if (links.empty()) std::printf("  %-11s no other source has a record of this student\n", head);
}

void explain(Context& context, const Flags& flags) {
  auto hub = context.hub();
  auto named = line_or(flags.student);
  auto reading = flow::open_for_reading(hub);
  auto student = flow::find_student(hub, *reading.store, named);
  auto told = flow::explain(hub, *reading.store, student, flags.field);
  if (flags.with_links) told.fields.clear();
  if (context.is_json()) return print_json(student, told);
  std::printf("Student %s. Values are masked. The profile is unchanged since run %lu.\n",
              student.person.id.c_str(), static_cast<unsigned long>(told.changed_in));
  for (const auto& story : told.fields) print_story(story);
  if (told.fields.empty() && !flags.with_links)
    std::printf("\nNobody says anything about %s.\n", flags.field.c_str());
  print_links(told.links, flags.with_links);
}

}  // namespace

void add_student(const Command& top, Context& context) {
  auto flags = std::make_shared<Flags>();
  const char* named = "p-id, source:key or system:identifier; - reads it from standard input";
  auto one = top.add("profile", "One student's profile, values masked");
  one.takes("student", flags->student, named, Need::must)
      .takes("--as-of", flags->as_of, "Only the rows that held on this day, YYYY-MM-DD")
      .flag("--with-origin", flags->with_origin, "Say which source each part is from");
  flags->unmask.add_to(one);
  one.does([&context, flags] { profile(context, *flags); });

  top.add("explain", "Where a field came from, why it was chosen, who gets it")
      .takes("student", flags->student, named, Need::must)
      .takes("field", flags->field,
             "birthDate, name, enrollment.gradeLevel, immunizations[2]; without it, every field")
      .flag("--links", flags->with_links, "Only why these records are one child")
      .does([&context, flags] { explain(context, *flags); });
}

}  // namespace homeroom::cli
