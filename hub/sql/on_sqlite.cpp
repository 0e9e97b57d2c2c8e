#include "hub/sql/on_sqlite.hpp"

#include "homeroom/error.hpp"

namespace homeroom::sql {

namespace {

class OneOfSqlite final : public Prepared {
 public:
  OneOfSqlite(sqlite::Database& database, std::string_view sql) : statement_(database, sql) {}

  void bind(int64_t value) override { statement_.bind(value); }
  void bind_text(std::string_view value) override { statement_.bind_text(value); }
  void bind_bytes(std::string_view value) override { statement_.bind_bytes(value); }
  void bind_null() override { statement_.bind_null(); }
  bool step() override { return statement_.step(); }
  void reset() override { statement_.reset(); }
  int64_t integer(int column) const override { return statement_.integer(column); }
  bool is_null(int column) const override { return statement_.is_null(column); }
  std::string_view bytes(int column) const override { return statement_.bytes(column); }

 private:
  sqlite::Statement statement_;
};

}  // namespace

std::unique_ptr<Prepared> OnSqlite::prepare(std::string_view sql, Rows) {
  return std::make_unique<OneOfSqlite>(database_, sql);
}

void OnSqlite::rollback() noexcept {
  // A failed commit (disk full) may have rolled back already; nothing is left to say here.
  try {
    if (database_.is_in_transaction()) database_.run("ROLLBACK");
  } catch (const Error&) {
    return;
  }
}

}  // namespace homeroom::sql
