// Any bytes as YAML: it is refused with the name of the file, or every value has its place and
// answers each typed reading with a value or a refusal.
#include <cstdlib>
#include <string>

#include "homeroom/error.hpp"
#include "hub/settings/node.hpp"

namespace {

using namespace homeroom;
using settings::Node;

void must(bool holds) {
  if (!holds) std::abort();
}

template <class F>
void value_or_refusal(F read) {
  try {
    read();
  } catch (const Error& refused) {
    must(std::string_view(refused.what()).starts_with("f.yaml:"));
  }
}

void walk(const Node& node, int depth) {
  must(depth <= 50 && node.place().line > 0 && node.place().column > 0);
  if (node.kind() == settings::Kind::scalar) {
    value_or_refusal([&] { node.boolean(); });
    value_or_refusal([&] { node.integer(); });
    value_or_refusal([&] { node.proportion(); });
    value_or_refusal([&] { node.days(); });
    value_or_refusal([&] { node.hours(); });
    value_or_refusal([&] { node.date(); });
  } else if (node.kind() == settings::Kind::list) {
    for (const auto& item : node.items()) walk(item, depth + 1);
  } else if (node.kind() == settings::Kind::map) {
    for (const auto& [key, value] : node.entries()) walk(value, depth + 1);
    value_or_refusal([&] { node.only({"sources"}); });
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  try {
    walk(settings::parse({reinterpret_cast<const char*>(data), size}, "f.yaml"), 0);
  } catch (const Error& refused) {
    must(std::string_view(refused.what()).starts_with("f.yaml:"));
  }
  return 0;
}
