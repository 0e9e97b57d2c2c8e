// homeroom/csv_input.hpp - where the bytes of a table come from, and whether all of them came.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "homeroom/stream.hpp"

namespace homeroom {

/// Bytes of one file, read once from front to back.
class CsvInput {
 public:
  virtual ~CsvInput() = default;
  /// Up to `room` bytes; 0 at the end. Throws Error(Next::not_readable) naming the file.
  virtual size_t read(char* to, size_t room) = 0;
  /// Asked after the last byte: empty if the file was whole and stood still, else why not.
  virtual std::string doubt() { return {}; }
  /// What the end proves when there is no doubt.
  virtual Proof proof() const = 0;
  /// Bytes of the file itself, which may be packed; 0 if nobody knows.
  virtual uint64_t size() const { return 0; }
  /// Asked after the last byte: names the bytes of the file itself, by their number and a hash of
  /// 128 bits. Empty where that is not done.
  virtual std::string version() const { return {}; }
  /// Instead of read(), on a fresh input: whether these are the bytes that were so named. Looks at
  /// them only where their number fits.
  virtual bool stands(std::string_view version);
};

/// How a file writes letters beyond ASCII.
enum class Encoding { utf8, windows_1252, latin1 };

/// The encoding a setting names; throws Error(Next::fix_settings) if there is no such one.
Encoding encoding_named(std::string_view name);

/// Opens a regular file without following a link; a name ending in .gz is unpacked on the way.
/// `place` is what messages call it. Throws not_readable if it is missing or no regular file.
std::unique_ptr<CsvInput> open_csv_file(const std::string& path, const std::string& place);

/// The same bytes as UTF-8; with Encoding::utf8 the input itself.
std::unique_ptr<CsvInput> decoded(std::unique_ptr<CsvInput> input, Encoding encoding);

/// Time of the file's last change, UTC milliseconds; 0 if there is no such file.
int64_t changed_ms(const std::string& path);

}  // namespace homeroom
