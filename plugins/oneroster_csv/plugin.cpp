// oneroster_csv: OneRoster 1.1 and 1.2 packages, as a folder or a zip.
#include "homeroom/csv.hpp"
#include "homeroom/error.hpp"
#include "homeroom/sdk.hpp"
#include "plugins/oneroster_csv/manifest_file.hpp"
#include "plugins/oneroster_csv/streams.hpp"

namespace homeroom::oneroster_csv {
namespace {

class Package : public Source {
 public:
  Package(const Host& host, const Settings& settings) : host_(host), path_(settings.text("path")) {}

  void discover(const std::function<void(const Stream&)>& tell) override {
    auto package = open_csv_package(path_);
    auto manifest = read_manifest(*package);
    for (auto& shape : streams())
      if (auto mode = manifest.mode(shape.name); mode != FileMode::absent)
        tell(described(*package, shape, mode));
  }

  std::unique_ptr<Reader> read(const Read& what) override {
    auto package = open_csv_package(path_);
    auto manifest = read_manifest(*package);
    const Shape* shape = find_stream(what.stream);
    FileMode mode = manifest.mode(what.stream);
    if (!shape || mode == FileMode::absent)
      throw Error(Next::not_readable, what.stream + ".csv is not part of this package");
    if (mode == FileMode::delta && what.mode != Mode::changes)
      throw Error(Next::hide, what.stream + ".csv holds changes only, not all records");
    if (mode == FileMode::bulk && what.mode == Mode::changes)
      throw Error(Next::hide, what.stream + ".csv holds all records, not changes");
    return std::make_unique<CsvReader>(host_, package->open(file_of(*shape)), options_of(*shape),
                                       what);
  }

  bool stands(std::string_view stream, std::string_view version) override {
    const Shape* shape = find_stream(stream);
    return shape && open_csv_package(path_)->open(file_of(*shape))->stands(version);
  }

 private:
  static std::string file_of(const Shape& shape) { return shape.name + ".csv"; }

  // In a bulk file the status is normally blank; a producer that fills it means it.
  static CsvOptions options_of(const Shape& shape) {
    CsvOptions options;
    options.place = file_of(shape);
    options.key = {"sourcedId"};
    options.removal = Removal{Removal::When::equals, "status?", "tobedeleted"};
    return options;
  }

  Stream described(const CsvPackage& package, const Shape& shape, FileMode mode) const {
    Stream stream;
    stream.name = shape.name;
    for (auto& name : csv_header(package.open(file_of(shape)), options_of(shape)))
      stream.columns.push_back({name});
    stream.key = "sourcedId";
    stream.subject = shape.subject;
    if (!shape.subject.empty()) stream.space = "oneroster.user";
    stream.role = shape.subject.empty() ? Role::reference : Role::subject;
    stream.mode = mode == FileMode::bulk ? Mode::full : Mode::changes;
    stream.gone = mode == FileMode::bulk ? Gone::absent : Gone::marked;
    stream.as_of_ms = package.as_of_ms();
    return stream;
  }

  Host host_;
  std::string path_;
};

}  // namespace
}  // namespace homeroom::oneroster_csv

HOMEROOM_SOURCE(homeroom::oneroster_csv::Package, "oneroster_csv", "0.1.0")
