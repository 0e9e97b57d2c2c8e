#include "hub/jobs/book.hpp"

#include <memory>
#include <random>

#include "hub/store/job_book.hpp"
#include "hub/world/wall_clock.hpp"

namespace homeroom::jobs {

std::unique_ptr<Memory> open_book(const std::string& location, const std::string& tenant) {
  return std::make_unique<store::JobBook>(location, tenant);
}

bool has_book(const std::string& location) {
  return store::JobBook::is_there(location);
}

std::optional<std::filesystem::path> lock_file(const std::string& location) {
  if (!location.starts_with("sqlite:")) return std::nullopt;
  return store::JobBook::file_of(location).string() + ".lock";
}

Queue::Now moments(const world::Clock& clock, Memory& memory) {
  return [&clock, &memory, boot = world::boot_id()] {
    if (auto shared = memory.shared_clock_ms()) return Moment{clock.now_ms(), *shared, "shared"};
    return Moment{clock.now_ms(), world::since_boot_ms(), boot};
  };
}

Queue::Random random_shares() {
  auto row = std::make_shared<std::mt19937_64>(std::random_device{}());
  return [row] { return std::uniform_real_distribution<double>(0, 1)(*row); };
}

}  // namespace homeroom::jobs
