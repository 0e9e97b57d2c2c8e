// Opening what jobs remembers of one store, and the clocks its queue runs on.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "hub/jobs/queue.hpp"
#include "hub/world/clock.hpp"

namespace homeroom::jobs {

/// The book of the store at `location`; an empty one is made. Throws fix_settings
/// for one of another tenant or a newer program.
std::unique_ptr<Memory> open_book(const std::string& location, const std::string& tenant);
/// Whether anything was ever remembered for that store.
bool has_book(const std::string& location);
/// Held by the one daemon of a store for as long as it works; a store on a server may have several.
std::optional<std::filesystem::path> lock_file(const std::string& location);

/// The wall clock given; for leases the clock of whoever keeps the memory, if several machines may
/// use it, else this machine's that nobody sets. Both must outlive it.
Queue::Now moments(const world::Clock& clock, Memory& memory);
/// Random numbers from 0 to 1, another row in every process. For one thread at a time.
Queue::Random random_shares();

}  // namespace homeroom::jobs
