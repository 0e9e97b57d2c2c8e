// fhir_ndjson: the tables of discovery and reading over a drop folder of bulk export files.
#include <algorithm>
#include <memory>

#include "homeroom/entry.hpp"
#include "plugins/fhir_ndjson/reader.hpp"

namespace homeroom::fhir_ndjson {
namespace {

using entry::guarded;
using entry::text_of;
using entry::view_of;

constexpr const char* usual_student_number_system = "https://district.example.org/student-number";

class Instance {
 public:
  Instance(const hr_host* host, const entry::Settings& all)
      : host_(host),
        folder_(all.needed("folder"), all.below("files")),
        resources_(resources(all.text("student_number_system", usual_student_number_system))) {
    for (const auto& [column, path] : all.below("paths")) set_path(resources_, column, path);
    for (const auto& [stream, file] : all.below("files"))
      if (!find_resource(resources_, stream))
        throw Error(Next::fix_settings, "setting 'files." + stream + "' names no stream");
  }

  void discover(void* ctx, void (*tell)(void*, const hr_stream*)) const {
    for (const auto& resource : resources_) {
      auto files = folder_.files_of(resource.name);
      if (!files.empty()) tell_stream(resource, files, ctx, tell);
    }
  }

  std::unique_ptr<Reader> read(const hr_read& what) const {
    std::string name(view_of(what.stream));
    if (what.mode == HR_CHANGES)
      throw Error(Next::hide, "bulk files hold all records, they cannot answer what changed");
    const Resource* resource = find_resource(resources_, name);
    if (!resource) throw Error(Next::not_readable, "there is no stream '" + name + "'");
    auto files = folder_.files_of(name);
    if (files.empty())
      throw Error(Next::not_readable,
                  "there is no " + name + ".ndjson in folder " + folder_.path().string());
    return std::make_unique<Reader>(host_, *resource, std::move(files), wanted(*resource, what),
                                    what.max_rows, what.max_bytes);
  }

  void check() const {
    for (const auto& resource : resources_)
      if (!folder_.files_of(resource.name).empty()) return;
    throw Error(Next::fix_settings, "folder " + folder_.path().string() +
                                        " holds none of Patient.ndjson, Immunization.ndjson, "
                                        "Condition.ndjson, AllergyIntolerance.ndjson");
  }

 private:
  // Columns of the read that the resource has; extract refuses one that is missing and needed.
  static std::vector<std::string> wanted(const Resource& resource, const hr_read& what) {
    std::vector<std::string> columns;
    for (size_t i = 0; i < what.n_columns; ++i) {
      std::string_view name = view_of(what.columns[i]);
      bool may_be_missing = name.ends_with('?');
      if (may_be_missing) name.remove_suffix(1);
      if (may_be_missing && !resource.find(name)) continue;
      columns.emplace_back(name);
    }
    return columns;
  }

  static void tell_stream(const Resource& resource, const std::vector<StreamFile>& files, void* ctx,
                          void (*tell)(void*, const hr_stream*)) {
    std::vector<hr_column> columns;
    for (const auto& column : resource.columns)
      columns.push_back({text_of(column.name), text_of("vu")});
    hr_stream stream{};
    stream.size = sizeof stream;
    stream.name = text_of(resource.name);
    stream.columns = columns.data();
    stream.n_columns = columns.size();
    stream.key = text_of("id");
    stream.subject = text_of(resource.subject);
    stream.space = text_of("fhir.Patient");
    stream.role = HR_ROLE_SUBJECT;
    stream.gone = HR_GONE_ABSENT;
    stream.mode = HR_FULL;
    // Of several files the oldest says how new the whole is.
    stream.as_of_ms = std::ranges::min(files, {}, &StreamFile::modified_ms).modified_ms;
    tell(ctx, &stream);
  }

  entry::Host host_;
  Folder folder_;
  std::vector<Resource> resources_;
};

int32_t open_instance(const hr_host* host, const hr_setting* settings, size_t count, void** self,
                      hr_error* err) {
  return guarded(err, [&] { *self = new Instance(host, entry::Settings(settings, count)); });
}

int32_t discover(void* self, void* ctx, void (*tell)(void*, const hr_stream*), hr_error* err) {
  return guarded(err, [&] { static_cast<Instance*>(self)->discover(ctx, tell); });
}

int32_t read(void* self, const hr_read* what, hr_reader* out, hr_error* err) {
  return guarded(err, [&] {
    out->self = static_cast<Instance*>(self)->read(*what).release();
    out->next = [](void* reader, hr_batch* batch, hr_end* end, hr_error* error) {
      return guarded(error, [&] { static_cast<Reader*>(reader)->next(batch, end); });
    };
    out->release = [](void* reader) { delete static_cast<Reader*>(reader); };
  });
}

const void* contract(const char* id) {
  static const hr_discover discovery = {sizeof discovery, discover};
  static const hr_source source = {sizeof source, read};
  static const hr_check check = {sizeof check, [](void* self, hr_error* err) {
                                   return guarded(err,
                                                  [&] { static_cast<Instance*>(self)->check(); });
                                 }};
  if (std::strcmp(id, HR_DISCOVER) == 0) return &discovery;
  if (std::strcmp(id, HR_SOURCE) == 0) return &source;
  if (std::strcmp(id, HR_CHECK) == 0) return &check;
  return nullptr;
}

const hr_plugin table = {sizeof table,  HR_ABI,
                         "fhir_ndjson", "0.1.0",
                         open_instance, [](void* self) { delete static_cast<Instance*>(self); },
                         contract};

}  // namespace
}  // namespace homeroom::fhir_ndjson

extern "C" __attribute__((visibility("default"))) const hr_plugin* homeroom_plugin(
    uint32_t hub_abi) {
  return hub_abi >> 16 == HR_ABI_MAJOR ? &homeroom::fhir_ndjson::table : nullptr;
}
