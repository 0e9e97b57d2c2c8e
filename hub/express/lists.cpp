// Lists of texts: made by split and list, asked by first, last, item, count, contains, join and
// tagged.
#include <algorithm>

#include "hub/express/function.hpp"
#include "hub/express/kernel.hpp"

namespace homeroom::express {

namespace {

struct Separator : Prepared {
  std::string word;
};
std::shared_ptr<const Prepared> separator(const Preparing& preparing) {
  auto made = std::make_shared<Separator>();
  made->word = preparing.word(0);
  if (made->word.empty()) throw std::string("the separator is empty");
  return made;
}

Column split_kernel(Call& call) {
  const Column& in = call.args[0];
  std::string_view between = call.prepared<Separator>().word;
  size_t most = 0;
  each(call.rows, [&](uint32_t row) {
    if (in.is_valid(row)) most += 1 + in.text_at(row).size / between.size();
  });
  return fill_list(call, most, in.valid, [&](uint32_t row, Text* out) {
    const Text& text = in.text_at(row);
    std::string_view view = text.view();
    size_t from = 0;
    for (size_t at; (at = view.find(between, from)) != view.npos; from = at + between.size())
      *out++ = part(text, static_cast<uint32_t>(from), static_cast<uint32_t>(at - from));
    *out++ = part(text, static_cast<uint32_t>(from), static_cast<uint32_t>(view.size() - from));
    return out;
  });
}

Column list_kernel(Call& call) {
  size_t most = size_t{call.rows.count} * call.args.size();
  return fill_list(call, most, nullptr, [&](uint32_t row, Text* out) {
    for (const Column& column : call.args)
      if (column.is_valid(row)) *out++ = column.text_at(row);
    return out;
  });
}

/// The item whose place is `choose(size, row)`, counted from 1; null if there is none.
template <class F>
Column pick(Call& call, const uint8_t* valid, F choose) {
  const Column& list = call.args[0];
  return read_rows<Text>(call, Type::text, valid, [&](uint32_t row, Text& out) {
    Range range = items(list, row);
    int64_t at = choose(int64_t{range.to} - range.from, row);
    if (at < 1 || at > int64_t{range.to} - range.from) return absent;
    out = item(list, range.from + static_cast<uint32_t>(at) - 1);
    return static_cast<const char*>(nullptr);
  });
}
Column first_kernel(Call& call) {
  return pick(call, call.args[0].valid, [](int64_t, uint32_t) { return int64_t{1}; });
}
Column last_kernel(Call& call) {
  return pick(call, call.args[0].valid, [](int64_t size, uint32_t) { return size; });
}
Column item_kernel(Call& call) {
  const Column& at = call.args[1];
  return pick(call, valid_in_both(call, call.args[0], at),
              [&](int64_t, uint32_t row) { return at.at<int64_t>(row); });
}

Column count_kernel(Call& call) {
  return read_rows<int64_t>(call, Type::integer, call.args[0].valid,
                            [&](uint32_t row, int64_t& out) -> const char* {
                              Range range = items(call.args[0], row);
                              out = range.to - range.from;
                              return nullptr;
                            });
}

Column contains_kernel(Call& call) {
  const Column& list = call.args[0];
  const Column& word = call.args[1];
  return read_rows<uint8_t>(call, Type::boolean, valid_in_both(call, list, word),
                            [&](uint32_t row, uint8_t& out) -> const char* {
                              Range range = items(list, row);
                              for (uint32_t i = range.from; i < range.to && !out; ++i)
                                out = item(list, i) == word.text_at(row);
                              return nullptr;
                            });
}

Column join_kernel(Call& call) {
  const Column& list = call.args[0];
  std::string_view between = call.prepared<Separator>().word;
  return read_rows<Text>(call, Type::text, list.valid, [&](uint32_t row, Text& out) {
    Range range = items(list, row);
    if (range.from == range.to) return absent;
    size_t size = between.size() * (range.to - range.from - 1);
    for (uint32_t i = range.from; i < range.to; ++i) size += item(list, i).size;
    if (size > most_text) return too_long;
    char* bytes = call.arena.take(size);
    char* at = bytes;
    for (uint32_t i = range.from; i < range.to; ++i) {
      if (i > range.from) at = std::copy(between.begin(), between.end(), at);
      std::string_view view = item(list, i).view();
      at = std::copy(view.begin(), view.end(), at);
    }
    out = record::text(bytes, static_cast<uint32_t>(size));
    return static_cast<const char*>(nullptr);
  });
}

// OneRoster userIds: {Type:Id},{Type:Id}
Column tagged_kernel(Call& call) {
  std::string open = "{" + call.prepared<Separator>().word + ":";
  return read_one<Text, Text>(call, Type::text, [&](const Text& text, Text& out) {
    std::string_view view = text.view();
    size_t at = view.find(open);
    size_t end = at == view.npos ? at : view.find('}', at);
    if (end == view.npos) return absent;
    at += open.size();
    out = part(text, static_cast<uint32_t>(at), static_cast<uint32_t>(end - at));
    return out.empty() ? absent : static_cast<const char*>(nullptr);
  });
}

// Items as RFC 4180 writes the fields of a row; spaces around an item are cut.
struct CsvReader {
  std::string_view text;
  char separator;
  size_t at = 0;
  bool is_more = true;

  /// The next item, in `unquoted` if it is quoted. False for a quote that is not closed or out of
  /// place.
  bool next(std::string& unquoted, std::string_view& item) {
    while (at < text.size() && text[at] == ' ') ++at;
    if (at < text.size() && text[at] == '"') return next_quoted(unquoted, item);
    size_t end = std::min(text.find(separator, at), text.size());
    size_t last = end;
    while (last > at && text[last - 1] == ' ') --last;
    item = text.substr(at, last - at);
    is_more = end < text.size();
    at = end + 1;
    return item.find('"') == item.npos;
  }

 private:
  bool next_quoted(std::string& unquoted, std::string_view& item) {
    unquoted.clear();
    for (++at; at < text.size(); ++at) {
      bool is_quote = text[at] == '"';
      if (is_quote && (at + 1 == text.size() || text[at + 1] != '"')) break;
      at += is_quote;
      unquoted += text[at];
    }
    if (at >= text.size()) return false;
    do ++at;
    while (at < text.size() && text[at] == ' ');
    item = unquoted;
    is_more = at < text.size();
    return !is_more || text[at++] == separator;
  }
};

struct OneSign : Prepared {
  char sign = ',';
};
std::shared_ptr<const Prepared> csv_sign(const Preparing& preparing) {
  auto made = std::make_shared<OneSign>();
  if (preparing.words.empty()) return made;
  const std::string& word = preparing.word(0);
  if (word.size() != 1 || word == "\"" || word == " ")
    throw std::string("items are parted by one sign, like ',' or ';'");
  made->sign = word[0];
  return made;
}

Column csv_list_kernel(Call& call) {
  const Column& in = call.args[0];
  char sign = call.prepared<OneSign>().sign;
  size_t most = 0;
  each(call.rows, [&](uint32_t row) {
    if (!in.is_valid(row)) return;
    std::string_view text = in.text_at(row).view();
    most += 1 + static_cast<size_t>(std::count(text.begin(), text.end(), sign));
  });
  uint8_t* mask = call.mask();
  std::string unquoted;
  auto out = fill_list(call, most, nullptr, [&](uint32_t row, Text* first) {
    mask[row] = in.is_valid(row);
    if (!mask[row]) return first;
    std::string_view text = in.text_at(row).view();
    if (text.find_first_not_of(' ') == text.npos) return first;
    Text* at = first;
    CsvReader reader{text, sign};
    while (reader.is_more) {
      std::string_view item;
      if (!reader.next(unquoted, item)) {
        mask[row] = 0;
        call.faults.push_back({row, "not a list: a quote is not closed or out of place"});
        return first;
      }
      *at++ = made(call, item);
    }
    return at;
  });
  out.valid = mask;
  return out;
}

struct Tag : Prepared {
  std::string tag, separator;
};
std::shared_ptr<const Prepared> tag(const Preparing& preparing) {
  auto made = std::make_shared<Tag>();
  made->tag = preparing.word(0);
  if (made->tag.empty()) throw std::string("the tag is empty");
  made->separator = preparing.word(1);
  if (made->separator.empty()) throw std::string("the separator is empty");
  return made;
}

std::string_view without_spaces(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text.substr(0, text.find_last_not_of(' ') + 1);
}
// SSID:ZZ1|MRN:22
Column tagged_between_kernel(Call& call) {
  const auto& wanted = call.prepared<Tag>();
  return read_one<Text, Text>(call, Type::text, [&](const Text& text, Text& out) {
    std::string_view view = text.view();
    for (size_t at = 0; at <= view.size();) {
      size_t end = std::min(view.find(wanted.separator, at), view.size());
      std::string_view pair = view.substr(at, end - at);
      at = end + wanted.separator.size();
      size_t colon = pair.find(':');
      if (colon == pair.npos || without_spaces(pair.substr(0, colon)) != wanted.tag) continue;
      auto value = without_spaces(pair.substr(colon + 1));
      if (value.empty()) return absent;
      out = part(text, static_cast<uint32_t>(value.data() - view.data()),
                 static_cast<uint32_t>(value.size()));
      return static_cast<const char*>(nullptr);
    }
    return absent;
  });
}

}  // namespace

std::vector<Function> list_functions() {
  return {
      define("split(text, separator) -> list",
             "The parts of a text between separators, as they are.", {a_text, a_word}, Type::list,
             split_kernel, {{"split('a,b', ',')", "[\"a\",\"b\"]"}})
          .prepared_by(separator),
      define("list(text, ...) -> list", "A list of the texts that are not null.", {a_text},
             Type::list, list_kernel, {{"list('a', null, 'b')", "[\"a\",\"b\"]"}})
          .repeated(),
      define("first(list) -> text", "The first item; null if there is none.", {a_list}, Type::text,
             first_kernel, {{"first(split('a,b', ','))", "\"a\""}}),
      define("last(list) -> text", "The last item; null if there is none.", {a_list}, Type::text,
             last_kernel, {{"last(split('a,b', ','))", "\"b\""}}),
      define("item(list, n) -> text", "The n-th item, counted from 1; null if there is none.",
             {a_list, an_integer}, Type::text, item_kernel,
             {{"item(split('a,b', ','), 2)", "\"b\""}, {"item(split('a,b', ','), 3)", "null"}}),
      define("count(list) -> integer", "How many items a list has.", {a_list}, Type::integer,
             count_kernel, {{"count(split('a,b', ','))", "2"}}),
      define("length(list) -> integer", "Another word for count.", {a_list}, Type::integer,
             count_kernel, {{"length(split('a,b', ','))", "2"}}),
      define("list_contains(list, text) -> boolean", "Another word for contains.", {a_list, a_text},
             Type::boolean, contains_kernel, {{"list_contains(list('a', 'b'), 'b')", "true"}}),
      define("contains(list, text) -> boolean", "Whether an item equals the text.",
             {a_list, a_text}, Type::boolean, contains_kernel,
             {{"contains(split('a,b', ','), 'b')", "true"}}),
      define("join(list, separator) -> text", "The items as one text; null if there are none.",
             {a_list, a_word}, Type::text, join_kernel, {{"join(list('a', 'b'), '/')", "\"a/b\""}})
          .long_as(Length::free)
          .prepared_by(separator),
      define(
          "csv_list(text, separator) -> list",
          "The items of a list in one cell, by commas if no other sign is said: quoted as in CSV, "
          "spaces around them cut; an empty text is an empty list.",
          {a_text, a_word}, Type::list, csv_list_kernel,
          {{"csv_list('a, \"b, c\",d')", "[\"a\",\"b, c\",\"d\"]"},
           {"csv_list('a;b', ';')", "[\"a\",\"b\"]"},
           {"csv_list('')", "[]"}})
          .needs(1)
          .faults()
          .prepared_by(csv_sign),
      define(
          "tagged(text, tag) -> text",
          "The value of one tag in OneRoster's {Tag:value},{Tag:value}; null if it is not there.",
          {a_text, a_word}, Type::text, tagged_kernel,
          {{"tagged('{StateID:ZZ1},{Other:9}', 'StateID')", "\"ZZ1\""}})
          .prepared_by(separator),
      define("tagged(text, tag, separator) -> text",
             "The value of one tag in tag:value pairs between separators; null if it is not there.",
             {a_text, a_word, a_word}, Type::text, tagged_between_kernel,
             {{"tagged('SSID:ZZ0000001|MRN:22', 'MRN', '|')", "\"22\""},
              {"tagged('MRN:22', 'SSID', '|')", "null"}})
          .prepared_by(tag),
  };
}

}  // namespace homeroom::express
