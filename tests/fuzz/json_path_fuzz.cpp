// The first line as a path, the rest as a document: the path is refused or finds what it finds.
#include <algorithm>
#include <cstdlib>

#include "homeroom/error.hpp"
#include "plugins/fhir_ndjson/extract.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace homeroom;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  auto line = std::min(text.find('\n'), text.size());
  static const auto usual = fhir_ndjson::resources("");
  auto all = usual;
  try {
    fhir_ndjson::set_path(all, "Patient.found", std::string(text.substr(0, line)));
    fhir_ndjson::Extract extract(*fhir_ndjson::find_resource(all, "Patient"), {"found", "id"});
    simdjson::dom::parser parser(1 << 20);
    simdjson::dom::object document;
    if (parser.parse(text.data() + line, size - line).get(document)) return 0;
    fhir_ndjson::Cells cells(2);
    extract.row(document, cells);
    if (cells.texts().size() != 2) std::abort();
  } catch (const Error& refused) {
    if (refused.next != Next::fix_settings) std::abort();
  }
  return 0;
}
