#include "plugins/oneroster_csv/manifest_file.hpp"

#include <optional>

#include "homeroom/error.hpp"
#include "plugins/oneroster_csv/streams.hpp"

namespace homeroom::oneroster_csv {
namespace {

constexpr size_t most_bytes = 64 << 10;

std::string bare(std::string_view cell) {
  if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"')
    cell = cell.substr(1, cell.size() - 2);
  return std::string(cell);
}

std::optional<FileMode> mode_named(std::string_view name) {
  if (name == "absent") return FileMode::absent;
  if (name == "bulk") return FileMode::bulk;
  if (name == "delta") return FileMode::delta;
  return std::nullopt;
}

// Takes one line after the other; what is wrong becomes a sentence naming the line.
class Check {
 public:
  void line(size_t number, std::string_view text) {
    number_ = number;
    size_t comma = text.find(',');
    // A value such as the name of a system may be quoted and hold commas; a property never does.
    if (comma == std::string_view::npos) return wrong("not two cells");
    std::string property = bare(text.substr(0, comma)), value = bare(text.substr(comma + 1));
    if (number == 1) {
      if (property != "propertyName" || value != "value")
        wrong("the header is not propertyName,value");
      return;
    }
    if (!seen_.emplace(property, value).second)
      return wrong("property " + property + " stands there twice");
    take(property, value);
  }

  ManifestFile finish() {
    if (!seen_.contains("oneroster.version"))
      found_.errors.push_back("manifest.csv: oneroster.version is missing");
    for (auto& stream : streams()) {
      bool known = stream.since == Version::v1_1 || found_.version == Version::v1_2;
      if (known && !found_.files.contains(stream.name) && !seen_.contains("file." + stream.name))
        found_.errors.push_back("manifest.csv: file." + stream.name + " is missing");
    }
    return std::move(found_);
  }

 private:
  void take(const std::string& property, const std::string& value) {
    if (property == "oneroster.version") {
      if (value != "1.1" && value != "1.2") wrong("oneroster.version is neither 1.1 nor 1.2");
      found_.version = value == "1.2" ? Version::v1_2 : Version::v1_1;
    } else if (property == "manifest.version") {
      if (value != "1.0") wrong("manifest.version is not 1.0");
    } else if (property.starts_with("file.") && find_stream(property.substr(5))) {
      auto mode = mode_named(value);
      if (!mode) return wrong(property + " is none of absent, bulk and delta");
      found_.files[property.substr(5)] = *mode;
    } else if (!property.starts_with("source.")) {
      wrong("property " + property.substr(0, 60) + " is not known");
    }
  }
  void wrong(const std::string& why) {
    found_.errors.push_back("manifest.csv line " + std::to_string(number_) + ": " + why);
  }

  ManifestFile found_;
  std::map<std::string, std::string> seen_;
  size_t number_ = 0;
};

std::string whole_text(CsvInput& input) {
  std::string text(most_bytes, '\0');
  size_t size = 0;
  while (size_t got = input.read(text.data() + size, most_bytes - size)) size += got;
  if (size == most_bytes) throw Error(Next::not_readable, "manifest.csv is longer than 64 KiB");
  text.resize(size);
  return text;
}

void compare(const CsvPackage& package, ManifestFile& manifest) {
  for (auto& [name, mode] : manifest.files) {
    bool there = package.has(name + ".csv");
    if (mode != FileMode::absent && !there)
      manifest.errors.push_back(name + ".csv is missing, the manifest says that it is there");
    if (mode == FileMode::absent && there)
      manifest.errors.push_back(name + ".csv is there, the manifest says that it is absent");
  }
}

}  // namespace

FileMode ManifestFile::mode(std::string_view file) const {
  auto found = files.find(file);
  return found == files.end() ? FileMode::absent : found->second;
}

ManifestFile parse_manifest(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  Check check;
  for (size_t number = 1; !text.empty(); ++number) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) check.line(number, line);
  }
  return check.finish();
}

ManifestFile read_manifest(const CsvPackage& package) {
  if (!package.has("manifest.csv")) throw Error(Next::not_readable, "manifest.csv is missing");
  ManifestFile manifest = parse_manifest(whole_text(*package.open("manifest.csv")));
  compare(package, manifest);
  if (manifest.errors.empty()) return manifest;
  std::string all;
  for (auto& error : manifest.errors) all += (all.empty() ? "" : "; ") + error;
  throw Error(Next::not_readable, all);
}

}  // namespace homeroom::oneroster_csv
