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
  return std::filesystem::exists(store::JobBook::file_of(location));
}

std::filesystem::path lock_file(const std::string& location) {
  return store::JobBook::file_of(location).string() + ".lock";
}

Queue::Now moments(const world::Clock& clock) {
  return [&clock, boot = world::boot_id()] {
    return Moment{clock.now_ms(), world::since_boot_ms(), boot};
  };
}

Queue::Random random_shares() {
  auto row = std::make_shared<std::mt19937_64>(std::random_device{}());
  return [row] { return std::uniform_real_distribution<double>(0, 1)(*row); };
}

}  // namespace homeroom::jobs
