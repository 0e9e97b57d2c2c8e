#include "hub/express/json_path.hpp"

#include <algorithm>
#include <optional>

#include "hub/express/letters.hpp"

namespace homeroom::express {

namespace {

constexpr int deepest = 128;
constexpr size_t most_steps = 100;

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::optional<uint32_t> four_hex(std::string_view text) {
  if (text.size() < 4) return std::nullopt;
  uint32_t value = 0;
  for (char c : text.substr(0, 4)) {
    char small = static_cast<char>(c | 0x20);
    bool is_letter = small >= 'a' && small <= 'f';
    if (!is_digit(c) && !is_letter) return std::nullopt;
    value = value * 16 + static_cast<uint32_t>(is_letter ? small - 'a' + 10 : c - '0');
  }
  return value;
}

/// Reads a document and says whether it is one.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool document() { return space(), value(0) && (space(), at_ == text_.size()); }

 private:
  char now() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool eat(char c) {
    bool is_it = now() == c && at_ < text_.size();
    at_ += is_it;
    return is_it;
  }
  void space() {
    while (is_space(now())) ++at_;
  }
  bool word(std::string_view wanted) {
    if (!text_.substr(at_).starts_with(wanted)) return false;
    at_ += wanted.size();
    return true;
  }

  bool value(int depth) {
    if (depth > deepest) return false;
    switch (now()) {
      case '{':
        return object(depth);
      case '[':
        return array(depth);
      case '"':
        return string();
      case 't':
        return word("true");
      case 'f':
        return word("false");
      case 'n':
        return word("null");
      default:
        return number();
    }
  }
  bool object(int depth) {
    ++at_;
    space();
    if (eat('}')) return true;
    do {
      space();
      if (now() != '"' || !string()) return false;
      space();
      if (!eat(':')) return false;
      space();
      if (!value(depth + 1)) return false;
      space();
    } while (eat(','));
    return eat('}');
  }
  bool array(int depth) {
    ++at_;
    space();
    if (eat(']')) return true;
    do {
      space();
      if (!value(depth + 1)) return false;
      space();
    } while (eat(','));
    return eat(']');
  }
  bool string() {
    for (++at_; at_ < text_.size(); ++at_) {
      char c = text_[at_];
      if (c == '"') return ++at_, true;
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c == '\\' && !escape()) return false;
    }
    return false;
  }
  /// From the backslash to the last letter of it.
  bool escape() {
    char c = ++at_ < text_.size() ? text_[at_] : '\0';
    if (c != 'u')
      return c != '\0' && std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos;
    auto unit = four_hex(text_.substr(at_ + 1));
    at_ += 4;
    if (!unit || (*unit >= 0xDC00 && *unit < 0xE000)) return false;
    if (*unit < 0xD800 || *unit >= 0xE000) return true;
    if (!text_.substr(std::min(at_ + 1, text_.size())).starts_with("\\u")) return false;
    auto low = four_hex(text_.substr(at_ + 3));
    at_ += 6;
    return low && *low >= 0xDC00 && *low < 0xE000;
  }
  bool digits() {
    size_t first = at_;
    while (is_digit(now())) ++at_;
    return at_ > first;
  }
  bool number() {
    eat('-');
    if (!eat('0') && !digits()) return false;
    if (eat('.') && !digits()) return false;
    if (now() != 'e' && now() != 'E') return true;
    ++at_;
    if (!eat('+')) eat('-');
    return digits();
  }

  std::string_view text_;
  size_t at_ = 0;
};

size_t behind_string(std::string_view text, size_t at) {
  for (++at; text[at] != '"'; ++at) at += text[at] == '\\';
  return at + 1;
}

void put_code_point(uint32_t code, std::string& out) {
  auto put = [&](uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

/// What stands behind \u at `at`; moves to its last letter.
uint32_t code_point(std::string_view text, size_t& at) {
  uint32_t unit = *four_hex(text.substr(at + 1));
  at += 4;
  if (unit < 0xD800 || unit >= 0xE000) return unit;
  uint32_t low = *four_hex(text.substr(at + 3));
  at += 6;
  return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
}

/// The value of a key of a valid object; empty if there is none.
std::string_view member(std::string_view object, const std::string& key, bool& is_twice) {
  std::string_view found;
  if (object.empty() || object[0] != '{') return found;
  for (size_t at = behind_json_space(object, 1); object[at] != '}';) {
    size_t end = behind_string(object, at);
    auto name = object.substr(at, end - at);
    at = behind_json_space(object, behind_json_space(object, end) + 1);
    end = behind_json(object, at);
    bool is_plain = name.find('\\') == name.npos;
    bool is_it = is_plain ? name.substr(1, name.size() - 2) == key : json_words(name) == key;
    is_twice |= is_it && !found.empty();
    if (is_it) found = object.substr(at, end - at);
    at = behind_json_space(object, end);
    if (object[at] == ',') at = behind_json_space(object, at + 1);
  }
  return found;
}

std::string_view item_at(std::string_view array, size_t place) {
  std::string_view found;
  size_t number = 0;
  each_json_item(array, [&](std::string_view item) {
    if (number++ == place) found = item;
  });
  return found;
}
std::string_view item_with(std::string_view array, const std::string& key, const std::string& value,
                           bool& is_twice) {
  std::string_view found;
  each_json_item(array, [&](std::string_view item) {
    if (!found.empty()) return;
    auto of_key = member(item, key, is_twice);
    if (!of_key.empty() && json_words(of_key) == value) found = item;
  });
  return found;
}

}  // namespace

bool is_json(std::string_view document) {
  return is_utf8(document) && Reader(document).document();
}

bool is_json_null(std::string_view value) {
  return value == "null";
}

size_t behind_json_space(std::string_view valid, size_t at) {
  while (at < valid.size() && is_space(valid[at])) ++at;
  return at;
}

size_t behind_json(std::string_view valid, size_t at) {
  int depth = 0;
  do {
    char c = valid[at];
    if (c == '"') {
      at = behind_string(valid, at);
      continue;
    }
    depth += (c == '{' || c == '[') - (c == '}' || c == ']');
    ++at;
  } while (depth > 0);
  char last = valid[at - 1];
  if (last == '"' || last == '}' || last == ']') return at;
  while (at < valid.size() && !is_space(valid[at]) && valid[at] != ',' && valid[at] != '}' &&
         valid[at] != ']')
    ++at;
  return at;
}

std::string json_words(std::string_view value) {
  if (value.empty() || value[0] != '"') return std::string(value);
  auto inside = value.substr(1, value.size() - 2);
  std::string out;
  for (size_t at = 0; at < inside.size(); ++at) {
    if (inside[at] != '\\') {
      out += inside[at];
      continue;
    }
    char c = inside[++at];
    constexpr std::string_view letters = "bfnrt", signs = "\b\f\n\r\t";
    auto known = letters.find(c);
    if (c == 'u')
      put_code_point(code_point(inside, at), out);
    else
      out += known == letters.npos ? c : signs[known];
  }
  return out;
}

JsonPath::JsonPath(std::string_view text) {
  auto rest = text;
  if (rest.starts_with('$')) rest.remove_prefix(1);
  if (rest.starts_with('.')) rest.remove_prefix(1);
  if (rest.empty() && text != "$") throw std::string("the path is empty; the whole is '$'");
  while (!rest.empty()) {
    if (rest[0] == '[')
      read_bracket(rest);
    else
      read_key(rest);
    if (steps_.size() > most_steps) throw std::string("a path of more than 100 steps");
    if (!rest.starts_with('.')) continue;
    rest.remove_prefix(1);
    if (rest.empty()) throw std::string("the path ends in a dot");
  }
}

void JsonPath::read_key(std::string_view& rest) {
  bool is_quoted = rest[0] == '"';
  size_t end = is_quoted ? rest.find('"', 1) : std::min(rest.find_first_of(".[\"]"), rest.size());
  if (end == rest.npos) throw std::string("a name in the path is not closed by \"");
  auto key = is_quoted ? rest.substr(1, end - 1) : rest.substr(0, end);
  rest.remove_prefix(is_quoted ? end + 1 : end);
  if (key.empty()) throw std::string("a name is missing in the path");
  if (!rest.empty() && rest[0] != '.' && rest[0] != '[')
    throw std::string("behind a name comes . or [ in the path");
  steps_.push_back({Kind::key, std::string(key), "", 0});
}

void JsonPath::read_bracket(std::string_view& rest) {
  size_t end = rest.find(']');
  if (end == rest.npos) throw std::string("a bracket in the path is not closed by ]");
  auto inside = rest.substr(1, end - 1);
  rest.remove_prefix(end + 1);
  if (!rest.empty() && rest[0] != '.' && rest[0] != '[')
    throw std::string("behind ] comes . or [ in the path");
  auto sign = inside.find('=');
  if (sign != inside.npos && sign > 0) {
    steps_.push_back({Kind::filter, std::string(inside.substr(0, sign)),
                      std::string(inside.substr(sign + 1)), 0});
    return;
  }
  bool is_place =
      !inside.empty() && inside.size() < 10 && std::all_of(inside.begin(), inside.end(), is_digit);
  if (!is_place) throw std::string("in brackets stands a place from 0 or key=value");
  steps_.push_back({Kind::place, "", "", std::stoul(std::string(inside))});
}

JsonPath::Found JsonPath::find(std::string_view document, std::string_view& value) const {
  if (!is_json(document)) return Found::no_json;
  size_t from = behind_json_space(document, 0);
  value = document.substr(from, behind_json(document, from) - from);
  bool is_twice = false;
  for (const auto& step : steps_) {
    value = step.kind == Kind::key     ? member(value, step.key, is_twice)
            : step.kind == Kind::place ? item_at(value, step.place)
                                       : item_with(value, step.key, step.value, is_twice);
    if (is_twice) return Found::twice;
    if (value.empty()) return Found::nothing;
  }
  return is_json_null(value) ? Found::nothing : Found::value;
}

}  // namespace homeroom::express
