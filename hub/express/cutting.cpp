// Texts brought to a form: padded, split at a place, in one form of Unicode, masked.
#include <algorithm>

#include "hub/express/function.hpp"
#include "hub/express/kernel.hpp"
#include "hub/express/letters.hpp"

namespace homeroom::express {

namespace {

constexpr int64_t most_padding = 1000;

struct Padding : Prepared {
  uint32_t width = 0;
  std::string fill;
};
std::shared_ptr<const Prepared> padding(const Preparing& preparing) {
  auto made = std::make_shared<Padding>();
  int64_t width = preparing.number(0);
  if (width < 1 || width > most_padding) throw std::string("the width is 1 to 1000 letters");
  made->width = static_cast<uint32_t>(width);
  made->fill = preparing.words.size() > 1 ? preparing.word(1) : " ";
  if (letters(made->fill) != 1) throw std::string("it is filled with one letter");
  return made;
}

enum class Side { left, right };
template <Side side>
Column pad_kernel(Call& call) {
  const auto& padding = call.prepared<Padding>();
  return map_one<Text, Text>(call, Type::text, [&](const Text& text) {
    size_t has = letters(text.view());
    if (has >= padding.width) return text;
    size_t more = (padding.width - has) * padding.fill.size();
    char* bytes = call.arena.take(more + text.size);
    char* fill = side == Side::left ? bytes : bytes + text.size;
    std::memcpy(side == Side::left ? bytes + more : bytes, text.data(), text.size);
    for (size_t i = 0; i < more; i += padding.fill.size())
      std::memcpy(fill + i, padding.fill.data(), padding.fill.size());
    return record::text(bytes, static_cast<uint32_t>(more + text.size));
  });
}

/// The n-th part between separators, counted from 1, or from the end when n is below zero.
std::string_view part_of(std::string_view text, std::string_view between, int64_t n) {
  if (between.empty()) return n == 1 || n == -1 ? text : std::string_view();
  int64_t parts = 1;
  if (n < 0)
    for (size_t at = 0; (at = text.find(between, at)) != text.npos; at += between.size()) ++parts;
  int64_t wanted = n < 0 ? parts + n : n - 1;
  size_t from = 0;
  for (; wanted > 0; --wanted) {
    from = text.find(between, from);
    if (from == text.npos) return {};
    from += between.size();
  }
  return wanted < 0 ? std::string_view() : text.substr(from, text.find(between, from) - from);
}
Column split_part_kernel(Call& call) {
  const Column& text = call.args[0];
  const Column& between = call.args[1];
  const Column& place = call.args[2];
  return read_rows<Text>(call, Type::text, valid_in_both(call, text, between),
                         [&](uint32_t row, Text& out) -> const char* {
                           if (!place.is_valid(row)) return absent;
                           const Text& whole = text.text_at(row);
                           auto found = part_of(whole.view(), between.text_at(row).view(),
                                                place.at<int64_t>(row));
                           if (found.empty()) return nullptr;
                           out = part(whole, static_cast<uint32_t>(found.data() - whole.data()),
                                      static_cast<uint32_t>(found.size()));
                           return nullptr;
                         });
}

Column single_spaces_kernel(Call& call) {
  return map_one<Text, Text>(call, Type::text,
                             [&](const Text& text) { return single_spaced(text, call.arena); });
}
template <Form form>
Column normal_kernel(Call& call) {
  return map_one<Text, Text>(call, Type::text,
                             [&](const Text& text) { return normalised(text, form, call.arena); });
}

// Half of the letters stay hidden whatever is asked for: a short number would be shown whole
// otherwise.
Column mask_kernel(Call& call) {
  return map_two<Text, int64_t, Text>(call, Type::text, [&](const Text& text, int64_t shown) {
    auto all = static_cast<int64_t>(letters(text.view()));
    int64_t hidden = all - std::clamp(shown, int64_t{0}, all / 2);
    size_t from = skip_letters(text.view(), 0, static_cast<uint64_t>(hidden));
    std::string_view rest = text.view().substr(from);
    auto size = static_cast<size_t>(hidden) + rest.size();
    char* bytes = call.arena.take(size);
    std::fill_n(bytes, hidden, '*');
    std::copy(rest.begin(), rest.end(), bytes + hidden);
    return record::text(bytes, static_cast<uint32_t>(size));
  });
}

}  // namespace

std::vector<Function> cutting_functions() {
  return {
      define("lpad(text, width, fill) -> text",
             "Filled up at its start to a width with a letter (a space if none is said). A longer "
             "text "
             "stays whole; SQL would cut it.",
             {a_text, a_written_integer, a_word}, Type::text, pad_kernel<Side::left>,
             {{"lpad('42', 5, '0')", "\"00042\""}, {"lpad('123456', 5, '0')", "\"123456\""}})
          .needs(2)
          .prepared_by(padding),
      define("rpad(text, width, fill) -> text", "Filled up at its end to a width; else as lpad.",
             {a_text, a_written_integer, a_word}, Type::text, pad_kernel<Side::right>,
             {{"rpad('AB', 4, '*')", "\"AB**\""}, {"rpad('AB', 3)", "\"AB \""}})
          .needs(2)
          .prepared_by(padding),
      define("split_part(text, separator, n) -> text",
             "The n-th part between separators, from the end if n is below zero; empty if there is "
             "none.",
             {a_text, a_text, an_integer}, Type::text, split_part_kernel,
             {{"split_part('12-345-6', '-', 2)", "\"345\""},
              {"split_part('12-345-6', '-', -1)", "\"6\""},
              {"split_part('12', '-', 2)", "\"\""}}),
      define(
          "single_spaces(text) -> text",
          "Without space at both ends, and one space where there were several, tabs or line ends.",
          {a_text}, Type::text, single_spaces_kernel,
          {{"single_spaces('  12  Sample   St ')", "\"12 Sample St\""}}),
      define("nfc_normalize(text) -> text",
             "In Unicode's normal form C: letters and accents as one where Unicode has one.",
             {a_text}, Type::text, normal_kernel<Form::nfc>,
             {{"length(nfc_normalize('Zoë'))", "3"}}),
      define("nfkc_normalize(text) -> text",
             "In Unicode's normal form KC: wide letters, ligatures and the like as plain ones.",
             {a_text}, Type::text, normal_kernel<Form::nfkc>,
             {{"nfkc_normalize('ﬁn １')", "\"fin 1\""}}),
      define("strip_accents(text) -> text", "Without accents; ø, ł and ß are letters and stay.",
             {a_text}, Type::text, normal_kernel<Form::no_accents>,
             {{"strip_accents('José Müller')", "\"Jose Muller\""}}),
      define("mask(text, n) -> text",
             "Stars, and the last n letters if they are not more than half of it.",
             {a_text, an_integer}, Type::text, mask_kernel,
             {{"mask('123456789', 4)", "\"*****6789\""}, {"mask('1234', 4)", "\"**34\""}}),
  };
}

}  // namespace homeroom::express
