// hmis_csv: HUD HMIS CSV exports of FY2024 and FY2026, as a folder or a zip.
#include <algorithm>
#include <array>

#include "homeroom/csv.hpp"
#include "homeroom/error.hpp"
#include "homeroom/sdk.hpp"
#include "plugins/hmis_csv/export_file.hpp"

namespace homeroom::hmis_csv {
namespace {

struct Shape {
  std::string name, key;
  bool is_persons;
};

const std::array<Shape, 6> shapes{{
    {"Client", "PersonalID", true},
    {"Enrollment", "EnrollmentID", true},
    {"Exit", "ExitID", true},
    {"Services", "ServicesID", true},
    {"Project", "ProjectID", false},
    {"Organization", "OrganizationID", false},
}};

struct Opened {
  std::unique_ptr<CsvPackage> package;
  ExportFile about;
};

class Export : public Source {
 public:
  Export(const Host& host, const Settings& settings)
      : host_(host), path_(settings.optional("path").value_or("")) {
    if (path_.empty()) path_ = settings.text("folder");
  }

  void discover(const std::function<void(const Stream&)>& tell) override {
    auto opened = open();
    for (auto& shape : shapes)
      if (std::string file = opened.package->find(shape.name + ".csv"); !file.empty())
        tell(described(opened, shape, file));
  }

  std::unique_ptr<Reader> read(const Read& what) override {
    auto opened = open();
    auto shape = std::ranges::find(shapes, what.stream, &Shape::name);
    std::string file = opened.package->find(what.stream + ".csv");
    if (shape == shapes.end() || file.empty())
      throw Error(Next::not_readable, what.stream + ".csv is not part of this package");
    if (opened.about.is_delta != (what.mode == Mode::changes))
      throw Error(Next::hide, opened.about.is_delta
                                  ? "the export holds changes only, not all records"
                                  : "the export holds all records, not changes");
    return std::make_unique<CsvReader>(host_, opened.package->open(file), options_of(*shape, file),
                                       what);
  }

  bool stands(std::string_view stream, std::string_view version) override {
    auto package = open_csv_package(path_);
    return package->open(package->find(std::string(stream) + ".csv"))->stands(version);
  }

 private:
  // A package without one of these three says nothing about anybody.
  Opened open() const {
    Opened opened{open_csv_package(path_), {}};
    for (std::string file : {"Export.csv", "Client.csv", "Enrollment.csv"})
      if (opened.package->find(file).empty()) throw Error(Next::not_readable, file + " is missing");
    opened.about = read_export(*opened.package);
    return opened;
  }

  static CsvOptions options_of(const Shape& shape, const std::string& file) {
    CsvOptions options;
    options.place = file;
    options.any_case = true;
    options.key = {shape.key};
    options.removal = Removal{Removal::When::filled, "DateDeleted?", ""};
    return options;
  }

  static Stream described(const Opened& opened, const Shape& shape, const std::string& file) {
    Stream stream;
    stream.name = shape.name;
    for (auto& name : csv_header(opened.package->open(file), options_of(shape, file)))
      stream.columns.push_back({name});
    stream.key = shape.key;
    stream.role = shape.is_persons ? Role::subject : Role::reference;
    if (shape.is_persons) stream.subject = "PersonalID";
    if (shape.is_persons) stream.space = "hmis.PersonalID";
    stream.mode = opened.about.is_delta ? Mode::changes : Mode::full;
    stream.gone = opened.about.is_delta ? Gone::marked : Gone::absent;
    stream.as_of_ms = opened.about.export_ms ? opened.about.export_ms : opened.package->as_of_ms();
    return stream;
  }

  Host host_;
  std::string path_;
};

}  // namespace
}  // namespace homeroom::hmis_csv

HOMEROOM_SOURCE(homeroom::hmis_csv::Export, "hmis_csv", "0.1.0")
