// Hearing: how one source comes to be heard in a night, read and mapped, or found to say what it
// said before. What a source does wrong stays with that source.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hub/flow/hasher.hpp"
#include "hub/flow/hub.hpp"
#include "hub/flow/people.hpp"
#include "hub/flow/run.hpp"
#include "hub/flow/source_run.hpp"
#include "hub/flow/stage_clock.hpp"

namespace homeroom::flow {

class Hearing {
 public:
  /// What it borrows; all of it outlives the hearing.
  struct Parts {
    const Hub& hub;
    const RunOptions& options;
    store::Store& store;
    keys::KeyRing& keys;
    const People& people;
    const std::vector<validate::Pack>& packs;
    Pulse& pulse;
    RunMemory& memory;
    std::filesystem::path scratch;  ///< folder on the disk of the store
    StageClock& clock;
    uint32_t run = 0;
    std::string configuration;  ///< the digest of all of it
  };
  explicit Hearing(const Parts& parts) : in_(parts), hasher_(parts.keys) {}

  struct Heard {
    std::unique_ptr<SourceRun> run;  ///< none: not heard, or it says what it said before
    uint64_t forgotten = 0;          ///< of one that says it again: its children near nobody
  };
  /// Reads and maps a source. `counts` tells whether it was heard, whether it stands, and else why
  /// it was not heard. Throws what is wrong with more than this source: settings, a wish to stop,
  /// faults of the hub.
  Heard hear(const settings::Source& source, uint32_t number, record::SourceCounts& counts);

  /// Notes, once its people are known, what a source that was read stands by. Staged.
  void keep_standing(const settings::Source& source, SourceRun& run, uint64_t forgotten);

  /// Of all streams read tonight.
  const Filled::Loss& worst_loss() const { return loss_; }

 private:
  std::vector<map::StreamShape> known_shapes(const settings::Source& source,
                                             const std::vector<extract::Offer>& offers) const;
  std::string basis_of(const settings::Source& source, uint32_t number,
                       const map::Mapping& mapping) const;
  std::optional<Standing> standing_of(const settings::Source& source, uint32_t number,
                                      const map::Mapping& mapping,
                                      const extract::SourcePlan& plan) const;
  std::vector<std::string> lost_streams(const settings::Source& source, const map::Mapping& mapping,
                                        const extract::SourcePlan& plan) const;
  SourceContext context_of(const settings::Source& source, uint32_t number,
                           const map::Mapping& mapping) const;
  Heard hear_it(const settings::Source& source, uint32_t number, record::SourceCounts& counts);

  Parts in_;
  TenantHasher hasher_;
  Filled::Loss loss_;
};

}  // namespace homeroom::flow
