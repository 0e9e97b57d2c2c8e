// fhir_ndjson: a source over a drop folder of bulk export files.
#include <algorithm>
#include <memory>

#include "homeroom/sdk.hpp"
#include "plugins/fhir_ndjson/reader.hpp"

namespace homeroom::fhir_ndjson {
namespace {

constexpr const char* usual_student_number_system = "https://district.example.org/student-number";

std::map<std::string, std::string> files_named(const Settings& settings) {
  std::map<std::string, std::string> named;
  for (const auto& stream : settings.names_below("files"))
    named.emplace(stream, settings.text("files." + stream));
  return named;
}

// What the read asks for and the resource has; the extraction refuses what is missing and needed.
std::vector<std::string> wanted(const Resource& resource, const Read& what) {
  std::vector<std::string> columns;
  for (std::string name : what.columns) {
    bool may_be_missing = name.ends_with('?');
    if (may_be_missing) name.pop_back();
    if (may_be_missing && !resource.find(name)) continue;
    columns.push_back(std::move(name));
  }
  return columns;
}

Stream stream_of(const Resource& resource, const std::vector<StreamFile>& files) {
  Stream stream;
  stream.name = resource.name;
  for (const auto& column : resource.columns) stream.columns.push_back({column.name, "vu"});
  stream.key = "id";
  stream.subject = resource.subject;
  stream.space = "fhir.Patient";
  stream.gone = Gone::absent;
  // A clinic may send all its resources or the night's changed ones in files of the same names.
  stream.mode = Mode::unknown;
  // Of several files the oldest says how new the whole is.
  stream.as_of_ms = std::ranges::min(files, {}, &StreamFile::modified_ms).modified_ms;
  return stream;
}

class FhirNdjson : public Source {
 public:
  FhirNdjson(const Host& host, const Settings& settings)
      : host_(host),
        folder_(settings.text("folder"), files_named(settings)),
        resources_(
            resources(settings.text_or("student_number_system", usual_student_number_system))) {
    for (const auto& stream : settings.names_below("paths"))
      for (const auto& column : settings.names_below("paths." + stream))
        set_path(resources_, stream + "." + column,
                 settings.text("paths." + stream + "." + column));
    for (const auto& stream : settings.names_below("files"))
      if (!find_resource(resources_, stream))
        throw Error(Next::fix_settings, "setting 'files." + stream + "' names no stream");
  }

  void discover(const std::function<void(const Stream&)>& tell) override {
    for (const auto& resource : resources_) {
      auto files = folder_.files_of(resource.name);
      if (!files.empty()) tell(stream_of(resource, files));
    }
  }

  std::unique_ptr<Reader> read(const Read& what) override {
    const Resource* resource = find_resource(resources_, what.stream);
    if (!resource) throw Error(Next::not_readable, "there is no stream '" + what.stream + "'");
    auto files = folder_.files_of(what.stream);
    if (files.empty())
      throw Error(Next::not_readable,
                  "there is no " + what.stream + ".ndjson in folder " + folder_.path().string());
    return std::make_unique<ResourceReader>(host_, *resource, std::move(files),
                                            wanted(*resource, what), what);
  }

  bool stands(std::string_view stream, std::string_view version) override {
    return stand(folder_.files_of(std::string(stream)), version);
  }

  void check() override {
    for (const auto& resource : resources_)
      if (!folder_.files_of(resource.name).empty()) return;
    throw Error(Next::fix_settings, "folder " + folder_.path().string() +
                                        " holds none of Patient.ndjson, Immunization.ndjson, "
                                        "Condition.ndjson, AllergyIntolerance.ndjson");
  }

 private:
  Host host_;
  Folder folder_;
  std::vector<Resource> resources_;
};

}  // namespace
}  // namespace homeroom::fhir_ndjson

HOMEROOM_SOURCE(homeroom::fhir_ndjson::FhirNdjson, "fhir_ndjson", "0.1.0")
