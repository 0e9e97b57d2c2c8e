#include "hub/postgres/statements.hpp"

#include <string>
#include <utility>
#include <vector>

#include "hub/postgres/cells.hpp"
#include "hub/postgres/postgres.hpp"

namespace homeroom::postgres {

namespace {

constexpr int rows_at_once = 256;

/// Values bound so far, for the binary form of parameters.
class Bound {
 public:
  void add(int64_t value) {
    auto& cell = numbers_.emplace_back();
    append_number(cell, value);
    add(bigint_type, nullptr, 8);
  }
  void add(std::string_view bytes) {
    add(bytea_type, bytes.data() ? bytes.data() : "", static_cast<int>(bytes.size()));
  }
  void add_null() { add(0, nullptr, 0); }
  void clear() {
    types_.clear();
    values_.clear();
    sizes_.clear();
    numbers_.clear();
  }
  Parameters parameters() {
    std::size_t number = 0;  // they may have moved while more were bound
    for (std::size_t i = 0; i < types_.size(); ++i)
      if (types_[i] == bigint_type) values_[i] = numbers_[number++].data();
    return {types_, values_, sizes_};
  }

 private:
  void add(unsigned type, const char* value, int size) {
    types_.push_back(type);
    values_.push_back(value);
    sizes_.push_back(size);
  }

  std::vector<unsigned> types_;
  std::vector<const char*> values_;
  std::vector<int> sizes_;
  std::vector<std::string> numbers_;
};

class Asked : public sql::Prepared {
 public:
  Asked(OnPostgres& database, std::string sql, std::vector<std::string> touches)
      : database_(database), sql_(std::move(sql)), touches_(std::move(touches)) {}
  ~Asked() override {
    if (!name_.empty() && !database_.connection().is_lost())
      database_.connection().try_run("DEALLOCATE " + name_);
  }

  void bind(int64_t value) override { bound_.add(value); }
  void bind_text(std::string_view value) override { bound_.add(value); }
  void bind_bytes(std::string_view value) override { bound_.add(value); }
  void bind_null() override { bound_.add_null(); }

  bool step() override {
    if (!result_) {
      database_.flush(touches_);
      result_ = ask();
      row_ = -1;
    }
    return ++row_ < result_.rows() || has_more();
  }
  void reset() override {
    result_.reset();
    bound_.clear();
  }

  int64_t integer(int column) const override { return number_in(bytes(column)); }
  bool is_null(int column) const override { return result_.is_null(row_, column); }
  std::string_view bytes(int column) const override { return result_.bytes(row_, column); }

 protected:
  /// The first time it costs one message; from the second on the server has it ready.
  virtual Result ask() {
    auto& connection = database_.connection();
    auto with = bound_.parameters();
    if (std::exchange(is_known_, true) && name_.empty()) {
      auto name = database_.next_name();
      connection.prepare(name, sql_, with);
      name_ = name;
    }
    return name_.empty() ? connection.execute(sql_, with)
                         : connection.execute_prepared(name_, with);
  }
  virtual bool has_more() { return false; }

  OnPostgres& database_;
  std::string sql_;
  std::vector<std::string> touches_;
  Bound bound_;
  Result result_;
  int row_ = -1;

 private:
  bool is_known_ = false;
  std::string name_;  ///< as the server knows it
};

/// Read in pieces. Other statements may go between two of them.
class ReadByCursor final : public Asked {
 public:
  using Asked::Asked;
  ~ReadByCursor() override { close(); }

  void reset() override {
    close();
    Asked::reset();
  }

 private:
  Result ask() override {
    close();
    auto& connection = database_.connection();
    // Outside a transaction the server keeps the whole answer until it is closed.
    const char* holds = connection.is_in_transaction() ? "" : " WITH HOLD";
    cursor_ = database_.next_name();
    connection.execute("DECLARE " + cursor_ + " NO SCROLL CURSOR" + holds + " FOR " + sql_,
                       bound_.parameters());
    return next_rows();
  }
  bool has_more() override {
    if (result_.rows() < rows_at_once) return false;
    result_ = next_rows();
    row_ = 0;
    return result_.rows() > 0;
  }
  Result next_rows() {
    return database_.connection().execute(
        "FETCH " + std::to_string(rows_at_once) + " FROM " + cursor_, {});
  }
  void close() {
    if (!cursor_.empty() && !database_.connection().is_lost())
      database_.connection().try_run("CLOSE " + cursor_);
    cursor_.clear();
  }

  std::string cursor_;
};

class Put final : public sql::Prepared {
 public:
  Put(OnPostgres& database, std::string table, bool overwrites)
      : database_(database), table_(std::move(table)), overwrites_(overwrites) {}

  void bind(int64_t value) override {
    if (cells_.empty()) key_ = value;
    append_cell(cells_, value);
  }
  void bind_text(std::string_view value) override { append_cell(cells_, value); }
  void bind_bytes(std::string_view value) override { append_cell(cells_, value); }
  void bind_null() override { append_null(cells_); }
  bool step() override {
    auto& rows = database_.waiting(table_);
    rows.put(key_, cells_, overwrites_);
    if (!database_.is_in_transaction()) rows.flush();
    return false;
  }
  void reset() override { cells_.clear(); }
  int64_t integer(int) const override { return 0; }
  bool is_null(int) const override { return true; }
  std::string_view bytes(int) const override { return {}; }

 private:
  OnPostgres& database_;
  std::string table_;
  bool overwrites_;
  int64_t key_ = 0;
  std::string cells_;
};

}  // namespace

std::unique_ptr<sql::Prepared> prepared(OnPostgres& database, std::string_view sql,
                                        sql::Rows rows) {
  const auto& tables = database.tables();
  auto put_into = tables.find(simply_put_into(sql));
  if (put_into != tables.end() && put_into->second.has_number_key())
    return std::make_unique<Put>(database, put_into->first, sql.starts_with("REPLACE"));
  std::vector<std::string> touches;
  for (auto word : words_of(sql))
    if (tables.contains(word)) touches.emplace_back(word);
  auto said = in_postgres(sql, tables);
  if (rows == sql::Rows::many)
    return std::make_unique<ReadByCursor>(database, std::move(said), std::move(touches));
  return std::make_unique<Asked>(database, std::move(said), std::move(touches));
}

}  // namespace homeroom::postgres
