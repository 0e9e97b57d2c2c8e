// Function: what the checker knows of a function: its arguments, its kernel, its help.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hub/express/express.hpp"
#include "hub/express/node.hpp"

namespace homeroom::express {

/// One argument. A literal one is read when the expression is compiled.
struct Takes {
  Type type = Type::text;
  bool is_literal = false;
  bool is_body = false;  ///< x -> ..., worked out for each item of the list before it
};
inline constexpr Takes a_text{Type::text, false};
inline constexpr Takes a_word{Type::text, true};
inline constexpr Takes an_integer{Type::integer, false};
inline constexpr Takes a_date{Type::date, false};
inline constexpr Takes a_list{Type::list, false};
inline constexpr Takes a_decimal{Type::decimal, false};
inline constexpr Takes a_boolean{Type::boolean, false};
inline constexpr Takes a_date_part{Type::date_part, false};
inline constexpr Takes a_timestamp{Type::timestamp, false};
inline constexpr Takes a_json{Type::json, false};
inline constexpr Takes a_body_of_texts{Type::text, false, true};
inline constexpr Takes a_body{Type::text, false, true};  ///< of the type that typed_by_body takes
inline constexpr Takes a_condition{Type::boolean, false, true};
inline constexpr Takes a_written_integer{Type::integer, true};

/// What a function may look at when it is compiled. `words` holds the literal arguments in order.
struct Preparing {
  const Scope& scope;
  std::vector<std::string> words;
  mutable size_t looked_at = 0;  ///< the last one asked for: a mistake is about it
  const std::string& word(size_t at) const {
    looked_at = at;
    return words[at];
  }
  /// A literal integer; literals of that type are written in digits.
  int64_t number(size_t at) const { return std::stoll(word(at)); }
};
/// Throws std::string with what is wrong about the literal argument looked at last.
using Prepare = std::shared_ptr<const Prepared> (*)(const Preparing&);

/// The kernel for a type; nullptr if there is none.
using KernelOf = Kernel (*)(Type);

/// How long a text may be that a function gives.
enum class Length : uint8_t {
  as_given,  ///< no longer than the longest argument (a few letters more do not count)
  together,  ///< as all arguments together
  free       ///< it may grow without a bound known before
};

/// One way to call a function. Made by define() and what is said of it behind that.
struct Function {
  FunctionHelp help;
  std::vector<Takes> takes;
  uint32_t required = 0;  ///< how many of `takes` must be there
  bool repeats = false;   ///< the last of `takes` may come again
  Type gives = Type::text;
  Kernel kernel = nullptr;  ///< nullptr: the checker builds it (coalesce, nullif)
  Prepare prepare = nullptr;
  KernelOf kernel_of =
      nullptr;  ///< of the type a body gives, which is then what the function gives
  Length length = Length::as_given;

  /// A value that is there may turn out not to be readable.
  Function faults() && {
    help.can_fault = true;
    return std::move(*this);
  }
  Function needs(uint32_t count) && {
    required = count;
    return std::move(*this);
  }
  Function repeated() && {
    repeats = true;
    return std::move(*this);
  }
  Function typed_by_body(KernelOf of) && {
    kernel_of = of;
    return std::move(*this);
  }
  bool has_body() const { return !takes.empty() && takes.back().is_body; }
  Function long_as(Length what) && {
    length = what;
    help.can_fault |= what == Length::free;
    return std::move(*this);
  }
  Function prepared_by(Prepare with) && {
    prepare = with;
    return std::move(*this);
  }
};

using Examples = std::vector<std::pair<std::string, std::string>>;
/// `signature`: "trim(text) -> text"; the name stands before the parenthesis.
Function define(const char* signature, const char* says, std::vector<Takes> takes, Type gives,
                Kernel kernel, Examples examples);

/// All functions, those of one name side by side (they differ in what they take).
const std::vector<Function>& all_functions();

std::vector<Function> text_functions();
std::vector<Function> cutting_functions();
std::vector<Function> name_functions();
std::vector<Function> pattern_functions();
std::vector<Function> shape_functions();
std::vector<Function> number_functions();
std::vector<Function> truth_functions();
std::vector<Function> date_functions();
std::vector<Function> calendar_functions();
std::vector<Function> time_functions();
std::vector<Function> list_functions();
std::vector<Function> item_functions();
std::vector<Function> json_functions();
std::vector<Function> hash_functions();
std::vector<Function> code_functions();
std::vector<Function> choice_functions();

// Operators.
Kernel comparison(const std::string& sign, Type type);
Kernel nullif_kernel(Type type);
Kernel extreme_kernel(Type type, bool is_greatest);
Kernel membership(Type type);
Kernel arithmetic(const std::string& sign, Type left, Type right, Type& gives);
Column both_kernel(Call& call);
Column either_kernel(Call& call);
Column not_kernel(Call& call);
Column is_null_kernel(Call& call);
Column like_kernel(Call& call);
Column joined_kernel(Call& call);
Column decimal_of_integer(Call& call);

/// The candidate that is nearest to `word` if it may be meant by it; else empty.
std::string nearest(const std::string& word, const std::vector<std::string>& candidates);

}  // namespace homeroom::express
