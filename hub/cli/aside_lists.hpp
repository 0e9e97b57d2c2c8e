// AsideLists: what quarantine list asks for, and the files it writes for those who mend records at
// their source.
#pragma once

#include <string>

namespace homeroom::store {
struct QuarantineRow;
}

namespace homeroom::cli {

struct Context;

struct AsideLists {
  std::string source, destination, by_what, csv, rejects, why;
  bool is_all = false;

  /// Open ones, unless all is asked for.
  bool has(const store::QuarantineRow& row) const;
  /// Whether files are wanted, instead of a table.
  bool are_files() const;
  /// Writes them. Throws Error(fix_settings) for flags that do not go together.
  void write(Context& context) const;

 private:
  void refuse_what_does_not_fit() const;
  void write_by_school(Context& context) const;
  void write_rejects(Context& context) const;
};

}  // namespace homeroom::cli
