// Mends: what people said should stand in records that were set aside, as one run reads them. A
// record is read so while its source brings the very cells that were set aside; when the source
// brings others, its own word counts again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "hub/record/arena.hpp"
#include "hub/record/column.hpp"
#include "hub/store/rows.hpp"

namespace homeroom::flow {

/// Cells of a row as one record, nothing where a cell is null; views into `packed`.
using Cells = std::vector<std::optional<std::string_view>>;
Cells cells_of(std::string_view packed);

class Mends {
 public:
  Mends() = default;
  /// The rows of one source that were set aside; they outlive the mends.
  explicit Mends(const std::vector<store::QuarantineRow>& asides) : asides_(&asides) {}

  /// One record of tonight's streams about which a person said something.
  struct Mend {
    const store::QuarantineRow* aside = nullptr;
    Cells cells;           ///< by column; what was set aside
    Cells mended;          ///< the same as a person wants it read
    std::string bytes;     ///< the mended cells, as rows are kept
    bool was_met = false;  ///< its source brought these cells tonight
  };

  /// The stream's columns tonight, and which of them are its key.
  void begin(uint32_t stream, const std::string& name, const std::vector<std::string>& columns,
             const std::vector<uint32_t>& key);
  /// Puts the mended values into rows of a batch that are as they were set aside; the columns'
  /// memory is the arena's then.
  void apply(uint32_t stream, std::vector<record::Column>& columns, uint32_t rows,
             record::Arena& arena);
  /// Records of the stream that wait to be read again and were not met.
  std::vector<const Mend*> waiting(uint32_t stream) const;
  /// The mend that made these cells, if one did.
  const Mend* that_made(uint32_t stream, std::string_view bytes) const;
  bool was_met(const store::QuarantineRow& aside) const;
  /// Hashes of the keys of mended records.
  std::vector<uint64_t> keys(uint32_t stream) const;

 private:
  struct OfStream {
    std::vector<uint32_t> key;
    std::vector<Mend> mends;
    std::unordered_multimap<uint64_t, std::size_t> by_key;
  };
  static Mend mend_of(const store::QuarantineRow& aside, const std::vector<std::string>& columns);

  const std::vector<store::QuarantineRow>* asides_ = nullptr;
  std::unordered_map<uint32_t, OfStream> streams_;
};

}  // namespace homeroom::flow
