#include "hub/sql/sql.hpp"

namespace homeroom::sql {

int64_t Database::number(std::string_view sql) {
  Statement asked(*this, sql);
  return asked.step() ? asked.integer(0) : 0;
}

std::string Database::text(std::string_view sql) {
  Statement asked(*this, sql);
  return asked.step() ? asked.string(0) : std::string();
}

void Statement::execute() {
  Use use(*this);
  while (step()) continue;
}

}  // namespace homeroom::sql
