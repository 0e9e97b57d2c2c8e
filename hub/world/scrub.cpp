#include "hub/world/scrub.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "homeroom/error.hpp"

namespace homeroom::world {
namespace {

using Json = nlohmann::ordered_json;

bool has_form(const std::string& text, std::string_view form) {
  return text.size() >= form.size() &&
         std::equal(form.begin(), form.end(), text.begin(), [](char wanted, unsigned char c) {
           return wanted == '0' ? std::isdigit(c) != 0 : wanted == static_cast<char>(c);
         });
}

bool is_date(const std::string& text) {
  return text.size() == 10 && has_form(text, "0000-00-00");
}

bool is_instant(const std::string& text) {
  return text.size() > 19 && has_form(text, "0000-00-00T00:00:00");
}

/// Endless bytes that depend on key and text alone.
class Stream {
 public:
  Stream(const std::string& key, const std::string& text) : key_(key), text_(text) {}
  unsigned below(unsigned most) {
    if (at_ == bytes_.size()) more();
    return bytes_[at_++] % most;
  }

 private:
  void more() {
    auto block = text_ + '\0' + std::to_string(count_++);
    unsigned size = 0;
    HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
         reinterpret_cast<const unsigned char*>(block.data()), block.size(), bytes_.data(), &size);
    at_ = 0;
  }
  const std::string& key_;
  const std::string& text_;
  std::array<unsigned char, 32> bytes_{};
  size_t at_ = 32;
  int count_ = 0;
};

}  // namespace

Scrub::Scrub(std::vector<std::string> keep) : key_(32, '\0'), keep_(std::move(keep)) {
  if (RAND_bytes(reinterpret_cast<unsigned char*>(key_.data()), static_cast<int>(key_.size())) != 1)
    throw Error(Next::fail, "no random numbers");
}

namespace {

std::string shape(const std::string& from, Stream& stream) {
  std::string out;
  for (unsigned char c : from) {
    if (std::isdigit(c))
      // No zero where there was none: it could not stand at the beginning of a number.
      out += static_cast<char>(c == '0' ? '0' : '1' + stream.below(9));
    else if (std::isupper(c))
      out += static_cast<char>('A' + stream.below(26));
    else if (std::islower(c) || c >= 0xC0)
      out += static_cast<char>('a' + stream.below(26));
    else if (c < 0x80)
      out += static_cast<char>(c);
  }
  return out;
}

std::string day_of_year(const std::string& from, Stream& stream) {
  auto two = [](unsigned number) {
    return std::string(number < 10 ? "0" : "") + std::to_string(number);
  };
  return from.substr(0, 5) + two(1 + stream.below(12)) + '-' + two(1 + stream.below(28));
}

}  // namespace

std::string Scrub::another(const std::string& from) const {
  Stream stream(key_, from);
  auto draw = [&] { return is_date(from) ? day_of_year(from, stream) : shape(from, stream); };
  auto out = draw();
  // By chance it may be the same; what has no letter and no digit but 0 always is.
  for (int again = 0; out == from && again < 16; ++again) out = draw();
  return out;
}

std::string Scrub::text(const std::string& from) const {
  return is_instant(from) ? from : another(from);
}

Json Scrub::operator()(const Json& from) const {
  if (from.is_string()) return text(from.get<std::string>());
  if (from.is_number()) {
    auto digits = from.dump();
    auto exponent = std::min(digits.find('e'), digits.size());
    return Json::parse(another(digits.substr(0, exponent)) + digits.substr(exponent));
  }
  if (!from.is_structured()) return from;
  auto out = from;
  for (auto& [name, value] : out.items()) {
    bool stays = from.is_object() && std::ranges::find(keep_, name) != keep_.end();
    if (!stays) value = (*this)(value);
  }
  return out;
}

}  // namespace homeroom::world
