// Values of a known form: telephone numbers, e-mail addresses, postal codes, languages.
#include <algorithm>

#include "hub/express/function.hpp"
#include "hub/express/kernel.hpp"
#include "hub/express/languages.hpp"
#include "hub/express/letters.hpp"

namespace homeroom::express {

namespace {

std::shared_ptr<const Prepared> country(const Preparing& preparing) {
  if (preparing.words[0] != "US") throw std::string("the only country known is 'US'");
  return nullptr;
}

// North American Numbering Plan: NXX-NXX-XXXX, where N is 2 to 9.
const char* read_phone(const Text& text, Text& out, record::Arena& arena) {
  constexpr const char* says = "not a phone number";
  char number[16] = "+1";
  char* at = number + 1;
  uint32_t digits = 0;
  bool is_abroad = false;
  for (char c : text.view()) {
    if (is_digit(c)) {
      if (++digits > 11) return says;
      bool is_country = digits == 1 && c == '1';  // stands there already
      if (!is_country) *++at = c;
      is_abroad |= digits == 1 && c != '1' && text.view().find('+') != std::string_view::npos;
    } else if (std::string_view(" ()-.+/").find(c) == std::string_view::npos) {
      return says;
    }
  }
  bool is_form = !is_abroad && at - number == 11 && number[2] >= '2' && number[5] >= '2';
  if (!is_form) return says;
  out = arena.keep(record::text(number, 12));
  return nullptr;
}
Column phone_kernel(Call& call) {
  return read_one<Text, Text>(call, Type::text, [&](const Text& text, Text& out) {
    return read_phone(text, out, call.arena);
  });
}

bool is_host(std::string_view host) {
  if (host.find('.') == host.npos || host.size() > 253) return false;
  for (size_t from = 0; from <= host.size();) {
    size_t end = std::min(host.find('.', from), host.size());
    std::string_view label = host.substr(from, end - from);
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-')
      return false;
    for (char c : label)
      if (!is_digit(c) && !(c >= 'a' && c <= 'z') && c != '-' && (c & 0x80) == 0) return false;
    from = end + 1;
  }
  return true;
}
bool is_mailbox(std::string_view box) {
  if (box.empty() || box.size() > 64 || box.front() == '.' || box.back() == '.') return false;
  if (box.find("..") != box.npos) return false;
  return std::none_of(box.begin(), box.end(), [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == 127 ||
           std::string_view("()<>[],;:\\\"").find(c) != std::string_view::npos;
  });
}
Column email_kernel(Call& call) {
  return read_one<Text, Text>(call, Type::text, [&](const Text& text, Text& out) {
    Text small = recased(trimmed(text), Case::lower, call.arena);
    std::string_view view = small.view();
    size_t at = view.find('@');
    bool is_form =
        at != view.npos && is_mailbox(view.substr(0, at)) && is_host(view.substr(at + 1));
    if (is_form) out = small;
    return is_form ? nullptr : "not an email address";
  });
}

// USPS: five digits, or five and four.
Column postal_kernel(Call& call) {
  return read_one<Text, Text>(call, Type::text, [&](const Text& text, Text& out) {
    constexpr const char* says = "not a postal code";
    char digits[10];
    uint32_t count = 0;
    Text bare = trimmed(text);
    for (char c : bare.view()) {
      bool is_gap = (c == '-' || c == ' ') && count == 5;
      if (is_gap) continue;
      if (!is_digit(c) || count == 9) return says;
      digits[count++] = c;
    }
    if (count == 5) {
      out = record::text(digits, 5);
    } else if (count == 9) {
      std::memmove(digits + 6, digits + 5, 4);
      digits[5] = '-';
      out = record::text(digits, 10);
    }
    return count == 5 || count == 9 ? nullptr : says;
  });
}

Column language_kernel(Call& call) {
  return read_one<Text, Text>(call, Type::text, [](const Text& text, Text& out) {
    Text bare = trimmed(text);
    std::string_view code = language_code(bare.view());
    if (!code.empty()) out = record::text(code);
    return code.empty() ? "not a language of ISO 639" : nullptr;
  });
}

}  // namespace

std::vector<Function> shape_functions() {
  return {
      define("phone(text, 'US') -> text",
             "A telephone number as +1 and ten digits (E.164); other forms are a fault.",
             {a_text, a_word}, Type::text, phone_kernel,
             {{"phone('(614) 555-0142', 'US')", "\"+16145550142\""},
              {"phone('1-614-555-0142', 'US')", "\"+16145550142\""}})
          .faults()
          .prepared_by(country),
      define("email(text) -> text", "An e-mail address in small letters.", {a_text}, Type::text,
             email_kernel, {{"email('Willa@Example.org')", "\"willa@example.org\""}})
          .faults(),
      define("postal(text) -> text", "A US postal code, 12345 or 12345-6789.", {a_text}, Type::text,
             postal_kernel,
             {{"postal('00000')", "\"00000\""}, {"postal('000001234')", "\"00000-1234\""}})
          .faults(),
      define("language(text) -> text",
             "The ISO 639-2 code of a code of ISO 639-1 or 639-2; a region behind it is cut.",
             {a_text}, Type::text, language_kernel,
             {{"language('es')", "\"spa\""},
              {"language('en-US')", "\"eng\""},
              {"language('som')", "\"som\""}})
          .faults(),
  };
}

}  // namespace homeroom::express
