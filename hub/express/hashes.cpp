// hash(text): a keyed hash by the hasher of the scope.
#include "hub/express/function.hpp"
#include "hub/express/kernel.hpp"

namespace homeroom::express {

namespace {

struct Keyed : Prepared {
  const Hasher* hasher = nullptr;
};
std::shared_ptr<const Prepared> keyed(const Preparing& preparing) {
  auto made = std::make_shared<Keyed>();
  made->hasher = preparing.scope.hasher;
  if (!made->hasher) throw std::string("hash has no key here; it is for mappings");
  return made;
}

Column hash_kernel(Call& call) {
  const auto& hasher = *call.prepared<Keyed>().hasher;
  return map_one<Text, Text>(call, Type::text, [&](const Text& text) {
    auto bytes = hasher.hash(text.view());
    char* letters = call.arena.take(2 * bytes.size());
    for (size_t i = 0; i < bytes.size(); ++i) {
      constexpr const char* hex = "0123456789abcdef";
      letters[2 * i] = hex[bytes[i] >> 4];
      letters[2 * i + 1] = hex[bytes[i] & 15];
    }
    return record::text(letters, static_cast<uint32_t>(2 * bytes.size()));
  });
}

}  // namespace

std::vector<Function> hash_functions() {
  return {
      define(
          "hash(text) -> text",
          "A keyed hash of 32 hex letters: equal for equal texts of one district, of no use "
          "without "
          "its key. In a run the key is the district's own; map test, lint and map run use a fixed "
          "one.",
          {a_text}, Type::text, hash_kernel,
          {{"length(hash('Testwood'))", "32"}, {"hash('a') = hash('a')", "true"}})
          .prepared_by(keyed)};
}

}  // namespace homeroom::express
