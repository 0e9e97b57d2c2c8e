// csv_file: delimited files of a folder, one a stream, as the settings describe them.
#include <algorithm>
#include <filesystem>

#include "homeroom/error.hpp"
#include "homeroom/sdk.hpp"
#include "plugins/csv_file/table.hpp"

namespace homeroom::csv_file {
namespace {

class Files : public Source {
 public:
  Files(const Host& host, const Settings& settings)
      : host_(host), folder_(settings.text("folder")), tables_(tables_of(settings)) {}

  void discover(const std::function<void(const Stream&)>& tell) override {
    for (auto& table : tables_)
      if (std::filesystem::exists(path_of(table))) tell(described(table));
  }

  std::unique_ptr<Reader> read(const Read& what) override {
    auto table = std::ranges::find(tables_, what.stream, &Table::stream);
    if (table == tables_.end())
      throw Error(Next::not_readable, "the settings name no file for the stream " + what.stream);
    return std::make_unique<CsvReader>(host_, open(*table), table->options, what);
  }

  bool stands(std::string_view stream, std::string_view version) override {
    auto table = std::ranges::find(tables_, stream, &Table::stream);
    return table != tables_.end() && open(*table)->stands(version);
  }

  void check() override {
    for (auto& table : tables_)
      if (!table.removals) csv_header(open(table), table.options);
  }

 private:
  std::string path_of(const Table& table) const { return folder_ + "/" + table.file; }

  std::unique_ptr<CsvInput> open(const Table& table) const {
    return decoded(open_csv_file(path_of(table), table.file), table.encoding);
  }

  Stream described(const Table& table) const {
    Stream stream;
    stream.name = table.stream;
    for (auto& name : csv_header(open(table), table.options)) stream.columns.push_back({name});
    stream.key = table.key;
    stream.subject = table.subject;
    stream.space = table.space;
    stream.role = table.role;
    stream.gone = table.gone;
    stream.mode = table.removals ? Mode::changes : Mode::unknown;
    stream.as_of_ms = changed_ms(path_of(table));
    return stream;
  }

  Host host_;
  std::string folder_;
  std::vector<Table> tables_;
};

}  // namespace
}  // namespace homeroom::csv_file

HOMEROOM_SOURCE(homeroom::csv_file::Files, "csv_file", "0.1.0")
