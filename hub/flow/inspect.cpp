#include "hub/flow/inspect.hpp"

#include <algorithm>
#include <deque>

#include "homeroom/error.hpp"
#include "hub/keys/keys.hpp"
#include "hub/record/date.hpp"
#include "hub/record/json.hpp"
#include "hub/record/profile.hpp"
#include "hub/store/store.hpp"
#include "hub/world/lock.hpp"

namespace homeroom::flow {

namespace {

/// What a person typed, split at the first colon.
struct Asked {
  std::string front, back;
};

Asked split(const std::string& named) {
  auto colon = named.find(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == named.size())
    throw Error(Next::fix_settings,
                "a student is named by Homeroom's id, source:key or system:identifier");
  return {named.substr(0, colon), named.substr(colon + 1)};
}

std::string text_at(const record::RowView& row, std::optional<record::FieldId> field) {
  return field ? record::text_of_json(row.find(*field)) : std::string();
}

/// Says of each profile whether it is the one asked for.
class Search {
 public:
  Search(const Hub& hub, const Asked& asked) : asked_(asked) {
    const auto& sources = hub.workspace().sources;
    is_source_ = std::ranges::find(sources, asked.front, &settings::Source::name) != sources.end();
    entity_ = hub.model().find(is_source_ ? "sourceRecord" : record::student_entity);
    if (!entity_) throw Error(Next::fail, "the model has no sourceRecord entity");
    const auto& entity = hub.model().entities[*entity_];
    if (is_source_) {
      source_ = entity.find("source");
      key_ = entity.find("key");
      return;
    }
    key_ = entity.find("identifiers." + asked.front);
    if (!key_) refuse(hub, entity);
  }

  bool fits(std::string_view rows) const {
    bool does = false;
    record::each_row(rows, [&](const record::RowView& row) {
      if (does || row.entity() != *entity_) return;
      does = text_at(row, key_) == asked_.back &&
             (!is_source_ || text_at(row, source_) == asked_.front);
    });
    return does;
  }

 private:
  [[noreturn]] void refuse(const Hub& hub, const record::Entity& student) const {
    std::vector<std::string> known;
    for (const auto& source : hub.workspace().sources) known.push_back(source.name);
    for (const auto& field : student.fields)
      if (field.path.starts_with("identifiers.")) known.push_back(field.path.substr(12));
    auto near = settings::did_you_mean(asked_.front, known);
    throw Error(Next::fix_settings,
                "before the colon stands neither a source nor an identifier system" +
                    (near ? ", did you mean " + *near + ":?" : std::string()));
  }

  const Asked& asked_;
  bool is_source_ = false;
  std::optional<record::EntityId> entity_;
  std::optional<record::FieldId> source_, key_;
};

std::string masked_string(std::string_view json, std::size_t& at) {
  std::string out = "\"";
  for (++at; at < json.size() && json[at] != '"'; ++at) {
    if (json[at] != '\\') {
      out += json[at];
      continue;
    }
    out += 'x';
    at += json[at + 1] == 'u' ? 5 : 1;
  }
  return shape_of_text(out) + '"';
}

class Mask : public record::ProfileWriter::Filter {
 public:
  bool admits(const record::RowView&) override { return true; }
  std::string_view admit(const record::RowView&, const record::FieldView& field) override {
    return kept_.emplace_back(shape_of_json(field.json));
  }

 private:
  std::deque<std::string> kept_;
};

}  // namespace

Reading::Reading() = default;
Reading::Reading(Reading&&) noexcept = default;
Reading::~Reading() = default;

Reading open_for_reading(const Hub& hub) {
  const auto& store = hub.parameter("store");
  if (store.starts_with("sqlite:") && !std::filesystem::exists(store.substr(7)))
    throw Error(Next::fix_settings,
                "nothing is published in this workspace yet; first: homeroom run JOB");
  Reading reading;
  reading.keys = hub.open_keys();
  reading.store = hub.open_store(*reading.keys, false);
  return reading;
}

void record_unmasking(const Hub& hub, const std::string& actor, const std::string& target,
                      const std::string& why) {
  if (why.empty())
    throw Error(Next::fix_settings, "--show needs --why TEXT: the reason is recorded");
  world::Lock lock(hub.lock_file(), "recording an unmasking", hub.clock());
  auto keys = hub.open_keys();
  auto store = hub.open_store(*keys, true);
  store->put_audit({hub.clock().now_ms(), actor, "unmask", target, why});
}

Student find_student(const Hub& hub, store::Store& store, const std::string& named) {
  std::vector<store::Person> persons;
  store.each_person([&](const store::Person& person) { persons.push_back(person); });
  auto with_profile = [&](uint32_t number) -> Student {
    auto person = std::ranges::find(persons, number, &store::Person::number);
    auto profile = store.profile(number);
    if (person == persons.end() || !profile)
      throw Error(Next::fix_settings, "that person has no profile now; an earlier student");
    return {*person, std::move(*profile)};
  };
  if (named.find(':') == std::string::npos && named.starts_with("p-")) {
    auto person = std::ranges::find(persons, named, &store::Person::id);
    if (person == persons.end()) throw Error(Next::fix_settings, "nobody has that id");
    while (!person->merged_into.empty())  // always to an older one
      person = std::ranges::find(persons, person->merged_into, &store::Person::id);
    return with_profile(person->number);
  }
  auto asked = split(named);
  Search search(hub, asked);
  std::vector<uint32_t> found;
  store.each_profile([&](const store::Profile& profile) {
    if (search.fits(profile.rows)) found.push_back(profile.person);
  });
  if (found.empty()) throw Error(Next::fix_settings, "no student is known by that");
  if (found.size() > 1)
    throw Error(Next::fix_settings, std::to_string(found.size()) +
                                        " students are known by that; name one by Homeroom's id");
  return with_profile(found.front());
}

Student as_of(const Hub& hub, Student student, int32_t day) {
  auto day_at = [](const record::RowView& row, std::optional<record::FieldId> field) {
    return field ? record::parse_iso_date(record::text_of_json(row.find(*field))) : std::nullopt;
  };
  std::string rows;
  record::each_row(student.profile.rows, [&](const record::RowView& row) {
    const auto& entity = hub.model().entities[row.entity()];
    auto span = entity.property.empty() ? record::Span{} : record::span_of(entity);
    auto first = day_at(row, span.start);
    auto last = day_at(row, span.end);
    bool held = (!first || *first <= day) && (!last || day <= *last);
    if (held) rows += row.bytes();
  });
  student.profile.rows = std::move(rows);
  return student;
}

std::string shape_of_text(std::string_view text) {
  std::string out;
  for (unsigned char letter : text) {
    if (letter >= '0' && letter <= '9')
      out += '9';
    else if ((letter | 0x20) >= 'a' && (letter | 0x20) <= 'z')
      out += 'x';
    else if (letter >= 0xC0)
      out += 'x';  // first byte of a letter beyond ASCII
    else if (letter < 0x80)
      out += static_cast<char>(letter);
  }
  return out;
}

std::string shape_of_json(std::string_view json) {
  if (json == "true" || json == "false") return "\"yes/no\"";
  std::string out;
  for (std::size_t at = 0; at < json.size(); ++at) {
    if (json[at] == '"')
      out += masked_string(json, at);
    else
      out += json[at] >= '0' && json[at] <= '9' ? '9' : json[at];
  }
  return out;
}

std::string profile_json(const Hub& hub, const Student& student, bool is_shown) {
  record::ProfileWriter writer(hub.model());
  std::string out;
  Mask mask;
  writer.write(out, student.person.id, student.profile.rows, is_shown ? nullptr : &mask);
  return out;
}

std::vector<Origins> origins_of(const Hub& hub, const Student& student) {
  std::vector<Origins> origins;
  std::map<record::EntityId, std::size_t> rows_of;
  record::each_row(student.profile.rows, [&](const record::RowView& row) {
    const auto& entity = hub.model().entities[row.entity()];
    std::string source(record::source_of(row.key()));
    if (!entity.property.empty()) {
      origins.push_back(
          {entity.property + '[' + std::to_string(rows_of[row.entity()]++) + ']', source});
      return;
    }
    row.each([&](const record::FieldView& field) {
      origins.push_back({entity.fields[field.field].path, source});
    });
  });
  return origins;
}

}  // namespace homeroom::flow
