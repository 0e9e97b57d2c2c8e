#include "hub/express/phones.hpp"

#include <set>

#include <phonenumbers/logger.h>
#include <phonenumbers/phonenumberutil.h>

#include "hub/express/letters.hpp"

namespace homeroom::express {

namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

constexpr size_t longest = 100;

const PhoneNumberUtil& library() {
  static const PhoneNumberUtil* const made = [] {
    // Unless it has another logger the library prints what it cannot parse: a value in a log.
    static i18n::phonenumbers::NullLogger silence;
    auto* instance = PhoneNumberUtil::GetInstance();
    i18n::phonenumbers::Logger::set_logger_impl(&silence);
    return instance;
  }();
  return *made;
}

}  // namespace

bool is_phone_region(const std::string& region) {
  std::set<std::string> regions;
  library().GetSupportedRegions(&regions);
  return regions.contains(region);
}

bool read_phone(std::string_view text, const std::string& region, Phone& out) {
  if (text.size() > longest || !is_utf8(text)) return false;
  PhoneNumber number;
  auto outcome = library().Parse(std::string(text), region, &number);
  if (outcome != PhoneNumberUtil::NO_PARSING_ERROR || !library().IsValidNumber(number))
    return false;
  out.extension = number.extension();
  library().Format(number, PhoneNumberUtil::E164, &out.number);
  return true;
}

}  // namespace homeroom::express
