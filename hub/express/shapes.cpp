// Values of a known form: telephone numbers, e-mail addresses, postal codes, ids, languages.
#include <algorithm>

#include "hub/express/function.hpp"
#include "hub/express/kernel.hpp"
#include "hub/express/languages.hpp"
#include "hub/express/letters.hpp"
#include "hub/express/phones.hpp"

namespace homeroom::express {

namespace {

constexpr const char* no_phone = "not a phone number";

struct Region : Prepared {
  std::string code = "US";
};
std::shared_ptr<const Prepared> region(const Preparing& preparing) {
  auto made = std::make_shared<Region>();
  if (!preparing.words.empty()) made->code = preparing.word(0);
  bool is_usual = made->code == "US";  // known without waking the library, which takes its time
  if (!is_usual && !is_phone_region(made->code))
    throw "no numbering plan of " + made->code + "; write a region of ISO 3166 like 'US'";
  return made;
}

/// The usual ways to write ten digits of the North American plan, NXX-NXX-XXXX where N is 2 to 9,
/// with or without the country's 1. Everything else is left to the library, which is far slower.
bool read_american(std::string_view text, char* number) {
  bool has_country = text.starts_with("+1");
  if (has_country) text.remove_prefix(2);
  uint32_t digits = 0;
  for (char c : text) {
    if (is_digit(c)) {
      bool is_country = c == '1' && digits == 0 && !has_country;
      has_country |= is_country;
      if (is_country) continue;
      if (digits == 10) return false;
      number[2 + digits++] = c;
    } else if (std::string_view(" ()-.").find(c) == std::string_view::npos) {
      return false;
    }
  }
  return digits == 10 && number[2] >= '2' && number[5] >= '2';
}

Column phone_kernel(Call& call) {
  const std::string& code = call.prepared<Region>().code;
  bool is_american = code == "US" || code == "CA";
  Phone phone;
  return read_one<Text, Text>(call, Type::text, [&](const Text& text, Text& out) {
    char number[16] = "+1";
    if (is_american && read_american(text.view(), number)) {
      out = made(call, {number, 12});
      return static_cast<const char*>(nullptr);
    }
    if (!read_phone(text.view(), code, phone)) return no_phone;
    out = made(call, phone.number);
    return static_cast<const char*>(nullptr);
  });
}
Column extension_kernel(Call& call) {
  const std::string& code = call.prepared<Region>().code;
  bool is_american = code == "US" || code == "CA";
  Phone phone;
  return read_one<Text, Text>(call, Type::text, [&](const Text& text, Text& out) {
    char number[16];
    if (is_american && read_american(text.view(), number)) return absent;
    if (!read_phone(text.view(), code, phone)) return no_phone;
    out = made(call, phone.extension);
    return phone.extension.empty() ? absent : nullptr;
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

// Two letters and seven digits; the field itself takes other forms too, so a mapping may keep
// those.
bool read_ssid(std::string_view text, char* out) {
  if (text.size() != 9) return false;
  for (size_t i = 0; i < 9; ++i) {
    char c = text[i];
    out[i] = i < 2 && c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    if (i < 2 ? out[i] < 'A' || out[i] > 'Z' : !is_digit(c)) return false;
  }
  return true;
}
Column ssid_kernel(Call& call) {
  return read_one<Text, Text>(call, Type::text, [&](const Text& text, Text& out) {
    char letters[9];
    if (!read_ssid(trimmed(text).view(), letters))
      return "not an Ohio SSID: two letters, seven digits";
    out = record::text(letters, 9);
    return static_cast<const char*>(nullptr);
  });
}

// Social Security Administration: no number has the area 000, 666 or 900 to 999, the group 00 or
// the serial 0000. Two that were printed as samples and used by many were withdrawn.
bool is_ssn(std::string_view digits) {
  auto area = digits.substr(0, 3);
  bool is_given_out = area != "000" && area != "666" && area[0] != '9' &&
                      digits.substr(3, 2) != "00" && digits.substr(5) != "0000";
  return is_given_out && digits != "078051120" && digits != "219099999";
}
Column ssn_kernel(Call& call) {
  return read_one<Text, Text>(call, Type::text, [&](const Text& text, Text& out) {
    constexpr const char* says = "not a social security number";
    Text bare = trimmed(text);
    std::string_view view = bare.view();
    bool has_signs = view.size() == 11 && view[3] == view[6] && (view[3] == '-' || view[3] == ' ');
    if (!has_signs && view.size() != 9) return says;
    char digits[9];
    size_t count = 0;
    for (size_t i = 0; i < view.size(); ++i) {
      if (has_signs && (i == 3 || i == 6)) continue;
      if (!is_digit(view[i])) return says;
      digits[count++] = view[i];
    }
    if (!is_ssn({digits, count})) return says;
    out = record::text(digits, 9);
    return static_cast<const char*>(nullptr);
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
      define(
          "phone(text, region) -> text",
          "A telephone number in E.164: + and digits only. Numbers without + are of the region, US "
          "if none is said; an extension is left off.",
          {a_text, a_word}, Type::text, phone_kernel,
          {{"phone('(614) 555-0142')", "\"+16145550142\""},
           {"phone('1-614-555-0142 x12', 'US')", "\"+16145550142\""},
           {"phone('+64 21 234 5678')", "\"+64212345678\""}})
          .needs(1)
          .faults()
          .prepared_by(region),
      define("phone_extension(text, region) -> text",
             "The digits of a telephone number's extension; null if it has none.", {a_text, a_word},
             Type::text, extension_kernel,
             {{"phone_extension('614-555-0142 ext. 12')", "\"12\""},
              {"phone_extension('614-555-0142')", "null"}})
          .needs(1)
          .faults()
          .prepared_by(region),
      define("email(text) -> text", "An e-mail address in small letters.", {a_text}, Type::text,
             email_kernel, {{"email('Willa@Example.org')", "\"willa@example.org\""}})
          .faults(),
      define("postal(text) -> text", "A US postal code, 12345 or 12345-6789.", {a_text}, Type::text,
             postal_kernel,
             {{"postal('00000')", "\"00000\""}, {"postal('000001234')", "\"00000-1234\""}})
          .faults(),
      define("ohio_ssid(text) -> text",
             "Ohio's state id of a student: two letters, seven digits; letters are made capitals.",
             {a_text}, Type::text, ssid_kernel, {{"ohio_ssid('zz0000001')", "\"ZZ0000001\""}})
          .faults(),
      define("ssn(text) -> text",
             "The nine digits of a social security number that can have been given out; with - or "
             "spaces between or none. Show it with mask.",
             {a_text}, Type::text, ssn_kernel, {{"mask(ssn('123-45-6789'), 4)", "\"*****6789\""}})
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
