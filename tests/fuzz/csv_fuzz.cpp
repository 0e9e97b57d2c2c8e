// Any bytes as a delimited file: the same rows, whether it comes in pieces or whole, and whichever
// of the scanners looks at it.
#include <algorithm>
#include <cstdlib>
#include <string>

#include "csv_marks.hpp"

#include "homeroom/csv.hpp"
#include "homeroom/error.hpp"

namespace {

using namespace homeroom;

class Memory : public CsvInput {
 public:
  explicit Memory(std::string_view bytes) : rest_(bytes) {}
  std::size_t read(char* to, std::size_t room) override {
    auto size = rest_.copy(to, room);
    rest_.remove_prefix(size);
    return size;
  }
  Proof proof() const override { return Proof::format; }

 private:
  std::string_view rest_;
};

void must(bool holds) {
  if (!holds) std::abort();
}

/// Number and cells of each row; "refused" when the file is.
std::string rows_of(std::string_view bytes, char delimiter, uint32_t chunk) {
  CsvOptions options;
  options.place = "t.csv";
  options.delimiter = delimiter;
  options.chunk = chunk;
  std::string out;
  try {
    auto header = csv_header(std::make_unique<Memory>(bytes), options);
    Read what;
    for (const auto& name : header)
      if (!name.empty()) what.columns.push_back(name);
    CsvReader reader(Host(), std::make_unique<Memory>(bytes), options, what);
    Batch batch;
    uint64_t rows = 0;
    for (;;) {
      batch.clear();
      reader.next(batch);
      if (batch.rows() == 0) break;
      rows += batch.rows();
      for (std::size_t row = 0; row < batch.rows(); ++row) {
        out += std::to_string(batch.first_record + row);
        for (const auto& column : batch.texts())
          out.append(1, '|').append(batch.text_at(column, row));
        out += '\n';
      }
    }
    auto end = reader.end();
    must(end.records == rows + end.set_aside);
    return out + std::to_string(end.set_aside);
  } catch (const Error& refused) {
    must(refused.next == Next::not_readable);
    return "refused";
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  char delimiter = "\t,;|"[data[0] % 4];
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  must(rows_of(bytes, delimiter, 64) == rows_of(bytes, delimiter, 256 << 10));

  std::string padded(bytes);
  padded.append(64, '\0');
  csv::Marks plain;
  csv::mark_portable(padded.data(), static_cast<uint32_t>(bytes.size()), delimiter, '"', plain);
  auto must_be_the_same = [&](auto way) {
    csv::Marks fast;
    way(padded.data(), static_cast<uint32_t>(bytes.size()), delimiter, '"', fast);
    must(fast.tidy == plain.tidy && fast.rows == plain.rows && fast.end == plain.end &&
         std::ranges::equal(fast.places(), plain.places()));
  };
  must_be_the_same(csv::mark);
#if defined(__x86_64__)
  if (csv::has_avx2()) must_be_the_same(csv::mark_avx2);
#endif
  return 0;
}
