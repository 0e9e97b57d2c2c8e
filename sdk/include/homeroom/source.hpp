// homeroom/source.hpp - what a plugin that reads implements.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "homeroom/batch.hpp"
#include "homeroom/host.hpp"
#include "homeroom/settings.hpp"
#include "homeroom/stream.hpp"

namespace homeroom {

/// One read of one stream.
class Reader {
 public:
  virtual ~Reader() = default;
  /// Fills `batch`, which comes without rows. The first call declares the columns. Leaving it
  /// without rows means that the read is over.
  virtual void next(Batch& batch) = 0;
  /// How the read ended; asked once, after next() gave no row.
  virtual End end() = 0;
  /// Asked after an end that is complete: names what was read, for Source::stands(), without a
  /// value of a record. Empty where nobody could tell later whether it still stands.
  virtual std::string version() { return {}; }
};

/// A plugin that reads. Its constructor takes (const Host&, const Settings&), checks the settings
/// and touches neither file nor network.
class Source {
 public:
  virtual ~Source() = default;
  /// Calls tell() for each stream that is there now. Reads no record.
  virtual void discover(const std::function<void(const Stream&)>& tell) = 0;
  /// Begins a read. Throws not_readable where there is no such stream or column.
  virtual std::unique_ptr<Reader> read(const Read& what) = 0;
  /// Whether a read of all records, with the settings of then, would give what that read gave whose
  /// reader told this version: then the hub leaves it. Reads no record; false where it is in doubt.
  virtual bool stands(std::string_view stream, std::string_view version);
  /// "Test connection": throws what would stop a read. By default: discover() finds a stream.
  virtual void check();
};

}  // namespace homeroom
