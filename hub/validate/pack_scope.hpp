// PackScope: compiles the expressions of a pack: what they can name, and what that asks to be kept.
#pragma once

#include "hub/validate/pack.hpp"

namespace homeroom::validate {

class PackScope {
 public:
  explicit PackScope(Pack::Plan& plan) : plan_(plan) {}

  using Columns = std::shared_ptr<std::vector<ScopeColumn>>;
  /// The row's own fields, its key and source, and the student it is about.
  Columns of_rows(record::EntityId entity) const;
  void add_previous(std::vector<ScopeColumn>& columns, record::EntityId entity) const;
  /// Fields of the student as the profile before this run had them.
  void add_before(std::vector<ScopeColumn>& columns) const;
  void add_measures(std::vector<ScopeColumn>& columns, const std::vector<uint32_t>& measures) const;
  void add_series(std::vector<ScopeColumn>& columns) const;
  void add_lookups(std::vector<ScopeColumn>& columns, const std::vector<Lookup>& lookups) const;

  std::shared_ptr<express::Program> program(const std::vector<ScopeColumn>& columns) const;
  /// Compiles a condition; a mistake is refused at its place. `needs` gets the entities it looks
  /// at.
  Condition condition(const settings::Node& node, std::shared_ptr<express::Program> program,
                      const Columns& columns, record::EntityId entity,
                      const std::vector<Lookup>& lookups, std::set<record::EntityId>& needs,
                      bool* needs_before = nullptr);
  /// A condition given as part of a text; `at` is where it begins there.
  Condition condition(const settings::Node& node, const std::string& text, std::size_t at,
                      std::shared_ptr<express::Program> program, const Columns& columns,
                      record::EntityId entity, const std::vector<Lookup>& lookups,
                      std::set<record::EntityId>& needs, bool* needs_before);

  record::EntityId entity(const settings::Node& node, const std::string& name) const;
  record::FieldId field(const settings::Node& node, record::EntityId entity,
                        const std::string& path);
  void use(record::EntityId entity, record::FieldId field) { plan_.is_used[entity][field] = 1; }

 private:
  void use(const ScopeColumn& column, record::EntityId entity, const std::vector<Lookup>& lookups,
           std::set<record::EntityId>& needs, bool* needs_before);

  Pack::Plan& plan_;
};

/// "; did you mean NAME?" or nothing.
std::string meant(const std::string& word, const std::vector<std::string>& names);

}  // namespace homeroom::validate
