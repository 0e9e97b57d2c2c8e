// Lists: made by split and list, asked by first, last, item, count, contains, join and tagged.
#include "hub/express/function.hpp"
#include "hub/express/kernel.hpp"

namespace homeroom::express {

namespace {

struct Range {
  uint32_t from, to;
};
Range items(const Column& list, uint32_t row) {
  return {row ? list.ends[row - 1] : 0, list.ends[row]};
}
const Text& item(const Column& list, uint32_t at) {
  return static_cast<const Text*>(list.values)[at];
}

/// Fills a list column: add(row, out) writes the row's items and answers the place behind them.
template <class F>
Column fill(Call& call, size_t most, const uint8_t* valid, F add) {
  Column out;
  out.type = Type::list;
  out.valid = valid;
  Text* texts = call.arena.many<Text>(most);
  auto* ends = call.arena.many<uint32_t>(call.rows.all);
  out.values = texts;
  out.ends = ends;
  Text* at = texts;
  uint32_t done = 0;  // rows that do not count have no items
  auto until = [&](uint32_t row) {
    for (; done < row; ++done) ends[done] = static_cast<uint32_t>(at - texts);
  };
  each(call.rows, [&](uint32_t row) {
    until(row);
    if (!valid || valid[row]) at = add(row, at);
  });
  until(call.rows.all);
  return out;
}

struct Separator : Prepared {
  std::string word;
};
std::shared_ptr<const Prepared> separator(const Preparing& preparing) {
  auto made = std::make_shared<Separator>();
  made->word = preparing.words[0];
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
  return fill(call, most, in.valid, [&](uint32_t row, Text* out) {
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
  return fill(call, most, nullptr, [&](uint32_t row, Text* out) {
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
      define("contains(list, text) -> boolean", "Whether an item equals the text.",
             {a_list, a_text}, Type::boolean, contains_kernel,
             {{"contains(split('a,b', ','), 'b')", "true"}}),
      define("join(list, separator) -> text", "The items as one text; null if there are none.",
             {a_list, a_word}, Type::text, join_kernel, {{"join(list('a', 'b'), '/')", "\"a/b\""}})
          .prepared_by(separator),
      define(
          "tagged(text, tag) -> text",
          "The value of one tag in OneRoster's {Tag:value},{Tag:value}; null if it is not there.",
          {a_text, a_word}, Type::text, tagged_kernel,
          {{"tagged('{StateID:ZZ1},{Other:9}', 'StateID')", "\"ZZ1\""}})
          .prepared_by(separator),
  };
}

}  // namespace homeroom::express
