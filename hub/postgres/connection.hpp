// Connection: one session of a PostgreSQL server over libpq, and what its errors mean for people.
// It is never opened anew: what a session held, its locks and its open transaction, is gone with
// it.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

struct pg_conn;
struct pg_result;

namespace homeroom::postgres {

/// What the server answered, whole in memory.
class Result {
 public:
  explicit Result(pg_result* result = nullptr) : result_(result) {}
  int rows() const;
  std::string_view bytes(int row, int column) const;
  std::string text(int row, int column) const { return std::string(bytes(row, column)); }
  bool is_null(int row, int column) const;
  /// "COMMIT"
  std::string_view command() const;
  explicit operator bool() const { return result_ != nullptr; }
  void reset() { result_.reset(); }

 private:
  struct Clear {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Clear> result_;
};

/// Parameters of one execution, in the binary form.
struct Parameters {
  std::span<const unsigned> types;
  std::span<const char* const> values;
  std::span<const int> sizes;
};

class Connection {
 public:
  /// `conninfo` is what libpq takes: "host=... dbname=..." or a URI. The role must own a schema of
  /// its own name, which becomes the only one that is looked into, and must not be a superuser.
  explicit Connection(const std::string& conninfo);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// One statement or several, without parameters; answers the last one's result as text.
  Result run(const std::string& sql);
  /// One statement with parameters; the result is binary.
  Result execute(const std::string& sql, const Parameters& with);
  void prepare(const std::string& name, const std::string& sql, const Parameters& with);
  Result execute_prepared(const std::string& name, const Parameters& with);
  /// Sends rows, encoded as COPY BINARY wants them.
  void copy_in(const std::string& sql, std::string_view rows);
  /// As run(), but failing is no matter.
  void try_run(const std::string& sql) noexcept;

  bool is_lost() const;
  bool is_in_transaction() const;
  /// "PostgreSQL database d of role r at h": no password.
  const std::string& name() const { return name_; }
  const std::string& conninfo() const { return conninfo_; }
  /// Of the role's schema in this database.
  uint32_t schema() const { return schema_; }

 private:
  void open();
  void settle_in();
  Result checked(pg_result* result);

  std::string conninfo_;
  pg_conn* handle_ = nullptr;
  std::string name_;
  uint32_t schema_ = 0;
  bool is_ended_ = false;
};

}  // namespace homeroom::postgres
