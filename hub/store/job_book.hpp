// JobBook: what jobs remembers, in an SQLite file beside the store (FILE.jobs), or in tables beside
// its own on PostgreSQL. Not in the store itself: a run holds its one writer for as long as it
// stages, and a scheduler that waited for it would be late. The book has a writer of its own at a
// time; several daemons take turns.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "hub/jobs/memory.hpp"
#include "hub/sql/sql.hpp"

namespace homeroom::store {

/// May be used from any thread, and by several processes at once.
class JobBook : public jobs::Memory {
 public:
  /// Opens the book of the store at `location`, or makes an empty one. A book of
  /// another tenant or of a newer program is refused with what to do.
  JobBook(const std::string& location, const std::string& tenant);
  /// One in memory, for simulations.
  JobBook();
  ~JobBook() override;

  /// The book of a store in a file.
  static std::filesystem::path file_of(const std::string& location);
  static bool is_there(const std::string& location);
  /// Whether a table beside a store on PostgreSQL is the book's.
  static bool has_table(std::string_view name);

  /// The server's, on PostgreSQL.
  std::optional<int64_t> shared_clock_ms() override;
  void atomically(const std::function<void()>& change) override;
  std::optional<jobs::ScheduleState> schedule(const std::string& job) override;
  void put_schedule(const jobs::ScheduleState& state) override;
  bool add(const jobs::Item& item) override;
  std::optional<jobs::Item> item(uint64_t id) override;
  std::optional<jobs::Item> claim(const std::string& step, int64_t now_ms, const std::string& owner,
                                  const std::string& boot, int64_t lease_until) override;
  bool extend(uint64_t id, uint64_t fence, int64_t lease_until) override;
  bool settle(const jobs::Item& item) override;
  bool settle_unleased(const jobs::Item& item) override;
  std::vector<jobs::Item> leased() override;
  std::vector<jobs::Item> newest(const std::string& job, const std::string& step,
                                 uint32_t most) override;
  std::vector<jobs::Item> open(const std::string& job) override;
  std::map<jobs::ItemState, uint64_t> counts() override;
  std::optional<int64_t> oldest_ready_ms(int64_t now_ms) override;
  void forget_ended(int64_t before_ms) override;

 private:
  struct Statements;
  void reopen();
  Statements& ready();
  /// In a transaction of its own, unless one is open.
  template <class Change>
  auto written(Change change);

  std::recursive_mutex mutex_;  ///< guards the connection; again inside atomically()
  bool is_shared_ = false;
  std::function<std::unique_ptr<sql::Database>()> open_;
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<Statements> all_;
};

}  // namespace homeroom::store
