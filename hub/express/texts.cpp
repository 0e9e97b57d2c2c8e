// Texts: cutting, joining, searching, letter case.
#include <algorithm>

#include "hub/express/function.hpp"
#include "hub/express/kernel.hpp"
#include "hub/express/letters.hpp"

namespace homeroom::express {

namespace {

Column text_kernel(Call& call) {
  return call.args[0];
}
Column trim_kernel(Call& call) {
  return map_one<Text, Text>(call, Type::text, [](const Text& text) { return trimmed(text); });
}
Column upper_kernel(Call& call) {
  return map_one<Text, Text>(
      call, Type::text, [&](const Text& text) { return recased(text, Case::upper, call.arena); });
}
Column lower_kernel(Call& call) {
  return map_one<Text, Text>(
      call, Type::text, [&](const Text& text) { return recased(text, Case::lower, call.arena); });
}
Column length_kernel(Call& call) {
  return map_one<Text, int64_t>(call, Type::integer, [](const Text& text) {
    return static_cast<int64_t>(letters(text.view()));
  });
}

/// Letters [first, first + size) counted from 0, as far as they are there.
Text slice(const Text& text, int64_t first, int64_t size) {
  if (first < 0) {
    size += first;
    first = 0;
  }
  if (size <= 0) return {};
  std::string_view view = text.view();
  size_t from = skip_letters(view, 0, static_cast<uint64_t>(first));
  size_t to = skip_letters(view, from, static_cast<uint64_t>(size));
  return part(text, static_cast<uint32_t>(from), static_cast<uint32_t>(to - from));
}

constexpr int64_t all_of_it = int64_t{1} << 40;
int64_t within(int64_t number) {
  return std::clamp(number, -all_of_it, all_of_it);
}

// As in SQLite and DuckDB a start below zero counts from the end.
Column substr_kernel(Call& call) {
  const Column& text = call.args[0];
  const Column& start = call.args[1];
  const Column* size = call.args.size() > 2 ? &call.args[2] : nullptr;
  const uint8_t* valid = valid_in_both(call, text, start);
  return read_rows<Text>(call, Type::text, valid, [&](uint32_t row, Text& out) {
    if (size && !size->is_valid(row)) return absent;
    int64_t first = within(start.at<int64_t>(row));
    int64_t many = size ? within(size->at<int64_t>(row)) : all_of_it;
    if (first < 0)
      first += static_cast<int64_t>(letters(text.text_at(row).view()));
    else
      --first;
    out = slice(text.text_at(row), first, size ? many : all_of_it - std::min<int64_t>(first, 0));
    return static_cast<const char*>(nullptr);
  });
}
/// How many letters are meant: below zero all but so many.
int64_t wanted(const Text& text, int64_t many) {
  if (many >= 0) return within(many);
  return std::max<int64_t>(0, static_cast<int64_t>(letters(text.view())) + within(many));
}
Column left_kernel(Call& call) {
  return map_two<Text, int64_t, Text>(call, Type::text, [](const Text& text, int64_t many) {
    return slice(text, 0, wanted(text, many));
  });
}
Column right_kernel(Call& call) {
  return map_two<Text, int64_t, Text>(call, Type::text, [](const Text& text, int64_t many) {
    int64_t size = wanted(text, many);
    return slice(text, static_cast<int64_t>(letters(text.view())) - size, size);
  });
}

Column replace_kernel(Call& call) {
  const Column& from = call.args[1];
  const Column& to = call.args[2];
  const Column& in = call.args[0];
  return read_rows<Text>(
      call, Type::text, valid_in_both(call, in, from), [&](uint32_t row, Text& out) {
        if (!to.is_valid(row)) return absent;
        auto changed =
            replaced(in.text_at(row), from.text_at(row).view(), to.text_at(row).view(), call.arena);
        if (!changed) return too_long;
        out = *changed;
        return static_cast<const char*>(nullptr);
      });
}

/// How long all arguments are behind each other; those that are null count as empty.
uint64_t size_together(const Call& call, uint32_t row) {
  uint64_t size = 0;
  for (const Column& column : call.args)
    if (column.is_valid(row)) size += column.text_at(row).size;
  return size;
}
Text together(Call& call, uint32_t row, uint32_t size) {
  char local[Text::most_inline];
  char* bytes = size <= Text::most_inline ? local : call.arena.take(size);
  char* at = bytes;
  for (const Column& column : call.args) {
    if (!column.is_valid(row)) continue;
    const Text& text = column.text_at(row);
    std::memcpy(at, text.data(), text.size);
    at += text.size;
  }
  return record::text(bytes, size);
}

/// The rows that are valid put together; the mask is copied only when a text is too long.
Column put_together(Call& call, const uint8_t* valid) {
  Column out;
  Text* values = call.fresh<Text>(out, Type::text);
  uint8_t* own = nullptr;
  each(call.rows, [&](uint32_t row) {
    uint64_t size = valid && !valid[row] ? 0 : size_together(call, row);
    bool is_short = size <= most_text;
    values[row] = size && is_short ? together(call, row, static_cast<uint32_t>(size)) : Text{};
    if (is_short) return;
    if (!own) {
      own = call.mask();
      each(call.rows, [&](uint32_t other) { own[other] = valid ? valid[other] : 1; });
    }
    own[row] = 0;
    call.faults.push_back({row, too_long});
  });
  out.valid = own ? own : valid;
  return out;
}
Column concat_kernel(Call& call) {
  return put_together(call, nullptr);
}

template <bool (*test)(std::string_view, std::string_view)>
Column test_kernel(Call& call) {
  return map_two<Text, Text, uint8_t>(
      call, Type::boolean,
      [](const Text& text, const Text& word) -> uint8_t { return test(text.view(), word.view()); });
}
bool starts(std::string_view text, std::string_view word) {
  return text.starts_with(word);
}
bool ends(std::string_view text, std::string_view word) {
  return text.ends_with(word);
}
bool holds(std::string_view text, std::string_view word) {
  return text.find(word) != text.npos;
}

Column instr_kernel(Call& call) {
  return map_two<Text, Text, int64_t>(
      call, Type::integer, [](const Text& text, const Text& word) -> int64_t {
        size_t at = text.view().find(word.view());
        if (at == std::string_view::npos) return 0;
        return static_cast<int64_t>(letters(text.view().substr(0, at))) + 1;
      });
}

Column digits_kernel(Call& call) {
  return read_one<Text, Text>(call, Type::text, [&](const Text& text, Text& out) {
    char local[64];
    char* bytes = text.size <= sizeof local ? local : call.arena.take(text.size);
    uint32_t size = 0;
    for (char c : text.view()) {
      bytes[size] = c;
      size += is_digit(c);
    }
    out = bytes == local ? made(call, {bytes, size}) : record::text(bytes, size);
    return size ? nullptr : absent;
  });
}

}  // namespace

Column like_kernel(Call& call) {
  return test_kernel<is_like>(call);
}

Column joined_kernel(Call& call) {
  const uint8_t* valid = nullptr;
  for (const Column& column : call.args) {
    if (!column.valid || column.valid == valid) continue;
    if (!valid) {
      valid = column.valid;
      continue;
    }
    uint8_t* mask = call.mask();
    each(call.rows, [&](uint32_t row) { mask[row] = valid[row] & column.valid[row]; });
    valid = mask;
  }
  return put_together(call, valid);
}

std::vector<Function> text_functions() {
  return {
      define("text(text) -> text", "The text itself.", {a_text}, Type::text, text_kernel,
             {{"text('a')", "\"a\""}}),
      define("trim(text) -> text", "Without the spaces at both ends.", {a_text}, Type::text,
             trim_kernel, {{"trim(' a b ')", "\"a b\""}}),
      define("upper(text) -> text", "In capital letters.", {a_text}, Type::text, upper_kernel,
             {{"upper('Zoë')", "\"ZOË\""}}),
      define("lower(text) -> text", "In small letters.", {a_text}, Type::text, lower_kernel,
             {{"lower('ZOË')", "\"zoë\""}}),
      define("length(text) -> integer", "How many letters (code points).", {a_text}, Type::integer,
             length_kernel, {{"length('Zoë')", "3"}}),
      define("substr(text, start, size) -> text",
             "Letters from a place, counted from 1; without size to the end.",
             {a_text, an_integer, an_integer}, Type::text, substr_kernel,
             {{"substr('Testwood', 1, 4)", "\"Test\""}, {"substr('Testwood', 5)", "\"wood\""}})
          .needs(2),
      define("left(text, n) -> text", "The first n letters; below zero all but the last n.",
             {a_text, an_integer}, Type::text, left_kernel,
             {{"left('Testwood', 4)", "\"Test\""}, {"left('Testwood', -2)", "\"Testwo\""}}),
      define("right(text, n) -> text", "The last n letters; below zero all but the first n.",
             {a_text, an_integer}, Type::text, right_kernel,
             {{"right('Testwood', 4)", "\"wood\""}, {"right('Testwood', -2)", "\"stwood\""}}),
      define("replace(text, from, to) -> text", "With every `from` changed to `to`.",
             {a_text, a_text, a_text}, Type::text, replace_kernel,
             {{"replace('a-b-c', '-', '')", "\"abc\""}})
          .long_as(Length::free),
      define("concat(text, ...) -> text",
             "All texts as one; null counts as empty (with || null makes null).", {a_text},
             Type::text, concat_kernel, {{"concat('a', null, 'b')", "\"ab\""}})
          .repeated()
          .long_as(Length::together),
      define("starts_with(text, word) -> boolean", "Whether the text starts so.", {a_text, a_text},
             Type::boolean, test_kernel<starts>, {{"starts_with('Testwood', 'Test')", "true"}}),
      define("ends_with(text, word) -> boolean", "Whether the text ends so.", {a_text, a_text},
             Type::boolean, test_kernel<ends>, {{"ends_with('Testwood', 'Test')", "false"}}),
      define("contains(text, word) -> boolean", "Whether the word stands in the text.",
             {a_text, a_text}, Type::boolean, test_kernel<holds>,
             {{"contains('Testwood', 'two')", "true"}}),
      define("instr(text, word) -> integer",
             "The letter at which the word first stands, counted from 1; 0 if it does not.",
             {a_text, a_text}, Type::integer, instr_kernel,
             {{"instr('Testwood', 'wood')", "5"},
              {"instr('Zoë B', 'B')", "5"},
              {"instr('Testwood', 'x')", "0"}}),
      define("digits(text) -> text", "Its digits only; null if it has none.", {a_text}, Type::text,
             digits_kernel, {{"digits('A-12 3')", "\"123\""}, {"digits('none')", "null"}}),
  };
}

}  // namespace homeroom::express
