#include "hub/flow/aside_lists.hpp"

#include <algorithm>
#include <unordered_map>

#include "hub/flow/intake.hpp"
#include "hub/flow/layout.hpp"
#include "hub/flow/quarantine.hpp"
#include "hub/flow/record_place.hpp"
#include "hub/keys/keys.hpp"
#include "hub/record/json.hpp"
#include "hub/store/store.hpp"

namespace homeroom::flow {

namespace {

/// The school a profile's first enrollment is in.
School school_in(const record::Model& model, std::string_view rows) {
  auto enrollment = model.find("enrollment");
  if (!enrollment) return {};
  School school;
  record::each_row(rows, [&](const record::RowView& row) {
    if (school != School() || row.entity() != *enrollment) return;
    auto text_at = [&](const char* path) {
      auto field = model.entities[*enrollment].find(path);
      return field ? record::text_of_json(row.find(*field)) : std::string();
    };
    school = {text_at("schoolName"), text_at("school")};
  });
  return school;
}

/// Finds the school of the children that records of one source hang on.
class Schools {
 public:
  Schools(const Hub& hub, store::Store& store, keys::KeyRing& keys, const std::string& source)
      : hub_(hub),
        store_(store),
        keys_(keys),
        layouts_(unpack_layouts(store.digest("layout:" + source).value_or(""))) {
    auto number = store.source_number(source);
    std::unordered_map<uint32_t, uint32_t> persons;
    for (const auto& link : store.links(number))
      if (link.is_linked()) persons.emplace(link.node, link.person);
    store.each_node(number, [&](const store::NodeIndex& node) {
      if (auto person = persons.find(node.id); person != persons.end())
        persons_.emplace(node.token, person->second);
    });
  }

  School of(const record::SetAside& what) {
    auto layout = std::ranges::find(layouts_, what.stream, &Layout::stream);
    if (layout == layouts_.end()) return {};
    auto subject = subject_of(what, *layout);
    if (subject.empty()) return {};
    auto person = persons_.find(keys_.token(space_id(layout->space), subject));
    if (person == persons_.end()) return {};
    auto profile = store_.profile(person->second);
    return profile ? school_in(hub_.model(), profile->rows) : School();
  }

 private:
  const Hub& hub_;
  store::Store& store_;
  keys::KeyRing& keys_;
  std::vector<Layout> layouts_;
  std::unordered_map<uint64_t, uint32_t> persons_;  ///< by token of their subject
};

/// The columns of the source that a field of the model is made of; a column stays one.
std::string columns_of(const Hub& hub, RecordPlaces& places, const std::string& source,
                       const std::string& field) {
  for (record::EntityId e = 0; e < hub.model().entities.size(); ++e) {
    auto found = hub.model().entities[e].find(field);
    const auto* made = found ? places.source_of(source, e, *found) : nullptr;
    if (!made || made->columns.empty()) continue;
    std::string columns;
    for (const auto& column : made->columns) columns += (columns.empty() ? "" : ", ") + column;
    return columns;
  }
  return field;
}

std::string place_of(const record::SetAside& what) {
  auto place = what.file.empty() ? what.stream : what.file;
  if (what.line) return place + ", line " + std::to_string(what.line);
  return what.record ? place + ", record " + std::to_string(what.record) : place;
}

std::string readable(std::string key) {
  std::ranges::replace(key, '\x1f', ' ');
  return key;
}

}  // namespace

std::map<School, std::vector<AsideLine>> asides_by_school(const Hub& hub, store::Store& store,
                                                          keys::KeyRing& keys,
                                                          const std::string& source) {
  std::map<School, std::vector<AsideLine>> lists;
  std::map<std::string, Schools> schools;
  RecordPlaces places(hub, store);
  for (const auto& row : store.quarantine()) {
    if (row.state != store::AsideState::open || (!source.empty() && row.source != source)) continue;
    auto of = schools.try_emplace(row.source, hub, store, keys, row.source).first;
    lists[of->second.of(row.what)].push_back({row.source, row.what.stream, readable(row.what.key),
                                              columns_of(hub, places, row.source, row.what.field),
                                              row.what.why, place_of(row.what), row.first_run});
  }
  return lists;
}

}  // namespace homeroom::flow
